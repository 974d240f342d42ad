"""Poison in a real corpus: is it found, and which guards that need no language model hold it off.

python bench/poisoning.py FOLDER [--work WORK] [--resamples 1000] [--only retrieval|answers]

FOLDER holds `poisoning/nq.json` and `msmarco.json` (PoisonedRAG) and `multihop/` with
`2wikimultihopqa_corpus.json`, `musique_train.json` and `musique_train_corpus.json`. The corpus is
all paragraphs of both, as one collection; it is made in WORK once and used again.

Retrieval: the texts of PoisonedRAG's questions among the paragraphs, with and without the question
before them, and the share of questions that meet any of them, and the share of the first five
documents that are theirs, by way of searching.

Answers: the paragraphs do not answer PoisonedRAG's questions. So the attacked questions are
MuSiQue's steps that need no other step ("Brand >> author" is asked as "What is the author of
Brand?"), whose supporting paragraphs are in the corpus and hold the answer. The wrong answer is
another question's right one; the poison is five plain statements of it, or the retrieved documents
with the right answer replaced.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

from trovato.core import Item, Query
from trovato.data.datasets.attack_targets import Target
from trovato.data.datasets.poisoned_rag import poison_facts, read_poisoned_rag
from trovato.evaluate import rate
from trovato.generate import SentenceRanker, answerer
from trovato.library import MODES, Library
from trovato.redteam import (
    AttackScenario,
    PoisonPlacement,
    run_red_team,
    summarise,
    with_wrong_answers,
)
from trovato.redteam.attacks import attacks
from trovato.redteam.experiment.poisoned_copy import poisoned

K = 5
PLACES: tuple[PoisonPlacement, ...] = ("in-corpus",)
GUARDS = (
    "none",
    "vote",
    "keyword",
    "ragdefender",
    "trustrag",
    "ragdefender+keyword",
    "trustrag+keyword",
)


def paragraphs(folder: Path) -> Iterator[Item]:
    """Both corpora, each text once."""
    seen = set()
    for name in ("2wikimultihopqa_corpus", "musique_train_corpus"):
        for entry in json.loads((folder / f"{name}.json").read_text("utf-8")):
            text = f"{entry['title']}. {entry['text']}"
            if text not in seen:
                seen.add(text)
                yield Item(f"{name.split('_')[0]}-{len(seen)}", "paragraph", text)


def steps(folder: Path) -> list[Target]:
    """MuSiQue's steps that ask for nothing another step found."""
    found: dict[str, Target] = {}
    for entry in json.loads((folder / "musique_train.json").read_text("utf-8")):
        for number, step in enumerate(entry["question_decomposition"]):
            if "#" not in step["question"]:
                subject, arrow, relation = step["question"].partition(" >> ")
                asked = f"What is the {relation} of {subject}?" if arrow else subject
                found.setdefault(asked, Target(f"{entry['id']}-{number}", asked, (step["answer"],)))
    return list(found.values())


def collection(folder: Path, work: Path) -> Library:
    place = work / "paragraphs.trovato"
    started = time.process_time()
    library = Library.create(place, exist_ok=True)
    report = library.add_items(paragraphs(folder))
    took = time.process_time() - started
    held = library.info()
    print(f"{held.pages} paragraphs, {held.tokens} token vectors; {report.pages} new, {took:.0f} s")
    return library


def paragraph_library(folder: Path, work: Path) -> Library:
    """The collection as it was made before, else a new one."""
    place = work / "paragraphs.trovato"
    return Library.open(place) if place.exists() else collection(folder / "multihop", work)


def retrieval(library: Library, name: str, targets: tuple[Target, ...]) -> None:
    print(f"\n{name}: {poison_facts(targets)}")
    print(f"texts a question | question before it | search | met in {K} | share of {K}")
    for count in (1, 5):
        for before in (True, False):
            added = [
                Item(
                    f"redteam-poison/{target.id}/{at}",
                    "redteam-poison",
                    f"{target.question}. {text}" if before else text,
                )
                for target in targets
                for at, text in enumerate(target.poisons[:count])
            ]
            with poisoned(library, added) as both:
                for mode in MODES:
                    search = both.retriever(mode)
                    ranked = [search.rank(Query(target.question), K) for target in targets]
                    own = [
                        sum(item.startswith(f"redteam-poison/{target.id}/") for item in items)
                        for target, items in zip(targets, ranked, strict=True)
                    ]
                    met = rate([found > 0 for found in own])
                    share = sum(own) / (K * len(targets))
                    print(f"{count} | {'yes' if before else 'no'} | {mode} | {met} | {share:.3f}")


def answers(library: Library, folder: Path, work: Path, resamples: int) -> None:
    targets = with_wrong_answers(steps(folder))
    known, matcher = attacks(library.encoder), SentenceRanker(library.encoder)
    scene = AttackScenario(places=PLACES, counts=(1, 2), k=K)
    cells = run_red_team(
        library,
        targets,
        [known[name] for name in ("prefix", "replace")],
        [answerer(guard, matcher) for guard in GUARDS],
        scene,
        journal=work / "answers.jsonl",
        model="extractive",
        progress=lambda _, done, total: print(f"\r{done}/{total}", end="", flush=True),
    )
    print(f"\r{len(targets)} questions; best sentence of {K} documents, hybrid search, in-corpus")
    print("share of questions with a right answer among the documents, by attack: ", end="")
    for cell, trials in cells.items():
        if cell.defence == "none":
            held = sum(trial.gold > 0 for trial in trials) / len(trials)
            met = sum(trial.adversarial for trial in trials) / len(trials)
            print(f"{cell.battle} {held:.2f} ({met:.2f} poisoned);", end=" ")
    report = summarise(cells, resamples=resamples)
    print("\n\n" + " | ".join(report.columns))
    for row in report.rows():
        print(" | ".join(row))


def main() -> None:
    """Make the corpus, poison it, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, default=Path("poisoning-work"))
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--only", choices=["retrieval", "answers"])
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    with collection(arguments.folder / "multihop", arguments.work) as library:
        if arguments.only != "answers":
            for name in ("nq", "msmarco"):
                file = arguments.folder / "poisoning" / f"{name}.json"
                retrieval(library, name, read_poisoned_rag(file))
        if arguments.only != "retrieval":
            answers(library, arguments.folder / "multihop", arguments.work, arguments.resamples)


if __name__ == "__main__":
    main()
