"""What a collection of page vectors will cost, before anyone starts: bytes, hours, waiting."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError
from trovato.index import VectorFormat


@dataclass(frozen=True, slots=True)
class ModelCost:
    """What a page costs with a model.

    Parameters
    ----------
    parameters
        Of the whole model.
    dim
        Components of a vector.
    vectors
        Of a page, on average.
    """

    parameters: float
    dim: int
    vectors: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine does in a second.

    Parameters
    ----------
    flops
        Floating point operations of a model, as reached.
    products
        Products of int8 components that exact MaxSim scores.
    """

    flops: float
    products: float


# Parameters, dimensions and vectors per page: Nemotron ColEmbed V2, 2026, tables 1 and 6; ColPali
# and ColQwen2 as released; MiniLM as it comes with this package, about 500 tokens to a page.
MODELS: dict[str, ModelCost] = {
    "minilm": ModelCost(22.7e6, 128, 500),
    "colmodernvbert": ModelCost(0.25e9, 128, 900),
    "colpali": ModelCost(2.9e9, 128, 1030),
    "colqwen2": ModelCost(2.2e9, 128, 768),
    "nemotron-3b": ModelCost(4.4e9, 3072, 2304),
    "nemotron-4b": ModelCost(4.82e9, 2560, 773),
    "nemotron-8b": ModelCost(8.76e9, 4096, 773),
}
# ColPali reports .39 s for a page on an L4: 1.5e13 operations a second, an eighth of what the card
# could do at most. The same share is taken of other cards. MaxSim: 5.5e10 to 6.3e10 products were
# measured on one core with AVX-512, int8, 128 components, 32 tokens of a question.
_SHARE = 0.125
MACHINES: dict[str, Machine] = {
    "cpu": Machine(5e10, 6e10),
    "l4": Machine(121e12 * _SHARE, 6e10),
    "a100": Machine(312e12 * _SHARE, 6e10),
    "h200": Machine(989e12 * _SHARE, 6e10),
}
_BITS = {"fp16": 16, "int8": 8, "8bit": 8, "4bit": 4, "2bit": 2, "1bit": 1, "binary": 1}
# The scale of int8, the centroid of residual codes.
_BESIDE = {"fp16": 0, "binary": 0}


@dataclass(frozen=True, slots=True)
class CostPlan:
    """Costs of a number of pages.

    Parameters
    ----------
    vectors
        That are stored.
    bytes
        Of the vectors on disk; words and pages come to them.
    build_seconds
        For one machine to encode all pages.
    exact_seconds
        For one core to score all of them for one question.
    rerank_seconds
        The same for a thousand candidates.
    """

    vectors: int
    bytes: int
    build_seconds: float
    exact_seconds: float
    rerank_seconds: float


def plan_cost(
    pages: int,
    model: str,
    *,
    vector_format: str = "int8",
    machine: str = "cpu",
    query_tokens: int = 25,
) -> CostPlan:
    """Predict what page vectors will cost, from the constants of `MODELS` and `MACHINES`.

    A model does two operations for each parameter and token; MaxSim one product for each
    component, vector and token of the question.

    Parameters
    ----------
    pages
        To be indexed.
    model
        One of `MODELS`.
    vector_format
        As of `trovato index --format`.
    machine
        One of `MACHINES`, which encodes.
    query_tokens
        Of a question.

    Raises
    ------
    InvalidInputError
        If a name is unknown or a number below 1.

    Examples
    --------
    >>> round(plan_cost(1_000_000, "nemotron-8b", vector_format="fp16").bytes / 2**30, 1)
    5897.5
    """
    for name, known, table in (("model", model, MODELS), ("machine", machine, MACHINES)):
        if known not in table:
            raise InvalidInputError(f"{name} must be one of {', '.join(table)}, got {known!r}")
    if pages < 1 or query_tokens < 1:
        raise InvalidInputError(
            f"pages and query_tokens are at least 1, got {pages} and {query_tokens}"
        )
    cost, speed = MODELS[model], MACHINES[machine]
    stored = VectorFormat.parse(vector_format).within(cost.dim)
    width = stored.width(cost.dim)
    vectors = round(pages * cost.vectors / stored.pooling)
    beside = _BESIDE.get(stored.codec, 4)
    products = vectors * width * query_tokens
    exact = products / MACHINES["cpu"].products
    return CostPlan(
        vectors,
        vectors * (-(-width * _BITS[stored.codec] // 8) + beside),
        2 * cost.parameters * cost.vectors * pages / speed.flops,
        exact,
        exact * min(1.0, 1000 / pages),
    )
