"""MaxSim over 10,000 documents: trovato's kernels and their rivals, side by side.

    python bench/maxsim.py [--json OUT] [--rounds 15]

One process per number of threads. In each round every method scores one query over all documents,
one method after the other, so that a busy neighbour meets them alike. The time is CPU time of the
whole process (all threads), the median over rounds. The ceiling is measured by
`bench/maxsim_peak.cpp`, compiled here, before and after; share of peak is useful operations
(2 × pairs × dimension) over it. Rivals that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
from trovato.core import RaggedVectors, generator
from trovato.ops import Vectors, available_kernels, int8_quantize, maxsim

Scores = np.ndarray
Method = Callable[[np.ndarray], Scores]

DIM = 128
QUERY_TOKENS = 32

# Compiler flags for the ceiling, by the fastest kernel that runs here.
PEAK_FLAGS = {"avx512vnni": ("-mavx512f", "-mavx512vnni"), "avx2": ("-mavx2", "-mfma")}


@dataclass
class Row:
    """One line of the table."""

    method: str
    threads: int
    query_tokens: int
    cpu_ms: float
    share_of_int8_peak: float | None
    max_deviation: float


def make_documents(seed: int, count: int) -> RaggedVectors:
    """Documents of about 120 unit vectors around the centres of a few topics each."""
    random = generator(seed, "bench documents")
    centres = _unit(random.standard_normal((2048, DIM), dtype=np.float32))
    lengths = np.clip(random.lognormal(np.log(110), 0.45, count), 16, 300).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    topics = random.integers(0, len(centres), (count, 24))
    owner = np.repeat(np.arange(count), lengths)
    picked = topics[owner, random.integers(0, topics.shape[1], len(owner))]
    values = random.standard_normal((len(owner), DIM), dtype=np.float32)
    values *= 0.6 / np.sqrt(DIM)
    values += centres[picked]
    return RaggedVectors(_unit(values), offsets)


def make_query(seed: int, documents: RaggedVectors, tokens: int) -> np.ndarray:
    """A query whose tokens are noisy copies of a document's."""
    random = generator(seed, "bench query")
    document = documents[int(random.integers(len(documents)))]
    copies = document[random.integers(0, len(document), tokens)]
    noise = random.standard_normal((tokens, DIM), dtype=np.float32)
    return _unit(copies + 0.5 / np.sqrt(DIM) * noise)


def _unit(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), np.float32)


def numpy_method(documents: RaggedVectors) -> Method:
    """One matrix product and a segment maximum per 256 documents."""
    values, offsets = documents.values, documents.offsets

    def score(query: np.ndarray) -> Scores:
        scores = np.empty(len(documents), np.float32)
        for start in range(0, len(documents), 256):
            end = min(start + 256, len(documents))
            products = values[offsets[start] : offsets[end]] @ query.T
            starts = offsets[start:end] - offsets[start]
            scores[start:end] = np.maximum.reduceat(products, starts, axis=0).sum(axis=1)
        return scores

    return score


def torch_method(documents: RaggedVectors, threads: int) -> Method:
    """Padded batches of documents of like length, padding masked."""
    import torch

    torch.set_num_threads(threads)
    lengths = np.diff(documents.offsets)
    order = np.argsort(lengths, kind="stable")
    batches = []
    for start in range(0, len(order), 512):
        items = order[start : start + 512]
        longest = int(lengths[items].max())
        padded = np.zeros((len(items), longest, DIM), np.float32)
        mask = np.full((len(items), longest, 1), -1e4, np.float32)
        for place, item in enumerate(items):
            padded[place, : lengths[item]] = documents[int(item)]
            mask[place, : lengths[item]] = 0
        batches.append((items, torch.from_numpy(padded), torch.from_numpy(mask)))

    def score(query: np.ndarray) -> Scores:
        scores = np.empty(len(documents), np.float32)
        turned = torch.from_numpy(np.ascontiguousarray(query.T))
        with torch.inference_mode():
            for items, padded, mask in batches:
                best = (padded @ turned + mask).amax(dim=1).sum(dim=1)
                scores[items] = best.numpy()
        return scores

    return score


def maxsim_cpu_method(documents: RaggedVectors) -> Method:
    """The package maxsim-cpu, on a list of documents."""
    import maxsim_cpu

    parts = [np.ascontiguousarray(part) for part in documents]
    return lambda query: np.asarray(maxsim_cpu.maxsim_scores_variable(query, parts))


def make_methods(documents: RaggedVectors, threads: int) -> dict[str, Method]:
    """All methods that can run here, by name."""
    methods: dict[str, Method] = {"NumPy GEMM + reduceat": numpy_method(documents)}
    if importlib.util.find_spec("torch"):
        methods["torch fp32"] = torch_method(documents, threads)
    if importlib.util.find_spec("maxsim_cpu"):
        methods["maxsim-cpu"] = maxsim_cpu_method(documents)
    formats: dict[str, Vectors] = {
        "int8": int8_quantize(documents.values),
        "fp16": documents.values.astype(np.float16),
        "fp32": documents.values,
    }
    for kernel in available_kernels():
        for name, vectors in formats.items():
            methods[f"trovato {kernel} {name}"] = partial(
                maxsim,
                vectors=vectors,
                offsets=documents.offsets,
                threads=threads,
                kernel=kernel,
            )
    return methods


def measure_peak(program: Path | None) -> float | None:
    """Operations per second of int8 in this core's registers."""
    if program is None:
        return None
    text = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return float(text.split()[1])


def compile_peak(folder: Path) -> Path | None:
    """Build `maxsim_peak.cpp`, where there is a compiler and the processor is known."""
    compiler = shutil.which("c++")
    instructions = PEAK_FLAGS.get(available_kernels()[0])
    if compiler is None or instructions is None:
        return None
    source = Path(__file__).with_name("maxsim_peak.cpp")
    program = folder / "peak"
    flags = ["-std=c++17", "-O2", *instructions]
    subprocess.run([compiler, *flags, source, "-o", program], check=True)
    return program


def run(threads: int, rounds: int, count: int) -> list[Row]:
    """Measure all methods in this process."""
    documents = make_documents(7, count)
    exact = numpy_method(documents)
    methods = make_methods(documents, threads)
    with tempfile.TemporaryDirectory() as folder:
        program = compile_peak(Path(folder))
        peaks = [measure_peak(program)]
        rows = []
        for tokens in (QUERY_TOKENS, 12) if threads == 1 else (QUERY_TOKENS,):
            spent: dict[str, list[float]] = {name: [] for name in methods}
            deviation = dict.fromkeys(methods, 0.0)
            for turn in range(rounds):
                query = make_query(turn, documents, tokens)
                truth = exact(query)
                for name, score in methods.items():
                    if "portable" in name and turn >= 3:
                        continue
                    begun = time.process_time()
                    scores = score(query)
                    spent[name].append(time.process_time() - begun)
                    deviation[name] = max(deviation[name], float(np.abs(scores - truth).max()))
            peaks.append(measure_peak(program))
            operations = 2 * len(documents.values) * tokens * DIM
            for name, seconds in spent.items():
                median = float(np.median(seconds))
                known = [peak for peak in peaks if peak is not None]
                share = operations / median / float(np.mean(known)) if known else None
                rows.append(Row(name, threads, tokens, median * 1e3, share, deviation[name]))
    return rows


def show(rows: list[Row]) -> None:
    """Print the table, with the speed against maxsim-cpu where it was measured."""
    base = {
        (row.threads, row.query_tokens): row.cpu_ms for row in rows if row.method == "maxsim-cpu"
    }
    print(
        f"{'method':<28}{'threads':>8}{'query':>7}{'CPU ms':>9}"
        f"{'vs maxsim-cpu':>14}{'of int8 peak':>14}{'max deviation':>15}"
    )
    for row in rows:
        rival = base.get((row.threads, row.query_tokens))
        faster = f"{rival / row.cpu_ms:.1f}" if rival else "-"
        share = f"{row.share_of_int8_peak:.2f}" if row.share_of_int8_peak else "-"
        print(
            f"{row.method:<28}{row.threads:>8}{row.query_tokens:>7}{row.cpu_ms:>9.1f}"
            f"{faster:>14}{share:>14}{row.max_deviation:>15.1e}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, help="also write the rows here")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        rows = run(options.worker, options.rounds, options.documents)
        print(json.dumps([asdict(row) for row in rows]))
        return
    rows = []
    for threads in (1, 2):
        limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
        arguments = ["--rounds", str(options.rounds), "--documents", str(options.documents)]
        found = subprocess.run(
            [sys.executable, __file__, "--worker", str(threads), *arguments],
            check=True,
            stdout=subprocess.PIPE,
            env=os.environ | dict.fromkeys(limits, str(threads)),
        )
        rows += [Row(**fields) for fields in json.loads(found.stdout)]
    show(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


if __name__ == "__main__":
    main()
