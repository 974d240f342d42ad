"""Search over links beside flat search: tables and passages, paragraphs, reports, charts.

python bench/multi_hop.py LILAC MULTIHOP [--parts ott,musique,tat,charts,rules,scale] [--every 3]
python bench/multi_hop.py LILAC MULTIHOP --parts model --llm hf:FOLDER

LILAC holds `ottqa/`, `tatqa.json`, `opencqa/` and `mmqa_questions.jsonl`; MULTIHOP holds
`musique_train.json`, its corpus and `2wikimultihopqa_corpus.json`. A language model is used
where `--llm` names one: the part `model` then splits questions by it and by rules.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from kept_vectors import KeptVectors
from one_vector import OneVector
from trovato.core import Decoding, Encoder, Item, Query, generator
from trovato.data.components import link_shared_names, link_titles, read_components
from trovato.data.datasets import (
    MultiHopQuestion,
    read_component_documents,
    read_multimodal_qa,
    read_open_cqa,
    read_ott_qa,
    read_paragraph_questions,
    read_paragraphs,
    read_tat_qa,
)
from trovato.encode import MiniLMEncoder
from trovato.evaluate import all_gold
from trovato.library import (
    MODES,
    Library,
    index_components,
    multi_hop_retriever,
    open_model,
    place_component_pictures,
)
from trovato.ops.graph import Adjacency, beam_search, segment_max
from trovato.retrieve.multi_hop import (
    HopSettings,
    MemorySource,
    MultiHopRetriever,
    Subquery,
    decompose,
    decompose_with,
)

Find = Callable[[MultiHopQuestion], Sequence[str]]


def main() -> None:
    """Run the parts that are asked for, one after another."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lilac", type=Path)
    parser.add_argument("multihop", type=Path)
    parser.add_argument("--parts", default="ott,musique,tat,charts,rules,scale")
    parser.add_argument("--vectors", type=Path, default=Path(":memory:"), help="kept in this file")
    parser.add_argument("--every", type=int, default=1, help="ask every n-th question alone")
    parser.add_argument("--llm", default="", help="such as hf:FOLDER, for the part `model`")
    chosen = parser.parse_args()
    encoder = KeptVectors(MiniLMEncoder(threads=1), chosen.vectors)
    parts: dict[str, Callable[[], None]] = {
        "ott": lambda: ott(chosen.lilac / "ottqa", encoder, chosen.every),
        "musique": lambda: musique(chosen.multihop, encoder, chosen.every),
        "tat": lambda: tat(chosen.lilac / "tatqa.json", encoder, chosen.every),
        "charts": lambda: charts(chosen.lilac / "opencqa", encoder, chosen.every),
        "rules": lambda: rules(chosen.lilac / "mmqa_questions.jsonl"),
        "single": lambda: single(chosen.multihop, encoder, chosen.every),
        "model": lambda: model(chosen.lilac, chosen.llm, encoder),
        "scale": scale,
    }
    for name in chosen.parts.split(","):
        parts[name]()


def ott(folder: Path, encoder: Encoder, every: int) -> None:
    """Tables, and the passages that their cells link to."""
    items = list(read_component_documents(folder / "documents.jsonl"))
    questions = read_ott_qa(folder / "questions.jsonl")[::every]
    whole = [item for item in items if item.kind in ("table", "paragraph")]
    head(f"OTT-QA: {len(whole)} components, {len(questions)} questions")
    source = held(items, encoder)
    for name, settings in {
        "rows, hops": HopSettings(),
        "rows, no hop": HopSettings(hops=0),
        "rows, hops, only forwards": HopSettings(direction="out"),
        "rows, hops, vectors alone": HopSettings(lexical_weight=0),
        "rows, hops, words alone": HopSettings(lexical_weight=1),
    }.items():
        walked(name, source, settings, questions)
    flat_modes(whole, encoder, questions)


def musique(folder: Path, encoder: Encoder, every: int) -> None:
    """Paragraphs that name each other's titles, or share a rare name."""
    own = read_paragraphs(folder / "musique_train_corpus.json")
    questions = read_paragraph_questions(folder / "musique_train.json", own)[::every]
    known = {item.text for item in own}
    others = read_paragraphs(folder / "2wikimultihopqa_corpus.json")
    corpus = [
        *own,
        *(replace(item, id=f"2wiki:{item.id}") for item in others if item.text not in known),
    ]
    titles = {str(item.attributes["title"]): item.id for item in reversed(corpus)}
    head(f"MuSiQue: {len(corpus)} paragraphs, {len(questions)} questions")
    flat_modes(corpus, encoder, questions)
    titled = list(link_titles(corpus, titles))
    source = held(titled, encoder)
    walked("no hop", source, HopSettings(hops=0), questions)
    walked("hops over titles", source, HopSettings(), questions)
    for names in (3, 5):
        walked(f"hops, {names} bridges", source, HopSettings(bridges=names), questions)
    walked("5 bridges, 2 hops", source, HopSettings(hops=2, bridges=5), questions)
    walked(
        "5 bridges, gold subqueries",
        source,
        HopSettings(bridges=5),
        questions,
        lambda one: one.subqueries,
    )
    source = source.relinked(link_shared_names(titled))
    walked("hops over titles and names", source, HopSettings(), questions)


def single(folder: Path, encoder: Encoder, every: int) -> None:
    """A vector a token against one a paragraph, over the questions' own paragraphs."""
    own = read_paragraphs(folder / "musique_train_corpus.json")
    questions = read_paragraph_questions(folder / "musique_train.json", own)[::every]
    titled = list(link_titles(own, {str(item.attributes["title"]): item.id for item in own[::-1]}))
    head(f"MuSiQue: {len(own)} paragraphs, {len(questions)} questions")
    for name, made in {"a vector a token": encoder, "one vector": OneVector(encoder)}.items():
        source = held(titled, made)
        for share in (0.0, 0.5):
            walked(f"{name}, words {share}", source, HopSettings(lexical_weight=share), questions)


def tat(path: Path, encoder: Encoder, every: int) -> None:
    """Rows of a report's table against whole tables: questions that a table answers."""
    items, questions = read_tat_qa(path)
    asked = [question for question in questions if question.groups == ("table",)][::every]
    tables = [item for item in items if item.kind == "table"]
    head(f"TAT-QA: {len(tables)} tables, {len(asked)} questions")
    flat_modes(tables, encoder, asked)
    rows = [item for item in items if item.kind in ("table", "row")]
    walked("rows", held(rows, encoder), HopSettings(hops=0), asked)
    walked("whole tables, same scores", held(tables, encoder), HopSettings(hops=0), asked)


def charts(folder: Path, encoder: Encoder, every: int) -> None:
    """Charts by the words on them, and the paragraphs beside them."""
    items = list(read_component_documents(folder / "documents.jsonl"))
    questions = read_open_cqa(folder / "questions.jsonl")[::every]
    whole = [item for item in items if item.kind in ("picture", "paragraph")]
    head(f"OpenCQA: {len(whole)} components, {len(questions)} questions")
    flat_modes(whole, encoder, questions)
    source = held(items, encoder)
    walked("no hop", source, HopSettings(hops=0), questions)
    walked("hops", source, HopSettings(), questions)
    pictured(folder, encoder, questions)


def pictured(folder: Path, encoder: Encoder, questions: Sequence[MultiHopQuestion]) -> None:
    """The same in a collection whose charts have vectors, fitted to their titles as captions."""
    items = list(read_components([folder / "documents.jsonl"]))
    titles = {item.id: item.text for item in items if item.kind == "document"}
    captioned = (
        replace(item, attributes={**item.attributes, "caption": titles[item.parent or ""]})
        if item.kind == "picture"
        else item
        for item in items
    )
    with (
        tempfile.TemporaryDirectory() as place,
        Library.create(f"{place}/c", encoder=encoder) as library,
    ):
        index_components(library.collection, encoder, captioned)
        report = place_component_pictures(library.collection)
        print(f"| {report.placed} items looked at for pictures, {report.alignment} |")
        for weight in (0.0, 0.1, 0.3):
            settings = HopSettings(picture_weight=weight)
            retriever = multi_hop_retriever(library, settings)

            def find(
                one: MultiHopQuestion, retriever: MultiHopRetriever = retriever
            ) -> Sequence[str]:
                return retriever.retrieve(Query(one.text), 10).ids

            row(f"hops in a collection, pictures {weight}", questions, find)


def rules(path: Path) -> None:
    """Sub-questions by rules: how many, and the sorts of items that they ask for."""
    questions = read_multimodal_qa(path)
    told_apart("rules", questions, [decompose(question.text) for question in questions])


def model(folder: Path, llm: str, encoder: Encoder) -> None:
    """Sub-questions by a language model beside rules, and what they do to a walk over tables."""
    known = open_model(llm)
    assert known is not None, "name a model with --llm"
    questions = read_multimodal_qa(folder / "mmqa_questions.jsonl")[::20]
    split: dict[str, Callable[[str], Sequence[Subquery]]] = {
        "rules": decompose,
        "model": partial(decompose_with, known, decoding=Decoding(max_tokens=96)),
    }
    for name, parts_of in split.items():
        start = time.process_time()
        told_apart(name, questions, [parts_of(question.text) for question in questions])
        print(f"CPU s a question: {(time.process_time() - start) / len(questions):.2f}", flush=True)
    items = list(read_component_documents(folder / "ottqa" / "documents.jsonl"))
    asked = read_ott_qa(folder / "ottqa" / "questions.jsonl")[::10]
    head(f"OTT-QA: {len(asked)} questions")
    source = held(items, encoder)
    walked("words and tokens", source, HopSettings(), asked)
    for name, parts_of in split.items():
        written = {one.id: [part.text for part in parts_of(one.text)] for one in asked}
        walked(name, source, HopSettings(), asked, partial(written_for, written))


def written_for(written: Mapping[str, Sequence[str]], question: MultiHopQuestion) -> Sequence[str]:
    return written[question.id]


def told_apart(
    name: str, questions: Sequence[MultiHopQuestion], told: Sequence[Sequence[Subquery]]
) -> None:
    """How many sub-questions there are, and how well their modalities are those needed."""
    named = {"picture": "image"}
    jaccard = []
    for question, parts in zip(questions, told, strict=True):
        asked = {named.get(part.modality, part.modality) for part in parts}
        needed = set(question.groups[:-1])  # the last one is the kind of question
        jaccard.append(len(asked & needed) / len(asked | needed))
    print(
        f"\n{name}, {len(told)} questions: {np.mean([len(parts) for parts in told]):.2f} "
        f"sub-questions, Jaccard of modalities {np.mean(jaccard):.3f}",
        flush=True,
    )


def scale() -> None:
    """The walk alone: drawn vectors, 12 components a document, 3 links a component, 5 parts."""
    components, parts, dim = 50_000, 4, 384
    draw = generator(0, "multi-hop scale")
    vectors = draw.standard_normal((components * parts, dim), np.float32)
    document = np.arange(components) // 12
    offsets = np.append(np.arange(0, components, 12), components)
    members = Adjacency(offsets, np.arange(components))
    sources = np.repeat(np.arange(components), 3)
    links = Adjacency.of(sources, draw.integers(0, len(members), len(sources)), components)

    def neighbours(nodes: np.ndarray, /) -> tuple[np.ndarray, np.ndarray]:
        inside, siblings = members.of_sources(document[nodes])
        places, groups = links.of_sources(nodes)
        inner, targets = members.of_sources(groups)
        return np.append(inside, places[inner]), np.append(siblings, targets)

    spent, met = [], []
    for _ in range(30):
        asked = draw.standard_normal((dim, 5), np.float32)

        def columns(nodes: np.ndarray, /, asked: np.ndarray = asked) -> np.ndarray:
            met.append(len(nodes))
            rows = (nodes[:, None] * parts + np.arange(parts)).ravel()
            similarities = np.asarray(vectors[rows] @ asked)
            return segment_max(similarities, np.arange(0, len(rows) + 1, parts))

        seeds = draw.choice(components, 30, replace=False)
        start = time.process_time()
        beam_search(seeds, neighbours, columns)
        spent.append(1000 * (time.process_time() - start))
    print(
        f"\n{components} components, {components * parts} parts of {dim}: a walk takes a median of "
        f"{np.median(spent):.1f} CPU ms and meets {np.mean(met):.0f} nodes"
    )


def held(items: Iterable[Item], encoder: Encoder) -> MemorySource:
    """The items in memory, and what that took."""
    start = time.process_time()
    held = list(items)
    source = MemorySource(held, encoder)
    print(f"| {len(held)} items held, CPU s | {time.process_time() - start:.0f} |")
    return source


def flat_modes(items: Sequence[Item], encoder: Encoder, asked: Sequence[MultiHopQuestion]) -> None:
    """What a library finds that holds the whole items."""
    with (
        tempfile.TemporaryDirectory() as place,
        Library.create(f"{place}/c", encoder=encoder) as library,
    ):
        library.add_items(replace(item, parent=None, links=()) for item in items)
        for mode in MODES:
            rank = library.retriever(mode).rank
            row(f"flat, {mode}", asked, partial(ranked, rank))


def ranked(
    rank: Callable[[Query, int], Sequence[str]], question: MultiHopQuestion
) -> Sequence[str]:
    return rank(Query(question.text), 10)


def walked(
    name: str,
    source: MemorySource,
    settings: HopSettings,
    asked: Sequence[MultiHopQuestion],
    parts_of: Callable[[MultiHopQuestion], Sequence[str]] = lambda _: (),
) -> None:
    """What a walk finds, told sub-questions or nothing."""
    retriever = MultiHopRetriever(source, settings)

    def find(one: MultiHopQuestion) -> Sequence[str]:
        return retriever.retrieve(Query(one.text), 10, subqueries=parts_of(one)).ids

    row(name, asked, find)


def head(title: str) -> None:
    print(f"\n{title}\n")
    print("| | first gold@1 | first gold@10 | all gold@5 | all gold@10 | CPU ms a question |")
    print("|---|---|---|---|---|---|")


def row(name: str, asked: Sequence[MultiHopQuestion], find: Find) -> None:
    start = time.process_time()
    rankings = [find(question) for question in asked]
    spent = 1000 * (time.process_time() - start) / len(asked)
    pairs = list(zip(asked, rankings, strict=True))
    values = [
        np.mean([all_gold(found, one.gold[:first], k) for one, found in pairs])
        for first, k in ((1, 1), (1, 10), (None, 5), (None, 10))
    ]
    told = " | ".join(f"{value:.3f}" for value in values)
    print(f"| {name} | {told} | {spent:.0f} |", flush=True)


if __name__ == "__main__":
    main()
