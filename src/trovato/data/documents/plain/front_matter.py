"""Facts that a Markdown note states about itself, between lines of three hyphens at its top."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from trovato.core import Attribute

_BLOCK = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_LONGEST = 16_384
_MOST = 32
_YEAR = re.compile(r"(?:19|20)\d\d")


def read_front_matter(text: str) -> Mapping[str, Attribute]:
    r"""The facts by name: texts and numbers as they stand, lists joined by commas.

    `authors` and `creator` count as `author`; a `date` also gives the `year`. What is no YAML of
    names and values, is nested, or is longer than 16,384 characters, gives nothing.

    Parameters
    ----------
    text
        The whole note.

    Examples
    --------
    >>> read_front_matter("---\ntitle: Pumps\ndate: 2021-03-04\n---\nText")
    {'title': 'Pumps', 'date': '2021-03-04', 'year': 2021}
    """
    found = _BLOCK.match(text[:_LONGEST])
    if found is None:
        return {}
    import yaml

    try:
        stated = yaml.safe_load(found[1])
    except (
        yaml.YAMLError,
        ValueError,
        RecursionError,
    ):  # a date such as 2021-13-45 is a ValueError
        return {}
    if not isinstance(stated, dict):
        return {}
    facts: dict[str, Attribute] = {}
    for key, value in list(stated.items())[:_MOST]:
        name = re.sub(r"\W+", "_", str(key)).strip("_").lower()
        name = "author" if name in ("authors", "creator") else name
        if name and (fact := _fact(value)) is not None:
            facts[name] = fact
    year = _YEAR.match(str(facts.get("date", "")))
    return {**facts, "year": int(year[0])} if year and "year" not in facts else facts


def _fact(value: object) -> Attribute | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float) and abs(value) < 2**53:
        return value
    if isinstance(value, str | date):
        return " ".join(str(value).split()) or None
    if isinstance(value, list):
        parts = [str(part) for part in map(_fact, value) if part is not None]
        return ", ".join(parts) or None
    return None
