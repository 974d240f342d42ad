"""Which items of a tree are nodes, and what speaks for them.

Source: LILaC (Yun, Lee and Han 2025, section 3.1): a layer of components over one of their parts.
"""

from __future__ import annotations

from typing import get_args

from trovato.core import InvalidInputError
from trovato.index.graph.graph import Level
from trovato.index.graph.item_tree import ItemTree

# Kinds of parts of a component. Only a row is a node of its own: a sentence needs its paragraph.
_ROW = "row"
_PARTS = frozenset((_ROW, "sentence", "crop"))


def check_level(level: str) -> None:
    """Refuse a level that is none.

    Raises
    ------
    InvalidInputError
        If so.
    """
    if level not in get_args(Level):
        raise InvalidInputError(f"the level must be 'part' or 'component', got {level!r}")


def nodes_of(tree: ItemTree, level: Level) -> list[str]:
    """Ids of the nodes of a tree, rising."""
    return sorted(name for name in tree if _is_node(tree, name, level))


def is_node_kind(kind: str, level: Level) -> bool:
    """Whether an item of that kind speaks for itself; else it is a part of its node."""
    return kind not in _PARTS or (kind == _ROW and level == "part")


def children_of(tree: ItemTree, node: str, level: Level) -> tuple[str, ...]:
    """What speaks for a node: its parts, or itself."""
    return (level == "component" and tuple(tree.parts(node))) or (node,)


def component_of(tree: ItemTree, upwards: list[str]) -> str:
    """The component among an item and what it is a part of."""
    return next((name for name in upwards if tree.kind(name) not in _PARTS), upwards[0])


def linking_items(tree: ItemTree, node: str) -> tuple[str, ...]:
    """Items whose links are those of a node: itself, and of a component its parts."""
    return (node, *(tree.parts(node) if tree.kind(node) not in _PARTS else ()))


def _is_node(tree: ItemTree, name: str, level: Level) -> bool:
    if tree.kind(name) in _PARTS:
        return is_node_kind(tree.kind(name), level)
    if any(tree.kind(part) not in _PARTS for part in tree.parts(name)):
        return False  # a document, or a section of one
    return level == "component" or not tree.parts(name, _ROW)
