"""Models and tokenizers from folders, without running code that comes with them."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext, redirect_stderr
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

from trovato.core import MissingExtraError, ModelUnavailableError, PathLike
from trovato.llm.local.weights.adapter import adapted_model, merge_adapter


def load_model(
    name: PathLike,
    device: str | None,
    dtype: str | None,
    attention: str,
    *,
    download: bool,
    adapter: PathLike | None = None,
) -> tuple[Any, Any]:
    """A causal language model, ready to read, and its tokenizer.

    Parameters
    ----------
    name
        A folder, a GGUF file, or a name on the Hugging Face hub.
    device
        Where it runs; by default on a GPU where there is one.
    dtype
        Type of its numbers; by default float32 on a CPU and what was stored elsewhere.
    attention
        "sdpa" or "eager".
    download
        Whether what is not on this machine may be fetched.
    adapter
        Folder of a LoRA adapter that is merged into the model.

    Raises
    ------
    MissingExtraError
        If torch or transformers is not installed.
    ModelUnavailableError
        If the model, its weights or its tokenizer is absent, broken, or needs code of its own; if
        the adapter is none, or of another model.
    """
    base = adapted_model(name)
    if base is not None:
        raise ModelUnavailableError(
            f"{name} is an adapter of {base}: name that model, and this folder as its adapter "
            f"(--adapter {name})"
        )
    model, tokenizer = _load(
        name,
        "AutoModelForCausalLM",
        "a language model",
        device,
        dtype,
        download=download,
        attn_implementation=attention,
    )
    if adapter is not None:
        merge_adapter(model, adapter)
    return model, tokenizer


def load_vision_model(name: PathLike, device: str | None, dtype: str | None) -> tuple[Any, Any]:
    """A language model that also reads pictures, and its tokenizer; as `load_model`.

    Raises
    ------
    MissingExtraError, ModelUnavailableError
        As `load_model`.
    """
    kind = "AutoModelForImageTextToText"
    return _load(name, kind, "a model that sees", device, dtype, download=False)


def load_encoder(folder: PathLike, device: str | None) -> tuple[Any, Any]:
    """An encoder of texts in float32, ready to read, and its tokenizer.

    Parameters
    ----------
    folder
        Or the name of one that is on this machine.
    device
        Where it runs; by default on a GPU where there is one.

    Raises
    ------
    MissingExtraError
        If torch or transformers is not installed.
    ModelUnavailableError
        If the model, its weights or its tokenizer is absent, broken, or needs code of its own.
    """
    return _load(folder, "AutoModel", "an encoder", device, "float32", download=False)


def _load(
    name: PathLike,
    kind: str,
    what: str,
    device: str | None,
    dtype: str | None,
    *,
    download: bool,
    **options: str,
) -> tuple[Any, Any]:
    try:
        import torch
        import transformers
    except ImportError as error:
        package = error.name or "torch"
        raise MissingExtraError(
            package, "models", f"{what.capitalize()} in this process"
        ) from error
    packed = gguf_file(name)
    if packed:
        _needs_gguf(what)
        name = packed.parent
    elif Path(name).is_absolute() and not Path(name).is_dir():
        raise ModelUnavailableError(f"there is no folder {str(name)!r}: give one with a model")
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    dtype = dtype or ("float32" if device == "cpu" else "auto")
    source: dict[str, Any] = {"local_files_only": not download, "trust_remote_code": False}
    if packed:
        source["gguf_file"] = packed.name
    transformers.utils.logging.disable_progress_bar()  # its bars know nothing of ours
    where = _where(name, download=download)
    # What transformers and safetensors raise has no common root.
    try:
        config = transformers.AutoConfig.from_pretrained(name, **source)
        # The bar of GGUF files cannot be switched off.
        with redirect_stderr(StringIO()) if packed else nullcontext():
            model, report = getattr(transformers, kind).from_pretrained(
                name,
                config=config,
                dtype=dtype,
                use_safetensors=True,
                output_loading_info=True,
                **options,
                **source,
            )
    except Exception as error:
        # What transformers says then is of a network that nobody asked.
        absent = not download and not Path(name).is_dir() and isinstance(error, OSError)
        reason = "it is not here" if absent else _first_line(error)
        raise ModelUnavailableError(
            f"cannot load {what} from {str(name)!r}: {reason}. {where}"
        ) from error
    lost = sorted((*report["missing_keys"], *map(str, report["mismatched_keys"])))
    # Encoders are often published without the layer that summed up their first training.
    lost = [key for key in lost if not key.startswith("pooler.")]
    if lost:
        raise ModelUnavailableError(
            f"the weights in {str(name)!r} are not complete: {len(lost)} are absent or have "
            f"another shape, such as {lost[0]}: get the files again"
        )
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, **source)
    except Exception as error:
        raise ModelUnavailableError(
            f"cannot load the tokenizer of {str(name)!r}: {_first_line(error)}. {where}"
        ) from error
    if len(tokenizer) < 2 or not tokenizer("a b", add_special_tokens=False).input_ids:
        raise ModelUnavailableError(f"there is no tokenizer in {str(name)!r}. {where}")
    model.requires_grad_(requires_grad=False)
    return model.eval().to(device), tokenizer


def fingerprint(model: Any, tokenizer: Any, *more: str) -> str:
    """Names a model by its configuration, its tokenizer and samples of all its weights.

    4,096 values of each weight are read, evenly spaced: training again changes them, an edit of
    single numbers may not.
    """
    found = hashlib.sha256(model.config.to_json_string().encode())
    for part in (tokenizer.backend_tokenizer.to_str(), str(tokenizer.chat_template), *more):
        found.update(part.encode())
        found.update(b"\0")
    for name, weight in model.state_dict().items():
        values = weight.flatten()
        sample = values[:: max(values.numel() // 4096, 1)].float().cpu().numpy()
        found.update(f"{name} {tuple(weight.shape)} {weight.dtype}".encode())
        found.update(sample.tobytes())
    return f"{model.config.model_type}-{found.hexdigest()[:16]}"


def gguf_file(name: PathLike) -> Path | None:
    """The GGUF file that is named, or that a folder without config.json holds; None for neither.

    Raises
    ------
    ModelUnavailableError
        If the folder holds several, or the named file is not there.
    """
    path = Path(name)
    if path.suffix == ".gguf":
        if not path.is_file():
            raise ModelUnavailableError(f"there is no file {str(path)!r}: give one that is there")
        return path
    if not path.is_dir() or (path / "config.json").exists():
        return None
    found = sorted(path.glob("*.gguf"))
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise ModelUnavailableError(f"{str(path)!r} holds several models: name one of {names}")
    return found[0] if found else None


def _needs_gguf(what: str) -> None:
    for package in ("gguf", "accelerate"):
        if find_spec(package) is None:
            raise MissingExtraError(package, "gguf", f"{what.capitalize()} in a GGUF file")


def _where(name: PathLike, *, download: bool) -> str:
    if Path(name).is_dir():
        return (
            "The folder must hold config.json, *.safetensors and tokenizer.json, as "
            "`save_pretrained` writes them"
        )
    if download:
        return "Give a folder, or the name of a public model on the Hugging Face hub"
    return (
        "There is no such folder, and no such model on this machine: give a folder, or fetch the "
        "model first"
    )


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
