"""What shows that a log or a document was changed afterwards."""

from __future__ import annotations

import hashlib


def event_hash(
    before: str,
    event_id: str,
    actor: str,
    kind: str,
    payload: str,
    client_time: float,
    server_time: float,
) -> str:
    """SHA-256 of an event and the hash of the one before it, as hexadecimal digits."""
    times = [client_time.hex(), server_time.hex()]
    return hashlib.sha256(
        "\0".join([before, event_id, actor, kind, *times, payload]).encode()
    ).hexdigest()


def document_hash(title: str, text: str) -> str:
    """SHA-256 of a document."""
    return hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()
