"""Encoders of text by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trovato.core import Encoder, InvalidInputError
from trovato.encode.minilm import MiniLMEncoder
from trovato.encode.multilingual import MultilingualE5Encoder

DEFAULT_ENCODER = "minilm"
FOLDER = "hf:"  # before the folder of a model
EXPORTED = "onnx:"  # before the folder that one was exported to

_ENCODERS: Mapping[str, Callable[[int | None], Encoder]] = {
    "minilm": MiniLMEncoder,
    "e5-multilingual": MultilingualE5Encoder,
}
ENCODERS: tuple[str, ...] = tuple(_ENCODERS)


def load_encoder(name: str = DEFAULT_ENCODER, threads: int | None = None) -> Encoder:
    """The encoder of that name; its weights are read when it first encodes something.

    Parameters
    ----------
    name
        One of `ENCODERS`; or "hf:" and the folder of a ColBERT-like model; or "onnx:" and the
        folder that one was exported to. See `trovato.encode.late_interaction`. A collection keeps
        the name of its encoder, so that it opens with it.
    threads
        Texts that are encoded at the same time; by default as many as there are processors.

    Raises
    ------
    InvalidInputError
        If there is no encoder of that name.
    MissingExtraError
        If the package that carries it is not installed.
    ModelUnavailableError
        If the folder holds another kind of model.

    Examples
    --------
    >>> load_encoder("minilm").dim
    128
    """
    if name.startswith(FOLDER):
        from trovato.encode.late_interaction import ColBERTEncoder

        return ColBERTEncoder(name.removeprefix(FOLDER))
    if name.startswith(EXPORTED):
        from trovato.encode.late_interaction import OnnxTextEncoder

        return OnnxTextEncoder(name.removeprefix(EXPORTED), threads)
    if name not in _ENCODERS:
        known = ", ".join(ENCODERS)
        raise InvalidInputError(
            f"encoder must be one of {known}, hf:FOLDER or onnx:FOLDER, got {name!r}"
        )
    return _ENCODERS[name](threads)
