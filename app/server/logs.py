"""The log: lines on standard error for people, or a JSON object a line for machines that collect them."""

import json
import logging
import sys
import time
from collections.abc import Mapping
from typing import Literal


class AsText(logging.Formatter):
    """A line for people; what a line says of a request follows its sentence."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        said: Mapping[str, object] = getattr(record, "said", {})
        rest = " ".join(f"{name}={_plain(value)}" for name, value in said.items() if name not in _IN_SENTENCE)
        return f"{line} {rest}" if rest else line


_IN_SENTENCE = ("method", "path", "status")


class AsJson(logging.Formatter):
    """A JSON object on a line: ``time`` (RFC 3339), ``level``, ``logger``, ``message``, and what the line is about."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "time": f"{moment}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        line |= getattr(record, "said", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def begin_log(form: Literal["text", "json"]) -> None:
    """Write the log to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else AsText())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("claims").setLevel(logging.INFO)
    # A client that sends no HTTP is not worth a line each: it would be a way to fill a disk.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def _plain(value: object) -> str:
    text = str(value)
    return json.dumps(text) if not text.isprintable() or " " in text or not text else text
