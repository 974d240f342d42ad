"""The tiers of the suite, and settings that every test shares.

`--tier fast` (the default) is the gate: examples are the same on every run, kill tests are short,
and tests marked `needs` (torch, Spark, Ray, OCR …) or `slow` are skipped. `--tier all` runs
everything at full strength, and a package that is missing is a failure. `--new-examples` draws
examples that no run has seen: what it finds is mended and kept as an `@example`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Tiny models lose time to threads, and no test asks a network.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

# Never a time limit per example: two busy cores make honest tests slow.
settings.register_profile(
    "fast",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "all",
    parent=settings.get_profile("fast"),
    max_examples=100,
)
settings.register_profile(
    "new-examples", parent=settings.get_profile("all"), derandomize=False, print_blob=True
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tier",
        choices=["fast", "all"],
        default="fast",
        help="fast: the gate, without heavy packages. all: everything, at full strength.",
    )
    parser.addoption(
        "--new-examples", action="store_true", help="Draw new random examples, at full strength."
    )


def pytest_configure(config: pytest.Config) -> None:
    new = config.getoption("new_examples")
    settings.load_profile("new-examples" if new else config.getoption("tier"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    everything = item.config.getoption("tier") == "all"
    if not everything and item.get_closest_marker("slow"):
        pytest.skip("slow: `make test-all` runs it")
    for mark in item.iter_markers("needs"):
        if not everything:
            pytest.skip(f"needs {mark.args[0]}: `make test-all` runs it")
        if find_spec(mark.args[0]) is None:
            pytest.fail(f"{mark.args[0]} is not installed: `make test-all` installs it")


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No types at run time: for what users see who give wrong ones, and for many short calls."""
    import jaxtyping

    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture(scope="session")
def kills(pytestconfig: pytest.Config) -> int:
    """How often a kill test kills: 500 times at full strength."""
    return 500 if pytestconfig.getoption("tier") == "all" else 60


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tiny language model of each family, only to be read."""
    from trovato.testing.models.tiny_llm import FAMILIES, save_tiny_llm

    place = tmp_path_factory.mktemp("families")
    return {family: save_tiny_llm(place / family, family) for family in FAMILIES}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server for the tests of a session: the address of its database."""
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


@pytest.fixture(scope="session")
def ray_started() -> Iterator[None]:
    """Ray on this machine, started once."""
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()
