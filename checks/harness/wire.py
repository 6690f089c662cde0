"""HTTP on a bare socket: bytes go out, and what comes back must be nothing but whole answers."""

import re
import socket
from dataclasses import dataclass

CRLF = b"\r\n"


@dataclass(frozen=True)
class Response:
    """One answer off the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def get(self, name: str) -> str:
        """Value of a header, lines joined."""
        return ", ".join(value for each, value in self.headers if each == name)


PATIENCE = 60.0


def exchange(
    port: int, sent: bytes, methods: tuple[str, ...] = (), silence: float = 0.4, count: int = 0, closes: bool = False
) -> tuple[list[Response], bool]:
    """All answers to ``sent``, and whether the server closed the connection.

    ``count`` answers, and the end where the server ``closes``, are waited for as long as a busy machine may take; what
    else there is must come within ``silence`` seconds. A reset raises ``OSError``.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        wire.sendall(sent)
        got, closed = b"", False
        while True:
            wire.settimeout(PATIENCE if closes or _answered(got, methods) < count else silence)
            try:
                piece = wire.recv(65536)
            except TimeoutError:
                break
            if not piece:
                closed = True
                break
            got += piece
    return answers(got, methods), closed


def _answered(got: bytes, methods: tuple[str, ...]) -> int:
    """How many answers there are, if the last is whole."""
    try:
        return len(answers(got, methods))
    except (AssertionError, KeyError, ValueError, IndexError):
        return 0


def answers(got: bytes, methods: tuple[str, ...] = ()) -> list[Response]:
    """The answers in a stream of bytes, which must hold nothing else; HEAD's have no body (RFC 9112 6.3)."""
    found: list[Response] = []
    while got:
        head, separator, rest = got.partition(CRLF * 2)
        assert separator, f"no end of a header in {got[:200]!r}"
        first, *lines = head.split(CRLF)
        line = re.fullmatch(rb"HTTP/1\.1 (\d{3}) [\x20-\x7e]*", first)
        assert line, f"no status line: {first[:100]!r}"
        status = int(line[1])
        pairs = []
        for each in lines:
            name, colon, value = each.partition(b":")
            assert colon, f"no field: {each!r}"
            assert re.fullmatch(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name), f"no name: {each!r}"
            pairs.append((name.decode().lower(), value.strip().decode("latin-1")))
        method = methods[len(found)] if len(found) < len(methods) else "GET"
        body, got = _body(status, dict(pairs), rest, method)
        if status >= 200:
            found.append(Response(status, tuple(pairs), body))
    return found


def _body(status: int, headers: dict[str, str], rest: bytes, method: str) -> tuple[bytes, bytes]:
    if method == "HEAD" or status < 200 or status in (204, 304):
        return b"", rest
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while True:
            size, _, rest = rest.partition(CRLF)
            count = int(size, 16)
            assert len(rest) >= count + 2, "truncated chunk"
            body, rest = body + rest[:count], rest[count + 2 :]
            if not count:
                return body, rest
    length = int(headers["content-length"])
    assert len(rest) >= length, f"truncated: {len(rest)} of {length} bytes"
    return rest[:length], rest[length:]
