"""Columns of text files, a block at a time, with errors that name the line."""

from __future__ import annotations

import csv
import lzma
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trovato.core import UnreadableFileError
from trovato.interactions.imports.text_files import (
    COMPRESSED,
    DOUBLE_COLON,
    Rewritten,
    encoding_of,
    open_bytes,
    open_text,
)
from trovato.interactions.storage import schema

_BLOCK = 1 << 22  # bytes; some thirty of them are read ahead


def read_columns(
    path: Path,
    kinds: Mapping[str, type],
    delimiter: str,
    *,
    empty: bool = False,
    encoding: str = "",
    heads: Sequence[str] = (),
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Some columns of a file whose first line names them all, if `heads` does not.

    Parameters
    ----------
    path
        A text file, perhaps compressed.
    kinds
        `int`, `float` or `str` for each column that is wanted, by its name.
    delimiter
        Between columns; quotes have a meaning but where it is a tab or a double colon.
    empty
        Whether a text may be empty.
    encoding
        Of the file; UTF-8 (or UTF-16 with its mark) if nothing is said.
    heads
        Names of the columns of a file whose first line is a row.

    Yields
    ------
    The line of the first row (from 1), and the columns: arrays, or arrays of Arrow for texts.

    Raises
    ------
    UnreadableFileError
        If the file is absent, a column is missing, or a line is not of the form: which, and why.
    """
    pa = schema.arrow()
    import pyarrow.csv as text

    types = {int: pa.int64(), float: pa.float64(), str: pa.string()}
    line = 1 if heads else 2
    sign = "\t" if delimiter == DOUBLE_COLON else delimiter
    try:
        rewritten = sign != delimiter or encoding_of(path, encoding) != "utf-8-sig"
        text_file = open_text(path, "", encoding) if rewritten else None
        with Rewritten(text_file) if rewritten else open_bytes(path) as file:
            reader = text.open_csv(
                # Python's own reading is needed only where a file is compressed.
                pa.PythonFile(file, mode="r") if rewritten or path.suffix in COMPRESSED else path,
                read_options=text.ReadOptions(
                    use_threads=False, block_size=_BLOCK, column_names=list(heads) or None
                ),
                parse_options=text.ParseOptions(
                    delimiter=sign,
                    quote_char=False if sign == "\t" else '"',
                    newlines_in_values=empty,
                ),
                convert_options=text.ConvertOptions(
                    include_columns=list(kinds),
                    column_types={name: types[kind] for name, kind in kinds.items()},
                    null_values=[""],
                    strings_can_be_null=not empty,
                ),
            )
            for batch in reader:
                if any(batch[name].null_count for name in kinds):
                    raise pa.ArrowInvalid("a value is missing")
                yield (
                    line,
                    {
                        name: batch[name] if kind is str else batch[name].to_numpy()
                        for name, kind in kinds.items()
                    },
                )
                line += batch.num_rows
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"cannot read {path}: {error}; say its --encoding") from error
    except (pa.ArrowException, OSError, EOFError, LookupError, lzma.LZMAError) as error:
        raise _blamed(path, kinds, delimiter, error, encoding, heads) from error


def _blamed(
    path: Path,
    kinds: Mapping[str, type],
    delimiter: str,
    error: Exception,
    encoding: str,
    names: Sequence[str],
) -> UnreadableFileError:
    """The first line that is not of the form; reads the file once more, slowly."""
    try:
        with open_text(path, "", encoding) as file:
            sign = "\t" if delimiter == DOUBLE_COLON else delimiter
            lines = csv.reader(
                (line.replace(DOUBLE_COLON, sign) for line in file) if sign != delimiter else file,
                delimiter=sign,
                quoting=csv.QUOTE_NONE if sign == "\t" else csv.QUOTE_MINIMAL,
            )
            heads = list(names) or next(lines, [])
            missing = [name for name in kinds if name not in heads]
            if missing:
                return UnreadableFileError(
                    f"{path}, line 1: there is no column {missing[0]!r} among {', '.join(heads)}"
                )
            for fields in filter(None, lines):
                if len(fields) != len(heads):
                    return UnreadableFileError(
                        f"{path}, line {lines.line_num}: {len(fields)} columns, wanted {len(heads)}"
                    )
                for name, value in zip(heads, fields, strict=False):
                    if not _is(kinds.get(name, object), value):
                        return UnreadableFileError(
                            f"{path}, line {lines.line_num}: {name} must be of the kind "
                            f"{kinds[name].__name__}, got {value!r}"
                        )
    except UnicodeDecodeError as cause:
        return UnreadableFileError(
            f"cannot read {path}: {cause}; say its encoding, such as --encoding latin-1"
        )
    except (OSError, EOFError, LookupError, lzma.LZMAError, csv.Error) as cause:
        return UnreadableFileError(f"cannot read {path}: {cause}")
    return UnreadableFileError(f"cannot read {path}: {error}")


def _is(kind: type, value: str) -> bool:
    if kind in (str, object):
        return kind is object or bool(value)
    try:
        kind(value)
    except ValueError:
        return False
    return True
