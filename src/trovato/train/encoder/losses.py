"""How far scores are from what is right; torch tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def maxsim_scores(
    queries: Any, query_mask: Any, documents: Any, document_mask: Any, *, normalize: bool = True
) -> Any:
    """MaxSim of each query with each document `(queries, documents)`.

    Padding of a document is −∞, so that a document which is unlike the question scores below 0.

    Source: Khattab and Zaharia, "ColBERT", 2020, equation 3.

    Parameters
    ----------
    queries, documents
        `(queries, tokens, dim)` and `(documents, tokens, dim)`.
    query_mask, document_mask
        Which tokens there are.
    normalize
        Divide by the number of query tokens.
    """
    import torch

    products = torch.einsum("qtd,nsd->qnts", queries, documents)
    best = products.masked_fill(~document_mask[None, :, None, :], -torch.inf).amax(dim=3)
    summed = torch.where(query_mask[:, None, :], best, 0.0).sum(dim=2)
    return summed / query_mask.sum(dim=1, keepdim=True).clamp(min=1) if normalize else summed


def pooled_scores(queries: Any, query_mask: Any, documents: Any, document_mask: Any) -> Any:
    """Cosine of the means of the tokens `(queries, documents)`."""
    from torch.nn import functional

    def means(values: Any, mask: Any) -> Any:
        summed = (values * mask[..., None]).sum(dim=1)
        return functional.normalize(summed, dim=-1)

    return means(queries, query_mask) @ means(documents, document_mask).T


def info_nce(scores: Any, targets: Any, allowed: Any, temperature: float) -> Any:
    """Cross-entropy of the right document among those that are allowed, mean over queries.

    Source: van den Oord et al., "Representation learning with contrastive predictive coding", 2018,
    equation 4.

    Parameters
    ----------
    scores
        `(queries, documents)`.
    targets
        `(queries,)`: place of the right one.
    allowed
        `(queries, documents)`: which documents a query is compared with; the right one always is.
    temperature
        What scores are divided by.
    """
    import torch
    from torch.nn import functional

    right = functional.one_hot(targets, scores.shape[1]).bool()
    kept = scores.masked_fill(~(allowed | right), -torch.inf)
    return functional.cross_entropy(kept / temperature, targets)


def score_divergence(
    scores: Any, teacher: Any, temperature: float, teacher_temperature: float
) -> Any:
    """Kullback–Leibler divergence of the scores' softmax from the teacher's, mean over queries.

    Parameters
    ----------
    scores, teacher
        `(queries, documents)` of the same documents; what is not a number is no document.
    temperature, teacher_temperature
        What each is divided by.
    """
    import torch
    from torch.nn import functional

    absent = torch.isnan(teacher)
    own = (scores / temperature).masked_fill(absent, -torch.inf).log_softmax(dim=1)
    theirs = (teacher / teacher_temperature).masked_fill(absent, -torch.inf).log_softmax(dim=1)
    found = functional.kl_div(
        own.masked_fill(absent, 0.0),
        theirs.masked_fill(absent, -torch.inf),
        log_target=True,
        reduction="none",
    )
    return found.masked_fill(absent, 0.0).sum(dim=1).mean()


def truncated(values: Any, dim: int) -> Any:
    """The first components, at length 1. Kusupati et al., "Matryoshka representation", 2022."""
    from torch.nn import functional

    return functional.normalize(values[..., :dim], dim=-1)


def same_documents(documents: Sequence[str], wanted: Sequence[Sequence[str]]) -> Any:
    """Which documents `(queries, documents)` are among the right ones of each query."""
    import torch

    right = [set(some) for some in wanted]
    return torch.tensor([[text in some for text in documents] for some in right])
