"""The environment, read once into frozen settings.

Only :mod:`app.cli` calls :func:`from_environment`; every other module is handed what it needs. Each setting is the
variable ``CLAIMS_`` and its name in capitals. A variable that begins so and is no setting is refused, since a typo that
changes nothing is a setting that somebody believes in.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import ClaimsError

PREFIX = "CLAIMS_"
_OF_THE_TESTS = frozenset(
    {"CLAIMS_ESSAY_TEXT", "CLAIMS_REQUIRE_BROWSER", "CLAIMS_REQUIRE_CLICKHOUSE", "CLAIMS_TEST_CLICKHOUSE"}
)


class SettingInvalid(ClaimsError):
    """A setting is unknown or out of its bounds."""


def _networks(text: str) -> str:
    for each in filter(None, map(str.strip, text.split(","))):
        ip_network(each, strict=False)
    return text


class Settings(BaseModel):
    """Everything that can be set, with its default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    public_url: Annotated[str, Field(pattern=r"^(https?://[^\s/?#]+)?$")] = ""
    """Address under which readers reach the server, without a path; links are absolute then, and else relative."""
    max_age: Annotated[int, Field(ge=0, le=31_536_000)] = 3
    """Seconds for which a cache may serve an answer without asking again."""
    cache_bytes: Annotated[int, Field(ge=0)] = 64 * 2**20
    """Bytes of finished answers that a worker keeps; 0 keeps none."""
    verify_bytes: Annotated[int, Field(ge=1)] = 2 * 2**20
    """Largest text in bytes that `POST /verify` takes."""

    replica_copy: str = ""
    """File in which a replica keeps the last good record, to start from while its origin is away; empty for none."""

    header_seconds: Annotated[float, Field(gt=0, le=600)] = 10
    """Seconds that a request's header may take to arrive."""
    body_seconds: Annotated[float, Field(gt=0, le=3600)] = 25
    """Seconds that a request's body may take to arrive; of 500 bytes a second at least, after the first five."""
    stalled_seconds: Annotated[float, Field(gt=0, le=3600)] = 15
    """Seconds for which a reader may take nothing of an answer before it is cut off."""
    idle_seconds: Annotated[int, Field(ge=1, le=3600)] = 20
    """Seconds for which a connection is kept between two requests."""
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    """Addresses and networks, with commas between, whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    drain_seconds: Annotated[int, Field(ge=1, le=3600)] = 20
    """Seconds that requests under way have to end after SIGTERM."""

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
