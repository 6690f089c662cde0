"""Files served as they are: style and icon of the pages, and Swagger UI.

The latter are those of the ``fastapi-swagger`` package, byte for byte Swagger UI's own; FastAPI's default page takes
them from a CDN and starts them by an inline script, which neither an offline reader nor a strict policy allows.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query

from app.web.params import NoParameters
from app.web.request import ApiRequest
from app.web.response import Representation, digest
from app.web.routing import ApiRoute, offers

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets style attributes from its script; nothing else is let in, and nothing foreign."""

_CSS, _JS, _HTML = (f"text/{name}; charset=utf-8" for name in ("css", "javascript", "html"))
_DAY = "max-age=86400"


class File(NamedTuple):
    """A file of a package, and how it is served."""

    package: str
    name: str
    media_type: str
    cache_control: str
    headers: Mapping[str, str] = {}


FILES = {
    "/assets/style.css": File("app.web.static", "style.css", _CSS, "public, max-age=31536000, immutable"),
    "/assets/icon.svg": File("app.web.static", "icon.svg", "image/svg+xml", "public, max-age=31536000, immutable"),
    "/assets/verify.js": File("app.web.static", "verify.js", _JS, "public, max-age=31536000, immutable"),
    "/docs": File("app.web.static", "docs.html", _HTML, "no-cache", {"content-security-policy": DOCS_POLICY}),
    "/docs/start.js": File("app.web.static", "docs.js", _JS, _DAY),
    "/docs/docs.css": File("app.web.static", "docs.css", _CSS, _DAY),
    "/docs/favicon.png": File("fastapi_swagger.resources", "favicon-32x32.png", "image/png", _DAY),
    "/docs/swagger-ui.css": File("fastapi_swagger.resources", "swagger-ui.css", _CSS, _DAY),
    "/docs/swagger-ui.js": File("fastapi_swagger.resources", "swagger-ui-bundle.js", _JS, _DAY),
}

router = APIRouter(route_class=ApiRoute, include_in_schema=False)


class Versioned(NoParameters):
    """Parameters of a file: ``v`` names its content, so that it may be kept for ever."""

    v: str = ""


@cache
def _read(path: str) -> bytes:
    file = FILES[path]
    return files(file.package).joinpath(file.name).read_bytes()


@cache
def asset(name: str) -> str:
    """Address of a file of the pages, with a name for its content."""
    path = f"/assets/{name}"
    return f"{path}?v={digest(_read(path))}"


@offers()
async def get_file(request: ApiRequest, params: Annotated[Versioned, Query()]) -> Representation:
    """The file at the path of the request."""
    file = FILES[request.path]
    return Representation(_read(request.path), file.media_type, headers=file.headers, cache_control=file.cache_control)


for _path in FILES:
    router.get(_path, response_model=None)(get_file)
