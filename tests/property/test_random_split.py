"""A random split gives each part its share, and none to a part without one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, fields
from trovato.interactions.splits.split import RandomSplit
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise

ROWS = 20_000
EVENTS = pa.RecordBatch.from_pydict({fields.EVENT: np.arange(ROWS, dtype=np.uint64)})


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> InteractionLog:
    folder = tmp_path_factory.mktemp("logs") / "log"
    synthesise(folder, Scale.of(1000, seed=3))
    return InteractionLog.open(folder)


def shares(log: InteractionLog, split: RandomSplit) -> np.ndarray:
    parts = split.assigner(log).assign(0, EVENTS)
    return np.asarray(np.bincount(parts, minlength=3) / ROWS)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
@example(0.1, 0.0, 0)
@example(0.0, 0.1, 0)
@example(0.999, 0.0, 0)
@example(0.0, 0.999, 0)
@example(0.3, 0.6999999999999999, 0)
@example(5e-324, 0.0, 0)
@example(1.0, 2.220446049250313e-16, 0)
def test_each_part_gets_its_share(
    log: InteractionLog, validation: float, test: float, seed: int
) -> None:
    if not 0 < validation + test <= 1 + 1e-12:  # as sums of decimals may be in binary
        with pytest.raises(InvalidInputError, match="shares"):
            RandomSplit(validation, test, seed)
        return
    wanted = np.array([max(1 - (validation + test), 0), validation, test])
    found = shares(log, RandomSplit(validation, test, seed))
    assert not found[wanted == 0].any()
    deviation = np.sqrt(wanted * (1 - wanted) / ROWS)
    assert (np.abs(found - wanted) <= 6 * deviation + 2 / ROWS).all()


@given(st.floats(0, 1))
@example(0.0)
@example(1.0)
@example(0.1)
@example(0.3)
def test_a_pair_that_sums_to_1_leaves_nothing_to_train_on(
    log: InteractionLog, validation: float
) -> None:
    found = shares(log, RandomSplit(validation, 1 - validation))
    assert found[0] == 0
    assert found[1:].sum() == 1
