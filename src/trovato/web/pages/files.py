"""The files of a collection, and adding more."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trovato.core import atomic_path
from trovato.web.jobs import StoredFileJob
from trovato.web.site import API, Site

_MOST_BYTES = 1 << 31
_SHOWN = 500  # files on one page


class FilePages:
    """What is there, and what is on its way.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request) -> Response:
        """Files with their pages, those that could not be read, and those on their way."""
        collection = self._site.library(request).collection
        files = collection.files()
        return self._site.page(
            request,
            "files.html",
            {
                "files": files[:_SHOWN],
                "count": len(files),
                "failures": collection.failures(),
                "waiting": self._waiting(request),
                "takes_files": self._site.indexing.takes_files,
            },
        )

    async def add(self, request: Request) -> Response:
        """Receive one file, whose bytes are the request's body, and index it afterwards."""
        self._site.check_form(request, request.headers.get("x-form-token"))
        self._site.library(request)
        collection, name = request.path_params["collection"], request.query_params.get("name", "")
        place = self._site.indexing.place(collection, name)
        await self._receive(request, place)
        job = await run_in_threadpool(
            self._site.indexing.received, collection, name, request.state.visitor
        )
        return JSONResponse(asdict(self._site.indexing.get(job)), 201)

    @staticmethod
    async def _receive(request: Request, place: Path) -> None:
        """Write a body to its place; a part of one leaves nothing there."""
        with ExitStack() as stack:
            part = await run_in_threadpool(stack.enter_context, atomic_path(place))
            with part.open("wb") as file:
                done = 0
                async for piece in request.stream():
                    done += len(piece)
                    if done > _MOST_BYTES:
                        raise HTTPException(413, f"a file has at most {_MOST_BYTES:,} bytes here")
                    await run_in_threadpool(file.write, piece)
            await run_in_threadpool(stack.close)

    def waiting(self, request: Request) -> Response:
        """What is on its way into a collection."""
        self._site.library(request)
        return JSONResponse({"files": [asdict(job) for job in self._waiting(request)]})

    def job(self, request: Request) -> Response:
        """What has become of one file."""
        return JSONResponse(asdict(self._site.indexing.get(request.path_params["job"])))

    def stop(self, request: Request) -> Response:
        """Leave a file out that is not indexed yet."""
        self._site.check_form(request, request.headers.get("x-form-token"))
        job = self._site.indexing.get(request.path_params["job"])
        self._site.indexing.stop(job)
        return JSONResponse(asdict(self._site.indexing.get(job.id)))

    def _waiting(self, request: Request) -> list[StoredFileJob]:
        name = request.path_params["collection"]
        return [job for job in self._site.indexing.waiting() if job.collection == name]


def file_routes(site: Site) -> list[Route]:
    """Where one sees and adds files."""
    pages = FilePages(site)
    return [
        Route("/c/{collection}/files", pages.show, methods=["GET"]),
        Route("/c/{collection}/files", pages.add, methods=["POST"]),
        Route("/jobs/{job}/stop", pages.stop, methods=["POST"]),
        Route(f"{API}collections/{{collection}}/waiting", pages.waiting),
        Route(f"{API}jobs/{{job}}", pages.job),
    ]
