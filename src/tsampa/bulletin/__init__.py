"""The bulletin: a programme's figures set into a publication, each number with its id and where it opens."""

from tsampa.bulletin.content import Bulletin, build_bulletin
from tsampa.bulletin.extra import require_tools, tool_versions
from tsampa.bulletin.publish import render_bulletin, write_bulletin

__all__ = [
    "Bulletin",
    "build_bulletin",
    "render_bulletin",
    "require_tools",
    "tool_versions",
    "write_bulletin",
]
