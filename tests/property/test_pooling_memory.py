"""The memory of pooling does not follow the square of an item's tokens."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Of twelve thousand tokens the full matrix of costs is 576 MB.
SCRIPT = """
import resource
from trovato.core import generator
from trovato.ops import pool_tokens
from trovato.testing.conformance.storage.store import unit_vectors

vectors = unit_vectors(generator(0, "memory"), 12_000, 8)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
pool_tokens(vectors, 2.0)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts kilobytes, as Linux does")
def test_a_long_item_is_pooled_in_bounded_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 150
