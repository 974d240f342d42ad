"""The released families of late interaction on page images, as small data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from trovato.core import ModelUnavailableError, PathLike
from trovato.encode.late_interaction.checkpoint import read_json

# How a page becomes image tokens: stretched to one square, at its own size, or cut into tiles, by
# the processor of Idefics3 or as Eagle does it.
Tiling = Literal["square", "native", "tiles", "eagle"]
_AUGMENTED = 10  # tokens after a question that colpali-engine adds


@dataclass(frozen=True, slots=True)
class Backbone:
    """A vision language model of transformers.

    Parameters
    ----------
    name
        Its classes are `{name}Config` and `{name}Model`; "Eagle" is written out here.
    image_processor
        Class that makes pixels of pictures; none for Eagle.
    tiling
        See `Tiling`.
    renames
        From names of weights as checkpoints have them to those of the class: pattern of the start,
        and what stands for it; the first that fits.
    """

    name: str
    image_processor: str
    tiling: Tiling
    renames: tuple[tuple[str, str], ...]


_OUTER = r"(?:vlm\.)?(?:model\.)*"
_QWEN = (
    (rf"{_OUTER}(?:model\.)?(language_model|visual)\.(?:model\.)?", r"\1."),
    (rf"{_OUTER}(layers|embed_tokens|norm)\.", r"language_model.\1."),
)
_TILED = ((rf"{_OUTER}(text_model|vision_model|connector)\.", r"\1."),)
_PALIGEMMA = (
    (rf"{_OUTER}language_model\.(?:model\.)?", "language_model."),
    (rf"{_OUTER}vision_tower\.(?:vision_model\.)?", "vision_tower."),
    (rf"{_OUTER}multi_modal_projector\.", "multi_modal_projector."),
)
_EAGLE_WEIGHTS = (
    (r"vision_model\.(?:vision_model\.)?", "vision_model."),
    (r"language_model\.(?:model\.)?", "language_model."),
)
BACKBONES: dict[str, Backbone] = {
    "eagle": Backbone("Eagle", "", "eagle", _EAGLE_WEIGHTS),
    "paligemma": Backbone("PaliGemma", "SiglipImageProcessorPil", "square", _PALIGEMMA),
    "qwen2_vl": Backbone("Qwen2VL", "Qwen2VLImageProcessorPil", "native", _QWEN),
    "qwen2_5_vl": Backbone("Qwen2_5_VL", "Qwen2VLImageProcessorPil", "native", _QWEN),
    "qwen3_vl": Backbone("Qwen3VL", "Qwen2VLImageProcessorPil", "native", _QWEN),
    "idefics3": Backbone("Idefics3", "Idefics3ImageProcessorPil", "tiles", _TILED),
    "modernvbert": Backbone("ModernVBert", "Idefics3ImageProcessorPil", "tiles", _TILED),
}


@dataclass(frozen=True, slots=True)
class Family:
    """What distinguishes one family of models from another.

    Parameters
    ----------
    name
        Such as "colqwen2".
    query_prefix, query_suffix
        Around a question.
    page
        The prompt of a page; `{image}` stands for its image tokens.
    projections
        Names that the last linear layer has in checkpoints; none where there is no such layer.
    special_tokens
        Whether the tokenizer adds what it always adds.
    bidirectional
        Whether each token of text sees those after it. Nemotron ColEmbed V2, section 3.1.
    final_norm
        Whether the last normalisation of the language model is applied.
    """

    name: str
    query_prefix: str
    query_suffix: str
    page: str
    projections: tuple[str, ...] = ("custom_text_proj", "embedding_proj_layer", "linear")
    special_tokens: bool = True
    bidirectional: bool = False
    final_norm: bool = True


_QWEN_PAGE = (
    "<|im_start|>user\n<|vision_start|>{image}<|vision_end|>Describe the image."
    "<|im_end|><|endoftext|>"
)
_COLPALI = Family(
    "colpali",
    "<bos>Question: ",
    "<pad>" * _AUGMENTED + "\n",
    "{image}<bos>Describe the image.\n",
    special_tokens=False,
)
_COLQWEN = Family("colqwen2", "Query: ", "<|endoftext|>" * _AUGMENTED + "\n", _QWEN_PAGE)
_COLIDEFICS = Family(
    "colidefics3",
    "Query: ",
    "<end_of_utterance>" * _AUGMENTED + "\n",
    "<|im_start|>User:{image}Describe the image.<end_of_utterance>\nAssistant:",
)
_COLMODERNVBERT = Family(
    "colmodernvbert",
    "",
    "<end_of_utterance>" * _AUGMENTED,
    "<|begin_of_text|>User:{image}Describe the image.<end_of_utterance>\nAssistant:",
)
# The released processor says "Query: " and then the prefix "query:" of its own settings.
_NEMOTRON = Family(
    "nemotron-colembed",
    "<|im_start|>user\nQuery: query: ",
    "<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\n<|vision_start|>{image}<|vision_end|>passage: <|im_end|>\n"
    "<|im_start|>assistant\n",
    projections=(),
    bidirectional=True,
    final_norm=False,
)
# The template of the release has neither roles nor marks. Whether its last state is normalised is
# not published; NVIDIA's open Llama encoders do it.
_EAGLE = Family(
    "nemotron-colembed-3b",
    "query: ",
    "",
    "passage: <img>{image}</img> ",
    projections=(),
    bidirectional=True,
)
_EAGLE_IMAGE_TOKEN = 128258
# By the class that a config.json names.
FAMILIES: dict[str, Family] = {
    "ColPali": _COLPALI,
    "ColPaliForRetrieval": _COLPALI,
    "ColQwen2": _COLQWEN,
    "ColQwen2ForRetrieval": _COLQWEN,
    "ColQwen2_5": replace(_COLQWEN, name="colqwen2.5"),
    "ColQwen3": replace(_COLQWEN, name="colqwen3"),
    "ColIdefics3": _COLIDEFICS,
    "ColModernVBert": _COLMODERNVBERT,
    "ColModernVBertForRetrieval": _COLMODERNVBERT,
    "Qwen3VLNemotronEmbedModel": _NEMOTRON,
    "llama_NemoRetrieverColEmbed": _EAGLE,
}


@dataclass(frozen=True, slots=True)
class FamilyFolder:
    """What a folder holds.

    Parameters
    ----------
    family, backbone
        Of the model.
    config
        Settings of the backbone, as its class reads them.
    """

    family: Family
    backbone: Backbone
    config: dict[str, Any]


def is_image_model(folder: PathLike) -> bool:
    """Whether a folder holds a model of one of the families."""
    return _architecture(read_json(Path(folder) / "config.json")) in FAMILIES


def read_family(folder: PathLike) -> FamilyFolder:
    """The family and backbone that a folder names, with prompts of its own processor settings.

    Raises
    ------
    ModelUnavailableError
        If it names none of those known here.
    """
    folder = Path(folder)
    said = read_json(folder / "config.json")
    family = FAMILIES.get(_architecture(said))
    if family is None:
        raise ModelUnavailableError(
            f"{folder} names the architecture {_architecture(said)!r}; wanted one of "
            f"{', '.join(FAMILIES)}"
        )
    config = dict(said.get("vlm_config") or said)
    if family is _EAGLE:
        token = config.get("img_context_token_id", _EAGLE_IMAGE_TOKEN)
        config |= {"model_type": "eagle", "image_token_id": token}
    kind = str(config.get("model_type")).replace("_nemotron_embed", "")
    if kind not in BACKBONES:
        raise ModelUnavailableError(
            f"{folder} is built on {kind!r}; wanted one of {', '.join(BACKBONES)}"
        )
    config["model_type"] = kind
    return FamilyFolder(_prompted(family, folder), BACKBONES[kind], config)


def _prompted(family: Family, folder: Path) -> Family:
    """The family with the prompts of `processor_config.json`, where that names any."""
    said = read_json(folder / "processor_config.json")
    page, query = said.get("visual_prompt_prefix"), said.get("query_prefix")
    if family.name == _NEMOTRON.name:
        if query is not None:
            family = replace(family, query_prefix=f"<|im_start|>user\nQuery: {query} ")
        if (passage := said.get("passage_prefix")) is not None:
            family = replace(family, page=family.page.replace("passage:", passage))
        return family
    if query is not None:
        start = "<bos>" if family.name == _COLPALI.name else ""
        family = replace(family, query_prefix=start + query)
    if page is not None:
        if family.name == _COLPALI.name:
            page = f"{{image}}<bos>{page}\n"
        for token in ("<|image_pad|>", "<image>"):
            page = page.replace(token, "{image}")
        family = replace(family, page=page)
    return family


def _architecture(config: dict[str, Any]) -> str:
    return str((config.get("architectures") or [config.get("model_type")])[0])
