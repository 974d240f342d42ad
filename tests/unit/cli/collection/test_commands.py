import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.index import Reader, VectorHits
from trovato.index.writing import train_centroids


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "papers"
    folder.mkdir()
    (folder / "harbour.txt").write_text(
        "The harbour opened in 1871. Ships unload timber at the long quay.", "utf-8"
    )
    (folder / "[bold]orchard.md").write_text("# Orchards\n\nApples ripen in September.", "utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    return folder


@pytest.fixture(scope="module")
def collection(folder: Path) -> Path:
    place = folder.parent / "c.trovato"
    result = run("index", folder, "--to", place, "--quiet")
    assert result.exit_code == 0, result.output
    assert "2 files added" in result.output
    assert "papers/broken.pdf: is damaged" in result.output
    return place


def test_a_second_run_finds_nothing_to_do(folder: Path, collection: Path) -> None:
    result = run("index", folder, "--to", collection, "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report["pages"] == 0
    assert len(report["unchanged"]) == 2


def test_search_prints_file_page_and_snippet(collection: Path) -> None:
    result = run("search", collection, "When did the harbour open?", "-k", 1)
    assert result.exit_code == 0, result.output
    assert "papers/harbour.txt" in result.output
    assert "1871" in result.output


def test_file_names_are_no_markup(collection: Path) -> None:
    result = run("search", collection, "When do apples ripen?", "-k", 1)
    assert "[bold]" in result.output


def test_search_as_json(collection: Path) -> None:
    result = run("search", collection, "When did the harbour open?", "--json")
    best = json.loads(result.stdout)["hits"][0]
    assert (best["file"], best["page"], best["rank"]) == ("papers/harbour.txt", 1, 1)
    assert best["evidence"]["regions"][0]["box"]["left"] > 0


def test_what_is_not_understood_is_said_and_nothing_fits_is_an_answer(collection: Path) -> None:
    told = run("search", collection, "harbuor zxqwv")
    assert "No page holds harbuor; asked for harbour." in told.output
    assert "No page holds zxqwv." in told.output
    assert (told.exit_code, "harbour" in told.output) == (0, True)
    nothing = run("search", collection, "zxqwv blorptang")
    assert (nothing.exit_code, nothing.output.splitlines()[-1]) == (3, "Nothing fits.")
    as_json = run("search", collection, "zxqwv blorptang", "--json")
    assert as_json.exit_code == 3
    assert json.loads(as_json.stdout)["hits"] == []
    assert json.loads(as_json.stdout)["reading"]["unmatched"] == ["zxqwv", "blorptang"]


def test_pictures_are_saved(collection: Path, tmp_path: Path) -> None:
    result = run("search", collection, "harbour", "-k", 1, "--save", tmp_path / "out")
    assert result.exit_code == 0, result.output
    (picture,) = (tmp_path / "out").iterdir()
    assert picture.name.startswith("01-papers-harbour.txt-p1")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_file_that_was_moved_costs_no_hit(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / ("deeper" * 20)
    folder.mkdir(parents=True)
    for name in ("here.txt", "gone.txt"):
        (folder / name).write_text(f"The harbour opened in 1871, says {name}.", "utf-8")
    place = tmp_path / "c"
    assert run("index", folder.parent, "--to", place).exit_code == 0
    (folder / "gone.txt").unlink()
    result = run("search", place, "harbour", "--save", tmp_path / "out", "--json")
    assert result.exit_code == 0, result.output
    pictures = {hit["file"][-8:]: hit.get("picture") for hit in json.loads(result.stdout)["hits"]}
    assert pictures["gone.txt"] is None
    assert Path(pictures["here.txt"]).exists()
    assert "no picture of" in result.stderr
    assert "has been moved or changed" in result.stderr


def test_conditions_hold(collection: Path) -> None:
    result = run("search", collection, "apples", "--filter", "kind:markdown", "--json")
    assert [hit["page"] for hit in json.loads(result.stdout)["hits"]] == [1]
    assert json.loads(result.stdout)["hits"][0]["file"] == "papers/[bold]orchard.md"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "COLLECTION", "harbour", "--filter", "colour:red"], "colour"),
        (["search", "COLLECTION", "harbour", "-k", "0"], "k must be between 1 and 1000"),
        (["search", "COLLECTION", " "], "blank"),
        (["search", "nowhere", "harbour"], "nowhere"),
        (["rm", "COLLECTION", "none.pdf"], "not in the collection"),
        (["serve", "COLLECTION", "--port", "99999"], "choose another"),
    ],
)
def test_errors_are_one_line_and_say_what_to_do(
    collection: Path, arguments: list[str], said: str
) -> None:
    result = run(*(collection if word == "COLLECTION" else word for word in arguments))
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_info_lists_files_and_failures(collection: Path) -> None:
    result = run("info", collection, "--files")
    assert "2 files, 2 pages" in result.output
    assert "papers/harbour.txt: 1 page" in result.output
    assert "papers/broken.pdf: is damaged" in result.output
    assert json.loads(run("info", collection, "--json").stdout)["pages"] == 2


def test_questions_are_measured(collection: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    line = {"question": "When did the harbour open?", "relevant": ["harbour.txt#1"], "group": "a"}
    questions.write_text(json.dumps(line) + "\n", "utf-8")
    result = run("evaluate", collection, questions, "--measures", "RR", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["overall"]["estimates"]["RR"]["mean"] == 1.0
    assert list(report["groups"]) == ["a"]
    assert "all" in run("evaluate", collection, questions).output


def test_questions_about_other_files_are_refused(collection: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "what", "relevant": ["else.pdf#1"]}\n', "utf-8")
    result = run("evaluate", collection, questions)
    assert result.exit_code == 1
    assert "none of the pages" in result.output


def test_what_does_not_count_or_cannot_be_found_is_said(collection: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    asked = {
        "both": ["harbour.txt#1", "harbour.txt#7"],
        "gone": ["gone.pdf#1", "gone.pdf#2", "gone.pdf#3"],
        "nothing": [],
    }
    lines = [
        json.dumps({"id": name, "question": "When did the harbour open?", "relevant": pages})
        for name, pages in asked.items()
    ]
    questions.write_text("\n".join(lines), "utf-8")
    said = run("evaluate", collection, questions, "--measures", "R@5")
    assert said.exit_code == 0, said.output
    assert said.output.splitlines()[-3:] == [
        "Relevant and not in the collection, counted as not found: 4 "
        "(harbour.txt#7, gone.pdf#1, gone.pdf#2, …)",
        "Questions with nothing else to find, counted as 0: 1 (gone)",
        "Queries without a relevant item, left out: 1 (nothing)",
    ]
    report = json.loads(
        run("evaluate", collection, questions, "--measures", "R@5", "--json").stdout
    )
    assert report["overall"]["queries"] == 2
    assert report["overall"]["estimates"]["R@5"]["mean"] == 0.25
    assert report["missing"] == {"both": ["harbour.txt#7"], "gone": asked["gone"]}
    assert report["unanswerable"] == ["gone"]
    assert report["without_truth"] == ["nothing"]


def test_judgements_of_files_and_pages_are_refused(collection: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    line = {"question": "When did the harbour open?", "relevant": ["harbour.txt#1", "harbour.txt"]}
    questions.write_text(json.dumps(line), "utf-8")
    result = run("evaluate", collection, questions)
    assert result.exit_code == 1
    assert "'harbour.txt' names a file and 'harbour.txt#1' a page" in result.output


def test_a_trec_run_is_measured_without_a_collection(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text("1 Q0 a 1 2.0 x\n1 Q0 b 2 1.0 x\n", "utf-8")
    (tmp_path / "qrels.txt").write_text("1 0 b 1\n", "utf-8")
    result = run(
        "evaluate",
        "--run",
        tmp_path / "run.txt",
        "--qrels",
        tmp_path / "qrels.txt",
        "--measures",
        "RR",
    )
    assert result.exit_code == 0, result.output
    assert "0.500" in result.output


def test_what_a_trec_run_lacks_is_said(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text("1 Q0 a 1 2.0 x\n9 Q0 b 2 1.0 x\n", "utf-8")
    (tmp_path / "qrels.txt").write_text("1 0 a 1\n2 0 a 1\n3 0 a 0\n", "utf-8")
    result = run("evaluate", "--run", tmp_path / "run.txt", "--qrels", tmp_path / "qrels.txt")
    assert result.output.splitlines()[-3:] == [
        "Queries without a ranking, counted as 0: 1 (2)",
        "Queries without a relevant item, left out: 1 (3)",
        "Queries that nobody judged, left out: 1 (9)",
    ]


@pytest.mark.parametrize("vector_format", ["fp16", "4bit/64d"])
def test_vectors_are_stored_in_the_form_asked_for(
    folder: Path, tmp_path: Path, vector_format: str
) -> None:
    made = run("index", folder, "--to", tmp_path / "c", "--format", vector_format, "--quiet")
    assert made.exit_code == 0, made.output
    assert f"stored as {vector_format}," in run("info", tmp_path / "c").output.replace("\n", " ")
    assert "1871" in run("search", tmp_path / "c", "When did the harbour open?", "-k", 1).output
    assert run("index", folder, "--to", tmp_path / "no", "--format", "3bit").exit_code == 1


def test_a_beir_folder_is_indexed_and_measured(tmp_path: Path) -> None:
    beir = tmp_path / "tiny"
    (beir / "qrels").mkdir(parents=True)
    texts = {"d1": "Ships unload timber.", "d2": "Apples ripen in autumn."}
    rows = [json.dumps({"_id": name, "title": "", "text": text}) for name, text in texts.items()]
    (beir / "corpus.jsonl").write_text("\n".join(rows), "utf-8")
    (beir / "queries.jsonl").write_text('{"_id": "q", "text": "ripe apples"}\n', "utf-8")
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\td2\t1\n", "utf-8")
    place = tmp_path / "c"
    (tmp_path / "pears.txt").write_text("Pears ripen too.", "utf-8")
    indexed = run("index", beir, tmp_path / "pears.txt", "--to", place, "--json")
    assert json.loads(indexed.stdout)["added"] == ["pears.txt", "d1", "d2"]
    assert json.loads(indexed.stdout)["pages"] == 3
    assert run("index", beir, "--to", place, "--prune").exit_code == 2  # it would take them out
    result = run("evaluate", place, beir, "--measures", "RR", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["overall"]["estimates"]["RR"]["mean"] == 1.0
    with (beir / "qrels" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("nobody\td1\t1\n")
    result = run("evaluate", place, beir)
    assert result.exit_code == 1
    assert "such as 'nobody'" in result.output


def test_a_path_that_is_not_there_makes_no_collection(folder: Path, tmp_path: Path) -> None:
    result = run("index", folder, tmp_path / "absent", "--to", tmp_path / "c")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["search", "harbour", "--save"],
        ["ask", "When did the harbour open?", "--save"],
        ["tune", "--dry-run", "--plot"],
    ],
)
def test_what_cannot_be_written_is_one_line(
    collection: Path, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "file").touch()
    result = run(command[0], collection, *command[1:], tmp_path / "file" / "out")
    assert result.exit_code in {1, 2}
    assert isinstance(result.exception, SystemExit)
    assert "Error: " in result.stderr
    assert str(tmp_path / "file") in result.stderr


def test_bars_are_for_terminals(collection: Path, folder: Path) -> None:
    assert run("verify", collection).stderr == ""
    assert run("index", folder, "--to", collection).stderr == ""


def test_what_is_no_character_is_printed_as_an_escape(collection: Path) -> None:
    result = run("search", collection, "harbour \udcff", "-k", 1, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["question"] == "harbour \udcff"


def test_lines_are_whole_where_no_terminal_breaks_them(collection: Path, tmp_path: Path) -> None:
    place = tmp_path / ("long" * 30)
    result = run("search", collection, "harbour", "-k", 1, "--save", place)
    assert Path(result.stdout.splitlines()[-1]).is_file()
    result = run("ask", collection, "Where do the ships unload their timber?", "--save", place)
    assert "[1] papers/harbour.txt, page 1  Ships unload timber at the long quay." in result.stdout
    assert Path(result.stdout.splitlines()[-1]).is_file()


def test_an_interruption_gives_130(collection: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("trovato.index.verify", interrupted)
    result = run("verify", collection)
    assert (result.exit_code, result.stderr) == (130, "Interrupted.\n")


def test_half_a_request_is_a_usage_error() -> None:
    assert run("evaluate").exit_code == 2


@pytest.mark.parametrize("command", ["index", "search", "info", "rm", "evaluate", "serve"])
def test_every_command_shows_examples(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"trovato {command}" in result.output


def test_files_are_taken_out(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "c"
    run("index", folder, "--to", place, "--quiet")
    assert "removed papers/harbour.txt" in run("rm", place, "papers/harbour.txt").output
    assert "1 file, 1 page" in run("info", place).output
    result = run("rm", place, "papers/[bold]orchard.md", "none.pdf", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "removed": ["papers/[bold]orchard.md"],
        "missing": ["none.pdf"],
    }


def test_damage_is_found_repaired_and_read_again(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "damaged.trovato"
    assert run("index", folder, "--to", place, "--quiet").exit_code == 0
    healthy = run("verify", place)
    assert (healthy.exit_code, healthy.stdout) == (0, "Nothing is wrong.\n")
    (segment,) = (place / "segments").glob("*.seg")
    segment.write_bytes(segment.read_bytes()[:-1] + b"\x01")

    found = run("verify", place, "--json")
    assert found.exit_code == 1
    parts = [(one["part"], one["subject"]) for one in json.loads(found.stdout)["findings"]]
    names = ["papers/[bold]orchard.md", "papers/harbour.txt"]
    assert parts == [("segment", segment.name), *(("file", name) for name in names)]
    assert "trovato repair" in run("verify", place).stdout

    done = json.loads(run("repair", place, "--json").stdout)
    assert sorted(done["withdrawn"]) == names
    assert done["deleted"] == [segment.name, segment.with_suffix(".words").name]
    assert run("verify", place).exit_code == 0
    assert "Nothing is wrong." in run("repair", place).stdout
    assert "withdrawn by a repair" in run("info", place).stdout
    assert "2 files added" in run("index", folder, "--to", place, "--quiet").output
    assert "harbour.txt" in run("search", place, "When did the harbour open?", "-k", 1).stdout


def test_compact_says_what_became_smaller(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "small.trovato"
    for name in ("harbour.txt", "[bold]orchard.md"):
        assert run("index", folder / name, "--to", place, "--quiet").exit_code == 0
    done = json.loads(run("compact", place, "--json").stdout)
    assert (done["merged"], done["written"]) == (2, 1)
    assert "nothing to merge" in run("compact", place).stdout
    assert run("verify", place).exit_code == 0


def test_tuning_measures_chooses_and_stores(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_centroids, "_QUESTIONS", 5)
    place, plot = tmp_path / "tuned.trovato", tmp_path / "frontier.svg"
    run("index", folder, "--to", place, "--quiet")
    assert "candidates" not in run("info", place).output
    assert "stored as int8" in run("info", place).output
    tried = json.loads(run("tune", place, "--dry-run", "--json", "--plot", plot).stdout)
    assert not tried["applied"]
    texts = {option["format"]["text"] for option in tried["options"]}
    assert {"int8", "4bit", "1bit/64d", "2bit/32d/pool2", "binary"} < texts
    assert set(tried["best_forms"]) < texts
    drawn = plot.read_text("utf-8")
    assert all(f">{vector_format}</text>" in drawn for vector_format in tried["best_forms"])
    refused = run("tune", place, "--bytes", 1.5, "--quiet")
    assert refused.exit_code == 1
    assert "no option" in refused.output
    result = run("tune", place, "--recall", 0.3, "--bytes", 69, "--all", "--quiet")
    assert result.exit_code == 0, result.output
    took = re.search(r"took (\S+) with", result.output)
    assert took is not None
    assert took[1] != "int8"
    assert f"stored as {took[1]}," in run("info", place).output
    assert "candidates: recall@10" in run("info", place).output
    found = json.loads(run("search", place, "When did the harbour open?", "--json").stdout)
    assert found["hits"][0]["file"] == "papers/harbour.txt"
    assert found["hits"][0]["evidence"]["matches"]
    assert found["coverage"]["exact"]


def test_a_search_through_candidates_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "large.trovato"
    run("index", folder, "--to", place, "--quiet")
    found = VectorHits([], 128, 4000, exact=False, recall=0.987)
    monkeypatch.setattr(
        Reader,
        "search_vectors",
        lambda *_, exact, **__: replace(found, exact=exact, recall=1.0 if exact else 0.987),
    )
    asked = ("search", place, "harbour")
    output = " ".join(run(*asked).output.split())
    assert "128 of 4,000 pages were scored by their vectors, about 98.7% of the best ten" in output
    assert "were scored" not in run(*asked, "--exact").output
    assert "were scored" not in run(*asked, "--mode", "lexical").output
    coverage = json.loads(run(*asked, "--json").stdout)["coverage"]
    assert coverage == {"scored": 128, "eligible": 4000, "exact": False, "recall": 0.987}
    assert json.loads(run(*asked, "--json", "--mode", "lexical").stdout)["coverage"] is None
    assert json.loads(run(*asked, "--json", "--exact").stdout)["coverage"]["exact"]


def test_a_refused_write_is_one_line(folder: Path) -> None:
    result = run("index", folder, "--to", folder / "harbour.txt" / "inside", "--quiet")
    assert result.exit_code == 1
    assert "cannot make" in result.output
    assert "Traceback" not in result.output
