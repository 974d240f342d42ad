"""One adapter per engine, all used in the same way."""

from peers.engine import Documents, Engine, Setting
from peers.registry import ENGINES, chosen, make_engine

__all__ = ["ENGINES", "Documents", "Engine", "Setting", "chosen", "make_engine"]
