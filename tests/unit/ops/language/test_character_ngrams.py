from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import character_bigrams


def test_chinese_in_pairs_and_words_whole() -> None:
    assert character_bigrams("盗窃数额，甲 ３０００元 Stolen") == [
        "盗窃",
        "窃数",
        "数额",
        "甲",
        "3000",
        "元",
        "stolen",
    ]


@given(st.text("甲乙丙丁", min_size=2, max_size=20))
def test_a_run_has_one_bigram_fewer_than_characters(text: str) -> None:
    terms = character_bigrams(text)
    assert "".join([*(term[0] for term in terms), terms[-1][1]]) == text
