import numpy as np
import pytest

from trovato.core import InvalidInputError, Item, generator
from trovato.generate.case import analyze_case, load_pack
from trovato.train import TermExample, fit_term_statistics

PACK = load_pack()
LAW = "盗窃的，处三年以下有期徒刑、拘役或者管制；数额巨大的，处三年以上十年以下有期徒刑。"
STATUTES = {"264": Item("264", "statute", LAW, attributes={"article": "264"})}


def _examples(count: int) -> list[TermExample]:
    """Terms that grow with the logarithm of the amount; a confession takes a tenth."""
    draw = generator(7, "made cases")
    examples = []
    for _ in range(count):
        amount = int(np.exp(draw.uniform(7, 12)))
        confessed = bool(draw.integers(2))
        months = (np.log(amount) - 6) * 8 * (0.9 if confessed else 1) * draw.lognormal(0, 0.4)
        facts = f"甲盗窃{amount}元。" + ("甲如实供述。" if confessed else "")
        examples.append(TermExample(facts, ("盗窃",), float(months)))
    return examples


def test_what_was_learned_predicts_and_its_intervals_hold() -> None:
    examples = _examples(150)
    fitted = fit_term_statistics(examples[:90], STATUTES, PACK)
    inside, apart = [], []
    for example in examples[90:]:
        found = analyze_case(example.facts, example.charges, STATUTES, PACK, statistics=fitted)
        assert found.estimate is not None
        inside.append(found.estimate.low <= example.months <= found.estimate.high)
        apart.append(abs(np.log(found.estimate.months / example.months)))
    assert np.mean(inside) == pytest.approx(0.8, abs=0.12)
    assert np.mean(apart) < 0.5


def test_the_same_seed_fits_the_same() -> None:
    examples = _examples(24)
    assert fit_term_statistics(examples, STATUTES, PACK) == fit_term_statistics(
        examples, STATUTES, PACK
    )


def test_too_little_to_learn_from() -> None:
    with pytest.raises(InvalidInputError, match="at least 20 cases"):
        fit_term_statistics(_examples(24), {}, PACK)
    with pytest.raises(InvalidInputError, match="folds"):
        fit_term_statistics(_examples(24), STATUTES, PACK, folds=1)
