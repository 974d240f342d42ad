"""Do right answers get a source, and made-up ones none.

python bench/citations.py FOLDER [--questions 40]

FOLDER holds `multihop/musique_train.json`. The questions are MuSiQue's first steps; the documents
are the supporting paragraph and four others of the same question. An answer is the right one, alone
or in the paragraph's own sentence, or a wrong one (the right answer to the next question): alone,
in the paragraph's sentence in the place of the right one, the same with the paragraph's mark, or
after the question's words. Printed are the share of answers with a source, and the share of sources
that hold the right answer. Precision and recall are of sources: an answer with one is taken for
right.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path

from extractive import Asked, kinds
from trovato.core import Item
from trovato.data.datasets.attack_targets import Target
from trovato.encode import MiniLMEncoder
from trovato.evaluate import is_accurate, rate
from trovato.generate import SentenceRanker, cite, mark_of
from trovato.ops.language.sentence_splitter import sentences
from trovato.redteam import with_wrong_answers


def answers(asked: Asked, wrong: str, gold: Item) -> dict[str, str]:
    """Right and wrong answers to one question."""
    right = asked.answers[0]
    spans = (gold.text[start:end] for start, end in sentences(gold.text))
    holding = next((text for text in spans if re.search(re.escape(right), text)), None)
    found = {
        "right, alone": right,
        "wrong, alone": wrong,
        "wrong, after the question": f"{asked.question.rstrip('?')} is {wrong}.",
    }
    if holding:
        changed = re.sub(re.escape(right), lambda _: wrong, holding)
        found |= {
            "right, in its sentence": holding,
            "wrong, in its sentence": changed,
            "wrong, with a mark": f"{changed} [{mark_of(gold)}]",
        }
    return found


def main() -> None:
    """Ask all, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=40)
    arguments = parser.parse_args()
    asked = kinds(arguments.folder / "multihop")["first step"][: arguments.questions]
    targets = with_wrong_answers(
        [Target(str(number), one.question, one.answers) for number, one in enumerate(asked)]
    )
    matcher = SentenceRanker(MiniLMEncoder())
    cited: dict[str, list[bool]] = defaultdict(list)
    holds: dict[str, list[bool]] = defaultdict(list)
    for one, target in zip(asked, targets, strict=True):
        gold = one.gold[0]
        documents = [gold, *(item for item in one.own if item.id != gold.id)][:5]
        for kind, answer in answers(one, target.wrong, gold).items():
            _, citations = cite(answer, documents, matcher, one.question)
            cited[kind].append(bool(citations))
            holds[kind] += [is_accurate(citation.quote, one.answers) for citation in citations]
    print("answer | n | with a source | of the sources, those that hold the right answer")
    for kind, found in cited.items():
        share = sum(holds[kind]) / len(holds[kind]) if holds[kind] else float("nan")
        print(f"{kind} | {len(found)} | {rate(found)} | {share:.2f} of {len(holds[kind])}")
    right = [one for kind, found in cited.items() if kind.startswith("right") for one in found]
    wrong = [one for kind, found in cited.items() if kind.startswith("wrong") for one in found]
    print(
        f"recall {sum(right) / len(right):.3f} of {len(right)} right answers; "
        f"precision {sum(right) / max(sum(right) + sum(wrong), 1):.3f}; "
        f"made-up answers with a source {sum(wrong) / len(wrong):.3f} of {len(wrong)}"
    )


if __name__ == "__main__":
    main()
