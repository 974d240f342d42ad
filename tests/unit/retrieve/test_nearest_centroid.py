import math

import pytest

from trovato.core import InvalidInputError
from trovato.retrieve import NearestCentroid

EXAMPLES = [
    ("甲入户盗窃手机", ["盗窃"]),
    ("乙扒窃钱包", ["盗窃"]),
    ("丙虚构事实骗取钱款", ["诈骗"]),
    ("丁骗取贷款并盗窃", ["诈骗", "盗窃"]),
]


def test_the_likest_label_comes_first() -> None:
    model = NearestCentroid(EXAMPLES)
    assert model.rank("被告人入户盗窃财物")[0][0] == "盗窃"
    assert model.rank("被告人骗取他人钱款")[0][0] == "诈骗"
    assert model.rank("无关") == []


def test_scores_are_cosines() -> None:
    ((label, score),) = NearestCentroid([("盗窃", ["a"])]).rank("盗窃")
    assert label == "a"
    assert score == pytest.approx(1.0)
    assert all(0 <= score <= 1 + 1e-9 for _, score in NearestCentroid(EXAMPLES).rank("骗取手机"))
    assert math.isclose(NearestCentroid([("盗窃", ["b", "a"])]).rank("盗窃")[1][1], 1.0)
    assert NearestCentroid([("盗窃", ["b", "a"])]).rank("盗窃")[0][0] == "a"


def test_labels_need_examples() -> None:
    with pytest.raises(InvalidInputError, match="examples"):
        NearestCentroid([("甲", [])])
