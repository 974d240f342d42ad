"""Turn the weights of a BERT encoder into an ONNX graph, without torch.

The graph takes the token ids of one window, `ids (tokens,)`, and gives one unit vector per token,
`vectors (tokens, dim)`. It knows no batch, no padding and no mask: a window that runs alone cannot
be changed by its neighbours.

    python tools/minilm_to_onnx.py MODEL_FOLDER out.onnx [--fp32] [--projection projection.npy]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Array = np.ndarray[Any, Any]
Weights = Mapping[str, Array]

DTYPES = {"F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32}
MICROSOFT = "com.microsoft"


def read_safetensors(path: Path) -> dict[str, Array]:
    """Every tensor of a safetensors file, by name.

    The file is an 8-byte little-endian length, a JSON header of that length with the type, shape
    and byte range of each tensor, then the bytes.
    """
    blob = path.read_bytes()
    start = 8 + int.from_bytes(blob[:8], "little")
    header = json.loads(blob[8:start])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(
            blob[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]],
            DTYPES[entry["dtype"]],
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


def quantise_columns(weight: Array) -> tuple[Array, Array]:
    """Int8 per output column such that no x86 processor saturates.

    Without VNNI, a processor multiplies unsigned activations (up to 255) with signed weights two
    at a time and clips the sum of the two products to 16 bits. Each column is therefore scaled so
    that neighbouring weights of one sign never add up to more than 128 (255 · 128 < 2¹⁵). That
    costs a third of a bit on average, where the usual remedy of 7-bit weights costs one.

    Parameters
    ----------
    weight
        `(inputs, outputs)` float32.

    Returns
    -------
    `(inputs, outputs)` int8 and the scale of each column, `(outputs,)` float32.
    """
    pairs = np.pad(weight, ((0, len(weight) % 2), (0, 0))).reshape(-1, 2, weight.shape[1])
    largest_pair = np.maximum(
        np.maximum(pairs, 0).sum(1).max(0), np.maximum(-pairs, 0).sum(1).max(0)
    )
    # Rounding may add half a step to each of the two, hence 127.
    scale = np.maximum(np.maximum(np.abs(weight).max(0), largest_pair) / 127, 1e-12)
    return np.rint(weight / scale).astype(np.int8), scale.astype(np.float32)


@dataclass
class Graph:
    """Nodes and constants of an ONNX graph while it is being written."""

    int8: bool
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: Array) -> str:
        """Keep `value` under `name`; gives the name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(
        self,
        op: str,
        inputs: list[str],
        name: str,
        *,
        outputs: int = 1,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        """A node that writes `outputs` values: `name`, `name.1`, …; gives the first."""
        names = [name, *(f"{name}.{i}" for i in range(1, outputs))]
        self.nodes.append(
            helper.make_node(op, inputs, names, name=name, domain=domain, **attributes)
        )
        return name

    def dense(self, x: str, weight: Array, bias: Array, name: str) -> str:
        """`x @ weight + bias`, with weights `(inputs, outputs)`."""
        offset = self.constant(f"{name}.bias", bias)
        if not self.int8:
            product = self.add(
                "MatMul", [x, self.constant(f"{name}.weight", weight)], f"{name}.product"
            )
            return self.add("Add", [product, offset], name)
        quantised, scale = quantise_columns(weight)
        matrix = self.constant(f"{name}.weight", quantised)
        scales = self.constant(f"{name}.scale", scale)
        return self.add(
            "DynamicQuantizeMatMul", [x, matrix, scales, "", offset], name, domain=MICROSOFT
        )

    def embed(self, ids: str, table: Array, name: str) -> str:
        """Rows of `table`; int8 keeps one scale per row."""
        if not self.int8:
            return self.add("Gather", [self.constant(f"{name}.table", table), ids], name)
        scale = np.maximum(np.abs(table).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
        quantised = np.rint(table / scale).astype(np.int8)
        rows = self.add("Gather", [self.constant(f"{name}.table", quantised), ids], f"{name}.int8")
        scales = self.add("Gather", [self.constant(f"{name}.scale", scale), ids], f"{name}.scales")
        whole = self.add("Cast", [rows], f"{name}.float", to=TensorProto.FLOAT)
        return self.add("Mul", [whole, scales], name)


def build(
    weights: Weights, config: Mapping[str, Any], *, int8: bool, projection: Array | None = None
) -> ModelProto:
    """The ONNX model of a BERT encoder.

    Parameters
    ----------
    weights
        Tensors by their published names (`embeddings.word_embeddings.weight`, …).
    config
        The published `config.json`.
    int8
        Whether weights and activations of the dense layers, and the word embeddings, are int8.
    projection
        `(hidden, dim)` applied to the last layer, or None for the last layer itself.

    Raises
    ------
    ValueError
        If the configuration asks for something that this graph does not do.
    """
    if (
        config["hidden_act"] != "gelu"
        or config.get("position_embedding_type", "absolute") != "absolute"
    ):
        raise ValueError("only BERT with gelu and absolute positions can be converted")
    g = Graph(int8)
    heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
    hidden = config["hidden_size"]

    def norm(x: str, skip: str, source: str, name: str) -> str:
        """Layer normalisation of x + skip: centre, divide by the root mean square, scale, shift.

        Five vectorised operators: ONNX Runtime's own (Skip)LayerNormalization does not vectorise
        and takes four times as long.
        """
        gamma = g.constant(f"{name}.gamma", weights[f"{source}.weight"])
        beta = g.constant(f"{name}.beta", weights[f"{source}.bias"])
        total = g.add("Add", [x, skip], f"{name}.sum")
        mean = g.add("ReduceMean", [total, last], f"{name}.mean")
        centred = g.add("Sub", [total, mean], f"{name}.centred")
        scaled = g.add(
            "SimplifiedLayerNormalization", [centred, gamma], f"{name}.scaled", epsilon=epsilon
        )
        return g.add("Add", [scaled, beta], name)

    def linear(*sources: str) -> tuple[Array, Array]:
        return (
            np.concatenate([weights[f"{source}.weight"] for source in sources]).T,
            np.concatenate([weights[f"{source}.bias"] for source in sources]),
        )

    zero, one = g.constant("zero", np.array([0])), g.constant("one", np.array([1]))
    last = g.constant("last", np.array([-1]))
    batch = g.add("Unsqueeze", ["ids", zero], "batch")
    words = g.embed(batch, weights["embeddings.word_embeddings.weight"], "words")
    # Every token is of the first segment, so that segment's vector joins the positions.
    places = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    length = g.add("Shape", ["ids"], "length")
    near = g.add("Slice", [g.constant("places", places[None]), zero, length, one], "positions")
    x = norm(words, near, "embeddings.LayerNorm", "embedded")

    for layer in range(config["num_hidden_layers"]):
        source, name = f"encoder.layer.{layer}", f"layer{layer}"
        attention = f"{source}.attention.self"
        joined = g.dense(
            x,
            *linear(*(f"{attention}.{part}" for part in ("query", "key", "value"))),
            f"{name}.qkv",
        )
        g.add("Split", [joined], f"{name}.part", outputs=3, axis=2, num_outputs=3)
        mixed = g.add(
            "MultiHeadAttention",
            [f"{name}.part", f"{name}.part.1", f"{name}.part.2"],
            f"{name}.mixed",
            domain=MICROSOFT,
            num_heads=heads,
        )
        out = g.dense(mixed, *linear(f"{source}.attention.output.dense"), f"{name}.attended")
        x = norm(out, x, f"{source}.attention.output.LayerNorm", f"{name}.between")
        wide = g.dense(x, *linear(f"{source}.intermediate.dense"), f"{name}.wide")
        active = g.add("Gelu", [wide], f"{name}.active", domain=MICROSOFT)
        narrow = g.dense(active, *linear(f"{source}.output.dense"), f"{name}.narrow")
        x = norm(narrow, x, f"{source}.output.LayerNorm", f"{name}.out")

    dim = hidden
    if projection is not None:
        dim = projection.shape[1]
        matrix = g.constant("projection", projection.astype(np.float32))
        x = g.add("MatMul", [x, matrix], "projected")
    unit = g.add("LpNormalization", [x], "unit", axis=-1, p=2)
    g.add("Squeeze", [unit, zero], "vectors")
    graph = helper.make_graph(
        g.nodes,
        "bert",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["tokens", dim])],
        g.constants,
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="trovato")


def convert(folder: Path, *, int8: bool, projection: Array | None = None) -> bytes:
    """The model of a folder with `config.json` and `model.safetensors`, as the bytes of a file."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = read_safetensors(folder / "model.safetensors")
    model = build(weights, config, int8=int8, projection=projection)
    blob: bytes = model.SerializeToString(deterministic=True)
    return blob


def main() -> None:
    """Parse the command line and convert."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder with config.json and model.safetensors")
    parser.add_argument("out", type=Path, help="the .onnx file to write")
    parser.add_argument("--fp32", action="store_true", help="full precision instead of int8")
    parser.add_argument("--projection", type=Path, help=".npy of (hidden, dim)")
    options = parser.parse_args()
    projection = np.load(options.projection) if options.projection else None
    options.out.write_bytes(convert(options.folder, int8=not options.fp32, projection=projection))


if __name__ == "__main__":
    main()
