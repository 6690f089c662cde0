"""The listening socket."""

import os
import socket

import pytest

from app.server import handed_over, listen


def test_port_0_is_any_that_is_free() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_a_port_that_is_taken_is_an_error() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_an_address_of_ipv6_is_listened_on() -> None:
    with listen("::1", 0) as listener, socket.create_connection(("::1", listener.getsockname()[1])):
        wire, (address, *_) = listener.accept()
        wire.close()
        assert address == "::1"


def test_every_address_of_ipv6_is_every_address_of_ipv4_too() -> None:
    with listen("::", 0) as listener, socket.create_connection(("127.0.0.1", listener.getsockname()[1])):
        wire, (address, *_) = listener.accept()
        wire.close()
        assert address == "::ffff:127.0.0.1"


@pytest.mark.skipif(not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="the system has no such option")
def test_little_of_an_unread_answer_waits_in_the_system() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        wire, _ = listener.accept()
        with wire:
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 128 * 2**10


@pytest.mark.parametrize(
    "environment",
    [{}, {"LISTEN_PID": str(os.getpid() + 1), "LISTEN_FDS": "1"}, {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "0"}],
)
def test_a_socket_that_is_not_handed_to_this_process_is_not_taken(environment: dict[str, str]) -> None:
    assert handed_over(environment) is None
