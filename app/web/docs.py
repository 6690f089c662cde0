"""Swagger UI, served by ourselves: it works with the network cut and under a strict Content-Security-Policy.

The assets are those of the ``fastapi-swagger`` package, byte for byte Swagger UI's own; FastAPI's default page takes
them from a CDN and starts them by an inline script, which neither an offline reader nor a strict policy allows.
"""

from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.web.finished import SECURITY, digest

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets style attributes from its script; nothing else is let in, and nothing foreign."""

_SECURITY = {name.decode(): value.decode() for name, value in SECURITY}

_PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Claims API: reference</title>
<link rel="icon" type="image/png" href="docs/favicon.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>
<p>This reference needs JavaScript; the same document is at <a href="openapi.json">openapi.json</a>.</p>
</noscript>
<script src="docs/swagger-ui.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

_START = b"""window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset].filter(Boolean),
});
"""

_ASSETS = {
    "favicon.png": ("favicon-32x32.png", "image/png"),
    "swagger-ui.css": ("swagger-ui.css", "text/css; charset=utf-8"),
    "swagger-ui.js": ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
}


@cache
def _asset(name: str) -> tuple[bytes, str]:
    if name == "start.js":
        return _START, "text/javascript; charset=utf-8"
    file, media_type = _ASSETS[name]
    return files("fastapi_swagger.resources").joinpath(file).read_bytes(), media_type


async def _page(_: Request) -> Response:
    return Response(
        _PAGE,
        media_type="text/html",
        headers=_SECURITY | {"content-security-policy": POLICY, "cache-control": "no-cache"},
    )


async def _file(request: Request) -> Response:
    name = request.url.path.rsplit("/", 1)[-1]
    body, media_type = _asset(name)
    headers = _SECURITY | {"cache-control": "public, max-age=86400", "etag": f'"{digest(body)}"'}
    return Response(body, media_type=media_type, headers=headers)


ROUTES = [Route("/docs", _page)] + [Route(f"/docs/{name}", _file) for name in (*_ASSETS, "start.js")]
"""The page and its files, each at a path of its own: any other path is the same 404 as everywhere."""
