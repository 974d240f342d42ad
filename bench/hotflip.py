"""What a gradient is worth to an attacker: HotFlip with and without one, on the real encoder.

python bench/hotflip.py FOLDER ENCODER [--count 25] [--tries 24]

FOLDER holds `poisoning/nq.json` (PoisonedRAG); ENCODER is a folder with all-MiniLM-L6-v2 as
transformers has it, of which the encoder that comes with trovato was made. Each question's first
adversarial text gets a prefix of 8 words, each looked at twice, with the same number of candidates:
words that the gradient names, or any of the vocabulary, both from the question's first words on; or
(hotflip) words of the question and its texts, looked for with trovato's encoder. Cosines of
question and text are taken in both encoders; beside them the rise over the text alone with its 95 %
bootstrap interval.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from trovato.core import generator
from trovato.data.datasets.poisoned_rag import read_poisoned_rag
from trovato.encode import MiniLMEncoder
from trovato.evaluate.statistics.bootstrap import estimates, resampled_means
from trovato.generate.filters import passage_vectors
from trovato.llm import OpenEncoder
from trovato.redteam.attacks import Case
from trovato.redteam.attacks.hotflip import searched_prefix
from trovato.redteam.attacks.hotflip_gradient import first_words, flipped_prefix


def main() -> None:
    """Attack each question's text, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("--count", type=int, default=25)
    parser.add_argument("--tries", type=int, default=24)
    arguments = parser.parse_args()
    opened, ours = OpenEncoder(arguments.encoder), MiniLMEncoder(threads=1)
    targets = read_poisoned_rag(arguments.folder / "poisoning" / "nq.json")[: arguments.count]
    drawn = searched_prefix(ours, tries=arguments.tries)
    texts: dict[str, list[str]] = {"text alone": [], "question before it": []}
    texts |= {"hotflip": [], "hotflip-gradient": [], "hotflip, any words drawn": []}
    spent = dict.fromkeys(texts, 0.0)
    for target in targets:
        question, text = target.question, target.poisons[0]
        texts["text alone"].append(text)
        texts["question before it"].append(f"{question}. {text}")
        case = Case(target.id, question, target.answers, target.wrong, (), (text,))
        started = time.process_time()
        texts["hotflip"] += drawn(case, 1, generator(0, target.id))
        spent["hotflip"] += time.process_time() - started
        draw = generator(0, f"gradient {target.id}")
        start = first_words(opened, question, 8, draw)
        started = time.process_time()
        found = flipped_prefix(opened, question, text, start, tries=arguments.tries)
        spent["hotflip-gradient"] += time.process_time() - started
        texts["hotflip-gradient"].append(f"{found.prefix} {text}")
        texts["hotflip, any words drawn"].append(
            f"{flipped_at_random(opened, question, text, start, arguments.tries, draw)} {text}"
        )
    asked = [opened.ids(target.question) for target in targets]
    white = opened.vectors(asked)
    black = passage_vectors(ours, [target.question for target in targets])
    base: dict[int, np.ndarray] = {}
    print(f"{len(targets)} questions | cosine in the opened encoder | in trovato's | CPU s a text")
    for name, written in texts.items():
        cosines = (
            (opened.vectors([opened.ids(text) for text in written]) * white).sum(axis=1),
            (passage_vectors(ours, written) * black).sum(axis=1),
        )
        shown = []
        for at, values in enumerate(cosines):
            gap = (values - base.setdefault(at, values)).astype(np.float64)[:, None]
            [rise] = estimates(gap, resampled_means(gap, 1000, 0), 0.95)
            shown.append(f"{values.mean():.3f} (+{rise})")
        print(f"{name} | {shown[0]} | {shown[1]} | {spent[name] / len(targets):.1f}")


def flipped_at_random(
    encoder: OpenEncoder,
    question: str,
    text: str,
    start: list[int],
    tries: int,
    draw: np.random.Generator,
) -> str:
    """The same search with words of the vocabulary drawn, as many as the gradient would name."""
    [target], rest, prefix = encoder.vectors([encoder.ids(question)]), encoder.ids(text), start
    for place in list(range(len(prefix))) * 2:
        words = [prefix[place], *draw.choice(encoder.words, tries).tolist()]
        options = [[*prefix[:place], word, *prefix[place + 1 :]] for word in words]
        cosines = encoder.vectors([[*option, *rest] for option in options]) @ target
        prefix = options[int(cosines.argmax())]
    return encoder.text(prefix)


if __name__ == "__main__":
    main()
