"""Names of a package that are imported when they are used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any


def lazy_names(package: str, **modules: Iterable[str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package that loads its modules when their names are used.

    Parameters
    ----------
    package
        Its `__name__`.
    modules
        The names that each of its modules gives.
    """
    places = {name: module for module, names in modules.items() for name in names}

    def load(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(f"{package}.{places[name]}")
        # All that it gives, since a function may be called as its module, which is there from now.
        found = {given: getattr(module, given) for given in modules[places[name]]}
        vars(sys.modules[package]).update(found)
        return found[name]

    return load
