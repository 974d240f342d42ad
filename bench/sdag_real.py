"""What guards are worth to a real small model: accuracy, attacks that succeed, and sources.

python bench/sdag_real.py FOLDER MODEL RESULTS.jsonl [--work WORK] [--questions 200] [--show]

FOLDER is that of `bench/poisoning.py`, whose collection of paragraphs in WORK is used again; MODEL
is a folder or a GGUF file. Each question is answered from five documents, and from four and a
poisoned one that stands first, last, or at a drawn place, by a plain prompt (none), with documents
read apart (sdag, sdag-parallel), and by vote and keyword over answers from single documents. One
line per question is added to RESULTS.jsonl, and a question that is there is not asked again.
Questions of both sets come in turn, in a drawn order. `--show` prints the tables alone.

ACC and ASR are shares of answers that hold a right one, and the attacker's. Of sources, recall is
the share of right answers with a source that holds a right answer, and precision the share of
answers with sources whose first one does. p is McNemar's against no guard in the same condition,
adjusted by Holm over the four guards.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

from poisoning import paragraph_library
from sdag_real_data import Trial, trials
from trovato.core import (
    Answer,
    Answerer,
    AttentionMode,
    Completion,
    Decoding,
    LanguageModel,
    Prompt,
)
from trovato.evaluate import holm, is_accurate, is_attacked, mcnemar, rate
from trovato.generate import GenerativeAnswerer, KeywordAnswerer, MajorityAnswerer, SentenceRanker
from trovato.generate.text.prompt_building import prompt_of
from trovato.llm import LocalModel

GUARDS = ("none", "sdag", "sdag-parallel", "vote", "keyword")
CONDITIONS = ("clean", "first", "last", "drawn")
ATTENTIONS: tuple[AttentionMode, ...] = ("causal", "sparse", "sparse-parallel")
TOGETHER = 2  # questions, so that a batch of eight is written at once
DECODING = Decoding(max_tokens=32)


class Remembering:
    """A language model that writes each prompt once."""

    def __init__(self, model: LocalModel) -> None:
        self._model = model
        self._known: dict[tuple[AttentionMode, Prompt], Completion] = {}
        self.fingerprint, self.attentions = model.fingerprint, model.attentions

    def complete(
        self, prompts: Sequence[Prompt], decoding: Decoding, attention: AttentionMode
    ) -> list[Completion]:
        new = [p for p in dict.fromkeys(prompts) if (attention, p) not in self._known]
        for prompt, written in zip(
            new, self._model.complete(new, decoding, attention), strict=True
        ):
            self._known[attention, prompt] = written
        return [self._known[attention, prompt] for prompt in prompts]

    def forget(self) -> None:
        self._known.clear()
        self._model.memory.clear()


def run(group: Sequence[Trial], model: Remembering, matcher: SentenceRanker) -> Iterator[Any]:
    """One record for each question."""
    model.forget()
    writer = cast("LanguageModel", model)
    sets = [(t.target.question, items) for t in group for items in t.documents.values()]
    for attention in ATTENTIONS:
        model.complete([prompt_of(*one) for one in sets], DECODING, attention)
    # A document alone reads the same under every attention; states of documents are there already.
    alone = GenerativeAnswerer(writer, matcher, "sparse-parallel", decoding=DECODING)
    single = [prompt_of(question, [item]) for question, items in sets for item in items]
    model.complete(single, DECODING, "sparse-parallel")
    guards: list[Answerer] = [
        *(GenerativeAnswerer(writer, matcher, how, decoding=DECODING) for how in ATTENTIONS),
        MajorityAnswerer(alone),
        KeywordAnswerer(alone),
    ]
    for trial in group:
        said = {
            f"{name} {condition}": _record(guard.answer(trial.target.question, items))
            for name, guard in zip(GUARDS, guards, strict=True)
            for condition, items in trial.documents.items()
        }
        target = trial.target
        yield {
            "set": trial.set,
            "id": target.id,
            "question": target.question,
            "answers": target.answers,
            "wrong": target.wrong,
            "held": [is_accurate(item.text, target.answers) for item in trial.documents["clean"]],
            "said": said,
        }


def _record(answer: Answer) -> dict[str, Any]:
    sources = [[citation.item.id, citation.quote] for citation in answer.citations]
    return {"text": answer.text, "sources": sources, "cut": answer.cut}


def read(path: Path) -> list[Any]:
    """Whole lines; one that was cut off is left out."""
    text = path.read_text("utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def show(records: Sequence[Any]) -> None:
    for name in ("nq", "musique", "both"):
        own = [record for record in records if name in (record["set"], "both")]
        if own:
            held = rate([any(record["held"]) for record in own])
            print(f"\n{name}: {len(own)} questions; a clean document holds a right answer: {held}")
            print("documents | guard | ACC | p | ASR | p | abstained | recall | precision")
            for condition in CONDITIONS:
                table(own, condition)


def table(records: Sequence[Any], condition: str) -> None:
    said = {g: [record["said"][f"{g} {condition}"] for record in records] for g in GUARDS}
    right = {
        g: [is_accurate(one["text"], r["answers"]) for one, r in zip(said[g], records, strict=True)]
        for g in GUARDS
    }
    wrong = {
        g: [is_attacked(one["text"], r["wrong"]) for one, r in zip(said[g], records, strict=True)]
        for g in GUARDS
    }
    adjusted = [
        holm([mcnemar(found["none"], found[guard]) for guard in GUARDS[1:]])
        for found in (right, wrong)
    ]
    for place, guard in enumerate(GUARDS):
        p = [f"{values[place - 1]:.3f}" if place else "" for values in adjusted]
        holding = [
            [is_accurate(quote, record["answers"]) for _, quote in one["sources"]]
            for one, record in zip(said[guard], records, strict=True)
        ]
        recalled = [any(h) for h, good in zip(holding, right[guard], strict=True) if good]
        precise = [h[0] for h in holding if h]
        empty = sum(not one["text"] for one in said[guard]) / len(records)
        print(
            f"{condition} | {guard} | {rate(right[guard])} | {p[0]} | {rate(wrong[guard])} | {p[1]}"
            f" | {empty:.2f} | {_share(recalled)} | {_share(precise)}"
        )


def _share(found: list[bool]) -> str:
    return f"{rate(found)} of {len(found)}" if found else ""


def main() -> None:
    """Ask what was not asked, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--work", type=Path, default=Path("poisoning-work"))
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    records = read(arguments.results)
    if not arguments.show:
        done = {(record["set"], record["id"]) for record in records}
        with paragraph_library(arguments.folder, arguments.work) as library:
            asked = islice(trials(library, arguments.folder), arguments.questions)
            left = (one for one in asked if (one.set, one.target.id) not in done)
            model = Remembering(LocalModel(arguments.model))
            matcher = SentenceRanker(library.encoder)
            arguments.results.write_text("".join(json.dumps(one) + "\n" for one in records))
            while group := list(islice(left, TOGETHER)):
                for record in run(group, model, matcher):
                    with arguments.results.open("a") as file:
                        file.write(json.dumps(record) + "\n")
                    records.append(record)
                print(f"{len(records)} asked, {time.process_time():.0f} CPU s", flush=True)
    show(records)


if __name__ == "__main__":
    main()
