"""Which wrong documents are worth learning from, by a teacher's scores."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Float, Int64

NegativeRule = Literal["perc_pos", "margin_pos", "absolute", "top_k"]
NEGATIVE_RULES: tuple[NegativeRule, ...] = get_args(NegativeRule)
_MARGIN = 0.05


def hard_negatives(
    scores: Float[np.ndarray, " documents"],
    positive: Bool[np.ndarray, " documents"],
    top_k: int,
    *,
    rule: NegativeRule = "perc_pos",
    bound: float = 0.95,
    skip: int = 0,
) -> Int64[np.ndarray, " negatives"]:
    """The documents of highest score that are no positives and not so near that they may be one.

    With `s` the least score among the positives, a document stays below `bound` · s ("perc_pos"),
    below s − `bound` ("margin_pos"), below `bound` itself ("absolute"), or anywhere ("top_k"). The
    bounds are strict. Where s is not above 0, a share of it means nothing: "perc_pos" then asks
    for s − 0.05.

    Source: Moreira et al., "NV-Retriever", 2024 (arXiv 2407.15831), section 3.1.

    Parameters
    ----------
    scores
        Of one query, by a teacher: cosines, or means of MaxSim.
    positive
        Which documents are right.
    top_k
        At most so many; fewer where fewer stay.
    rule, bound
        See above.
    skip
        Best of those that stay to pass over.

    Returns
    -------
    Places of documents, hardest first, ties by place.

    Raises
    ------
    InvalidInputError
        If there is no positive, the arrays differ in length, or a setting is not understood.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([0.9, 0.88, 0.8, 0.3])
    >>> hard_negatives(scores, np.array([True, False, False, False]), 2).tolist()
    [2, 3]
    """
    if len(scores) != len(positive) or not positive.any():
        raise InvalidInputError(
            f"each query needs a positive among its documents, got {len(scores)} scores, "
            f"{len(positive)} marks and {int(positive.sum())} positives"
        )
    if rule not in NEGATIVE_RULES:
        raise InvalidInputError(f"rule must be one of {', '.join(NEGATIVE_RULES)}, got {rule!r}")
    if top_k < 0 or skip < 0:
        raise InvalidInputError(f"top_k and skip are at least 0, got {top_k} and {skip}")
    least = float(scores[positive].min())
    limit = {
        "perc_pos": bound * least if least > 0 else least - _MARGIN,
        "margin_pos": least - bound,
        "absolute": bound,
        "top_k": np.inf,
    }[rule]
    allowed = np.flatnonzero(~positive & (scores < limit))
    order = allowed[np.argsort(-scores[allowed], kind="stable")]
    return order[skip : skip + top_k].astype(np.int64)
