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


def exchange(
    port: int, sent: bytes, methods: tuple[str, ...] = (), silence: float = 0.4
) -> tuple[list[Response], bool]:
    """All answers to ``sent``, and whether the server closed the connection within ``silence`` seconds then.

    A reset raises ``OSError``.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(sent)
        wire.settimeout(silence)
        got, closed = b"", False
        while True:
            try:
                piece = wire.recv(65536)
            except TimeoutError:
                break
            if not piece:
                closed = True
                break
            got += piece
    return answers(got, methods), closed


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
