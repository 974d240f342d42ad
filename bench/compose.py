"""Pictures from a picture and a change: which ranking finds the target, and how often.

    python bench/compose.py --work WORK --shared DATA [--parts emoji fashion nlvr]

Emoji, shop photos and drawn boxes. For each: the picture alone, the text alone, their sum, the
description alone (CIReVL), SEIZE's score, and SDR's anchor, debias and both, with intervals; then
alpha and beta chosen on one half of the queries and measured on the other. Beside the embedded
encoder stand features without a model: 24 × 24 pixels and bags of words, and the embedded one where
every caption is hidden and foretold from other pictures.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from compose_crude import CrudeSpace
from compose_scored import DEPTH, Scored, score
from compose_sweep import save_features
from trovato.core import generator
from trovato.data import digest
from trovato.data.datasets import read_composed_queries
from trovato.data.pictures import read_captions
from trovato.encode import MiniLMEncoder
from trovato.encode.images import AlignedSpace, CaptionEncoder, EmbeddedSpace, PictureSpace
from trovato.evaluate import AP, Report, Success, evaluate
from trovato.library import Library, PictureLibrary, index_pictures
from trovato.library.pictures.feature_cache import FeatureCache
from trovato.ops import (
    DESCRIPTION_ONLY,
    IMAGE_ONLY,
    SUM,
    TEXT_ONLY,
    CompositionWeights,
    QueryParts,
    apply_edit,
)
from trovato.systems.sdr_cir import PRESETS

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
MEASURES = [Success(1), Success(5), Success(10), AP(50)]
ALPHAS = np.round(np.arange(0, 0.65, 0.05), 2)
BETAS = np.round(np.arange(0, 1.05, 0.1), 2)


def measured(scored: Scored, run: Mapping[str, list[str]], only: set[str] | None = None) -> Report:
    kept = [query for query in scored.queries if only is None or query.id in only]
    return evaluate(
        {query.id: run[query.id] for query in kept},
        {query.id: dict.fromkeys(query.targets, 1) for query in kept},
        MEASURES,
        groups={query.id: query.kinds for query in kept},
    )


def tell(name: str, report: Report) -> None:
    values = " ".join(f"{one!s:>22}" for one in report.overall.estimates.values())
    kinds = " ".join(
        f"{kind} {summary.estimates['Success@1'].mean:.2f}"
        for kind, summary in report.groups.items()
    )
    print(f"{name:28} {values}  {kinds}", flush=True)


def rankings(scored: Scored) -> dict[str, list[CompositionWeights]]:
    count = len(scored.queries)
    circo = PRESETS["circo"]
    made = {
        "image only": [IMAGE_ONLY] * count,
        "text only": [TEXT_ONLY] * count,
        "sum": [SUM] * count,
        "description only (CIReVL)": [DESCRIPTION_ONLY] * count,
        "anchor": scored.sdr(circo.alpha, 0.0),
        "debias": scored.sdr(0.0, circo.beta),
    }
    for name, preset in PRESETS.items():
        made[f"both ({name})"] = scored.sdr(preset.alpha, preset.beta)
    return made


def compare(title: str, scored: Scored) -> None:
    print(f"\n{title}: {len(scored.queries)} queries, {len(scored.ids)} pictures")
    heads = " ".join(f"{str(one).replace('Success', 'R'):>22}" for one in MEASURES)
    print(f"{'':28} {heads}  R@1 by kind")
    for name, weights in rankings(scored).items():
        tell(name, measured(scored, scored.run(weights)))
    tell("SEIZE's score", measured(scored, scored.seize()))
    halves(scored)


def halves(scored: Scored) -> None:
    """Choose alpha and beta on one half, measure on the other, and the other way round."""
    order = generator(0, "halves of the queries").permutation(len(scored.queries))
    named = [scored.queries[place].id for place in order]
    middle = len(named) // 2
    tried = {}
    for alpha in ALPHAS:
        for beta in BETAS:
            run = scored.run(scored.sdr(float(alpha), float(beta)))
            tried[float(alpha), float(beta)] = (run, _values(scored, run))
    one, other = named[:middle], named[middle:]
    for chosen_on, tested_on in ((one, other), (other, one)):
        best = max(tried, key=lambda point: _mean(tried[point][1], chosen_on))
        report = measured(scored, tried[best][0], set(tested_on))
        tell(f"chosen: alpha {best[0]:g}, beta {best[1]:g}", report)


def _mean(values: Mapping[str, list[float]], queries: Sequence[str]) -> list[float]:
    found: list[float] = np.mean([values[query] for query in queries], axis=0).tolist()
    return found


def _values(scored: Scored, run: Mapping[str, list[str]]) -> dict[str, list[float]]:
    first, average = MEASURES[0], MEASURES[-1]
    return {
        query.id: [
            measure(run[query.id], dict.fromkeys(query.targets, 1)) for measure in (first, average)
        ]
        for query in scored.queries
    }


def indexed(part: Path, work: Path, space: PictureSpace, name: str) -> PictureLibrary:
    captions = part / "gallery.json" if _captioned(part) else None
    begun = time.process_time()
    with Library.create(work / f"{part.name}-{name}", exist_ok=True) as library:
        report = index_pictures(
            library.collection,
            library.encoder,
            [part / "images"],
            captions=captions,
            space=space,
            cache=work / "features.sqlite",
        )
    print(
        f"\n{part.name}, {name}: {len(report.added)} pictures, {report.captioned} with captions, "
        f"{len(report.duplicates)} duplicates, held-out captions {report.alignment}, "
        f"{time.process_time() - begun:.0f} s of CPU"
    )
    return PictureLibrary(work / f"{part.name}-{name}", space)


def _captioned(part: Path) -> bool:
    return "label" in json.loads((part / "gallery.json").read_text("utf-8"))[0]


def asked(
    part: Path, library: PictureLibrary, space: PictureSpace, features: Path | None
) -> Scored:
    """All queries of a part, as `PictureLibrary.compose` makes them; perhaps kept as a file."""
    queries = read_composed_queries(part / "queries.jsonl")
    entries = json.loads((part / "gallery.json").read_text("utf-8"))
    files = {entry["id"]: entry["file"] for entry in entries}
    by_name = {file: name for name, file in files.items()}
    reader = library.reader
    rows = list(reader.rows())
    items = list(reader.items(rows))
    ids = [by_name[item.id] for item in items]
    said = {name: str(item.attributes["caption"]) for name, item in zip(ids, items, strict=True)}
    vectors = np.concatenate([reader.vectors_of(row, field="image") for row in rows])
    parts = [library.compose(files[query.reference], query.edit, k=1).parts for query in queries]
    captions = space.texts([said[query.reference] for query in queries])
    scored = score(ids, vectors, queries, parts, captions)
    if features is not None:
        save_features(features, scored, vectors)
    return scored


def foretold(part: Path, work: Path) -> Scored:
    """The same, but each half of the pictures has its captions foretold from the other half."""
    queries = read_composed_queries(part / "queries.jsonl")
    entries = json.loads((part / "gallery.json").read_text("utf-8"))
    cache = FeatureCache(work / "features.sqlite")
    fingerprint = EmbeddedSpace().fingerprint
    known = (cache.get(fingerprint, digest(part / entry["file"])) for entry in entries)
    features = np.stack([one for one in known if one is not None])
    said = read_captions(part / "gallery.json")
    words = CaptionEncoder(MiniLMEncoder(1))
    captions = words.encode_texts([said[entry["file"]].text for entry in entries])
    half = generator(0, "halves of the pictures").permutation(len(entries)) < len(entries) // 2
    silent = np.zeros_like(captions)
    seen = captions.copy()
    seen[half] = 0
    space, _ = AlignedSpace.fit(features, seen)
    other, _ = AlignedSpace.fit(features, captions - seen)
    vectors = np.where(
        half[:, None], space.pictures(features, silent), other.pictures(features, silent)
    )
    ids = [entry["id"] for entry in entries]
    places = {name: place for place, name in enumerate(ids)}
    rows = [places[query.reference] for query in queries]
    texts = [said[entries[row]["file"]].text for row in rows]
    described = [apply_edit(text, query.edit) for text, query in zip(texts, queries, strict=True)]
    parts = [
        QueryParts(*vectors_of)
        for vectors_of in zip(
            space.texts(words.encode_texts(described)),
            space.references(features[rows]),
            space.texts(words.encode_texts([query.edit for query in queries])),
            strict=True,
        )
    ]
    return score(ids, vectors, queries, parts, space.texts(words.encode_texts(texts)))


def image_only(part: Path, library: PictureLibrary, name: str) -> None:
    """Where nothing is said of pictures they can be found by pictures alone."""
    queries = read_composed_queries(part / "queries.jsonl")
    run = {}
    for query in queries:
        found = library.search(image=f"images/{query.reference}.png", k=DEPTH)
        run[query.id] = [Path(name).stem for name in found.ids]
    report = evaluate(
        run, {query.id: dict.fromkeys(query.targets, 1) for query in queries}, MEASURES
    )
    print(f"{part.name}, {name}: {len(queries)} queries; no captions, so no change can be read")
    tell("image only", report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of development data")
    parser.add_argument("--work", type=Path, required=True, help="folder for collections")
    parser.add_argument("--parts", nargs="+", default=["emoji", "fashion", "nlvr"])
    parser.add_argument("--features", type=Path, help="keep the vectors of one part here")
    options = parser.parse_args()
    for name in options.parts:
        part = options.shared / "sdr-cir" / name
        spaces: dict[str, PictureSpace] = {
            "embedded": EmbeddedSpace(),
            "24 x 24 pixels and bags of words": CrudeSpace(),
        }
        for title, space in spaces.items():
            library = indexed(part, options.work, space, title.split()[0])
            if not _captioned(part):
                image_only(part, library, title)
                continue
            kept = options.features if title == "embedded" else None
            compare(f"{name}, {title}", asked(part, library, space, kept))
            if title == "embedded":
                compare(f"{name}, embedded, captions foretold", foretold(part, options.work))


if __name__ == "__main__":
    main()
