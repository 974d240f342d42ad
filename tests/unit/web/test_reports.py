"""Reports are listed, and shown where they can do nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import build_app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "measured"
    (folder / "charts").mkdir(parents=True)
    (folder / "films.html").write_text(
        "<title>Films &amp;  more</title><script>alert(1)</script>", "utf-8"
    )
    (folder / "charts" / "100 %.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "notes.txt").write_text("not shown")
    (tmp_path / "secret.html").write_text("<title>outside</title>")
    (folder / "led-out.html").symlink_to(tmp_path / "secret.html")
    os.utime(folder / "films.html", (2, 2))
    os.utime(folder / "charts" / "100 %.svg", (1, 1))
    return folder


@pytest.fixture
def client(folder: Path) -> TestClient:
    return TestClient(build_app(reports=folder), base_url="http://127.0.0.1")


def test_the_newest_stands_first_and_what_comes_later_is_seen(
    client: TestClient, folder: Path
) -> None:
    listed = client.get("/reports").text
    assert listed.index("Films &amp; more") < listed.index("charts/100 %.svg")
    assert "notes.txt" not in listed
    assert "outside" not in listed
    (folder / "later.html").write_text("<title>Later</title>")
    listed = client.get("/reports").text
    assert listed.index("Later") < listed.index("Films")
    assert "Later" in client.get("/").text


def test_a_report_stands_in_a_frame_in_which_it_can_do_nothing(client: TestClient) -> None:
    page = client.get("/reports/films.html")
    assert '<iframe src="../reports/films.html/content"' in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    content = client.get("/reports/films.html/content")
    policy = content.headers["content-security-policy"]
    assert content.headers["content-type"].startswith("text/html")
    assert "script-src" not in policy
    for part in ("sandbox", "default-src 'none'", "frame-ancestors 'self'", "form-action 'none'"):
        assert part in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


def test_a_chart_is_a_picture(client: TestClient) -> None:
    page = client.get("/reports/charts/100%20%25.svg")
    assert '<img class="chart" src="../../reports/charts/100%20%25.svg/content"' in page.text
    content = client.get("/reports/charts/100%20%25.svg/content")
    assert content.headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize(
    "name", ["led-out.html", "notes.txt", "../secret.html", "%2e%2e/secret.html", "none.html"]
)
def test_nothing_else_is_shown(client: TestClient, name: str) -> None:
    assert client.get(f"/reports/{name}").status_code == 404
    assert client.get(f"/reports/{name}/content").status_code == 404


def test_without_a_folder_there_is_no_such_page(tmp_path: Path) -> None:
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        client = TestClient(build_app(library), base_url="http://127.0.0.1")
        assert client.get("/reports").status_code == 404
        assert "Reports" not in client.get("/").text
