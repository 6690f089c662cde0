"""Swagger UI, served by ourselves: it works with the network cut and under a strict Content-Security-Policy.

The assets are those of the ``fastapi-swagger`` package, byte for byte Swagger UI's own; FastAPI's default page takes
them from a CDN and starts them by an inline script, which neither an offline reader nor a strict policy allows.
"""

from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.settings import Settings
from app.web.finished import Answer, finish
from app.web.headers import best_coding, header_values
from app.web.routing import Sent

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets style attributes from its script; nothing else is let in, and nothing foreign."""

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


def _answer(name: str) -> Answer:
    if name == "docs":
        policy = {"content-security-policy": POLICY}
        return Answer(_PAGE, "text/html; charset=utf-8", headers=policy, cache_control="no-cache")
    body, media_type = _asset(name)
    return Answer(body, media_type, cache_control="max-age=86400")


def docs(settings: Settings) -> list[Route]:
    """The page and its files, each at a path of its own: any other path is the same 404 as everywhere."""

    async def answer(request: Request) -> Response:
        names = (b"accept-encoding", b"if-none-match")
        accepted, if_none_match = header_values(request.scope["headers"], *names)
        made = _answer(request.scope["path"].rsplit("/", 1)[-1])
        return Sent(finish(made, settings, best_coding(accepted), None, if_none_match))

    return [Route(path, answer) for path in ("/docs", *(f"/docs/{name}" for name in (*_ASSETS, "start.js")))]
