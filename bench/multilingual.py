"""Questions over texts in many languages: how often the right paragraph comes first.

    python bench/multilingual.py FOLDER [--encoder e5-multilingual] [--languages en de zh ar]

FOLDER holds `paragraphs.LL.jsonl` (`id`, `text`) and `questions.LL.jsonl`
(`id`, `question`, `gold`), the same in each language, as XQuAD does. Asks each question over the
texts of its own language, and the English one over the others.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trovato.core import Item, Query
from trovato.encode import ENCODERS, load_encoder
from trovato.library import MODES, Library


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def measured(
    library: Library, asked: list[dict[str, Any]], what: str
) -> Iterator[tuple[str, str, float]]:
    """R@1 of each mode: the paragraph is one, so that is the share of questions it is first for."""
    for mode in MODES:
        retriever = library.retriever(mode)
        first = [retriever.rank(Query(one["question"]), 1)[:1] == (one["gold"],) for one in asked]
        yield what, mode, sum(first) / len(first)


def main() -> None:
    """Index, ask, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder", choices=ENCODERS, nargs="+", default=list(ENCODERS))
    parser.add_argument("--languages", nargs="+", default=["en", "de", "zh", "ar"])
    parser.add_argument("--every", type=int, default=4, help="ask one question of so many")
    options = parser.parse_args()
    english = rows(options.folder / "questions.en.jsonl")[:: options.every]
    for name in options.encoder:
        encoder = load_encoder(name, threads=1)
        for language in options.languages:
            items = [
                Item(row["id"], "paragraph", row["text"])
                for row in rows(options.folder / f"paragraphs.{language}.jsonl")
            ]
            with tempfile.TemporaryDirectory() as folder:
                library = Library.create(Path(folder) / "c", encoder=encoder)
                began = time.process_time()
                tokens = library.add_items(items).tokens
                speed = tokens / (time.process_time() - began)
                print(f"{name} {language}: {len(items)} texts, {speed:.0f} tokens per CPU second")
                asked = rows(options.folder / f"questions.{language}.jsonl")[:: options.every]
                found = [*measured(library, asked, f"{language} → {language}")]
                if language != "en":
                    found += measured(library, english, f"en → {language}")
                for what, mode, share in found:
                    print(f"{name:16} {what:8} {mode:8} R@1 {share:.3f}", flush=True)
                library.close()


if __name__ == "__main__":
    main()
