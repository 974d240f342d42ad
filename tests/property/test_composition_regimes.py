"""Where anchor and debias help: a world of attributes with planted errors of the description.

Pictures have six slots of five values, with a gap between the modalities. A query changes two
slots; the description misses kept slots (omissive), has wrong ones (redundant), or is right
(clean), and holds edited slots at a weight.
"""

from __future__ import annotations

import numpy as np
import pytest

from trovato.ops import QueryParts

SLOTS, VALUES, DIM, PICTURES, QUERIES = 6, 5, 64, 600, 300
ALPHA, BETA = 0.15, 0.35


def recall(errors: str, edited_weight: float) -> dict[str, float]:
    """R@1 of description, anchor, debias and both."""
    random = np.random.default_rng(7)
    codes = random.normal(size=(SLOTS, VALUES, DIM)) / np.sqrt(DIM)
    gap = random.normal(size=(2, DIM)) / np.sqrt(DIM)

    def vector(values: dict[int, int], weights: dict[int, float], modality: int) -> np.ndarray:
        found = sum((weights[slot] * codes[slot, value] for slot, value in values.items()))
        return np.asarray(found + gap[modality] + 0.3 * random.normal(size=DIM) / np.sqrt(DIM))

    pictures = random.integers(VALUES, size=(PICTURES, SLOTS))
    unit = dict.fromkeys(range(SLOTS), 1.0)
    gallery = np.stack([vector(dict(enumerate(row)), unit, 0) for row in pictures.tolist()])
    gallery /= np.linalg.norm(gallery, axis=1, keepdims=True)
    found = dict.fromkeys(("description", "anchor", "debias", "both"), 0)
    for _ in range(QUERIES):
        at = int(random.integers(PICTURES))
        target = dict(enumerate(pictures[at].tolist()))
        edited = random.choice(SLOTS, 2, replace=False).tolist()
        reference = dict(target)
        for slot in edited:
            reference[slot] = (target[slot] + int(random.integers(1, VALUES))) % VALUES
        described = dict(target)
        weights = {slot: edited_weight if slot in edited else 1.0 for slot in range(SLOTS)}
        kept = [slot for slot in range(SLOTS) if slot not in edited]
        if errors == "omissive":
            for slot in random.choice(kept, 3, replace=False).tolist():
                del described[slot]
        if errors == "redundant":
            wrong = int(random.choice(kept))
            described[wrong] = (target[wrong] + 1) % VALUES
        parts = QueryParts(
            vector(described, weights, 1),
            vector(reference, unit, 0),
            vector({slot: target[slot] for slot in edited}, unit, 1),
        )
        for name, alpha, beta in (
            ("description", 0.0, 0.0),
            ("anchor", ALPHA, 0.0),
            ("debias", 0.0, BETA),
            ("both", ALPHA, BETA),
        ):
            scores = gallery @ parts.compose(parts.weights(alpha, beta))
            found[name] += int(scores.argmax()) == at
    return {name: count / QUERIES for name, count in found.items()}


@pytest.mark.slow
def test_anchor_mends_what_a_description_leaves_out() -> None:
    told = recall("omissive", 1.0)
    assert told["anchor"] >= told["description"] + 0.08, told


@pytest.mark.slow
def test_debias_mends_a_description_that_dilutes_the_change() -> None:
    told = recall("redundant", 0.4)
    assert told["debias"] >= told["description"] + 0.05, told


@pytest.mark.slow
def test_debias_costs_where_the_description_is_right() -> None:
    told = recall("clean", 1.0)
    assert told["debias"] < told["description"], told
