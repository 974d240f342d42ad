"""What the evaluation servers of CIRR, CIRCO and FashionIQ take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

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


def fashion_iq_submission(
    run: Mapping[str, Sequence[str]], entries: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What the server of FashionIQ takes for one category: its captions, each with a ranking.

    The reference is left in, as it is in the benchmark's own evaluation.

    Parameters
    ----------
    run
        By the id that `trovato.data.datasets.read_fashion_iq` gives a query: its place in the file.
    entries
        Of the category's `cap.*.json`, in order.

    Raises
    ------
    InvalidInputError
        If a query has no ranking, or one of fewer than 50 pictures, or one twice among them.
    """
    check_lists("ranking", run)
    if absent := [place for place in range(len(entries)) if str(place) not in run]:
        raise InvalidInputError(f"query '{absent[0]}' and {len(absent) - 1} more have no ranking")
    return [
        {**entry, "ranking": _best(str(place), run[str(place)], _SUBMITTED)}
        for place, entry in enumerate(entries)
    ]


def _best(query: str, ranking: Sequence[str], count: int) -> list[str]:
    best = list(ranking[:count])
    if len(set(best)) != count:
        raise InvalidInputError(
            f"query {query!r}: {count} different pictures are submitted, got {len(set(best))}"
        )
    return best
