"""A PostgreSQL server for the tests of a session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of its database."""
    # Not below pytest's folder, which is closed to the user who runs the server.
    with tempfile.TemporaryDirectory(prefix="postgres-") as place:
        yield from served(Path(place))


def served(place: Path) -> Iterator[str]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    program = shutil.which("initdb") or (str(found[-1]) if found else None)
    if program is None:
        pytest.skip("PostgreSQL is not installed")
    binaries = Path(program).resolve().parent
    # It refuses to be run by root.
    as_user: list[str] = []
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("PostgreSQL is not run by root, and setpriv is not installed")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        shutil.chown(place, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = place / "data"

    def run(*words: str) -> None:
        done = subprocess.run([*as_user, *words], capture_output=True, cwd="/", text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    run(str(binaries / "initdb"), "-D", str(data), "-U", "tester", "-A", "trust", "-N")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place}"
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(place / "log")]
    run(*control, "-o", options, "start")
    yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    run(*control, "-m", "immediate", "stop")
