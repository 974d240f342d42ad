"""An encoder whose texts are encoded on many machines, by Ray Data, in shards that are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    Artifact,
    InvalidInputError,
    MissingExtraError,
    PathLike,
    TokenVectors,
    check_many,
)
from trovato.encode.registry import load_encoder

_KIND = "encoded texts"


class RayEncoder:
    """A named encoder on Ray Data: the same vectors, made by several processes or machines.

    Texts are cut into shards. Each is encoded by one worker and written as a file; one that is
    there already is not encoded again, so that after an interruption the same call goes on. The
    files are named by encoder and texts: they can be deleted at any time, and are taken up by
    whatever encodes the same texts.

    Parameters
    ----------
    name
        As `load_encoder` takes it; a folder in it must be seen by every machine.
    folder
        Where shards are kept; seen by every machine under the same path.
    workers
        Processes that encode, each with a model of its own and one processor.
    shard
        Texts in a file.
    ahead
        Shards that are given to Ray together: so many texts are read ahead. Workers are started
        anew for each such group.

    Raises
    ------
    InvalidInputError
        If a number is below 1, or there is no such encoder.

    Notes
    -----
    Call `ray.init(address=…)` first to use a cluster; else Ray is started on this machine. Every
    machine needs this package.

    Examples
    --------
    >>> encoder = RayEncoder("minilm", "/shared/vectors", workers=64)  # doctest: +SKIP
    >>> Library.create("/shared/reports.trovato", encoder=encoder)  # doctest: +SKIP
    """

    def __init__(
        self,
        name: str,
        folder: PathLike,
        *,
        workers: int = 1,
        shard: int = 256,
        ahead: int = 256,
    ) -> None:
        for what, value in (("workers", workers), ("shard", shard), ("ahead", ahead)):
            if value < 1:
                raise InvalidInputError(f"{what} must be at least 1, got {value}")
        self._name, self._folder = name, Path(folder)
        self._workers, self._shard, self._ahead = workers, shard, ahead
        self._here = load_encoder(name, 1)

    @property
    def fingerprint(self) -> str:
        """That of the encoder itself: collections are the same whoever encoded them."""
        return self._here.fingerprint

    @property
    def dim(self) -> int:
        """Components of each vector."""
        return self._here.dim

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """Token vectors of each text, in order.

        Raises
        ------
        MissingExtraError
            If Ray Data is not installed.
        UnreadableFileError
            If a shard is damaged.
        """
        check_many("texts", texts)
        texts = iter(texts)
        shards = iter(lambda: list(islice(texts, self._shard)), [])
        while group := list(islice(shards, self._ahead)):
            places = [self._place(shard) for shard in group]
            missing = [at for at, place in enumerate(places) if not place.is_file()]
            if missing:
                self._make(
                    [{"place": str(places[at]), "texts": json.dumps(group[at])} for at in missing]
                )
            for place in places:
                yield from _read(place)

    def encode_query(self, text: str) -> TokenVectors:
        """Token vectors of a question, made in this process."""
        return self._here.encode_query(text)

    def _place(self, texts: Sequence[str]) -> Path:
        """The file of a shard, named by what is in it."""
        mark = hashlib.sha256(self.fingerprint.encode())
        for text in texts:
            said = text.encode("utf-8", "surrogatepass")
            mark.update(len(said).to_bytes(8, "big") + said)
        return self._folder / f"{mark.hexdigest()[:32]}.npz"

    def _make(self, rows: list[dict[str, Any]]) -> None:
        ray = _ray()
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False)
        context = ray.data.DataContext.get_current()
        shown, context.enable_progress_bars = context.enable_progress_bars, False
        try:
            made = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
                _Worker,
                fn_constructor_args=(self._name,),
                compute=ray.data.ActorPoolStrategy(size=min(self._workers, len(rows))),
                num_cpus=1,
            )
            for _ in made.iter_rows():
                pass
        finally:
            context.enable_progress_bars = shown


class _Worker:
    """Encodes shards in a process of Ray."""

    def __init__(self, name: str) -> None:
        self._encoder = load_encoder(name, 1)

    def __call__(self, row: dict[str, Any]) -> dict[str, str]:
        found = list(self._encoder.encode(json.loads(row["texts"])))
        spans = [
            one.spans if one.spans is not None else np.zeros((0, 2), np.int32) for one in found
        ]
        arrays = {
            "values": np.concatenate([one.values for one in found]),
            "lengths": np.array([len(one) for one in found], np.int64),
            "spans": np.concatenate(spans),
        }
        Artifact(_KIND, self._encoder.fingerprint, arrays).save(row["place"])
        return {"place": row["place"]}


def _read(place: Path) -> Iterator[TokenVectors]:
    arrays = Artifact.load(place, _KIND, remedy="delete it, and it is made again").arrays
    spans = arrays["spans"]
    first = 0
    for length in arrays["lengths"].tolist():
        part = slice(first, first + length)
        yield TokenVectors(arrays["values"][part], spans[part] if len(spans) else None)
        first += length


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtraError("ray", "scale", "encoding on many machines") from error
    return ray
