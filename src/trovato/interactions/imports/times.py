"""Times as logs write them, in milliseconds since 1970."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from trovato.core import UnreadableFileError
from trovato.core.shapes import Float64, Int64
from trovato.interactions.storage import schema

TimeUnit = Literal["auto", "s", "ms", "us", "ns"]
UNITS: tuple[TimeUnit, ...] = ("auto", "s", "ms", "us", "ns")
# Milliseconds in one.
_WORTH = {"s": 1e3, "ms": 1.0, "us": 1e-3, "ns": 1e-6}
_DAYS = (1900_01_01, 2100_12_31)  # dates as whole numbers; in seconds they lie in August 1970
# In seconds, 10¹¹ lies in the year 5138; in milliseconds in 1973.
_BOUNDS = (1e11, 1e14, 1e17)


def unit_of(values: Float64[np.ndarray, " rows"]) -> TimeUnit:
    """The unit in which times like these lie between 1973 and 5138."""
    largest = float(np.abs(values).max(initial=0.0))
    return UNITS[1 + int(np.searchsorted(_BOUNDS, largest, side="right"))]


def milliseconds(
    path: Path, line: int, values: Float64[np.ndarray, " rows"], unit: TimeUnit
) -> Int64[np.ndarray, " rows"]:
    """Times in milliseconds, rounded.

    Raises
    ------
    UnreadableFileError
        If one is no number, or lies beyond what 64 bits hold; the message names the line.
    """
    scaled = values * _WORTH[unit_of(values) if unit == "auto" else unit]
    wrong = np.flatnonzero(~(np.abs(scaled) < 1e18))
    if len(wrong):
        raise UnreadableFileError(
            f"{path}, line {line + int(wrong[0])}: a time must be a number of seconds or parts of "
            f"a second, got {values[wrong[0]]}"
        )
    found: Int64[np.ndarray, " rows"] = np.round(scaled).astype(np.int64)
    return found


def parse_times(
    path: Path, line: int, texts: Any, unit: TimeUnit, form: str = ""
) -> Int64[np.ndarray, " rows"]:
    """Numbers, or dates such as 2023-11-18 or 2023-11-18T07:30:00Z, in milliseconds.

    Whole numbers such as 20231118 are dates where all of them are; times without a zone are UTC.
    `form` is of dates in another form, as `strptime` has it.

    Raises
    ------
    UnreadableFileError
        If they are neither.
    """
    pa = schema.arrow()
    if not form:
        try:
            numbers = texts.cast(pa.float64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            pass
        else:
            if unit != "auto" or not ((numbers >= _DAYS[0]) & (numbers <= _DAYS[1])).all():
                return milliseconds(path, line, numbers, unit)
            try:
                return _dates(texts, "%Y%m%d")
            except pa.ArrowInvalid:
                return milliseconds(path, line, numbers, unit)
    try:
        return _dates(texts, form)
    except pa.ArrowInvalid as error:
        raise UnreadableFileError(
            f"{path}, line {line} or later: a time must be a number or a date such as 2023-11-18 "
            f"or 2023-11-18T07:30:00Z, or of the form that --time-format says (such as %d/%m/%Y): "
            f"{error}"
        ) from error


def _dates(texts: Any, form: str) -> Int64[np.ndarray, " rows"]:
    """Dates in milliseconds; Arrow's error where they are none."""
    pa = schema.arrow()
    import pyarrow.compute as compute

    if form:
        dates = compute.strptime(texts, format=form, unit="ms")
    else:
        texts = compute.replace_substring_regex(texts, r" ?(UTC|GMT)$", "Z")
        zoned = compute.match_substring_regex(texts, r"\d:\d\d.*(Z|[+-]\d\d:?\d\d)$")
        zone = "UTC" if compute.all(zoned).as_py() else None
        dates = texts.cast(pa.timestamp("us", zone))
    whole = dates.cast(pa.timestamp("ms", getattr(dates.type, "tz", None)), safe=False)
    found: Int64[np.ndarray, " rows"] = whole.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found
