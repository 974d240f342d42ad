"""What `make test-latest` says of versions."""

from importlib.metadata import version

from moved_versions import moved


def test_only_versions_that_moved_are_told() -> None:
    pins = (
        f"numpy=={version('numpy')} ; python_full_version < '4'\nnumpy==0.1 ; sys_platform == 'x'\n"
        "pytest==0.0.1\nnot-installed-at-all==1.0\n# click==0\n"
    )
    assert moved(pins) == [f"pytest 0.0.1 -> {version('pytest')}"]
