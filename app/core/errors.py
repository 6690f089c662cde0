"""What can go wrong, as one bare tree.

No class here knows HTTP: :mod:`app.web.problems` holds the table of status codes, :mod:`app.cli` that of exit codes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_USERINFO = re.compile(r"(?<=://)(?:[^\s/?#@:]*:\S*|[^\s/?#@]*)@")


def without_userinfo(text: str) -> str:
    """``text`` with the name and password taken out of each URL in it (the userinfo of RFC 3986)."""
    return _USERINFO.sub("", text)


class ClaimsError(Exception):
    """Root of everything raised on purpose. ``str(error)`` is a sentence for the reader, without passwords of URLs."""

    def __str__(self) -> str:
        return without_userinfo(super().__str__())


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a record: where it is and what to do about it.

    ``pointer`` is a JSON pointer (RFC 6901, ``""`` for the whole file), ``line`` counts from 1 and is 0 where unknown.
    """

    pointer: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "file"
        return f"{where}, {self.pointer or '(the whole file)'}: {self.message}"


class RecordInvalid(ClaimsError):
    """A record cannot be used; ``faults`` holds every one that was found, in the order of the file."""

    def __init__(self, faults: Sequence[Fault], name: str = "the record") -> None:
        self.faults = tuple(faults)
        self.name = without_userinfo(name)
        count = len(self.faults)
        super().__init__(f"{name} has {count} fault{'s' if count != 1 else ''}; the first: {self.faults[0]}")

    def __reduce__(self) -> tuple[type["RecordInvalid"], tuple[Sequence[Fault], str]]:
        return RecordInvalid, (self.faults, self.name)


class RecordUnreadable(ClaimsError):
    """A record's file cannot be read at all: missing, a directory, a device, too large, or no permission."""


class QueryInvalid(ClaimsError):
    """A question cannot be asked that way. ``parameter`` is its name, ``did_you_mean`` the nearest legal words."""

    def __init__(self, parameter: str, message: str, did_you_mean: Sequence[str] = ()) -> None:
        self.parameter = parameter
        self.message = message
        self.did_you_mean = tuple(did_you_mean)
        hint = f" Did you mean {' or '.join(repr(word) for word in self.did_you_mean)}?" if did_you_mean else ""
        super().__init__(f"{parameter}: {message}{hint}")


class CursorInvalid(QueryInvalid):
    """A cursor is forged, belongs to another question, or names a claim that the record no longer has."""

    def __init__(self, message: str) -> None:
        super().__init__("cursor", f"{message} Leave the cursor out to start from the first page.")


class NotFound(ClaimsError):
    """Nothing of that kind has the id. ``did_you_mean`` has the nearest ids there are."""

    def __init__(self, kind: str, wanted: str, did_you_mean: Sequence[str] = ()) -> None:
        self.did_you_mean = tuple(did_you_mean)
        super().__init__(f"There is no {kind} with the id {wanted!r}.")


class NotAcceptable(ClaimsError):
    """None of the formats that the reader accepts can be served here; ``offered`` are those that can."""

    def __init__(self, offered: Sequence[str]) -> None:
        super().__init__(f"None of the accepted media types is available here. Offered: {', '.join(offered)}.")


class StoreUnavailable(ClaimsError):
    """The store cannot answer now; asking again after ``retry_after`` seconds is reasonable."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class ParametersInvalid(ClaimsError):
    """Some parameters of a question are unknown, repeated or malformed; ``errors`` holds every one that is."""

    def __init__(self, errors: Sequence[QueryInvalid]) -> None:
        self.errors = tuple(errors)
        super().__init__(" ".join(str(each) for each in errors))


class ParametersConflict(ClaimsError):
    """Each parameter is right by itself, but they cannot hold together."""


class ValueUnknown(QueryInvalid):
    """A filter names something that this record does not have."""


class TextTooLarge(ClaimsError):
    """A text sent to be verified is larger than the server takes."""


class TextUnreadable(ClaimsError):
    """A text sent to be verified is no UTF-8 text."""
