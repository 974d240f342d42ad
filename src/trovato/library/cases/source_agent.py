"""An agent over the typed sources of a library."""

from __future__ import annotations

from datetime import date

from trovato.core import InvalidInputError, LanguageModel
from trovato.generate.agent import Agent, CalculatorTool, ReadTool, SearchTool, Tool
from trovato.generate.case import Pack
from trovato.library.library import Library
from trovato.retrieve import MultiSourceRetriever

ASK_INSTRUCTIONS = (
    "Answer the question from the sources alone. Think, search one kind of source a turn, and name "
    "the ids of what you rest on. If the sources do not tell, answer: not established."
)


def source_tools(
    library: Library, *, day: date | None = None, pack: Pack | None = None, k: int = 3
) -> list[Tool]:
    """Search the kinds of sources that a library holds, read an item, and calculate.

    Parameters
    ----------
    library
        With sources; see `add_sources`.
    day
        Only what was in force then.
    pack
        Whose factors the calculator knows; None for no calculator.
    k
        Hits for each search.

    Raises
    ------
    InvalidInputError
        If the library holds no typed source.
    """
    items = {item.id: item for item in library if "source_type" in item.attributes}
    if not items:
        raise InvalidInputError(
            "the library holds no typed source: add one with `trovato sources add`"
        )
    types = tuple(sorted({str(item.attributes["source_type"]) for item in items.values()}))
    factors = {rule.factor.name: rule.factor for rule in pack.factors} if pack else {}
    return [
        SearchTool(MultiSourceRetriever(items.values()), types, day=day, k=k),
        ReadTool(items),
        *([CalculatorTool(factors)] if pack else []),
    ]


def source_agent(
    library: Library,
    model: LanguageModel,
    *,
    instructions: str = ASK_INSTRUCTIONS,
    day: date | None = None,
    pack: Pack | None = None,
    k: int = 3,
    turns: int = 8,
) -> Agent:
    """An agent that searches the kinds of sources that a library holds, and reads its items.

    Parameters
    ----------
    library
        With sources; see `add_sources`.
    model
        Writes.
    instructions
        What the task is.
    day
        Only what was in force then.
    pack
        Whose factors the calculator knows; None for no calculator.
    k
        Hits for each search.
    turns
        Calls at most.

    Raises
    ------
    InvalidInputError
        If the library holds no typed source.
    """
    tools = source_tools(library, day=day, pack=pack, k=k)
    return Agent(model, tools, instructions=instructions, turns=turns)
