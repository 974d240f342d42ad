"""An English encoder of our own: the shipped MiniLM, trained by the recipe on development texts.

    python bench/own_encoder.py pairs SHARED pairs.jsonl
    python bench/own_encoder.py base MINILM base/
    trovato train encoder pairs.jsonl --from base --to trained …
    python bench/own_encoder.py measure base trained COLLECTION SHARED

SHARED holds `colembed/`, `multilingual/`, `lilac/`, `multihop/`, `cranfield/` and `documents/`;
MINILM the weights that the package is built from. No page of `documents/` is trained on, and of
every set of questions only each second one is. COLLECTION is an index of `documents/`
(bench/find_page.py), whose text is read again, so that both models see the same. What is measured
is the model as it would be shipped: int8, 128 components.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Item, generator
from trovato.data import open_document
from trovato.data.datasets.cranfield import read_cranfield_documents, read_cranfield_queries
from trovato.data.datasets.questions import read_questions
from trovato.encode import MiniLMEncoder
from trovato.evaluate import Report, evaluate, parse_measure, read_qrels
from trovato.library import MODES, Library, run_questions
from trovato.train.encoder import TrainingPair, write_pairs

WORDS = 110  # of a paragraph
CLOZE = 2200  # pairs made from paragraphs
MEASURES = [parse_measure("nDCG@5"), parse_measure("nDCG@10")]
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_ANSWER = re.compile(
    r"[$€£]?\d[\d.,]*\s?(?:%|percent|million|billion)?|(?<=\w )[A-Z]\w+(?: [A-Z]\w+)*"
)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def paragraphs(text: str) -> list[str]:
    """Lines put together until they have some hundred words."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        words = line.split()
        if found[-1] and len(found[-1]) + len(words) > WORDS:
            found.append([])
        found[-1] += words
    return [" ".join(one[: 2 * WORDS]) for one in found if len(one) >= 15]


def around(text: str, evidence: str) -> str | None:
    """The words of a page around a piece of it."""
    words, sought = text.split(), evidence.split()
    flat = " ".join(words)
    at = flat.find(" ".join(sought))
    if at < 0 or not sought:
        return None
    first = len(flat[:at].split())
    start = max(0, first - max(0, WORDS - len(sought)) // 2)
    return " ".join(words[start : start + max(WORDS, min(len(sought), 2 * WORDS))])


def asked(shared: Path) -> Iterator[TrainingPair]:
    """Questions by people or models, each second one of its set."""
    pages = {
        (one["doc"], one["page"]): one["text"]
        for one in lines(shared / "colembed/ohr_pages/pages.jsonl")
    }
    for one in lines(shared / "colembed/ohr_pages/questions.jsonl")[::2]:
        page = pages.get((one["doc_name"], one["evidence_page_no"]))
        evidence = one["evidence_context"]
        found = around(page, evidence) if page and isinstance(evidence, str) else None
        if found:
            yield TrainingPair(one["questions"], (found,))
    texts = {
        one["id"]: one["text"] for one in lines(shared / "multilingual/xquad/paragraphs.en.jsonl")
    }
    for one in lines(shared / "multilingual/xquad/questions.en.jsonl")[::2]:
        if one["gold"] in texts:
            yield TrainingPair(one["question"], (texts[one["gold"]],))
    for entry in json.loads((shared / "lilac/tatqa.json").read_text("utf-8"))[::2]:
        rows = "; ".join(" ".join(row).strip() for row in entry["table"]["table"])
        told = {str(one["order"]): one["text"] for one in entry["paragraphs"]}
        for question in entry["questions"]:
            parts = [told[str(at)] for at in question["rel_paragraphs"] if str(at) in told]
            if "table" in question["answer_from"]:
                parts.append(" ".join(rows.split()[: 2 * WORDS]))
            if parts:
                yield TrainingPair(question["question"], (" ".join(parts),))
    for entry in json.loads((shared / "multihop/musique_train.json").read_text("utf-8"))[::2]:
        first = entry["question_decomposition"][0]
        text = entry["paragraphs"][first["paragraph_support_idx"]]
        yield TrainingPair(first["question"], (f"{text['title']}. {text['paragraph_text']}",))


def cloze(text: str, random: np.random.Generator) -> TrainingPair | None:
    """A sentence of a paragraph as a question: its answer is taken out, its words are thinned.

    In half of the cases the sentence is taken out of the paragraph as well (inverse cloze, Lee et
    al. 2019), so that the question shares fewer words with what answers it.
    """
    sentences = [one for one in _SENTENCE.split(text) if 8 <= len(one.split()) <= 45]
    if len(sentences) < 2:
        return None
    chosen = sentences[int(random.integers(len(sentences)))]
    answers = list(_ANSWER.finditer(chosen))
    asked, word = chosen, ""
    if answers:
        answer = answers[int(random.integers(len(answers)))]
        word = "how much" if answer[0][:1].isdigit() or answer[0][:1] in "$€£" else "who or what"
        asked = f"{chosen[: answer.start()]} {chosen[answer.end() :]}"
    words = [one for one in asked.split() if random.random() > 0.3][:18]
    rest = text.replace(chosen, " ") if random.random() < 0.5 else text
    if len(words) < 4 or len(rest.split()) < 15:
        return None
    return TrainingPair(" ".join([word, *words]).strip(), (" ".join(rest.split()),))


def unasked(shared: Path) -> Iterator[str]:
    """Paragraphs that questions are made from."""
    for one in lines(shared / "colembed/ohr_pages/pages.jsonl"):
        yield from paragraphs(one["text"])
    for path in sorted((shared / "colembed/annual_reports/pdf").glob("*.pdf")):
        with open_document(path) as document:
            for number in range(1, document.page_count + 1, 5):
                yield from paragraphs(document.page(number).text)
    for one in json.loads((shared / "multihop/2wikimultihopqa_corpus.json").read_text("utf-8"))[
        ::4
    ]:
        yield f"{one['title']}. {one['text']}"


def make_pairs(shared: Path, to: Path) -> None:
    random = generator(0, "questions from paragraphs")
    real = list(asked(shared))
    texts = list(dict.fromkeys(unasked(shared)))
    made: list[TrainingPair] = []
    for at in random.permutation(len(texts)).tolist():
        pair = cloze(texts[at], random)
        if pair is not None and len(made) < CLOZE:
            made.append(pair)
    write_pairs(to, [*real, *made])
    print(f"{len(real)} questions that were asked, {len(made)} made from {len(texts)} paragraphs")


def make_base(minilm: Path, to: Path) -> None:
    """MiniLM and the shipped projection as a folder that can be trained."""
    import transformers
    from safetensors.torch import load_file
    from torch import from_numpy

    from trovato.encode.late_interaction import TextSettings, save_colbert
    from trovato.encode.late_interaction.texts.network import text_network
    from trovato.encode.late_interaction.texts.settings import Projection
    from trovato.encode.minilm import SHIPPED

    backbone = transformers.BertModel(
        transformers.BertConfig.from_pretrained(minilm, local_files_only=True),
        add_pooling_layer=False,
    )
    backbone.load_state_dict(load_file(minilm / "model.safetensors"), strict=False)
    matrix = from_numpy(np.load(SHIPPED / "projection.npy").T.copy()).float()
    network = text_network(backbone, [(matrix, None, "Identity")])
    settings = TextSettings("", "", 0, False, 200, (), (Projection(),))
    save_colbert(to, network, settings, minilm)


def shipped_form(folder: Path, to: Path) -> MiniLMEncoder:
    """A trained folder as the package would carry it."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
    from safetensors.numpy import load_file

    import minilm_to_onnx

    to.mkdir(parents=True, exist_ok=True)
    matrix = load_file(folder / "1_Dense/model.safetensors")["linear.weight"].T
    blob = minilm_to_onnx.convert(folder, int8=True, projection=matrix)
    (to / "model.onnx").write_bytes(blob)
    (to / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    made = {"dim": matrix.shape[1], "model": hashlib.sha256(blob).hexdigest(), "tokenizer": "same"}
    (to / "manifest.json").write_text(json.dumps(made), "utf-8")
    return MiniLMEncoder(1, to)


def asked_pages(collection: Path, left_out: str | None) -> list[Item]:
    """The text of each page of an index, as an item of its own."""
    with Library.open(collection) as library:
        return [
            Item(one.id.replace("#", " page "), "page", one.text)
            for one in library
            if not (left_out and left_out in one.id)
        ]


def measure(encoder: MiniLMEncoder, pages: list[Item], shared: Path) -> dict[str, Report]:
    """Reports by set and mode; of the documents' questions, one half chooses, the other tells."""
    found = {}
    known = {one.id for one in pages}
    questions = read_questions(shared / "documents/questions.jsonl").questions
    texts = {one.id: one.text for one in questions}
    truth = {
        one.id: {f"pdf/{page}".replace("#", " page "): grade for page, grade in one.grades.items()}
        for one in questions
    }
    truth = {name: grades for name, grades in truth.items() if known & grades.keys()}
    halves = {"chooses": sorted(truth)[::2], "tells": sorted(truth)[1::2]}
    with tempfile.TemporaryDirectory() as place:
        with Library.create(f"{place}/documents", encoder=encoder) as library:
            library.add_items(pages)
            for mode in MODES:
                run = run_questions(library.retriever(mode), {name: texts[name] for name in truth})
                for half, names in halves.items():
                    some = {name: truth[name] for name in names}
                    found[f"documents, {half}, {mode}"] = evaluate(run, some, MEASURES)
                found[f"documents, {mode}"] = evaluate(run, truth, MEASURES)
        folder = shared / "cranfield"
        with Library.create(f"{place}/cranfield", encoder=encoder) as library:
            library.add_items(read_cranfield_documents(folder / "cran.all.1400"))
            queries = read_cranfield_queries(folder / "cran.qry")
            judged = read_qrels(folder / "QRelsCorrectedforTRECeval")
            for mode in MODES:
                run = run_questions(library.retriever(mode), queries, files=True)
                found[f"cranfield, {mode}"] = evaluate(run, judged, MEASURES)
    return found


def main() -> None:
    """Make pairs, make the first model, or measure one."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("pairs", "base", "measure"))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--without", help="Leave out documents of that name.")
    options = parser.parse_args()
    if options.what == "pairs":
        make_pairs(*options.paths)
    elif options.what == "base":
        make_base(*options.paths)
    else:
        *folders, collection, shared = options.paths
        pages = asked_pages(collection, options.without)
        print(f"{len(pages)} pages")
        with tempfile.TemporaryDirectory() as place:
            for number, folder in enumerate(folders):
                encoder = shipped_form(folder, Path(place) / str(number))
                for name, report in measure(encoder, pages, shared).items():
                    cells = "  ".join(f"{k} {v}" for k, v in report.overall.estimates.items())
                    print(f"{folder.name:12s} {name:30s} {cells}", flush=True)


if __name__ == "__main__":
    main()
