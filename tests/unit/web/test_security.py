"""Who may come in, and what every response tells the browser."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import PasswordAccess, ProxyAccess, TokenAccess, Users, Workspace, build_app
from trovato.web.access.headers import HEADERS
from trovato.web.access.sessions import Sessions

SEARCH = "/c/collection/search"
TURNED = "egap‮txt.exe"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("security") / "papers"
    folder.mkdir()
    (folder / "note.txt").write_text("The harbour opened.", "utf-8")
    (folder / f"{TURNED}.txt").write_text("Lanterns glow.", "utf-8")
    with Library.create(folder.parent / "c", encoder=WordEncoder()) as library:
        library.add([folder])
        yield library


def client(library: Library, host: str = "http://127.0.0.1", **options: object) -> TestClient:
    app = build_app(library, **options)  # type: ignore[arg-type]
    return TestClient(app, base_url=host, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        (f"{SEARCH}?q=harbour", 200),
        ("/c/collection/page?id=papers/note.txt%231", 200),
        ("/c/collection/sheet?id=papers/note.txt%231", 200),
        ("/static/style.css", 200),
        ("/static/none.css", 404),
        ("/api/v1/collections", 200),
        ("/nothing", 404),
        ("/c/collection/page?id=no", 404),
    ],
)
def test_every_response_has_the_headers(library: Library, address: str, status: int) -> None:
    response = client(library).get(address)
    assert response.status_code == status
    for name, value in HEADERS.items():
        if name != "Cache-Control" or "sheet" not in address:
            assert response.headers[name] == value
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_fault_of_ours_has_them_too(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "info", lambda: 1 / 0)
    response = client(library).get("/")
    assert response.status_code == 500
    assert "could not be made" in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_a_name_from_outside_is_refused(library: Library, host: str) -> None:
    response = client(library).get("/", headers={"host": host})
    assert response.status_code == 400
    assert response.headers["x-content-type-options"] == "nosniff"


FOLLOWED = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.mark.parametrize(
    ("site", "more", "status"),
    [
        ("same-origin", {}, 200),
        ("none", {}, 200),
        ("cross-site", FOLLOWED, 200),
        ("same-site", FOLLOWED, 200),
        ("cross-site", {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, 403),
        ("same-site", {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, 403),
        ("cross-site", {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
        ("cross-site", {}, 403),
    ],
)
@pytest.mark.parametrize(
    "address", [f"{SEARCH}?q=harbour", "/c/collection/sheet?id=papers/note.txt%231"]
)
def test_pages_of_other_sites_only_lead_here(
    library: Library, address: str, site: str, more: dict[str, str], status: int
) -> None:
    response = client(library).get(address, headers={"sec-fetch-site": site, **more})
    assert response.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": "http://127.0.0.1"}, 303),
        ({}, 303),
        ({"sec-fetch-site": "cross-site", **FOLLOWED}, 403),
        ({"sec-fetch-site": "same-site", **FOLLOWED}, 403),
        ({"origin": "http://localhost:9999"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_only_our_own_pages_ask(library: Library, headers: dict[str, str], status: int) -> None:
    asker = client(library)
    token = re.search(r'form_token" value="(\w+)"', asker.get("/").text)
    assert token is not None
    form = {"q": "harbour", "form_token": token[1]}
    to = "/c/collection/answers"
    answer = asker.post(to, data=form, headers=headers, follow_redirects=False)
    assert answer.status_code == status


@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"])
def test_a_form_without_its_token_is_refused(library: Library, token: str | None) -> None:
    form = {"q": "harbour"} | ({} if token is None else {"form_token": token})
    assert client(library).post("/c/collection/answers", data=form).status_code == 403


def test_a_link_to_an_answer_asks_nothing(library: Library) -> None:
    page = client(library).get(
        "/c/collection/answers?q=harbour", headers={"sec-fetch-site": "cross-site", **FOLLOWED}
    )
    assert page.status_code == 200
    assert "<h1>harbour</h1>" in page.text
    assert "Asked before" not in client(library).get("/").text


def test_the_printed_address_lets_in_one_browser(library: Library) -> None:
    workspace = Workspace()
    sessions = Sessions(workspace.secret())
    access = TokenAccess(sessions)
    app = build_app(library, workspace=workspace, access=access)
    printed = urlsplit(access.address("http://127.0.0.1"))
    first, other = (TestClient(app, base_url="http://127.0.0.1") for _ in range(2))
    assert first.get("/").status_code == 401
    assert first.get("/?token=wrong").status_code == 401
    entered = first.get(f"/?{printed.query}", follow_redirects=False)
    assert entered.status_code == 303
    assert entered.headers["location"] == "./"
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert first.get(f"{SEARCH}?q=harbour").status_code == 200
    assert first.get(f"/?{printed.query}").url.query == b""  # known, so the token only goes
    for address in (f"/?{printed.query}", "/", SEARCH, "/api/v1/collections"):
        assert other.get(address).status_code == 401
    assert other.get("/static/style.css").status_code == 200
    # The server is started again: whoever was let in still is.
    again = build_app(library, workspace=workspace, access=TokenAccess(sessions))
    assert (
        TestClient(again, base_url="http://127.0.0.1", cookies=first.cookies).get("/").status_code
        == 200
    )


@pytest.mark.parametrize("cookie", ["", "x", "..", ".9999999999.0", "61.1.0"])
def test_no_cookie_can_be_made_up(library: Library, cookie: str) -> None:
    sessions = Sessions(b"secret")
    visitor = client(library, access=TokenAccess(sessions))
    visitor.cookies.set(sessions.cookie, cookie)
    assert visitor.get("/").status_code == 401


def test_a_cookie_ends(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    access = TokenAccess(Sessions(b"secret"))
    visitor = client(library, access=access)
    visitor.get(access.address(""))
    assert visitor.get("/").status_code == 200
    monkeypatch.setattr("trovato.web.access.sessions.time.time", lambda: 4e9)
    assert visitor.get("/").status_code == 401


@pytest.mark.parametrize("root_path", ["", "/deep/down"])
@pytest.mark.parametrize("stripped", [True, False])
def test_all_links_work_below_a_prefix(library: Library, root_path: str, stripped: bool) -> None:
    if not stripped and not root_path:
        pytest.skip("a proxy that leaves a prefix on is told of by root_path")
    prefix = "/deep/down"
    app = client(library, root_path=root_path)

    seen: set[str] = set()
    left = [f"{prefix}/", f"{prefix}{SEARCH}?q=harbour", f"{prefix}/search?q=note"]
    while left and len(seen) < 40:
        at = left.pop()
        seen.add(at)
        assert at.startswith(prefix + "/")
        page = app.get(at.removeprefix(prefix) if stripped else at, follow_redirects=False)
        assert page.status_code in (200, 303), at
        links = re.findall(r'(?:href|src|action)="([^"#]+)"', page.text)
        for link in [*links, page.headers.get("location", "")]:
            joined = urlsplit(urljoin(f"http://host{at}", unescape(link)))
            address = joined.path + (f"?{joined.query}" if joined.query else "")
            if address not in seen and "/answers" not in address and "jump" not in address:
                left.append(address)
    assert any("static/style.css" in one for one in seen)
    assert any("/page?" in one for one in seen)
    if root_path:
        bare = app.get(root_path, follow_redirects=False)
        assert bare.headers["location"] == "/deep/down/"


def test_a_name_cannot_turn_what_stands_around_it(library: Library) -> None:
    for address in (
        f"{SEARCH}?q=lanterns",
        f"/c/collection/page?id=papers/{TURNED}.txt%231&q=glow",
    ):
        page = client(library).get(address).text
        assert '<bdi>papers/egap<span class="control">U+202E</span>txt.exe.txt</bdi>' in page
        outside = re.sub(r'href="[^"]*"|value="[^"]*"', "", page)
        assert "‮" not in outside


def test_users_sign_in_with_their_passwords(library: Library, tmp_path: Path) -> None:
    users = Users(tmp_path / "users.toml")
    workspace = Workspace()
    with pytest.raises(InvalidInputError, match="nobody could sign in"):
        PasswordAccess(users, Sessions(b"x"))
    users.add("ada", "correct horse")
    assert (users.path.stat().st_mode & 0o777) == 0o600
    assert "correct" not in users.path.read_text()
    visitor = client(
        library, access=PasswordAccess(users, Sessions(workspace.secret())), workspace=workspace
    )
    page = visitor.get(SEARCH)
    assert page.url.path == "/login"
    assert visitor.get("/api/v1/collections").status_code == 401
    token = re.search(r'form_token" value="(\w+)"', page.text)
    assert token is not None

    def enter(password: str, name: str = "ada") -> int:
        form = {"name": name, "password": password, "form_token": token[1]}
        return int(visitor.post("/login", data=form).status_code)

    assert enter("wrong") == 401
    assert enter("wrong", "nobody") == 401
    assert enter("correct horse") == 200
    assert visitor.get(SEARCH).url.path == SEARCH
    users.add("bob", "battery staple")
    gone = tomllib.loads(users.path.read_text())["users"]
    users.path.write_text(f'[users]\nbob = "{gone["bob"]}"\n')
    assert visitor.get(SEARCH).url.path == "/login"  # ada is no longer in the file


def test_wrong_passwords_make_one_wait(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trovato.web.access.passwords._SCRYPT", {"n": 2, "r": 1, "p": 1})
    users = Users(tmp_path / "users.toml")
    users.add("ada", "correct horse")
    clock = [100.0]
    monkeypatch.setattr("trovato.web.access.passwords.time.monotonic", lambda: clock[0])
    visitor = client(library, access=PasswordAccess(users, Sessions(b"secret")), workspace=None)
    page = visitor.get("/login").text
    token = re.search(r'form_token" value="(\w+)"', page)
    assert token is not None

    def enter(password: str) -> object:
        form = {"name": "ada", "password": password, "form_token": token[1]}
        return visitor.post("/login", data=form)

    assert [enter("wrong").status_code for _ in range(10)] == [401] * 10  # type: ignore[attr-defined]
    refused = enter("correct horse")
    assert refused.status_code == 429  # type: ignore[attr-defined]
    clock[0] += 1
    assert enter("wrong").status_code == 401  # type: ignore[attr-defined]
    clock[0] += 1
    assert enter("wrong").status_code == 429  # type: ignore[attr-defined]
    clock[0] += 1
    assert enter("correct horse").status_code != 429  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["users = 3", "[users]\nada = 4", "not toml [", '[users]\nada = "x"']
)
def test_a_list_of_users_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "users.toml").write_text(text)
    with pytest.raises(UnreadableFileError, match="is no list of users"):
        Users(tmp_path / "users.toml").read()


@pytest.mark.parametrize(
    ("name", "password"), [("", "long enough"), ('a"b', "long enough"), ("ada", "short")]
)
def test_users_that_cannot_be_are_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(InvalidInputError):
        Users(tmp_path / "users.toml").add(name, password)


def test_a_proxy_says_who_comes_and_nobody_else_does(library: Library) -> None:
    access = ProxyAccess("Remote-User", ["10.0.0.0/8"])
    app = build_app(library, access=access)

    def come(peer: str, headers: list[tuple[str, str]]) -> int:
        visitor = TestClient(app, base_url="http://127.0.0.1", client=(peer, 5))
        return int(visitor.get("/", headers=headers).status_code)

    assert come("10.1.2.3", [("Remote-User", "ada")]) == 200
    assert come("10.1.2.3", []) == 401
    assert come("10.1.2.3", [("Remote-User", "")]) == 401
    assert come("11.1.2.3", [("Remote-User", "ada")]) == 403
    assert come("11.1.2.3", []) == 401
    assert come("10.1.2.3", [("Remote-User", "ada"), ("Remote-User", "bob")]) == 403
    with pytest.raises(InvalidInputError, match=r"like 127\.0\.0\.1/32"):
        ProxyAccess("Remote-User", ["here"])
