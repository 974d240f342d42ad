"""Semantic ids in one file, so that a quantiser and the ids of another never meet."""

from __future__ import annotations

from typing import Any

from trovato.core import Artifact, IdMap, InvalidInputError, PathLike, UnreadableFileError
from trovato.encode.semantic_ids.bundle import SemanticIds, parts_of
from trovato.ops.quantization import (
    EncodedQuantizer,
    OrthogonalQuantizer,
    ProductQuantizer,
    ResidualQuantizer,
)

_KIND = "file of semantic ids"
_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (ResidualQuantizer, ProductQuantizer, OrthogonalQuantizer, EncodedQuantizer)
}


def save_ids(path: PathLike, ids: SemanticIds) -> None:
    """Write quantiser, items and ids to one file (NumPy's npz), whole or not at all.

    Raises
    ------
    InvalidInputError
        If the quantiser is of another kind than those of `trovato.ops.quantization`.
    StorageError
        If the system refuses to write.
    """
    arrays, numbers = _flattened(ids.quantizer)
    named = {f"quantizer {name}": array for name, array in arrays.items()}
    named |= {"items": ids.items.to_array(), "codes": ids.codes}
    about = {"numbers": numbers, "made": dict(ids.made)}
    Artifact(_KIND, ids.fingerprint, named, about).save(path)


def load_ids(path: PathLike) -> SemanticIds:
    """Read what `save_ids` wrote.

    Raises
    ------
    UnreadableFileError
        If the file is absent, damaged, of another format, or its parts do not belong together.
    """
    found = Artifact.load(path, _KIND, remedy="train the ids again")
    arrays = {
        name.removeprefix("quantizer "): value
        for name, value in found.arrays.items()
        if name.startswith("quantizer ")
    }
    try:
        ids = SemanticIds(
            IdMap.from_array(found.arrays["items"]),
            found.arrays["codes"],
            _built(arrays, found.about["numbers"]),
            found.about["made"],
        )
    except (ValueError, KeyError, TypeError, InvalidInputError) as error:
        raise UnreadableFileError(f"{path} holds no semantic ids: {error}") from error
    if ids.fingerprint != found.fingerprint:
        raise UnreadableFileError(
            f"the parts of {path} do not belong together (checksum {ids.fingerprint}, wanted "
            f"{found.fingerprint}): take the file from where it was made"
        )
    return ids


def _flattened(quantizer: Any, prefix: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """Arrays by name, those of a quantiser inside a quantiser with its name before theirs."""
    kind = type(quantizer).__name__
    if _KINDS.get(kind) is not type(quantizer):
        raise InvalidInputError(f"{kind} has no file format; known are {', '.join(_KINDS)}")
    arrays, rest = parts_of(quantizer)
    named = {prefix + name: array for name, array in arrays.items()}
    numbers: dict[str, Any] = {"kind": kind}
    for name, value in rest.items():
        if type(value).__name__ in _KINDS:
            inner, numbers[name] = _flattened(value, f"{prefix}{name}.")
            named |= inner
        else:
            numbers[name] = value
    return named, numbers


def _built(arrays: dict[str, Any], numbers: dict[str, Any], prefix: str = "") -> Any:
    own = {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix) and "." not in name.removeprefix(prefix)
    }
    rest = {
        name: _built(arrays, value, f"{prefix}{name}.") if isinstance(value, dict) else value
        for name, value in numbers.items()
        if name != "kind"
    }
    return _KINDS[numbers["kind"]](**own, **rest)
