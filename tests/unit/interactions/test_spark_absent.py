from __future__ import annotations

import sys

import pytest

from trovato.core import EngineError, MissingExtraError
from trovato.interactions.engines.spark import SparkEngine


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(MissingExtraError, match=r"trovato\[spark\]"), SparkEngine.started():
        pass


@pytest.mark.needs("pyspark")
def test_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineError, match="needs Java 17"), SparkEngine.started():
        pass
