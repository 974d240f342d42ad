"""The vector fields of a collection: which kinds of vectors its items have."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field

from trovato.core import IncompatibleCollectionError, InvalidInputError
from trovato.index.vectors.format import VectorFormat

# The field that is searched where none is named, and its number.
DEFAULT_FIELD, DEFAULT_NUMBER = "tokens", 1
# Of pictures that are items themselves, and of pages as they look.
PICTURE_FIELD, PAGE_IMAGE_FIELD = "image", "page_image"
_NAME = re.compile(r"[A-Za-z]\w{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class VectorField:
    """Vectors of one encoder, of which an item has many, one or none.

    Parameters
    ----------
    name
        Letters, digits and `_`, such as "image".
    fingerprint
        Of the encoder that makes its vectors.
    dim
        Their components.
    single
        Whether an item has at most one: MaxSim is then its largest dot product with the question.
    encoder_name
        What the encoder is called, for who opens the collection; fields are the same without it.

    Raises
    ------
    InvalidInputError
        If the name is none, or `dim` is below 1.
    """

    name: str
    fingerprint: str
    dim: int
    single: bool = False
    encoder_name: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInputError(
                f"a vector field is named by up to 64 letters, digits and _, got {self.name!r}"
            )
        if self.dim < 1:
            raise InvalidInputError(
                f"a collection needs vectors of at least 1 component, got {self.dim}"
            )

    @property
    def called(self) -> str:
        """Its encoder in a message: the name, where there is one, and the fingerprint."""
        name = "" if self.encoder_name is None else f"{self.encoder_name} "
        return f"{name}{self.fingerprint!r}"


@dataclass(frozen=True, slots=True)
class StoredField(VectorField):
    """A field as a collection has it.

    Parameters
    ----------
    number
        Stands for it in other tables.
    vector_format
        How new vectors are stored, and the others where they were not coarser already.
    since
        The last item that was there when the field was added; above it, every item is in a segment.
    """

    number: int = DEFAULT_NUMBER
    vector_format: VectorFormat = VectorFormat()
    since: int = 0


def read_fields(connection: sqlite3.Connection) -> dict[str, StoredField]:
    """All fields by name, the default one first."""
    rows = connection.execute(
        "SELECT name, fingerprint, dim, single, field, form, since FROM fields ORDER BY field"
    ).fetchall()
    names = dict(connection.execute("SELECT key, value FROM meta WHERE key LIKE 'encoder%'"))
    return {
        name: StoredField(
            name,
            fingerprint,
            dim,
            bool(single),
            names.get(_name_key(name)),
            number,
            VectorFormat.parse(form),
            since,
        )
        for name, fingerprint, dim, single, number, form, since in rows
    }


def find_field(connection: sqlite3.Connection, name: str | None) -> StoredField:
    """The field of that name, or the default one.

    Raises
    ------
    InvalidInputError
        If there is none.
    """
    fields = read_fields(connection)
    found = fields.get(DEFAULT_FIELD if name is None else name)
    if found is None:
        raise InvalidInputError(
            f"the collection has no vector field {name!r}; it has {', '.join(fields)}"
        )
    return found


def insert_field(
    connection: sqlite3.Connection, field: VectorField, vector_format: VectorFormat = VectorFormat()
) -> None:
    """Declare a field; every item that is there is still to be encoded."""
    connection.execute(
        "INSERT INTO fields (name, fingerprint, dim, single, form, since) VALUES "
        "(?, ?, ?, ?, ?, (SELECT ifnull(max(item), 0) FROM items))",
        [field.name, field.fingerprint, field.dim, field.single, str(vector_format)],
    )
    name_encoder(connection, field)


def name_encoder(connection: sqlite3.Connection, field: VectorField) -> None:
    """Keep what the encoder of a field is called now, where somebody says it."""
    if field.encoder_name is not None:
        connection.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [_name_key(field.name), field.encoder_name],
        )


def check_same_field(known: StoredField, field: VectorField) -> None:
    """Refuse a field that is there already and was declared otherwise.

    Raises
    ------
    IncompatibleCollectionError
        If encoder, dimension or number of vectors differ.
    """
    if VectorField(known.name, known.fingerprint, known.dim, known.single) != field:
        raise IncompatibleCollectionError(
            f"the vector field {field.name!r} was made by encoder {known.called} with "
            f"{known.dim} components and {'one vector' if known.single else 'vectors'} per item, "
            f"got {field.called} with {field.dim} and single={field.single}: add a field of "
            "another name"
        )


def set_vector_format(
    connection: sqlite3.Connection, field: int, vector_format: VectorFormat
) -> None:
    """Let new vectors of a field be stored in that form."""
    connection.execute("UPDATE fields SET form = ? WHERE field = ?", [str(vector_format), field])


def delete_field(connection: sqlite3.Connection, field: int) -> None:
    """Forget a field with all that its vectors have; their files go when no reader needs them."""
    connection.execute(
        "DELETE FROM meta WHERE key = 'encoder ' || (SELECT name FROM fields WHERE field = ?)",
        [field],
    )
    for table in ("segments", "tokens", "pools", "projection", "codebooks", "fields"):
        connection.execute(f"DELETE FROM {table} WHERE field = ?", [field])  # noqa: S608


def encode_again(connection: sqlite3.Connection, field: int) -> None:
    """Let all items be encoded that no segment of the field holds."""
    connection.execute(
        "UPDATE fields SET since = (SELECT ifnull(max(item), 0) FROM items) WHERE field = ?",
        [field],
    )


def _name_key(field: str) -> str:
    return "encoder" if field == DEFAULT_FIELD else f"encoder {field}"
