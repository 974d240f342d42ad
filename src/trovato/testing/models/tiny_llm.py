"""Tiny random language models with a tokenizer: what is done to real ones can be done to these."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

FAMILIES = ("llama", "qwen2", "qwen3", "mistral")

# Turns between markers, as many models have them; the start token is part of the text.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "<|{{ message.role }}|>{{ message.content | trim }}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ("<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>")
# Some models have tokens that are commands without being called special.
COMMANDS = ("<think>", "</think>")
_MERGES = (("Ċ", "Ċ"), ("t", "h"), ("th", "e"), ("Ġ", "the"), ("i", "n"), ("a", "n"), ("Ġ", "a"))


def tiny_tokenizer(chat_template: str | None = CHAT_TEMPLATE) -> Any:
    """A byte-level tokenizer with seven merges, special tokens and a start token."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*SPECIAL, *letters, *("".join(pair) for pair in _MERGES)]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=list(_MERGES)))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens(list(SPECIAL))
    inner.add_tokens([AddedToken(token, normalized=False) for token in COMMANDS])
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", vocabulary["<s>"])]
    )
    start, end = SPECIAL[:2]
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token=start, eos_token=end, chat_template=chat_template
    )


def tiny_metaspace_tokenizer(
    scheme: Literal["always", "first", "never", "normalizer"] = "always",
    chat_template: str | None = None,
) -> Any:
    """A tokenizer that writes spaces as ▁, as those of Llama 2 and Mistral do.

    Parameters
    ----------
    scheme
        When a space is put before a text: by the splitter always, at its beginning or never, or by
        the normalizer, as in older files.
    chat_template
        Its template; `[INST]` and `[/INST]` are special tokens.
    """
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = ("<s>", "</s>", "[INST]", "[/INST]")
    letters = [chr(code) for code in range(33, 127)]
    words = ["▁", "\n", "▁the", "the", "▁mill", "mill", "▁a", "▁Passage", "Passage", *letters]
    pieces = [(token, 0.0) for token in ("<unk>", *special)]
    pieces += [(word, -2.0 + len(word) / 100) for word in words]
    inner = Tokenizer(models.Unigram(pieces, unk_id=0))
    if scheme == "normalizer":
        steps = [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
        inner.normalizer = normalizers.Sequence(steps)
    else:
        inner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
    inner.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse()])
    inner.add_special_tokens(list(special))
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)]
    )
    start, end = special[:2]
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token=start, eos_token=end, chat_template=chat_template
    )


def tiny_model(family: str = "llama", seed: int = 0, **changes: Any) -> Any:
    """A random model of 2 layers, 32 dimensions, 4 heads and 2 key-value heads, in float32.

    Parameters
    ----------
    family
        As transformers names it, such as one of `FAMILIES`.
    seed
        Of the weights.
    changes
        To the configuration.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.for_model(
        family,
        **{
            "vocab_size": 300,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "max_position_embeddings": 512,
            "initializer_range": 0.3,
            "bos_token_id": 0,
            "eos_token_id": 1,
            "pad_token_id": None,
        }
        | changes,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()


def save_tiny_llm(
    folder: Path,
    family: str = "llama",
    seed: int = 0,
    chat_template: str | None = CHAT_TEMPLATE,
    **changes: Any,
) -> Path:
    """Writes a tiny model and its tokenizer as transformers would, and returns the folder."""
    tiny_model(family, seed, **changes).save_pretrained(folder)
    tiny_tokenizer(chat_template).save_pretrained(folder)
    return folder
