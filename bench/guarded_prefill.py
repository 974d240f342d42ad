"""What reading documents apart costs, beside causal attention and the dense mask.

python bench/guarded_prefill.py [--documents 16 64] [--tokens 256] [--rounds 3] [--threads 1]
    [--shape small|half-billion] [--device cpu|cuda] [--dtype float32|bfloat16]

A random Llama reads instructions, documents and a question up to the first token of the answer.
Every line is run in turn in every round; medians. Memory is the most that a line used beyond what
was there before it. "remembered" is a second question over documents that were read before. On a
GPU the fused FlexAttention kernel under the same mask is a line of its own.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import generator
from trovato.llm import LocalModel
from trovato.llm.local.prompt_tokens import PromptTokens
from trovato.testing.models.tiny_llm import save_tiny_llm

SHAPES = {
    "small": {
        "hidden_size": 256,
        "intermediate_size": 704,
        "num_hidden_layers": 4,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 32,
        "initializer_range": 0.02,
    },
    # As Qwen2.5-0.5B, but for the vocabulary.
    "half-billion": {
        "hidden_size": 896,
        "intermediate_size": 4864,
        "num_hidden_layers": 24,
        "num_attention_heads": 14,
        "num_key_value_heads": 2,
        "head_dim": 64,
        "initializer_range": 0.02,
    },
}
INSTRUCTIONS, QUESTION = 32, 32
CAUSAL = "causal"


def prompt(documents: int, tokens: int, asked: int = 0) -> PromptTokens:
    """Random ids: instructions, documents of `tokens` each, and one of several questions."""
    random = generator(0, "documents")
    ids = random.integers(6, 260, INSTRUCTIONS + documents * tokens + QUESTION)
    ids[-QUESTION:] = generator(asked, "question").integers(6, 260, QUESTION)
    blocks = np.repeat(
        np.array([-1, *range(documents), -2], np.int32),
        [INSTRUCTIONS, *[tokens] * documents, QUESTION],
    )
    return PromptTokens(ids, blocks)


class Memory:
    """The most memory in use since it was made, beyond what was in use then."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._before: int
        gc.collect()
        if device == "cuda":
            import torch

            torch.cuda.reset_peak_memory_stats()
            self._before = torch.cuda.memory_allocated()
        else:
            ctypes.CDLL("libc.so.6").malloc_trim(0)
            Path("/proc/self/clear_refs").write_text("5")
            self._before = self._read("VmRSS")

    def peak(self) -> int:
        if self._device == "cuda":
            import torch

            return int(torch.cuda.max_memory_allocated()) - self._before
        return self._read("VmHWM") - self._before

    def _read(self, name: str) -> int:
        status = Path("/proc/self/status").read_text()
        return int(status.split(f"{name}:")[1].split()[0]) * 1024


def flex(folder: Path, dtype: str, tokens: PromptTokens) -> Callable[[], object]:
    """The whole prompt in one pass of the fused kernel under the document mask."""
    import torch
    from torch.nn.attention.flex_attention import create_block_mask
    from transformers import AutoModelForCausalLM

    inner = AutoModelForCausalLM.from_pretrained(
        folder, attn_implementation="flex_attention", dtype=dtype
    ).to("cuda")
    blocks = torch.from_numpy(tokens.blocks).cuda()
    ids = torch.from_numpy(tokens.ids)[None].cuda()

    def reads(_batch: Any, _head: Any, row: Any, column: Any) -> Any:
        one, other = blocks[row], blocks[column]
        return (row >= column) & ((other == -1) | (one == -2) | (one == other))

    mask = create_block_mask(reads, None, None, len(tokens), len(tokens), device="cuda")

    def run() -> object:
        with torch.inference_mode():
            return inner(input_ids=ids, attention_mask=mask, use_cache=True, logits_to_keep=1)

    return run


def lines(
    model: LocalModel, documents: int, tokens: int, rounds: int
) -> Iterator[tuple[str, Callable[[int], object]]]:
    """Name of each line, and what it does in a round."""
    read = prompt(documents, tokens)
    yield CAUSAL, lambda _: model.read(read, "causal")
    yield "dense mask", lambda _: model.read(read, "sparse", "mask")
    yield "apart", lambda _: model.read(read, "sparse", "anew")
    yield "apart, parallel", lambda _: model.read(read, "sparse-parallel", "anew")
    questions = [prompt(documents, tokens, asked + 1) for asked in range(rounds)]
    model.read(read, "sparse")
    yield "remembered", lambda at: model.read(questions[at], "sparse")


def measure(model: LocalModel, folder: Path, documents: int, arguments: argparse.Namespace) -> None:
    import torch

    runs = dict(lines(model, documents, arguments.tokens, arguments.rounds))
    if arguments.device == "cuda":
        fused = flex(folder, arguments.dtype, prompt(documents, arguments.tokens))
        runs["FlexAttention"] = lambda _: fused()
        fused()
    wall: dict[str, list[float]] = {name: [] for name in runs}
    cpu: dict[str, list[float]] = {name: [] for name in runs}
    peak: dict[str, list[float]] = {name: [] for name in runs}
    for at in range(arguments.rounds):
        for name, run in runs.items():
            memory = Memory(arguments.device)
            started, spent = time.perf_counter(), time.process_time()
            run(at)
            if arguments.device == "cuda":
                torch.cuda.synchronize()
            wall[name].append(time.perf_counter() - started)
            cpu[name].append(time.process_time() - spent)
            peak[name].append(memory.peak() / 2**20)
    length = len(prompt(documents, arguments.tokens))
    print(f"\n{documents} documents of {arguments.tokens} tokens, {length} in all\n")
    print("| | CPU s | wall s | MiB | causal / this, CPU | causal / this, wall |")
    print("|---|---|---|---|---|---|")
    for name in runs:
        one, two, three = (statistics.median(of[name]) for of in (cpu, wall, peak))
        ratios = [statistics.median(of[CAUSAL]) / statistics.median(of[name]) for of in (cpu, wall)]
        print(
            f"| {name} | {one:.3f} | {two:.3f} | {three:.0f} | {ratios[0]:.2f} | {ratios[1]:.2f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as place:
        shape: dict[str, Any] = SHAPES[arguments.shape]
        folder = save_tiny_llm(Path(place), "llama", max_position_embeddings=2**15, **shape)
        model = LocalModel(
            folder, device=arguments.device, dtype=arguments.dtype, cache_bytes=2**33
        )
        for documents in arguments.documents:
            model.memory.clear()
            measure(model, folder, documents, arguments)


if __name__ == "__main__":
    main()
