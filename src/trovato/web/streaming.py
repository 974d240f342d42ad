"""A page that is sent while it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class Streamed(StreamingResponse):
    """Sends a page piece by piece, and tells at once when its reader has gone.

    Parameters
    ----------
    pieces
        Of the page; they are made in another thread, and may be long in coming.
    gone
        Called when the page was sent, or the connection closed before.
    """

    def __init__(self, pieces: Iterable[str], gone: Callable[[], None]) -> None:
        super().__init__(pieces, media_type="text/html")
        self._gone = gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it; a thread that waits for a piece cannot be cancelled, so it has to be told."""
        listening = asyncio.create_task(tell_when_gone(receive, self._gone))
        try:
            await self.stream_response(send)
        finally:
            listening.cancel()
            self._gone()


async def tell_when_gone(receive: Receive, gone: Callable[[], None]) -> None:
    """Call `gone` once the connection is closed; to be run beside the work."""
    while (await receive())["type"] != "http.disconnect":
        pass
    gone()
