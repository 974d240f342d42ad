"""Which item is a part of which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trovato.core import InvalidInputError, Item


class ItemTree:
    """Items by their parents. One whose parent is not there stands for itself.

    Raises
    ------
    InvalidInputError
        If two items have one id, or an item is a part of its own part.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._links: dict[str, tuple[str, ...]] = {}
        self._kinds: dict[str, str] = {}
        parents: dict[str, str] = {}
        for item in items:
            if item.id in self._kinds:
                raise InvalidInputError(f"two items are called {item.id!r}; ids must differ")
            self._kinds[item.id] = item.kind
            self._links[item.id] = tuple(link.target for link in item.links)
            if item.parent is not None:
                parents[item.id] = item.parent
        self._parents = {one: other for one, other in parents.items() if other in self._kinds}
        self._parts: dict[str, list[str]] = {}
        for name, parent in sorted(self._parents.items()):
            self._parts.setdefault(parent, []).append(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __contains__(self, name: str) -> bool:
        return name in self._kinds

    def kind(self, name: str) -> str:
        """Such as "table"."""
        return self._kinds[name]

    def parts(self, name: str, kind: str | None = None) -> list[str]:
        """Ids of its parts, rising, of one kind or of all."""
        own = self._parts.get(name, [])
        return own if kind is None else [part for part in own if self._kinds[part] == kind]

    def upwards(self, name: str) -> list[str]:
        """The item, what it is a part of, and so on up to its document."""
        found = [name]
        while (parent := self._parents.get(found[-1])) is not None:
            if parent in found:
                raise InvalidInputError(f"{name!r} is a part of its own part {parent!r}")
            found.append(parent)
        return found

    def links(self, name: str) -> tuple[str, ...]:
        """Targets of its own links, not those of its parts."""
        return self._links[name]
