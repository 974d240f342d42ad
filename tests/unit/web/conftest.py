"""Asking as a page's form does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

TOKEN = re.compile(r'name="form_token" value="(\w+)"')
Ask = Callable[..., Any]


@pytest.fixture
def ask() -> Ask:
    """Send the form of a page; gives back where it leads."""

    def asked(
        client: TestClient, question: str, to: str = "/c/collection/answers", **form: str
    ) -> Any:
        found = TOKEN.search(client.get("/").text)
        assert found is not None
        return client.post(to, data={"q": question, "form_token": found[1], **form})

    return asked
