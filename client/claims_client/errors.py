"""What the client raises: one tree, whose every error reads as a sentence."""

from claims_client.models import Model


class ParameterError(Model):
    """A fault of one parameter."""

    parameter: str
    message: str
    did_you_mean: tuple[str, ...] = ()


class Problem(Model):
    """Why a request was refused (RFC 9457)."""

    type: str = "about:blank"
    title: str = ""
    status: int = 0
    detail: str
    did_you_mean: tuple[str, ...] = ()
    errors: tuple[ParameterError, ...] = ()


class ClaimsError(Exception):
    """Root of all errors of this package."""


class Unavailable(ClaimsError):
    """No response came, or the server is busy or away; ``retry_after`` gives the seconds that it asks to wait."""

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class UnreadableResponse(ClaimsError):
    """What answered is no Claims API, or one that this client cannot read."""


class ProblemError(ClaimsError):
    """The server refused the request; ``problem`` says why, ``problem.type`` ends in the name of its kind."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)

    def __str__(self) -> str:
        return self.problem.detail


class ParametersInvalid(ProblemError):
    """Parameters are unknown, malformed, name what the record does not have, or conflict; see ``problem.errors``."""


class NotFound(ProblemError):
    """Nothing has that id."""

    def __str__(self) -> str:
        near = " or ".join(self.problem.did_you_mean)
        return f"{self.problem.detail} Did you mean {near}?" if near else self.problem.detail
