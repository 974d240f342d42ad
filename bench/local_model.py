"""A real model in this process: isolation, agreement with transformers, and what bfloat16 costs.

python bench/local_model.py FOLDER MODEL [--work WORK] [--prompts 3]

FOLDER and WORK are those of `bench/poisoning.py`; MODEL is a folder or a GGUF file. Prompts are
MuSiQue's first steps with three retrieved paragraphs each. For float32 and bfloat16 it prints what
`verify_isolation` finds (any change of another document raises), whether ids and greedy text equal
those of transformers' `generate` on its own chat template, and CPU seconds of reading a prompt
causally, apart, and again when its documents are remembered, and of a written token.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from extractive import kinds, searched
from poisoning import paragraph_library
from trovato.core import AttentionMode, Decoding, Prompt
from trovato.generate.text.prompt_building import prompt_of
from trovato.llm import LocalModel, verify_isolation
from trovato.llm.chat_messages import chat_messages

TYPES: tuple[Literal["float32", "bfloat16"], ...] = ("float32", "bfloat16")
SPARSE: tuple[AttentionMode, ...] = ("sparse", "sparse-parallel")
WRITTEN = 24


def seconds(call: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    started = time.process_time()
    found = call(*given)
    return time.process_time() - started, found


def generated(model: LocalModel, prompt: Prompt) -> tuple[list[int], str]:
    """The ids of the chat template, and what `generate` writes after them."""
    tokenizer = model._words._tokenizer
    system, user = chat_messages(prompt)
    turns = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    given = tokenizer.apply_chat_template(
        turns, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    made = model._model.generate(**given, max_new_tokens=WRITTEN, do_sample=False)
    ids = given["input_ids"][0].tolist()
    return ids, tokenizer.decode(made[0, len(ids) :], skip_special_tokens=True)


def measure(model: LocalModel, prompts: list[Prompt]) -> None:
    for attention in SPARSE:
        print(f"  isolation, {attention}: {verify_isolation(model, prompts[0], attention)}")
    ids = text = 0
    for prompt in prompts:
        theirs, said = generated(model, prompt)
        ids += theirs == model.tokenise(prompt, WRITTEN).ids.tolist()
        text += said == model.complete([prompt], Decoding(WRITTEN))[0].text
    print(f"  as transformers: ids {ids} of {len(prompts)}, text {text} of {len(prompts)}")
    costs = dict.fromkeys(("causal", "apart", "apart again", "a token"), 0.0)
    for prompt in prompts:
        tokens = model.tokenise(prompt, WRITTEN)
        costs["causal"] += seconds(model.read, tokens, "causal")[0]
        model.memory.clear()
        costs["apart"] += seconds(model.read, tokens, "sparse")[0]
        costs["apart again"] += seconds(model.read, tokens, "sparse")[0]
        took, [done] = seconds(model.complete, [prompt], Decoding(WRITTEN), "sparse")
        costs["a token"] += took / done.tokens
    length = sum(len(model.tokenise(prompt)) for prompt in prompts) / len(prompts)
    shown = ", ".join(f"{name} {took / len(prompts):.2f} s" for name, took in costs.items())
    print(f"  CPU for {length:.0f} tokens: {shown}", flush=True)


def main() -> None:
    """Both types of numbers, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--work", type=Path, default=Path("poisoning-work"))
    parser.add_argument("--prompts", type=int, default=3)
    arguments = parser.parse_args()
    with paragraph_library(arguments.folder, arguments.work) as library:
        found = searched(library, "hybrid", 3)
        asked = kinds(arguments.folder / "multihop")["first step"][: arguments.prompts]
        prompts = [prompt_of(one.question, found(one)) for one in asked]
    for kind in TYPES:
        print(kind)
        measure(LocalModel(arguments.model, dtype=kind), prompts)


if __name__ == "__main__":
    main()
