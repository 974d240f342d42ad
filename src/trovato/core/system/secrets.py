"""Keys and passwords stay out of everything that is shown or kept."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from trovato.core.arguments import check_many

_HIDDEN = "[hidden]"
# A user and a password before the name of a host.
_CREDENTIALS = re.compile(r"(?<=//)[^\s/?#\"'<>]*@")


def without_credentials(address: str) -> str:
    """An address as it may be shown: `http://[hidden]@host/` for `http://user:password@host/`.

    Everything before the last `@` is taken for credentials, whatever is wrong with the address.
    """
    head, at, tail = address.rpartition("@")
    if not at:
        return address
    scheme, slashes, _ = head.partition("://")
    return f"{scheme if slashes else ''}{slashes}{_HIDDEN}@{tail}"


class Secrets:
    """Takes some secrets, and the credentials in any address, out of text.

    Parameters
    ----------
    values
        The secrets. Each is found as it is, as in an address (percent-encoded), as in JSON, and in
        Base64. Empty ones are none.
    """

    def __init__(self, values: Iterable[str]) -> None:
        check_many("values", values)
        forms = {form for value in values if value for form in _forms(value)}
        # The longest first: one may hold another.
        found = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        self._found = re.compile(found, re.IGNORECASE) if found else None

    def hide(self, text: str) -> str:
        """The text with `[hidden]` in the place of each secret and of an address's credentials."""
        return _CREDENTIALS.sub(f"{_HIDDEN}@", self.hide_values(text))

    def hide_values(self, text: str) -> str:
        """The text with `[hidden]` in the place of each secret; any address stays as it is."""
        return text if self._found is None else self._found.sub(_HIDDEN, text)


def _forms(value: str) -> set[str]:
    encoded = base64.b64encode(value.encode()).decode()
    plain = {value, encoded, encoded.rstrip("="), base64.urlsafe_b64encode(value.encode()).decode()}
    quoted = {way(form, safe="") for form in plain for way in (quote, quote_plus)}
    escaped = {json.dumps(form)[1:-1] for form in plain}
    return plain | quoted | escaped | {form.replace("/", r"\/") for form in escaped}
