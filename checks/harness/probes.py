"""HTTP as no library would send it: each probe is bytes on a socket, and the answer that the RFCs ask for."""

import json
import re
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from checks.harness.files import version
from checks.harness.running import Report, Server, serving
from checks.harness.wire import CRLF, Response, exchange

Check = Callable[[list[Response]], object]


@dataclass(frozen=True)
class Probe:
    """Bytes to send and what must come back, one status for each request in them."""

    name: str
    sent: bytes
    statuses: tuple[tuple[int, ...], ...]
    check: Check = field(default=lambda _: True)
    closes: bool = False
    """Whether the server must close the connection afterwards."""


def get(target: bytes = b"/health/live", *fields: bytes, method: bytes = b"GET", version: bytes = b"1.1") -> bytes:
    """A request with a Host."""
    return CRLF.join((method + b" " + target + b" HTTP/" + version, b"Host: a", *fields, b"", b""))


def post(body: bytes, *fields: bytes, target: bytes = b"/verify") -> bytes:
    """A POST of a text."""
    return get(target, b"Content-Type: text/plain", *fields, method=b"POST") + body


def is_problem(found: list[Response]) -> bool:
    """Whether the last answer is a problem of the one shape, with the status that it says."""
    last = found[-1]
    said = json.loads(last.body)
    return (
        last.get("content-type") == "application/problem+json"
        and said["status"] == last.status
        and {"type", "title", "status", "detail", "did_you_mean", "errors"} == said.keys()
    )


def allows(*methods: str) -> Check:
    """A problem with an ``Allow`` that names exactly these methods (RFC 9110 10.2.1)."""
    return lambda found: is_problem(found) and set(found[-1].get("allow").split(", ")) == set(methods)


def _same_head(found: list[Response]) -> bool:
    first, second = ([each for each in one.headers if each[0] != "date"] for one in found)
    return first == second and not found[1].body


READ = ("GET", "HEAD", "OPTIONS")


def probes() -> list[Probe]:
    """Every probe."""
    claims = b"/claims?limit=1"
    chunked = b"Transfer-Encoding: chunked"
    one = lambda *statuses: (statuses,)  # noqa: E731 - one request, any of these statuses
    return [
        Probe("GET", get(), one(200)),
        Probe("HEAD equals GET", get(claims) + get(claims, method=b"HEAD"), ((200,), (200,)), _same_head),
        Probe("HEAD of what is not there", get(b"/nothing", method=b"HEAD"), one(404)),
        Probe("OPTIONS of a path", get(claims, method=b"OPTIONS"), one(200, 204)),
        Probe("OPTIONS of the server", get(b"*", method=b"OPTIONS"), one(200, 204)),
        Probe("a preflight", get(claims, b"Origin: http://b", b"Access-Control-Request-Method: GET", method=b"OPTIONS"),
              one(200, 204), lambda found: found[0].get("access-control-allow-origin") == "*"),
        *(Probe(f"{name} of a list", get(claims, b"Content-Length: 0", method=name.encode()), one(405), allows(*READ))
          for name in ("POST", "PUT", "PATCH", "DELETE")),
        Probe("GET of what takes POST", get(b"/match"), one(405), allows("POST", "OPTIONS")),
        Probe("TRACE", get(method=b"TRACE"), one(405, 501), is_problem),
        Probe("CONNECT", get(b"a:80", method=b"CONNECT"), one(400, 405, 501), is_problem),
        Probe("a method that nobody knows", get(method=b"BREW"), one(405, 501), is_problem, closes=True),
        Probe("a method in small letters", get(method=b"get"), one(400, 405, 501), is_problem),
        Probe("no method", b" / HTTP/1.1\r\nHost: a\r\n\r\n", one(400, 501), is_problem, closes=True),
        Probe("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40), one(400, 501),
              closes=True),
        Probe("HTTP/0.9", b"GET /\r\n\r\n", one(400), closes=True),
        Probe("HTTP/1.0 without Host", b"GET /health/live HTTP/1.0\r\n\r\n", one(200), closes=True),
        Probe("HTTP/1.0 that is kept", b"GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", one(200)),
        Probe("HTTP/1.2", get(version=b"1.2"), one(200, 400, 505)),
        Probe("HTTP/2.0 in clear", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", one(400, 501, 505), closes=True),
        Probe("HTTP/9.9", get(version=b"9.9"), one(400, 505), closes=True),
        Probe("missing Host", b"GET /claims HTTP/1.1\r\n\r\n", one(400), is_problem, closes=True),
        Probe("two Hosts", get(claims, b"Host: b"), one(400), is_problem, closes=True),
        Probe("empty Host", b"GET /health/live HTTP/1.1\r\nHost:\r\n\r\n", one(200, 400)),
        Probe("a Host that is not ours is not echoed", b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", one(200),
              lambda found: b"evil.example" not in found[0].body and "evil" not in str(found[0].headers)),
        Probe("X-Forwarded-Host is not echoed", get(b"/", b"X-Forwarded-Host: evil.example"), one(200),
              lambda found: b"evil.example" not in found[0].body),
        Probe("absolute URI", get(b"http://a/health/live"), one(200)),
        Probe("absolute URI of another", get(b"http://evil.example/health/live"), one(200, 400, 421),
              lambda found: b"evil" not in found[0].body),
        Probe("absolute URI without a path", get(b"http://a"), one(200, 400)),
        Probe("fragment in the target", get(b"/health/live#x"), one(200, 400)),
        Probe("double slash is no redirect", get(b"//evil.example/"), one(404), is_problem),
        Probe("slash at the end is no redirect", get(b"/claims/"), one(404), is_problem),
        Probe("back slashes", get(b"/\\\\evil.example"), one(400, 404)),
        Probe("a blank in the target", get(b"/claims ?limit=1"), one(400), closes=True),
        Probe("a tab in the target", get(b"/claims\t"), one(400), closes=True),
        Probe("bytes beyond ASCII in the target", get("/claims/täxt".encode()), one(400, 404)),
        Probe("invalid UTF-8 in the path", get(b"/claims/%ff%fe"), one(404), is_problem),
        Probe("invalid UTF-8 in a value", get(b"/claims?q=%ff%fe"), one(400), is_problem),
        Probe("invalid UTF-8 in a name", get(b"/claims?%ff=1"), one(400), is_problem),
        Probe("NUL in the path", get(b"/claims/%00"), one(400, 404), is_problem),
        Probe("NUL in a value", get(b"/claims?q=a%00b"), one(200, 400)),
        Probe("a bare NUL", get(b"/claims/\0"), one(400), closes=True),
        Probe("broken percent coding", get(b"/claims?q=%zz%1"), one(200, 400)),
        Probe("traversal", get(b"/../../../../etc/passwd"), one(400, 404)),
        Probe("traversal, coded", get(b"/docs/%2e%2e/%2e%2e/%2e%2e/etc/passwd"), one(404), is_problem),
        Probe("traversal, coded twice", get(b"/docs/%252e%252e%252fetc%252fpasswd"), one(404), is_problem),
        Probe("traversal among the pages' files", get(b"/static/..%2f..%2f__init__.py"), one(404), is_problem),
        Probe("CR and LF in a value", get(b"/claims?q=%0d%0aset-cookie:%20a=b"), one(200, 400),
              lambda found: not found[0].get("set-cookie")),
        Probe("repeated parameter", get(b"/claims?limit=1&limit=2"), one(400), is_problem),
        Probe("empty parameter", get(b"/claims?limit="), one(200)),
        Probe("parameter without a value", get(b"/claims?limit"), one(200)),
        Probe("parameter without a name", get(b"/claims?=1"), one(400), is_problem),
        Probe("only separators", get(b"/claims?&&&"), one(200, 400)),
        Probe("an integer of 5,000 digits", get(b"/claims?limit=" + b"9" * 5000), one(400), is_problem),
        Probe("a negative integer", get(b"/claims?limit=-1"), one(400), is_problem),
        Probe("an integer in Arabic digits", get(b"/claims?limit=%D9%A3"), one(400), is_problem),
        Probe("a thousand parameters", get(b"/claims?" + b"&".join(b"a%d=1" % n for n in range(1000))), one(400, 414)),
        Probe("a forged cursor", get(b"/claims?cursor=AAAA"), one(400, 409), is_problem),
        Probe("a cursor that is no base64", get(b"/claims?cursor=%21%21"), one(400, 409), is_problem),
        Probe("a long cursor", get(b"/claims?cursor=" + b"A" * 6000), one(400, 409), is_problem),
        Probe("a target of 9,000 bytes", get(b"/claims?q=" + b"a" * 9000), one(414), is_problem, closes=True),
        Probe("a target of 100,000 bytes", get(b"/claims?q=" + b"a" * 100_000), one(414, 431), is_problem, closes=True),
        Probe("a field of 20,000 bytes", get(claims, b"Cookie: " + b"a" * 20_000), one(431), is_problem, closes=True),
        Probe("a thousand fields", get(claims, *(b"X-%d: %s" % (n, b"a" * 20) for n in range(1000))), one(431),
              is_problem, closes=True),
        Probe("fields of 15,000 bytes", get(claims, b"Cookie: " + b"a" * 15_000), one(200)),
        Probe("a folded field", get(claims, b"X: a", b" b"), one(200, 400)),
        Probe("a blank before the colon", get(claims, b"X : a"), one(400), is_problem, closes=True),
        Probe("a field without a colon", get(claims, b"nonsense"), one(400), is_problem, closes=True),
        Probe("a NUL in a field", get(claims, b"X: a\0b"), one(400), closes=True),
        Probe("line feeds alone", b"GET /health/live HTTP/1.1\nHost: a\n\n", one(200, 400)),
        Probe("blank lines before", b"\r\n\r\n" + get(), one(200)),
        Probe("Accept that nobody can read", get(claims, b"Accept: ;;;,/"), one(200, 400, 406)),
        Probe("Accept of what there is not", get(claims, b"Accept: image/png"), one(406), is_problem),
        Probe("Accept-Encoding with weights", get(claims, b"Accept-Encoding: br;q=0, gzip;q=0.5, *;q=0"), one(200),
              lambda found: found[0].get("content-encoding") in ("", "gzip")),
        Probe("no coding accepted", get(claims, b"Accept-Encoding: identity;q=0, *;q=0"), one(200, 406)),
        Probe("If-None-Match of anything", get(claims, b"If-None-Match: *"), one(200, 304)),
        Probe("If-None-Match that is no tag", get(claims, b"If-None-Match: nonsense, W/"), one(200)),
        Probe("If-Modified-Since in the year 9999", get(claims, b"If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT"),
              one(200, 304)),
        Probe("Range", get(claims, b"Range: bytes=0-1"), one(200, 206)),
        Probe("pipelined", get() + get(claims) + get(b"/nothing"), ((200,), (200,), (404,))),
        Probe("pipelined, the last one broken", get() + b"BROKEN\r\n\r\n", ((200,), (400, 501))),
        Probe("Upgrade to what we have not", get(b"/health/live", b"Connection: Upgrade", b"Upgrade: websocket",
              b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", b"Sec-WebSocket-Version: 13"), one(200, 400, 426)),
        Probe("Upgrade to h2c", get(b"/health/live", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
              b"HTTP2-Settings: AAMAAABkAAQAAP__"), one(200)),
        Probe("Expect: 100-continue", post(b"abc", b"Content-Length: 3", b"Expect: 100-continue"), one(200)),
        Probe("Content-Length and Transfer-Encoding", post(b"0\r\n\r\n", b"Content-Length: 5", chunked), one(400),
              is_problem, closes=True),
        Probe("two Content-Lengths", post(b"abc", b"Content-Length: 3", b"Content-Length: 4"), one(400), closes=True),
        Probe("a negative Content-Length", post(b"", b"Content-Length: -1"), one(400), closes=True),
        Probe("a huge Content-Length", post(b"", b"Content-Length: 99999999999999999999"), one(400, 413), closes=True),
        Probe("a Content-Length beyond what is taken", post(b"a", b"Content-Length: 99999999"), one(413), is_problem),
        Probe("chunked", post(b"3\r\nabc\r\n0\r\n\r\n", chunked), one(200)),
        Probe("a broken chunk size", post(b"zz\r\nabc\r\n0\r\n\r\n", chunked), one(400)),
        Probe("a chunk size beyond 64 bits", post(b"1" + b"0" * 20 + b"\r\n", chunked), one(400)),
        Probe("an unknown transfer coding", post(b"abc", b"Transfer-Encoding: identity, chunk"), one(400, 501),
              closes=True),
        Probe("chunked is not the last coding", post(b"abc", b"Transfer-Encoding: chunked, gzip"), one(400, 501),
              closes=True),
        Probe("a body that is not UTF-8", post(b"\xff\xfe", b"Content-Length: 2"), one(415), is_problem),
        Probe("a form instead of a text", get(b"/verify", b"Content-Type: application/x-www-form-urlencoded",
              b"Content-Length: 3", method=b"POST") + b"a=b", one(415), is_problem),
        Probe("POST without a body", post(b"", b"Content-Length: 0"), one(200, 400, 411)),
        Probe("a body with GET", get(b"/health/live", b"Content-Length: 3") + b"abc" + get(), ((200,), (200,))),
    ]  # fmt: skip


def run() -> Report:
    """Every probe on a connection of its own, and after all of them a request that must be answered as before."""
    report = Report("wire probes")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "claims.json").write_bytes(version(0))
        with serving(directory=directory) as server:
            with ThreadPoolExecutor(10) as asking:
                for each in asking.map(partial(_probe, server), probes()):
                    report.done += each.done
                    report.wrong += each.wrong
            found, _ = exchange(server.port, get(), count=1)
            report.check([each.status for each in found] == [200], "the server does not answer any more")
            report.check("Traceback" not in server.log.read_text(), server.log.read_text()[-2000:])
    report.figures["probes"] = len(probes())
    return report


def _probe(server: Server, probe: Probe) -> Report:
    report = Report(probe.name)
    methods = tuple(line.split()[0].decode() for line in re.findall(rb"^\w+ \S+ HTTP", probe.sent, re.MULTILINE))
    try:
        found, closed = exchange(server.port, probe.sent, methods, count=len(probe.statuses), closes=probe.closes)
        statuses = tuple(each.status for each in found)
        fits = len(statuses) == len(probe.statuses) and all(
            each in allowed for each, allowed in zip(statuses, probe.statuses, strict=True)
        )
        report.check(fits, f"{probe.name}: {statuses}, expected {probe.statuses}")
        if fits:
            report.check(probe.check(found), f"{probe.name}: {found[-1]}"[:600])
            report.check(closed or not probe.closes, f"{probe.name}: the connection was kept")
        for each in found:
            safe = each.get("x-content-type-options") == "nosniff" and not each.get("server")
            report.check(
                (safe and each.status < 500) or each.status == 501, f"{probe.name}: {each.status} {each.headers}"
            )
    except (OSError, AssertionError, KeyError, ValueError, IndexError) as error:
        report.check(False, f"{probe.name}: {error!r}")
    return report
