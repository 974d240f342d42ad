"""Starting Spark, and what its errors mean."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from trovato.core import EngineError, MissingExtraError, StorageError, UnreadableFileError

_DAMAGED = re.compile(r"reading file file:(?://)?(\S+)\.(?:\s|$)")
_QUIET = Path(__file__).with_name("log4j2.properties")
_SETTINGS = {
    "spark.driver.defaultJavaOptions": f"-Dlog4j2.configurationFile={_QUIET}",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
# Where the driver and its workers are one machine, nothing listens beyond it.
_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}


def start(master: str, settings: Mapping[str, str]) -> Any:
    """A session of Spark.

    Raises
    ------
    MissingExtraError
        If pyspark is not installed.
    EngineError
        If there is no Java, or the master does not answer.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtraError("pyspark", "spark", "working on a log with Spark") from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise EngineError(
            "Spark needs Java 17 or later, and there is none: install it, or set JAVA_HOME"
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers run what the driver runs
    builder = SparkSession.builder.master(master).appName("trovato logs")
    local = _LOCAL if master.startswith("local") else {}
    for name, value in {**_SETTINGS, **local, **settings}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError, _java_error()) as error:
        raise EngineError(f"Spark did not start at {master!r}: {_reason(error)}") from error


@contextmanager
def translated() -> Iterator[None]:
    """Turn what Spark says into what it means for a log."""
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, _java_error()) as error:
        text = str(error)
        for known in (StorageError, UnreadableFileError):
            _, found, after = text.partition(f"{known.__module__}.{known.__name__}: ")
            if found:
                raise known(after.splitlines()[0]) from error
        if damaged := _DAMAGED.search(text):
            raise UnreadableFileError(
                f"cannot read {unquote(damaged[1])}, it is damaged or cut: {_reason(error)}"
            ) from error
        raise EngineError(f"Spark could not do it: {_reason(error)}") from error


def _java_error() -> type[Exception]:
    from py4j.protocol import Py4JError

    found: type[Exception] = Py4JError
    return found


def _reason(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
