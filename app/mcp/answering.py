"""The server of the tools: what is wrong with a call, and what its client raises, are sentences that say what to do.

The SDK ignores unknown arguments and answers others with the text of its validator. Here an unknown argument is an
error as an unknown parameter of the API is: ignored, it would answer another question.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

from app import __version__
from app.core.query import nearest
from app.record.syntax import brief
from claims_client import ClaimsError, NotFound

INSTRUCTIONS = (
    "Claims made in an essay, each with who says so, through whom, and whether it stands. A claim's status is derived "
    "from dated statements by a published rule. Pass a claim on only as the whole sentence given here, with its status "
    "in brackets and its sources: without them it says something that nobody may have said. An unconfirmed or disputed "
    "claim is not a fact, and an asserted one is the author's word."
)


class Tools(MCPServer[Any]):
    """An MCP server of tools; nobody can subscribe to changes, as a stream without end would hold a connection."""

    def __init__(self, offered: Iterable[Tool]) -> None:
        self._offered = {tool.name: tool for tool in offered}
        for tool in self._offered.values():
            tool.parameters["additionalProperties"] = False
        super().__init__(
            "claims",
            title="Claims API",
            instructions=INSTRUCTIONS,
            version=__version__,
            log_level="WARNING",
            tools=list(self._offered.values()),
            subscriptions=False,
        )

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        if name not in self._offered:
            raise ToolError(f"There is no tool {brief(name)}.{_meant(name, self._offered)}")
        if faults := list(_faults(self._offered[name], arguments)):
            raise ToolError("\n".join(faults))
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            match error.__cause__:
                case NotFound() as cause:
                    raise ToolError(f"{cause} search_claims and list_sources give ids.") from None
                case ClaimsError() as cause:
                    raise ToolError(str(cause)) from None
            raise


def _faults(tool: Tool, arguments: Mapping[str, Any]) -> Iterator[str]:
    known = tool.parameters["properties"]
    for name in arguments.keys() - known.keys():
        yield f"{name[:100]}: There is no such argument.{_meant(name, known)}"
    try:
        tool.fn_metadata.validate_arguments(dict(arguments))
    except ValidationError as error:
        for name in dict.fromkeys(str(each["loc"][0]) for each in error.errors()):
            if name in arguments:
                yield f"{name}: {brief(arguments[name])} does not fit; write {_wanted(known[name])}."
            else:
                yield f"{name}: This argument is missing."


def _wanted(schema: Mapping[str, Any]) -> str:
    match schema:
        case {"type": "array", "items": {"$ref": _}}:
            return "a list of objects as described"
        case {"type": "array"}:
            return "a list of texts"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"a whole number from {least} to {most}"
        case {"type": "string"}:
            return "a text"
        case _:
            return "true or false"


def _meant(word: str, known: Iterable[str]) -> str:
    near = nearest(word, known)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
