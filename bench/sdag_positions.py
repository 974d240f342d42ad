"""Why documents that start at one position cost right answers: the mask, the positions, or rivals.

python bench/sdag_positions.py FOLDER MODEL RESULTS.jsonl [--work WORK] [--questions 30] [--show]

FOLDER, MODEL and WORK are those of `bench/sdag_real.py`. Questions are MuSiQue's steps in its order
whose first five paragraphs hold a right answer. Each is read with the paragraphs that were found,
and with the same one that holds the answer among four of other questions, which are no rivals. Read
causally or apart, with positions in a row or all documents at one place. Measured is the mean
logarithm of the probability of a token of the right answer after the prompt: finer than whether it
comes out. Each difference has its 95 % bootstrap interval over questions.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from poisoning import paragraph_library
from sdag_real import read
from sdag_real_data import K, trials
from trovato.core import Item
from trovato.evaluate import is_accurate
from trovato.evaluate.statistics.bootstrap import estimates, resampled_means
from trovato.generate.text.prompt_building import prompt_of
from trovato.llm import LocalModel
from trovato.llm.local.model_support import cache_argument
from trovato.llm.local.position_ids import parallel_positions
from trovato.llm.local.prefill import Prefill, read_at_once

ARMS = {
    "causal, in a row": ("causal", False),
    "causal, at one place": ("causal", True),
    "apart, in a row": ("sparse", False),
    "apart, at one place": ("sparse-parallel", True),
}
DIFFERENCES = (
    ("mask", "found: apart, in a row", "found: causal, in a row"),
    ("positions, read causally", "found: causal, at one place", "found: causal, in a row"),
    ("positions, read apart", "found: apart, at one place", "found: apart, in a row"),
    ("positions, no rivals", "others: apart, at one place", "others: apart, in a row"),
    ("rivals, in a row", "found: apart, in a row", "others: apart, in a row"),
    ("rivals, at one place", "found: apart, at one place", "others: apart, at one place"),
)


def likelihood(
    model: LocalModel, documents: list[Item], question: str, right: str, arm: str
) -> float:
    """Mean logarithm of the probability of a token of the right answer."""
    import torch

    tokens = model.tokenise(prompt_of(question, documents), 64)
    attention, parallel = ARMS[arm]
    prefill: Prefill
    if attention == "causal" and parallel:
        prefill = read_at_once(model._model, tokens, parallel_positions(tokens.blocks), None)
    else:
        prefill = model.read(tokens, attention)  # type: ignore[arg-type]
    ids = model._words.of_text(right)
    scores = [prefill.logits[None]]
    if len(ids) > 1:
        positions = torch.arange(len(ids) - 1)[None] + prefill.position
        with torch.inference_mode():
            more = model._model(
                input_ids=torch.tensor([ids[:-1]]),
                position_ids=positions,
                **{cache_argument(model._model): prefill.cache},
            ).logits[0]
        scores.append(more)
    logs = torch.cat(scores).float().log_softmax(-1)
    return float(logs[torch.arange(len(ids)), torch.tensor(ids)].mean())


def asked(library: Any, folder: Path) -> Iterator[tuple[str, str, str, list[Item], list[Item]]]:
    """Id, question, right answer, the documents found, and the right one among others."""
    before: list[Item] = []
    for trial in trials(library, folder):
        if trial.set != "musique":
            continue
        target, found = trial.target, trial.documents["clean"]
        holding = [at for at, item in enumerate(found) if is_accurate(item.text, target.answers)]
        strangers = [item for item in before if not is_accurate(item.text, target.answers)]
        if len(holding) == 1 and len(strangers) >= K - 1:
            others = strangers[-(K - 1) :]
            others.insert(holding[0], found[holding[0]])
            yield target.id, target.question, target.answers[0], found, others
        before.append(found[0])


def show(records: list[Any]) -> None:
    print(f"{len(records)} questions; mean logarithm of the probability of a token")
    for name in records[0]["found"]:
        print(
            f"{name} | "
            + " | ".join(
                f"{np.mean([r[s][name] for r in records]):.3f}"
                for s in ("found", "others")
                if name in records[0][s]
            )
        )
    for what, one, other in DIFFERENCES:
        (a, arm_a), (b, arm_b) = (side.split(": ") for side in (one, other))
        values = np.array([[r[a][arm_a] - r[b][arm_b]] for r in records])
        print(f"{what} | {estimates(values, resampled_means(values, 1000, 0), 0.95)[0]}")


def main() -> None:
    """Read what was not read, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--work", type=Path, default=Path("poisoning-work"))
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    records = read(arguments.results)
    if not arguments.show:
        done = {record["id"] for record in records}
        model = LocalModel(arguments.model)
        with paragraph_library(arguments.folder, arguments.work) as library:
            for name, question, right, found, others in asked(library, arguments.folder):
                if len(records) >= arguments.questions:
                    break
                if name in done:
                    continue
                record: dict[str, Any] = {"id": name, "found": {}, "others": {}}
                for arm in ARMS:
                    record["found"][arm] = likelihood(model, found, question, right, arm)
                    if arm.startswith("apart"):
                        record["others"][arm] = likelihood(model, others, question, right, arm)
                with arguments.results.open("a") as file:
                    file.write(json.dumps(record) + "\n")
                records.append(record)
                print(f"{len(records)} read", flush=True)
    show(records)


if __name__ == "__main__":
    main()
