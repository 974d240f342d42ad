"""Names and passwords in a file, for more than one machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
import tomllib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, atomic_path
from trovato.web.access.sessions import Sessions
from trovato.web.links import link

# scrypt with 32 MB and some 0.1 s a guess.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26}
_FREE = 10  # wrong passwords before one has to wait
_LONGEST_S = 900
_REMEMBERED = 10_000


def hashed(password: str, salt: bytes) -> str:
    """What is kept of a password."""
    digest = hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)
    return f"{base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


class Users:
    """A file of names and hashed passwords; it is read again whenever someone signs in.

    Parameters
    ----------
    path
        A TOML file with one line for each name.
    """

    def __init__(self, path: PathLike) -> None:
        self.path = Path(path)

    def read(self) -> dict[str, str]:
        """Hash by name; empty where there is no file.

        Raises
        ------
        UnreadableFileError
            If the file is no list of users.
        """
        if not self.path.exists():
            return {}
        try:
            users = tomllib.loads(self.path.read_text("utf-8")).get("users", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UnreadableFileError(f"{self.path} is no list of users ({error})") from error
        if not isinstance(users, dict) or not all(
            isinstance(one, str) and one.count("$") == 1 for one in users.values()
        ):
            raise UnreadableFileError(f"{self.path} is no list of users: use `trovato users add`")
        return dict(users)

    def add(self, name: str, password: str) -> None:
        """Add someone, or change their password; only the file's owner may read it.

        Raises
        ------
        InvalidInputError
            If the name is not of letters, digits and `.@_-`, or the password has less than 8
            characters.
        """
        if not name or not all(char.isalnum() or char in ".@_-" for char in name):
            raise InvalidInputError(f"a name has letters, digits and .@_- only, got {name!r}")
        if len(password) < 8:
            raise InvalidInputError("a password has at least 8 characters")
        users = self.read() | {name: hashed(password, secrets.token_bytes(16))}
        lines = ["[users]", *(f'"{one}" = "{kept}"' for one, kept in sorted(users.items()))]
        with atomic_path(self.path) as place:
            place.chmod(0o600)
            place.write_text("\n".join(lines) + "\n", "utf-8")

    def matches(self, name: str, password: str) -> bool:
        """Whether that is someone's password; it takes as long where nobody has the name."""
        kept = self.read().get(name, "AAAA$")
        salt = base64.b64decode(kept.partition("$")[0])
        return hmac.compare_digest(hashed(password, salt).encode(), kept.encode())


class PasswordAccess:
    """Lets in who signs in with a password; wrong ones make one wait, ever longer.

    Parameters
    ----------
    users
        Who may come in.
    sessions
        Remember who has signed in.

    Raises
    ------
    InvalidInputError
        If there are no users.
    """

    advice = "sign in first"

    def __init__(self, users: Users, sessions: Sessions) -> None:
        if not users.read():
            raise InvalidInputError(
                f"nobody could sign in: add someone by `trovato users add {users.path} NAME`"
            )
        self._users = users
        self._sessions = sessions
        self._turn = threading.Lock()
        self._wrong: dict[tuple[str, str], tuple[int, float]] = {}

    def visitor(self, request: Request) -> str | None:
        """Who signed in; nobody whose name is no longer in the file."""
        name = self._sessions.visitor(request)
        return name if name and name in self._users.read() else None

    def welcome(self, request: Request) -> Response | None:
        """To the page on which one signs in; programs are only told."""
        if request.method != "GET" or request.scope["path"].startswith("/api/"):
            return None
        return RedirectResponse(link(request, "login"), 303)

    def seconds_to_wait(self, request: Request, name: str) -> int:
        """How long no password of that name is tried from there."""
        count, last = self._wrong.get(self._key(request, name), (0, 0.0))
        delay = 0 if count < _FREE else min(2.0 ** (count - _FREE), _LONGEST_S)
        return max(0, -int(-(last + delay - time.monotonic()) // 1)) if delay else 0

    def sign_in(self, request: Request, name: str, password: str) -> Response | None:
        """The way in where the password is right; None where it is wrong."""
        right = self._users.matches(name, password)
        with self._turn:
            key = self._key(request, name)
            if right:
                self._wrong.pop(key, None)
            else:
                count, _ = self._wrong.pop(key, (0, 0.0))
                self._wrong[key] = count + 1, time.monotonic()
                if len(self._wrong) > _REMEMBERED:
                    del self._wrong[next(iter(self._wrong))]
        if not right:
            return None
        answer = RedirectResponse(link(request), 303)
        self._sessions.begin(request, answer, name)
        return answer

    @staticmethod
    def _key(request: Request, name: str) -> tuple[str, str]:
        return name, request.client.host if request.client else ""
