"""Tools of an agent: search one kind of source, read an item, calculate a term."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from trovato.core import InvalidInputError, Item, check_many
from trovato.ops import Factor, StatutoryRange, calculate_term
from trovato.retrieve import MultiSourceRetriever, SourceFilter


@dataclass(frozen=True, slots=True)
class Observation:
    """What a tool answers, and the items that it rests on."""

    text: str
    hits: tuple[str, ...] = ()


@runtime_checkable
class Tool(Protocol):
    """Something that an agent may call once a turn; wrong input is answered, not raised."""

    @property
    def name(self) -> str:
        """As it stands in the tag."""

    @property
    def help(self) -> str:
        """One line for the prompt."""

    def call(self, text: str, argument: str) -> Observation:
        """The answer to an input and the tag inside it, if there was one."""


class SearchTool:
    """Searches one kind of source: `<search><statute>words</statute></search>`.

    Parameters
    ----------
    retriever
        Over the sources.
    types
        Kinds that may be asked.
    day
        Only what was in force then.
    k
        Hits for each search.
    """

    name = "search"

    def __init__(
        self,
        retriever: MultiSourceRetriever,
        types: tuple[str, ...],
        *,
        day: date | None = None,
        k: int = 3,
    ) -> None:
        check_many("types", types)
        self._retriever = retriever
        self._types = types
        self._day = day
        self._k = k

    @property
    def help(self) -> str:
        """One line for the prompt."""
        return f"<search><TYPE>words</TYPE></search>, TYPE one of {', '.join(self._types)}"

    def call(self, text: str, argument: str) -> Observation:
        """Title and text of each hit."""
        if argument not in self._types:
            return Observation(f"Name one source: {', '.join(self._types)}.")
        try:
            sources = SourceFilter(frozenset({argument}), self._day)
            ranking = self._retriever.search([text], self._k, sources)
        except InvalidInputError as error:
            return Observation(f"{error}.")
        found = (
            f"[{hit.item.id}] {hit.item.attributes.get('title', '')}\n{hit.item.text}"
            for hit in ranking
        )
        return Observation("\n\n".join(found) or "Nothing was found.", ranking.ids)


class ReadTool:
    """Reads one item whole: `<read>id</read>`."""

    name = "read"
    help = "<read>id of a hit</read>"

    def __init__(self, items: Mapping[str, Item]) -> None:
        self._items = items

    def call(self, text: str, argument: str) -> Observation:  # noqa: ARG002 (of the protocol)
        """The item's text."""
        item = self._items.get(text)
        return Observation(item.text, (item.id,)) if item else Observation(f"No item {text!r}.")


class CalculatorTool:
    """Calculates a term: `<calculate>{"minimum": 1, "maximum": 36, "starting": 10}</calculate>`.

    Parameters
    ----------
    factors
        By name; the input lists names under "factors".
    """

    name = "calculate"

    def __init__(self, factors: Mapping[str, Factor]) -> None:
        self._factors = factors

    @property
    def help(self) -> str:
        """One line for the prompt."""
        return (
            '<calculate>{"minimum": months, "maximum": months, "starting": months, '
            f'"factors": [names]}}</calculate>, names among {", ".join(self._factors)}'
        )

    def call(self, text: str, argument: str) -> Observation:  # noqa: ARG002 (of the protocol)
        """The steps of the calculation."""
        try:
            asked = json.loads(text)
            found = calculate_term(
                StatutoryRange(float(asked["minimum"]), float(asked["maximum"])),
                float(asked["starting"]),
                increase=float(asked.get("increase", 0)),
                factors=tuple(self._factors[name] for name in asked.get("factors", ())),
            )
        except KeyError as error:
            return Observation(f"Unknown or absent: {error}.")
        except (TypeError, AttributeError, ValueError) as error:
            return Observation(f"Cannot calculate: {error}.")
        steps = (f"{one.name}: {one.low:.1f} to {one.high:.1f}; {one.rule}" for one in found.steps)
        return Observation("\n".join([*steps, f"estimate: {found.estimate:.1f} months"]))
