"""The socket at which clients knock."""

import os
import socket
import sys

import pytest

from app.server.door import FIRST_PASSED, UNSENT, handed_over, listen
from app.server.draining import hear_no_more


def test_port_0_is_any_that_is_free() -> None:
    with listen("127.0.0.1", 0).socket as listening:
        assert listening.getsockname()[1] > 0


def test_a_port_that_is_taken_is_an_error() -> None:
    with listen("127.0.0.1", 0).socket as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_little_of_an_unread_answer_waits_in_the_system() -> None:
    with listen("127.0.0.1", 0).socket as listening, socket.create_connection(listening.getsockname()):
        wire, _ = listening.accept()
        with wire:
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == UNSENT


def test_nothing_is_handed_over_by_default() -> None:
    assert handed_over({}) is None


def test_a_socket_for_another_process_is_not_taken() -> None:
    assert handed_over({"LISTEN_PID": str(os.getpid() + 1), "LISTEN_FDS": "1"}) is None


def test_a_socket_that_was_handed_over_is_not_ours_to_close_to_newcomers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as kept:
        monkeypatch.setattr("app.server.door.FIRST_PASSED", os.dup(kept.fileno()))
        door = handed_over({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"})
        assert FIRST_PASSED == 3
        assert door is not None
        with door.socket:
            assert door.socket.getsockname() == kept.getsockname()
            assert not door.ours


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux filters what comes to a socket")
def test_a_deaf_socket_keeps_those_who_wait_and_takes_nobody_new() -> None:
    with listen("127.0.0.1", 0).socket as listening:
        address = listening.getsockname()
        with socket.create_connection(address) as before:
            assert hear_no_more(listening)
            with pytest.raises(TimeoutError):
                socket.create_connection(address, timeout=0.3)
            wire, _ = listening.accept()
            with wire:
                before.sendall(b"still here")
                assert wire.recv(100) == b"still here"
