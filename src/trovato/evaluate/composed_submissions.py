"""What the evaluation servers of CIRR and CIRCO take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from trovato.core import InvalidInputError
from trovato.evaluate.composed_images import check_lists, without

_SUBMITTED, _SUBMITTED_SUBSET = 50, 3


def circo_submission(run: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """What the server of CIRCO takes: 50 pictures of COCO for each query, as numbers.

    Raises
    ------
    InvalidInputError
        If a ranking has fewer, one twice among them, or an id that is no number.
    """
    check_lists("ranking", run)
    try:
        return {
            query: [int(one) for one in _best(query, found, _SUBMITTED)]
            for query, found in run.items()
        }
    except ValueError as error:
        raise InvalidInputError(f"ids of CIRCO's pictures are numbers of COCO: {error}") from error


def cirr_submission(
    run: Mapping[str, Sequence[str]],
    references: Mapping[str, str],
    metric: Literal["recall", "recall_subset"],
    groups: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, str | list[str]]:
    """What the server of CIRR takes: 50 pictures of the gallery, or 3 of the group.

    The reference is left out.

    Raises
    ------
    InvalidInputError
        If a ranking has fewer, or one twice among them, or the groups are missing.
    """
    check_lists("ranking", run)
    check_lists("group", groups or {})
    if metric == "recall_subset" and groups is None:
        raise InvalidInputError("the subset is that of the groups: pass them")
    made: dict[str, str | list[str]] = {"version": "rc2", "metric": metric}
    for query, found in run.items():
        ranked = without(found, references[query])
        if metric == "recall_subset":
            group = set((groups or {})[query])
            made[query] = _best(query, [one for one in ranked if one in group], _SUBMITTED_SUBSET)
        else:
            made[query] = _best(query, ranked, _SUBMITTED)
    return made


def _best(query: str, ranking: Sequence[str], count: int) -> list[str]:
    best = list(ranking[:count])
    if len(set(best)) != count:
        raise InvalidInputError(
            f"query {query!r}: {count} different pictures are submitted, got {len(set(best))}"
        )
    return best
