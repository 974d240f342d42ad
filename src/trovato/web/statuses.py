"""Which status of HTTP each of our errors is."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from trovato.core import (
    CollectionBusyError,
    ConflictError,
    InvalidInputError,
    ModelUnavailableError,
    NotAllowedError,
    NotFoundError,
    StorageError,
    UnreadableFileError,
)

# The first that fits: what is not found is an invalid value too.
_STATUSES: dict[type[Exception], int] = {
    NotFoundError: 404,
    UnreadableFileError: 404,  # the file of an address has gone, or is no such file any more
    InvalidInputError: 400,
    NotAllowedError: 403,
    ConflictError: 409,
    StorageError: 503,
    CollectionBusyError: 503,
    ModelUnavailableError: 503,
}


def status_of(error: Exception) -> int:
    """The status that says what went wrong; 500 for what is nobody's request's fault."""
    if isinstance(error, HTTPException):
        return error.status_code
    return next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 500)
