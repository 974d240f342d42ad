"""What there is to say about semantic ids before anything is trained on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Int64
from trovato.encode.semantic_ids.bundle import SemanticIds
from trovato.ops.quantization import (
    CodeQuality,
    EncodedQuantizer,
    bucket_of,
    code_quality,
    id_drift,
    mutual_information,
    relative_error,
)


@dataclass(frozen=True, slots=True)
class IdReport:
    """Quality of semantic ids.

    Parameters
    ----------
    fingerprint
        Of the ids.
    quality
        Use of codes and collisions.
    error
        Relative squared error of decoding, in the space that is quantised; None without vectors.
    information
        For each label: bits and normalised mutual information of the prefixes of 1, 2, … levels.
    """

    fingerprint: str
    quality: CodeQuality
    error: float | None
    information: Mapping[str, tuple[tuple[float, float], ...]]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        quality = asdict(self.quality)
        for level, one in zip(quality["levels"], self.quality.levels, strict=True):
            level["utilisation"] = one.utilisation
        return {
            "fingerprint": self.fingerprint,
            **quality,
            "unique_ratio": self.quality.unique_ratio,
            "relative_error": self.error,
            "mutual_information": {name: list(pairs) for name, pairs in self.information.items()},
        }


def report_ids(
    ids: SemanticIds,
    vectors: Float[np.ndarray, "items dim"] | None = None,
    labels: Mapping[str, Int64[np.ndarray, " items"]] | None = None,
) -> IdReport:
    """Look at use of codes, collisions, error, and what prefixes say about labels.

    Parameters
    ----------
    ids
        Of a catalogue.
    vectors
        Of its items, in their order, for the error.
    labels
        A number for each item, such as of its category.

    Raises
    ------
    InvalidInputError
        If there is not one vector or label for each item.
    """
    labels = labels or {}
    for name, many in {"vectors": vectors, **labels}.items():
        if many is not None and len(many) != len(ids.items):
            raise InvalidInputError(
                f"{name}: wanted {len(ids.items)}, one an item, got {len(many)}"
            )
    error = None
    if vectors is not None:
        quantizer = ids.quantizer
        seen = quantizer.embed(vectors) if isinstance(quantizer, EncodedQuantizer) else vectors
        error = relative_error(seen, quantizer.decode(ids.codes[:, : len(quantizer.sizes)]))
    return IdReport(
        ids.fingerprint,
        code_quality(ids.codes, ids.sizes),
        error,
        {name: prefix_information(ids.codes, label) for name, label in labels.items()},
    )


def prefix_information(
    codes: Int64[np.ndarray, "items levels"], label: Int64[np.ndarray, " items"]
) -> tuple[tuple[float, float], ...]:
    """Bits and normalised mutual information of each prefix with a label of the items."""
    return tuple(
        mutual_information(bucket_of(codes[:, : level + 1]), label)
        for level in range(codes.shape[1])
    )


def compare_ids(before: SemanticIds, after: SemanticIds) -> dict[str, Any]:
    """How far ids of the same items have moved from one version to another.

    Returns
    -------
    dict
        `shared`, `added` and `removed` items, and `drift`: the share of the shared items whose
        prefix of 1, 2, … levels has changed.
    """
    where = before.items.places(list(after.items))
    shared = np.flatnonzero(where >= 0)
    return {
        "before": before.fingerprint,
        "after": after.fingerprint,
        "shared": len(shared),
        "added": len(after.items) - len(shared),
        "removed": len(before.items) - len(shared),
        "drift": list(id_drift(before.codes[where[shared]], after.codes[shared])),
    }
