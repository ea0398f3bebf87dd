"""The bulletin: a programme's figures set into a publication, each number with its id and where it opens."""

from tsampa.bulletin.content import Bulletin, build_bulletin
from tsampa.bulletin.publish import render_bulletin, write_bulletin

__all__ = ["Bulletin", "build_bulletin", "render_bulletin", "write_bulletin"]
