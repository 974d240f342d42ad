"""How often the best sentence holds the answer: MuSiQue over real paragraphs, without a model.

python bench/extractive.py FOLDER [--work WORK] [--k 5] [--resamples 1000] [--kind "first step"]
    [--mode hybrid]

FOLDER is that of `bench/poisoning.py`, and its collection of paragraphs in WORK is used again.

Questions: MuSiQue's whole ones, which need two to four paragraphs; their first steps, which need
one; and their later steps, whose "#1" is filled with the right answer of step 1, so that one
paragraph suffices too. Steps written as "Brand >> author" are asked as "What is the author of
Brand?". A question that two entries share is asked once.

Documents: the supporting paragraphs alone (gold), those among the question's own twenty, and the
first k of all paragraphs under each way of searching. Beside ACC stands the share of questions of
which some document holds a right answer, which no choice of a sentence can pass, and how often the
answerer abstained. An answer counts where it holds a right one, so a long sentence is favoured: its
mean length in words stands beside it. `--kind` and `--mode` ask a part of this alone.

Abstention: every question once over the first k of all paragraphs where one of them holds a right
answer, and once over the first k that hold none. Precision is the share of abstentions where none
did, recall the share of questions without an answer where it abstained; for several least scores.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from poisoning import paragraph_library
from trovato.core import Item, Query
from trovato.evaluate import is_accurate, rate
from trovato.generate import ExtractiveAnswerer, SentenceRanker
from trovato.generate.answerers.extractive import LEAST
from trovato.library import MODES, Library, Mode

DEPTH = 40  # paragraphs among which k without a right answer are looked for


@dataclass(frozen=True)
class Asked:
    """A question, its right answers, the paragraphs that support them, and all of its own."""

    question: str
    answers: tuple[str, ...]
    gold: tuple[Item, ...]
    own: tuple[Item, ...]


def paragraph(entry: dict[str, str]) -> Item:
    text = f"{entry['title']}. {entry['paragraph_text']}"
    return Item(text[:80], "paragraph", text)


def kinds(folder: Path) -> dict[str, list[Asked]]:
    """Whole questions, first steps, later steps."""
    found: dict[str, dict[str, Asked]] = {"whole": {}, "first step": {}, "later step": {}}
    for entry in json.loads((folder / "musique_train.json").read_text("utf-8")):
        own = tuple(map(paragraph, entry["paragraphs"]))
        steps = entry["question_decomposition"]
        support = tuple(own[step["paragraph_support_idx"]] for step in steps)
        whole = Asked(entry["question"], (entry["answer"], *entry["answer_aliases"]), support, own)
        found["whole"][whole.question] = whole
        for step, item in zip(steps, support, strict=True):
            filled = step["question"]
            for number, before in enumerate(steps, start=1):
                filled = filled.replace(f"#{number}", before["answer"])
            subject, arrow, relation = filled.partition(" >> ")
            asked = f"What is the {relation} of {subject}?" if arrow else filled
            kind = "later step" if "#" in step["question"] else "first step"
            found[kind].setdefault(asked, Asked(asked, (step["answer"],), (item,), own))
    return {kind: list(questions.values()) for kind, questions in found.items()}


def searched(library: Library, mode: Mode, k: int) -> Callable[[Asked], list[Item]]:
    retriever, reader = library.retriever(mode), library.collection.reader()
    return lambda asked: [
        reader.item(reader.row_of(name)) for name in retriever.rank(Query(asked.question), k)
    ]


def abstention(library: Library, questions: list[Asked], k: int, resamples: int) -> None:
    """How often it abstains where it should, and where it should not."""
    found = searched(library, "hybrid", DEPTH)
    sets: list[tuple[Asked, list[Item], bool]] = []
    for asked in questions:
        items = found(asked)
        if any(holds(item, asked) for item in items[:k]):
            sets.append((asked, items[:k], True))
        sets.append((asked, [item for item in items if not holds(item, asked)][:k], False))
    matcher = SentenceRanker(library.encoder)
    print("\nleast score | answered where there is an answer: ACC | abstained | precision | recall")
    for least in (0.45, LEAST, 0.55, 0.6, 0.65, 0.7, 0.75):
        answerer = ExtractiveAnswerer(matcher, least=least)
        said = [
            (answerer.answer(asked.question, items).text, asked, has) for asked, items, has in sets
        ]
        right = [is_accurate(text, asked.answers) for text, asked, has in said if has]
        wrongly = [not text for text, _, has in said if has]
        rightly = [not text for text, _, has in said if not has]
        silent = [not has for text, _, has in said if not text]
        shares = [
            rate(one, resamples=resamples) if one else "none"
            for one in (right, wrongly, silent, rightly)
        ]
        print(f"{least} | " + " | ".join(map(str, shares)), flush=True)


def holds(item: Item, asked: Asked) -> bool:
    return is_accurate(item.text, asked.answers)


def main() -> None:
    """Ask all, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, default=Path("poisoning-work"))
    parser.add_argument("--k", type=int, default=5)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--kind", choices=["whole", "first step", "later step"])
    parser.add_argument("--mode", choices=MODES)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    folder = arguments.folder / "multihop"
    with paragraph_library(arguments.folder, arguments.work) as library:
        answerer = ExtractiveAnswerer(SentenceRanker(library.encoder))
        sources: dict[str, Callable[[Asked], list[Item]]] = {
            "gold": lambda asked: list(asked.gold),
            "own twenty": lambda asked: list(asked.own),
        }
        for mode in [arguments.mode] if arguments.mode else MODES:
            sources[f"{mode}, k = {arguments.k}"] = searched(library, mode, arguments.k)
        print("questions | documents | n | ACC | held by a document | abstained | words | CPU ms")
        asked_of = kinds(folder)
        for kind in [arguments.kind] if arguments.kind else asked_of:
            questions = asked_of[kind]
            for name, documents in sources.items():
                sets = [documents(asked) for asked in questions]
                started = time.process_time()
                said = [
                    answerer.answer(asked.question, items).text
                    for asked, items in zip(questions, sets, strict=True)
                ]
                took = 1000 * (time.process_time() - started) / len(questions)
                right = [
                    is_accurate(text, asked.answers)
                    for text, asked in zip(said, questions, strict=True)
                ]
                held = [
                    any(is_accurate(item.text, asked.answers) for item in items)
                    for asked, items in zip(questions, sets, strict=True)
                ]
                words = [len(text.split()) for text in said if text]
                print(
                    f"{kind} | {name} | {len(questions)} | "
                    f"{rate(right, resamples=arguments.resamples)} | "
                    f"{rate(held, resamples=arguments.resamples)} | "
                    f"{said.count('') / len(said):.2f} | {sum(words) / len(words):.0f} | "
                    f"{took:.0f}",
                    flush=True,
                )
            abstention(library, questions, arguments.k, arguments.resamples)


if __name__ == "__main__":
    main()
