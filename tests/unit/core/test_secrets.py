"""What is shown or kept holds no key and no password, however it is written."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import Secrets, without_credentials

SECRETS = st.text(st.characters(codec="utf-8"), min_size=4, max_size=30)


@given(secret=SECRETS, before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_secret_is_found_in_every_form(secret: str, before: str, after: str) -> None:
    encoded = base64.b64encode(secret.encode()).decode()
    forms = [
        secret,
        encoded,
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        quote_plus(secret),
        quote(encoded, safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(encoded)[1:-1].replace("/", "\\/"),
    ]
    secrets = Secrets([secret])
    for form in forms:
        shown = secrets.hide(f"{before} <{form}> {after}")
        assert f"<{form}>" not in shown
        assert "[hidden]" in shown


def test_other_text_stays_and_credentials_in_addresses_go() -> None:
    said = "cannot reach http://ada:pass@word@host:80/v1?x=a@b, ask ada@example.org"
    assert Secrets([""]).hide(said) == (
        "cannot reach http://[hidden]@host:80/v1?x=a@b, ask ada@example.org"
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://host/v1", "http://host/v1"),
        ("http://ada:secret@host/v1", "http://[hidden]@host/v1"),
        ("http://ada:sec/r@e t@host/v1", "http://[hidden]@host/v1"),
        ("ada:secret@host:8000", "[hidden]@host:8000"),
        ("hf:models/llama", "hf:models/llama"),
    ],
)
def test_an_address_is_shown_without_credentials(address: str, shown: str) -> None:
    assert without_credentials(address) == shown
