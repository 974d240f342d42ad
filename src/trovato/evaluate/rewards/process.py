"""The factors that an agent listed, against the facts."""

from __future__ import annotations

import re
from collections.abc import Collection

from trovato.core import AgentTrace, check_many

_FACTORS = re.compile(r"<factors>(.*?)</factors>", re.DOTALL)
_ANSWER = re.compile(r"<answer>")
_SEPARATOR = re.compile(r"[;；,，、\n]+")
_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:/\s*10)?\s*")


def listed_factors(trace: AgentTrace) -> tuple[str, ...] | None:
    """The last list of factors before the first answer, of what the agent itself wrote.

    None where there is no list. (The released code of Chen et al. 2026 takes the first one.)
    """
    written = trace.policy_text
    answer = _ANSWER.search(written)
    blocks = _FACTORS.findall(written, 0, answer.start() if answer else len(written))
    if not blocks:
        return None
    return tuple(one.strip() for one in _SEPARATOR.split(blocks[-1]) if one.strip())


def judge_factors(listed: Collection[str] | None, supported: Collection[str]) -> float:
    """F1 of the factors that were listed against those that the facts support: a judge by rules.

    Nothing listed and nothing supported is 1; no list at all is 0.
    """
    check_many("supported", supported)
    if listed is None:
        return 0.0
    check_many("listed", listed)
    named, true = set(listed), set(supported)
    both = len(named) + len(true)
    return 2 * len(named & true) / both if both else 1.0


def parse_judge_score(said: str) -> float:
    """A judge's mark of 0…10 as a share: "7" and "7/10" are .7, "11" is 1, "-1" and words 0."""
    found = _NUMBER.fullmatch(said)
    return min(max(float(found[1]), 0.0), 10.0) / 10 if found else 0.0
