"""One stream of what happens: answers, their words, files and how far they are."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from trovato.web.site import Site
from trovato.web.workspace import WorkspaceEvent

_TICK_S = 0.25
_BEAT_S = 15.0  # a comment this often keeps proxies from closing the line
_MOST = 200
# What concerns everybody who sees the collection; all else is only its asker's.
_SHARED = ("received", "indexed", "unreadable", "stopped")


class EventStream:
    """Server-sent events.

    What is stored has its place as the id, so that a client that comes back misses nothing. Words
    of an answer and progress have none: they are told as they are.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: Request) -> Response:
        """Everything after `since`, or after the `Last-Event-ID` of a client that comes back."""
        given = request.headers.get("last-event-id") or request.query_params.get("since", "")
        if given and not (given.isascii() and given.isdigit() and len(given) < 16):
            raise HTTPException(400, f"since is the id of an event, got {given[:40]!r}")
        since = int(given) if given else await run_in_threadpool(self._site.workspace.last)
        headers = {"X-Accel-Buffering": "no"}
        told = self._told(request.state.visitor, since)
        return StreamingResponse(told, media_type="text/event-stream", headers=headers)

    async def _told(self, visitor: str, seq: int) -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        askers: dict[str, str] = {}
        before: dict[tuple[str, str], dict[str, Any]] = {}
        spoken = time.monotonic()
        while True:
            events, now = await run_in_threadpool(self._news, visitor, seq, askers)
            lines = [
                _line(event.kind, {"of": event.stream, **_brief(event)}, event.seq)
                for event in events
                if event.kind in _SHARED or askers[event.stream] == visitor
            ]
            seq = max([seq, *(event.seq for event in events)])
            lines += [
                _line(kind, {"of": of, **said})
                for (kind, of), said in _changes(before, now).items()
            ]
            before = now
            if lines or time.monotonic() - spoken > _BEAT_S:
                spoken = time.monotonic()
                yield "".join(lines) or ": still here\n\n"
            if len(events) < _MOST:
                await asyncio.sleep(_TICK_S)

    def _news(
        self, visitor: str, seq: int, askers: dict[str, str]
    ) -> tuple[list[WorkspaceEvent], dict[tuple[str, str], dict[str, Any]]]:
        """The next events, and what goes on at this moment."""
        workspace = self._site.workspace
        events = workspace.after(seq, _MOST)
        now: dict[tuple[str, str], dict[str, Any]] = {}
        written = self._site.asking.written()
        for stream in {*(event.stream for event in events), *written} - askers.keys():
            askers[stream] = workspace.events(stream)[0].actor
        for answer, text in written.items():
            if askers[answer] == visitor:
                now["piece", answer] = {"text": text}
        for collection, progress in list(self._site.indexing.progress.items()):
            now["progress", collection] = asdict(progress)
        return events, now


def event_routes(site: Site) -> list[Route]:
    """Where one listens."""
    return [Route("/events", EventStream(site).show)]


def _changes(
    before: Mapping[tuple[str, str], dict[str, Any]], now: Mapping[tuple[str, str], dict[str, Any]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """What is told anew; of an answer only the words that came since."""
    told = {}
    for key, said in now.items():
        known = before.get(key, {})
        if known == said:
            continue
        text = said.get("text")
        told[key] = said if text is None else {"text": text[len(known.get("text", "")) :]}
    return told


def _brief(event: WorkspaceEvent) -> dict[str, Any]:
    """An event without the answer itself, which stands at its address."""
    return {key: value for key, value in event.payload.items() if key not in ("answer", "sources")}


def _line(kind: str, said: dict[str, Any], seq: int | None = None) -> str:
    place = "" if seq is None else f"id: {seq}\n"
    return f"{place}event: {kind}\ndata: {json.dumps(said, ensure_ascii=False)}\n\n"
