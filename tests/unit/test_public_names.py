"""What people import from the package itself."""

from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pkgutil import walk_packages

import pytest

import trovato


@pytest.mark.parametrize("name", trovato.__all__)
def test_every_name_is_there_and_listed(name: str) -> None:
    assert getattr(trovato, name) is not None
    assert name in dir(trovato)


def test_the_version_is_that_of_the_installed_package() -> None:
    assert trovato.__version__ == version("trovato")


def test_type_checkers_are_told_that_there_are_types() -> None:
    assert files("trovato").joinpath("py.typed").is_file()


def test_every_package_says_what_is_public() -> None:
    packages = [found.name for found in walk_packages(trovato.__path__, "trovato.") if found.ispkg]
    assert [name for name in packages if not hasattr(import_module(name), "__all__")] == []
