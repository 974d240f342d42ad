"""How a text model of late interaction wants to be asked, as its folder says: small data."""

from __future__ import annotations

import json
import re
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trovato.core import ModelUnavailableError, PathLike
from trovato.encode.late_interaction.checkpoint import read_json

_EXPANDED = 32  # tokens of a question, filled up with [MASK]; ColBERT's, where nothing is said
_CONFIG = "config_sentence_transformers.json"
_ACTIVATION = re.compile(r"torch\.nn\.modules\.(?:linear|activation)\.(\w+)")


@dataclass(frozen=True, slots=True)
class Projection:
    """One linear layer after the backbone.

    Parameters
    ----------
    weight
        Name of its matrix.
    file
        Folder that holds it, below the model's; empty for the model's own weights.
    activation
        Class of `torch.nn`; "Identity" for none.
    """

    weight: str = "linear.weight"
    file: str = ""
    activation: str = "Identity"


@dataclass(frozen=True, slots=True)
class TextSettings:
    """Markers, lengths and projection of a ColBERT-like model.

    Source: Khattab and Zaharia, "ColBERT", 2020, section 3.2.

    Parameters
    ----------
    query_prompt, document_prompt
        Put before the text; one token where the vocabulary has it.
    query_length
        Shorter questions are filled up with [MASK] to so many tokens; 0 for none.
    attend_to_expansion
        Whether other tokens see those.
    document_length
        Most tokens that the model reads at once, special ones included; None for all it can.
    skipped
        Tokens of documents that get no vector, as the vocabulary spells them.
    projections
        After the backbone.
    """

    query_prompt: str = "[unused0]"
    document_prompt: str = "[unused1]"
    query_length: int = _EXPANDED
    attend_to_expansion: bool = False
    document_length: int | None = None
    skipped: tuple[str, ...] = ()
    projections: tuple[Projection, ...] = (Projection(),)


def is_text_model(folder: PathLike) -> bool:
    """Whether a folder has the layout of ColBERT, PyLate or sentence-transformers."""
    config = read_json(Path(folder) / "config.json")
    return "HF_ColBERT" in (config.get("architectures") or []) or bool(_dense(Path(folder)))


def text_settings(folder: PathLike) -> TextSettings:
    """Read them from ColBERT's `artifact.metadata`, or PyLate's or sentence-transformers' files.

    Raises
    ------
    ModelUnavailableError
        If the folder has none of these layouts.
    """
    folder = Path(folder)
    if "HF_ColBERT" in (read_json(folder / "config.json").get("architectures") or []):
        return _stanford(read_json(folder / "artifact.metadata"))
    dense = _dense(folder)
    if not dense:
        raise ModelUnavailableError(
            f"{folder} is no late-interaction model of texts: wanted the layout of ColBERT "
            "(architecture HF_ColBERT), or of PyLate and sentence-transformers (modules.json with "
            "a Dense module)"
        )
    said = {**read_json(folder / "sentence_bert_config.json"), **read_json(folder / _CONFIG)}
    return _pylate(folder, said, dense)


def _stanford(said: dict[str, Any]) -> TextSettings:
    return TextSettings(
        said.get("query_token_id") or "[unused0]",
        said.get("doc_token_id") or "[unused1]",
        int(said.get("query_maxlen") or _EXPANDED),
        bool(said.get("attend_to_mask_tokens")),
        int(said.get("doc_maxlen") or 180),
        tuple(string.punctuation) if said.get("mask_punctuation", True) else (),
    )


def _pylate(folder: Path, said: dict[str, Any], dense: list[str]) -> TextSettings:
    prompts = said.get("prompts") or {}
    expansion = said.get("query_expansion")
    older = "query_expansion" not in said and "query_length" in said  # PyLate's names
    if older and said.get("do_query_expansion") is not False:
        attend = said.get("attend_to_expansion_tokens")
        expansion = {"length": said.get("query_length"), "attend": attend}
    skipped = said.get("skiplist_words")
    for module in _modules(folder):
        if module["type"].endswith("MultiVectorMask"):
            skipped = read_json(folder / module["path"] / "config.json").get("skiplist_words")
    if skipped is None:
        skipped = list(string.punctuation) if said.get("model_type") == "ColBERT" else []
    length = said.get("document_length") or said.get("max_seq_length")
    return TextSettings(
        said.get("query_prefix") or prompts.get("query") or "",
        said.get("document_prefix") or prompts.get("document") or "",
        int(expansion.get("length") or _EXPANDED) if expansion else 0,
        bool(expansion.get("attend")) if expansion else False,
        int(length) if length else None,
        tuple(skipped),
        tuple(_projection(folder, name) for name in dense),
    )


def _projection(folder: Path, name: str) -> Projection:
    config = read_json(folder / name / "config.json")
    spelled = config.get("activation_function") or "torch.nn.modules.linear.Identity"
    activation = _ACTIVATION.fullmatch(spelled)
    if activation is None or config.get("use_residual"):
        raise ModelUnavailableError(
            f"{folder / name} has the activation {spelled!r}"
            f"{' and a residual' if config.get('use_residual') else ''}: a projection is a linear "
            "layer with an activation of torch.nn"
        )
    return Projection("linear.weight", name, activation[1])


def _dense(folder: Path) -> list[str]:
    """Paths of the projections; none for a model that gives one vector to a text."""
    modules = _modules(folder)
    late = "query_prefix" in read_json(folder / _CONFIG) or any(
        module["type"].startswith("pylate.") or module["type"].endswith("MultiVectorMask")
        for module in modules
    )
    return [module["path"] for module in modules if late and module["type"].endswith(".Dense")]


def _modules(folder: Path) -> list[dict[str, Any]]:
    path = folder / "modules.json"
    if not path.is_file():
        return []
    try:
        found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
        return [{"type": str(one["type"]), "path": str(one["path"])} for one in found]
    except (ValueError, TypeError, KeyError) as error:
        raise ModelUnavailableError(f"{path} is damaged: copy it again") from error
