"""RQ-VAE ids tell clusters apart, keep the laws of quantisers, and repeat."""

from pathlib import Path

import numpy as np
import pytest

from trovato.core import IdMap, InvalidInputError
from trovato.encode.semantic_ids import load_ids, save_ids
from trovato.ops.quantization import mutual_information
from trovato.recommend.semantic_ids import ItemTable, train_ids
from trovato.testing import check_quantizer
from trovato.train import RQVAEConfig, fit_rq_vae

pytestmark = pytest.mark.needs("torch")

CONFIG = RQVAEConfig(levels=2, codes=8, dim=8, width=16, epochs=20, batch=64, learning_rate=5e-3)


def clusters(items: int = 400) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    group = random.integers(8, size=items)
    centres = 3 * random.standard_normal((8, 12))
    return (centres[group] + random.standard_normal((items, 12))).astype(np.float32), group


def test_first_codes_are_clusters_and_the_error_falls() -> None:
    vectors, group = clusters()
    told: list[str] = []
    made = fit_rq_vae(vectors, CONFIG, progress=lambda stage, *_: told.append(stage))
    check_quantizer(made, vectors)
    codes = made.encode(vectors)
    assert made.sizes == (8, 8)
    assert mutual_information(codes[:, 0], group)[1] > 0.8
    errors = [float(stage.split()[-1]) for stage in told[1:]]
    assert errors[-1] < 0.6 * errors[0]
    again = fit_rq_vae(vectors, CONFIG)
    assert np.array_equal(again.encode(vectors), codes)


def test_ids_of_a_table(tmp_path: Path) -> None:
    vectors, _ = clusters(40)
    table = ItemTable(IdMap(range(40)), (), vectors, ())
    ids = train_ids(table, "rq-vae", levels=2, codes=16)
    assert len({tuple(row) for row in ids.codes.tolist()}) == 40
    save_ids(tmp_path / "some.ids", ids)
    assert load_ids(tmp_path / "some.ids").fingerprint == ids.fingerprint


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="two vectors"):
        fit_rq_vae(np.zeros((1, 3), np.float32))
    for wrong in ({"codes": 0}, {"learning_rate": 0.0}):
        with pytest.raises(InvalidInputError):
            RQVAEConfig(**wrong)
