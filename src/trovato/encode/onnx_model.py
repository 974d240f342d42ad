"""The ONNX model that turns one window of tokens into vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trovato.core.shapes import Float32, Int64


class WindowModel:
    """Runs one window at a time, each on one thread, so that neighbours cannot change it.

    Safe to call from several threads at once.
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # The arena would keep the peak of every length and thread for ever.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, ids: Int64[np.ndarray, " tokens"]) -> Float32[np.ndarray, "tokens dim"]:
        """One unit vector per token, special tokens included."""
        vectors: np.ndarray = self._session.run(["vectors"], {"ids": ids})[0]
        return vectors
