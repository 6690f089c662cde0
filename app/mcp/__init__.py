"""Tools for language-model agents, by the official SDK of the Model Context Protocol.

Five tools, made by hand: an agent needs to find a claim, read it whole, follow it through time, know the sources and
the rule; it does not need every route. Their answers are sentences that cannot be quoted without source and status
(:mod:`app.mcp.telling`), and there is no structured copy beside them from which a bare claim could be taken.

The SDK takes half a second and 20 MB to load, so nothing imports this package unless tools are wanted.
"""

from app.mcp.mounting import Mounted, inside, mounted
from app.mcp.tools import tools

__all__ = ["Mounted", "inside", "mounted", "tools"]
