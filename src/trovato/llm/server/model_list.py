"""The models that a server lists, and the one that is asked where nobody names one."""

from __future__ import annotations

import re

from trovato.core import TrovatoError
from trovato.llm.server.connection import ServerConnection
from trovato.llm.server.refusals import RequestRefused, refusal

# In the names of models that write no answers.
_NO_CHAT = re.compile(
    r"embed|rerank|\bbge\b|\be5\b|\bgte\b|minilm|whisper|\btts\b|dall-e|moderation|\bclip\b"
    r"|stable-diffusion|\bflux\b|transcribe"
)
_SHOWN = 20


def first_chat_model(connection: ServerConnection) -> str:
    """The first model of a server whose name is not one of an encoder or the like.

    Raises
    ------
    ModelUnavailableError
        If there is none.
    """
    names = _names(connection)
    for name in names:
        if not _NO_CHAT.search(name.lower()):
            return name
    listed = f" (it has {_listed(connection, names)})" if names else ""
    raise connection.odd(f"no model in its list that writes{listed}; name one (--llm-model)")


def named_models(connection: ServerConnection) -> str:
    """What a message says of the models that there are."""
    try:
        names = _names(connection)
    except TrovatoError:
        names = []
    if not names:
        return "name another model (--llm-model)"
    return f"the server has the models {_listed(connection, names)} (--llm-model)"


def _names(connection: ServerConnection) -> list[str]:
    try:
        with connection.open("GET", "/models") as response:
            found = connection.object(connection.whole(response))
    except RequestRefused as refused:
        hint = connection.address.hint if refused.status == 404 else ""
        raise refusal(connection.address.url, refused, prompt=False, hint=hint) from None
    listed = found.get("data")
    entries = listed if isinstance(listed, list) else []
    names = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    return [name for name in names if isinstance(name, str)]


def _listed(connection: ServerConnection, names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return connection.shown(", ".join(names[:_SHOWN])) + more
