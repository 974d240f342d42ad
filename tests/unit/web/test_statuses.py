"""Each error of ours has a status that says whose fault it is."""

import pytest
from starlette.exceptions import HTTPException

from trovato import core
from trovato.web.statuses import status_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (core.NotFoundError("x"), 404),
        (core.CollectionNotFoundError("x"), 404),
        (core.UnreadableFileError("x"), 404),
        (core.InvalidInputError("x"), 400),
        (core.NotAllowedError("x"), 403),
        (core.ConflictError("x"), 409),
        (core.StorageError("x"), 503),
        (core.ModelUnavailableError("x"), 503),
        (core.CorruptCollectionError("x"), 500),
        (ValueError("x"), 500),
        (HTTPException(418), 418),
    ],
)
def test_status(error: Exception, status: int) -> None:
    assert status_of(error) == status
