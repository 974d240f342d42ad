"""A picture and a change in, ranked pictures with their reasons out."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from trovato.core import LanguageModel, TrovatoError
from trovato.generate import TargetDescriber
from trovato.systems.sdr_cir import PRESETS
from trovato.web.compose.bars import WIDTH, views_of
from trovato.web.compose.composition import Composition
from trovato.web.compose.finder import Found, PictureFinder
from trovato.web.compose.multipart import multipart_of
from trovato.web.compose.uploads import Uploads
from trovato.web.pages.requests import MOST_HITS
from trovato.web.site import Site


class ComposePage:
    """The form, and what it finds.

    A reading request asks no language model, so a slider moves as fast as a search. What a form
    sends is an upload, or the wish for a description by the model; both end in an address.

    Parameters
    ----------
    site
        The application.
    finder
        Ranks pictures.
    uploads
        Keeps pictures from outside.
    model
        Describes targets, where it sees; None for rules alone.
    """

    def __init__(
        self,
        site: Site,
        finder: PictureFinder,
        uploads: Uploads,
        model: LanguageModel | None = None,
    ) -> None:
        self._site = site
        self._finder = finder
        self._uploads = uploads
        self._describer = None if model is None else TargetDescriber(model)

    def show(self, request: Request) -> Response:
        """The page for what its address asks."""
        self._site.library(request)
        asked = Composition.of(request.query_params)
        try:
            found = self._finder.find(request.path_params["collection"], asked)
        except (HTTPException, TrovatoError) as error:
            return self._refused(request, asked, error)
        return self._drawn(request, asked, found)

    async def send(self, request: Request) -> Response:
        """Keep a picture, or describe the target; then go on at the address of it."""
        return await run_in_threadpool(self._send, request, await multipart_of(request))

    def _send(self, request: Request, parts: Mapping[str, bytes]) -> Response:
        self._site.library(request)
        fields = {name: content.decode("utf-8", "replace") for name, content in parts.items()}
        self._site.check_form(request, fields.get("form_token"))
        name, upload = request.path_params["collection"], parts.get("file", b"")
        asked = Composition.of(fields)
        image = asked.image
        try:
            if upload:
                image = self._uploads.add(upload)
            described = asked.description
            if fields.get("do") == "describe" and image and asked.edit:
                described = self._described(name, image, asked.edit)
        except (HTTPException, TrovatoError) as error:
            return self._refused(request, asked, error)
        address = asked.parameters(image=image, description=described)
        return self._site.redirect(request, f"c/{name}/compose", **address)

    def _described(self, name: str, image: str, edit: str) -> str:
        if self._describer is None:
            raise HTTPException(404, "no model describes targets here: start with --llm")
        return self._describer(self._finder.file(name, image), edit)

    def _refused(
        self, request: Request, asked: Composition, error: HTTPException | TrovatoError
    ) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        said = error.detail if isinstance(error, HTTPException) else str(error)
        return self._drawn(request, asked, Found(), said, status)

    def _drawn(
        self,
        request: Request,
        asked: Composition,
        found: Found,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        composed, ranking = found.composed, found.ranking
        views, zero = views_of(ranking, composed=composed is not None) if ranking else ([], 0.0)
        more = min(2 * asked.k, MOST_HITS)
        return self._site.page(
            request,
            "compose.html",
            {
                "asked": asked,
                "presets": PRESETS,
                "composed": composed,
                "ranking": ranking,
                "views": views,
                "zero": zero,
                "width": WIDTH,
                "describes": self._describer is not None,
                "more": more if ranking and len(ranking) == asked.k < MOST_HITS else 0,
                "problem": problem,
            },
            status,
        )
