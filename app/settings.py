"""The environment, read once into frozen settings.

Only :mod:`app.cli` calls :func:`from_environment`; every other module is handed what it needs. Each setting is the
variable ``CLAIMS_`` and its name in capitals. A variable that begins so and is no setting is refused, since a typo that
changes nothing is a setting that somebody believes in.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import ClaimsError

PREFIX = "CLAIMS_"
_OF_THE_TESTS = frozenset({"CLAIMS_ESSAY_TEXT", "CLAIMS_REQUIRE_BROWSER"})


class SettingInvalid(ClaimsError):
    """A setting is unknown or out of its bounds."""


def _networks(text: str) -> str:
    for each in filter(None, map(str.strip, text.split(","))):
        ip_network(each, strict=False)
    return text


class Settings(BaseModel):
    """Everything that can be set, with its default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    public_url: Annotated[str, Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*[^\s/?#])?$")] = "http://127.0.0.1:8000"
    """Address under which readers reach the server, without a slash at the end; unset, the one it listens on."""
    max_age: Annotated[int, Field(ge=0, le=31_536_000)] = 3
    """Seconds for which a cache may serve an answer without asking again."""
    cache_bytes: Annotated[int, Field(ge=0)] = 64 * 2**20
    """Bytes of finished answers that a worker keeps; 0 keeps none."""
    verify_bytes: Annotated[int, Field(ge=1)] = 2 * 2**20
    """Largest text in bytes that `POST /verify` takes."""

    record_bytes: Annotated[int, Field(ge=1)] = 512 * 2**20
    """Largest record in bytes that is read as one JSON text; JSON Lines, which are streamed, may be longer."""
    allow_shrink: bool = False
    """Whether a new version of the record may lose more than half of the claims that are being served."""

    replica_seconds: Annotated[float, Field(ge=0.1, le=86_400)] = 2
    """Seconds between two questions of a replica to its origin (`--store https://..`)."""
    replica_copy: str = ""
    """File in which a replica keeps the last good record, to start from while its origin is away; empty for none."""

    header_bytes: Annotated[int, Field(ge=1024, le=2**20)] = 16 * 2**10
    """Most bytes of a request's header fields, all together."""
    header_seconds: Annotated[float, Field(gt=0, le=600)] = 10
    """Seconds that a request's header may take to arrive."""
    target_bytes: Annotated[int, Field(ge=256, le=65_535)] = 8192
    """Most bytes of a request's path and query."""
    body_seconds: Annotated[float, Field(gt=0, le=3600)] = 25
    """Seconds that a request's body may take to arrive."""
    stalled_seconds: Annotated[float, Field(gt=0, le=3600)] = 15
    """Seconds for which a reader may take nothing of an answer before it is cut off."""
    idle_seconds: Annotated[int, Field(ge=1, le=3600)] = 20
    """Seconds for which a connection is kept between two requests."""
    connections: Annotated[int, Field(ge=1)] = 1000
    """Connections that a worker holds; lower where the system allows fewer open files."""
    concurrency: Annotated[int, Field(ge=1)] = 400
    """Requests under way in a worker, beyond which new ones are sent away; health is answered all the same."""
    rate_limit: Annotated[int, Field(ge=0)] = 0
    """Requests a minute that a worker takes from one client, an IPv6 network of 64 bits being one; 0 sets no limit."""
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    """Addresses and networks, with commas between, whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    drain_seconds: Annotated[int, Field(ge=1, le=3600)] = 20
    """Seconds that requests under way have to end after SIGTERM."""

    mcp: bool = False
    """Whether `/mcp` has tools for language-model agents (MCP); costs the start half a second and 20 MB."""
    metrics: bool = True
    """Whether `/metrics` is served, for Prometheus."""
    log_format: Literal["text", "json"] = "text"
    """Form of a line of the log."""
    log_requests: bool = False
    """Whether each request is a line of the log, with an id that the answer carries as X-Request-ID."""
    telemetry: bool = False
    """Whether traces go to an OpenTelemetry collector; needs the extra `otel`, and costs each request some 100 us."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Settings from variables such as ``CLAIMS_PUBLIC_URL``.

    Raises :class:`SettingInvalid`, naming the variable, where one is unknown or its value is out of bounds.
    """
    given = {
        name: value for name, value in environment.items() if name.startswith(PREFIX) and name not in _OF_THE_TESTS
    }
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise SettingInvalid(f"{name} is no setting.{f' Did you mean {near[0]}?' if near else ''}")
    try:
        return Settings(**{known[name]: value for name, value in given.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SettingInvalid(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}") from None
