"""What each part of the recipe is worth on planted pairs, trained from random weights.

Documents are ten drawn words; a question has six of one of them. Twins are documents that share
eight words, of which a question asks for the other two and four more.

Usage: python bench/recipe.py [--steps 100]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from safetensors.numpy import load_file, save_file

from trovato.encode.late_interaction import ColBERTEncoder, save_colbert, text_settings
from trovato.encode.late_interaction.texts.network import text_network
from trovato.ops import maxsim, project
from trovato.testing.models.tiny_bert import WORDS
from trovato.testing.models.tiny_colbert import DIM, save_tiny_colbert
from trovato.train.encoder import (
    EncoderTraining,
    TrainingPair,
    average_models,
    bm25_teacher,
    documents_of,
    mine,
    train_encoder,
)

PLAIN = [word for word in WORDS if not word.startswith("##")]


def planted(count: int, seed: int, *, twins: bool = False) -> list[TrainingPair]:
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        words = list(random.choice(PLAIN, 12, replace=False))
        shared, own, other = words[:8], words[8:10], words[10:]
        for last in (own, other) if twins else (own,):
            document = [*shared, *last]
            if twins:
                asked = [*last, *random.choice(shared, 4, replace=False)]
            else:
                asked = list(random.choice(document, 6, replace=False))
            random.shuffle(document)
            random.shuffle(asked)
            found.append(TrainingPair(" ".join(asked), (" ".join(document),)))
    return found


def recall(
    folder: Path, pairs: list[TrainingPair], *, pooled: bool = False, dim: int = DIM
) -> float:
    encoder = ColBERTEncoder(folder)
    cut = np.eye(DIM, dim, dtype=np.float32)
    texts = [project(one.values, cut) for one in encoder.encode([p.positives[0] for p in pairs])]
    asked = [project(encoder.encode_query(pair.query).values, cut) for pair in pairs]
    if pooled:
        texts, asked = ([one.mean(0, keepdims=True) for one in some] for some in (texts, asked))
        texts = [one / np.linalg.norm(one) for one in texts]
    return float(np.mean([int(maxsim(one, texts).argmax()) == at for at, one in enumerate(asked)]))


def causal_start(folder: Path, source: Path) -> Path:
    """A tiny decoder with the tokenizer and settings of the tiny BERT."""
    torch.manual_seed(0)
    config = transformers.Qwen3Config(
        vocab_size=len(transformers.PreTrainedTokenizerFast.from_pretrained(source)),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    network = text_network(
        transformers.Qwen3Model(config), [(torch.randn(DIM, 32), None, "Identity")]
    )
    save_colbert(folder, network, text_settings(source), source)
    return folder


def soup(folder: Path, models: list[Path]) -> Path:
    """The mean of the weights of some models."""
    shutil.copytree(models[0], folder)
    for name in ("model.safetensors", "1_Dense/model.safetensors"):
        merged = average_models([dict(load_file(model / name)) for model in models])
        save_file(merged, folder / name, {"format": "pt"})
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100)
    steps = parser.parse_args().steps
    torch.set_num_threads(1)
    config = EncoderTraining(
        steps=steps, batch=32, chunk=64, warm_up=10, learning_rate=5e-3, weight_decay=0.01
    )
    pairs, unseen = planted(2000, 0), planted(150, 1)
    twins, unseen_twins = planted(300, 2, twins=True), planted(75, 3, twins=True)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        (root / "bert").mkdir()
        bert = save_tiny_colbert(root / "bert", "pylate")
        decoder = causal_start(root / "decoder", bert)

        def run(name: str, source: Path, rows: list[TrainingPair], **given: Any) -> Path:
            began = time.process_time()
            both = given.pop("bidirectional", False)
            made = train_encoder(
                source, root / name, rows, replace(config, **given), bidirectional=both
            )
            used = time.process_time() - began
            print(
                f"  {name}: loss {np.mean(made.losses[-10:]):.3f}, {used:.1f} s of CPU", flush=True
            )
            return made.folder

        late = run("late", bert, pairs)
        mean = run("mean", bert, pairs, pooled=True)
        small = run("matryoshka", bert, pairs, dims=(8,))
        causal = run("causal", decoder, pairs)
        both = run("bidirectional", decoder, pairs, bidirectional=True)
        corpus = documents_of(twins)
        mined = mine(twins, corpus, bm25_teacher(corpus), 2, rule="top_k")
        random = np.random.default_rng(4)
        drawn = [
            replace(
                pair, negatives=tuple(corpus[at] for at in random.integers(len(corpus), size=2))
            )
            for pair in twins
        ]
        hard, easy = run("mined", bert, mined), run("random", bert, drawn)
        other = run("second seed", bert, pairs, seed=1)
        print("recall@1 of 150 unseen questions")
        for name, value in (
            ("random weights", recall(bert, unseen)),
            ("late interaction", recall(late, unseen)),
            ("mean pooling", recall(mean, unseen, pooled=True)),
            ("matryoshka, 16 dimensions", recall(small, unseen)),
            ("matryoshka, cut to 8", recall(small, unseen, dim=8)),
            ("late interaction, cut to 8", recall(late, unseen, dim=8)),
            ("decoder, causal", recall(causal, unseen)),
            ("decoder, bidirectional", recall(both, unseen)),
            ("twins: mined negatives", recall(hard, unseen_twins)),
            ("twins: random negatives", recall(easy, unseen_twins)),
            ("second seed", recall(other, unseen)),
            ("mean of the weights of both", recall(soup(root / "soup", [late, other]), unseen)),
        ):
            print(f"{name:28} {value:.3f}")


if __name__ == "__main__":
    main()
