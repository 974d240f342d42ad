"""Every page, in every state, passes axe: light and dark, on narrow and wide screens."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from click.testing import CliRunner
from fpdf import FPDF
from playwright.sync_api import Browser, Page

from trovato.__main__ import main
from trovato.annotate import Document, Judged, Project, SettingsSet, SpanMarked, Suggested
from trovato.library import Library, index_pictures
from trovato.testing import SceneSpace, WordEncoder, save_scenes
from trovato.web import Workspace, build_app
from trovato.web.served import ServedRecommender
from trovato.web.workspace import Answers

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.needs("axe_playwright_python")]

WIDTHS = (320, 390, 1024, 1440)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SEARCH = "c/papers/search"
PAGES = {
    "home": "",
    "search, empty": SEARCH,
    "search, many": f"{SEARCH}?q=When+did+the+harbour+open%3F",
    "search, few": f"{SEARCH}?q=ferry&filter=kind%3Dpdf&mode=lexical",
    "search, weak only": f"{SEARCH}?q=zzqxv+wkjh",
    "search, nothing": f"{SEARCH}?q=harbour&filter=year%3E%3D2030",
    "search, conditions not understood": f"{SEARCH}?q=harbour&filter=year%3E%3E",
    "search, along links": f"{SEARCH}?q=harbour&mode=hops",
    "page of a PDF": "c/papers/page?id=ferry.pdf%231&q=ferry",
    "page of text": "c/papers/page?id=harbour.txt%231&q=harbour",
    "no such page": "c/papers/page?id=none",
    "answer offered": "c/papers/answers?q=harbour",
    "answer from a page": "answers/{extractive}",
    "answer of a model": "answers/{written}",
    "answer, stopped": "answers/{stopped}",
    "answer, failed": "answers/{failed}",
    "files": "c/papers/files",
    "compose, empty": "c/scenes/compose",
    "composed": "c/scenes/compose?image=scenes%2Fred-circle-grey-left.png&edit=make+it+green",
    "picture": "c/scenes/page?id=scenes%2Fred-circle-grey-left.png",
    "project": "j/policy",
    "judge": "j/policy/judge",
    "queries": "j/policy/queries",
    "answer with citations": "j/policy/write?query=q1",
    "drafts": "j/policy/drafts",
    "no drafts": "j/settled/drafts",
    "disagreements": "j/policy/adjudicate",
    "no disagreements": "j/settled/adjudicate",
    "recommender": "r/films",
    "recommended": "r/films/user?name=u3",
    "similar": "r/films/item?name=film+4",
    "reports": "reports",
    "report": "reports/films.html",
    "chart": "reports/chart.svg",
    "no such page at all": "nothing",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("everything")
    pdf = FPDF()
    pdf.set_font("Helvetica", size=14)
    for page in range(3):
        pdf.add_page()
        pdf.text(20, 30, f"The ferry of pier {page} leaves at nine.")
    pdf.output(str(place / "ferry.pdf"))
    (place / "harbour.txt").write_text(
        "\f".join(f"The harbour opened in 18{at}. {'longword' * 20}" for at in range(10, 22)),
        "utf-8",
    )
    rows = [f"u{user},film {film},5" for user in range(8) for film in range(user % 2, 16, 2)]
    (place / "seen.csv").write_text("\n".join(["user,item,rating", *rows, ""]))
    measured = place / "measured"
    measured.mkdir()
    (measured / "films.html").write_text('<html lang="en"><title>Films</title><h1>Films</h1>')
    (measured / "chart.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    log, model = str(place / "films"), str(place / "knn.npz")
    for words in (
        ["logs", "import", "csv", str(place / "seen.csv"), "--to", log],
        ["recommend", "train", log, "--model", "item-knn", "--to", model],
    ):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
    return place


def project(place: Path, *, divided: bool) -> Project:
    project = Project.create(place, "ada", SettingsSet(overlap=1.0, guideline="Be fair."))
    project.add_documents(Document(f"d{at}", f"It opened in {at}.") for at in range(6))
    project.add_queries({"q1": "When did it open?"}, "ada")
    for run in ("words", "meaning"):
        project.add_run({"q1": [f"d{at}" for at in range(6)]}, run, "ada")
    project.add_member("bob", "annotator", "ada")
    project.record("bob", Judged("q1", "d1", 0, note="says nothing"))
    project.record("ada", Judged("q1", "d1", 3 if divided else 0))
    if divided:
        mark = project.record("ada", SpanMarked("q1", "d1", 0, 2, "It")).id
        cited = {"text": "It did [1].", "citations": [mark], "uncited": ["So it is."]}
        project.record("ada", Suggested("answer", "q1", "d1", "llama", "f" * 64, cited))
        project.record("ada", Suggested("grade", "q1", "d1", "llama", "f" * 64, {"grade": 2}))
        drafted = {"text": "When?", "also_found": ["d2"], "known": True}
        project.record("ada", Suggested("query", "", "d1", "llama", "f" * 64, drafted))
    return project


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture(scope="module")
def address(place: Path, workspace: Workspace) -> Iterator[str]:
    with (
        Library.create(place / "papers", encoder=WordEncoder()) as library,
        Library.create(place / "pictures", encoder=WordEncoder()) as pictures,
        project(place / "policy.judged", divided=True) as policy,
        project(place / "settled.judged", divided=False) as settled,
    ):
        library.add([place / "ferry.pdf", place / "harbour.txt"], ocr=False)
        scenes = place / "scenes"
        save_scenes(scenes, ["grey"])
        index_pictures(
            pictures.collection,
            pictures.encoder,
            [scenes],
            captions=scenes / "captions.csv",
            space=SceneSpace(),
            cache=place / "cache.sqlite",
        )
        app = build_app(
            {"papers": library, "scenes": pictures},
            projects={"policy": policy, "settled": settled},
            recommenders={"films": ServedRecommender.open(place / "films", place / "knn.npz")},
            workspace=workspace,
            uploads=place / "uploads",
            picture_space=SceneSpace,
            reports=place / "measured",
        )
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            server.should_exit = True
            thread.join(30)


@pytest.fixture(scope="module")
def answers(address: str, chromium: Browser, workspace: Workspace) -> dict[str, str]:
    """An answer of each kind."""
    kept, found = Answers(workspace), {}
    for kind, said in {
        "stopped": {"written": "In **18"},
        "failed": {"problem": "no model"},
    }.items():
        found[kind] = kept.ask("papers", "When did it open?", "", "hybrid", "")
        kept.record(found[kind], kind, said)
    page = chromium.new_page()
    page.goto(f"{address}/{SEARCH}?q=When+did+the+harbour+open%3F")
    page.click("#answer")
    page.wait_for_url("**/answers/*")
    found["extractive"] = page.url.rpartition("/")[2]
    told = kept.get(found["extractive"]).answer
    assert told is not None
    sources = [{**source, "alone": None} for source in told["sources"]]
    written = {**told, "method": "llama", "sources": sources}
    found["written"] = kept.ask("papers", "When did it open?", "", "hybrid", "")
    kept.record(found["written"], "answered", {"answer": written, "seconds": 6.2})
    page.close()
    return found


@pytest.fixture(scope="module")
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", list(PAGES))
def test_axe_finds_nothing(
    view: str,
    scheme: Literal["light", "dark"],
    address: str,
    answers: dict[str, str],
    page: Page,
    axe: str,
    errors: list[str],
    requests: list[str],
) -> None:
    page.emulate_media(color_scheme=scheme, forced_colors="none")
    page.goto(f"{address}/{PAGES[view].format(**answers)}")
    page.evaluate(f"{axe};0")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} px on a screen of {width}"
        if width in (WIDTHS[0], WIDTHS[-1]):
            assert violations(page) == []
    if scheme == "light":
        page.emulate_media(forced_colors="active")
        assert violations(page) == []
    # A page that says what went wrong has its status, which the console tells.
    assert [one for one in errors if "status of 4" not in one] == []
    assert {url.split("/")[2] for url in requests if url.startswith("http")} == {
        address.split("/")[2]
    }


def violations(page: Page) -> list[str]:
    """What axe says, with where."""
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags}).then(told => told.violations)", TAGS
    )
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        f" {one['nodes'][0]['failureSummary'][:300]}"
        for one in found
    ]
