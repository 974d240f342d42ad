"""An encoder that can be looked into, and what an attacker makes of its gradient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trovato.core import ModelUnavailableError, generator
from trovato.llm import OpenEncoder
from trovato.redteam.attacks import Case, attacks
from trovato.redteam.attacks.hotflip_gradient import flipped_prefix
from trovato.testing import WordEncoder, check_attack
from trovato.testing.models.tiny_bert import WORDS, save_tiny_bert

pytestmark = pytest.mark.needs("torch")

QUESTION = "when was the old mill built"
TEXT = "karl says that it opened in rome"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> OpenEncoder:
    return OpenEncoder(save_tiny_bert(tmp_path_factory.mktemp("bert")))


def starts(encoder: OpenEncoder, seed: int, length: int = 5) -> list[int]:
    found: list[int] = generator(seed, "starts").choice(encoder.words, length).tolist()
    return found


def test_a_vector_is_the_mean_of_the_last_layer(encoder: OpenEncoder) -> None:
    import torch

    read = encoder._tokenizer(TEXT, return_tensors="pt")
    with torch.inference_mode():
        mean = encoder._model(**read).last_hidden_state[0].mean(dim=0).numpy()
    [found] = encoder.vectors([encoder.ids(TEXT)])
    np.testing.assert_allclose(found, mean / np.linalg.norm(mean), atol=1e-6)
    together = encoder.vectors([encoder.ids(text) for text in (QUESTION, TEXT, "rome", TEXT)])
    np.testing.assert_allclose(together[[1, 3]], [found, found], atol=1e-6)


def test_words_are_read_as_they_are_written(encoder: OpenEncoder) -> None:
    assert len(encoder.words) == len([word for word in WORDS if word.isalpha()])
    ids = encoder.words.tolist()
    assert encoder.ids(encoder.text(ids)) == ids


def test_gains_are_the_slope_towards_another_token(encoder: OpenEncoder) -> None:
    import torch

    ids = [*starts(encoder, 0), *encoder.ids(TEXT)]
    [target] = encoder.vectors([encoder.ids(QUESTION)])
    gains = encoder.gains(ids, 2, target)
    assert gains[ids[2]] == pytest.approx(0, abs=1e-6)
    embedded = encoder._table[encoder._whole(ids)]
    step = 1e-2
    for word in encoder.words[:8].tolist():
        towards = torch.zeros_like(embedded)
        towards[3] = step * (encoder._table[word] - encoder._table[ids[2]])
        with torch.inference_mode():
            ahead, behind = (
                float(encoder._pooled((embedded + sign * towards)[None])[0] @ torch.tensor(target))
                for sign in (1, -1)
            )
        slope = (ahead - behind) / (2 * step)
        assert gains[word] == pytest.approx(slope, abs=2e-3, rel=0.02)


def test_the_cosine_never_falls_and_beats_random_words(encoder: OpenEncoder) -> None:
    [target] = encoder.vectors([encoder.ids(QUESTION)])
    rest = encoder.ids(TEXT)
    won = []
    for seed in range(6):
        start = starts(encoder, seed)
        found = flipped_prefix(encoder, QUESTION, TEXT, start, rounds=1, tries=4)
        assert len(found.cosines) == len(start) + 1
        assert all(a <= b + 1e-6 for a, b in zip(found.cosines, found.cosines[1:], strict=False))
        assert found.cosines[-1] > found.cosines[0]
        # What is written is what was measured.
        [vector] = encoder.vectors([encoder.ids(f"{found.prefix} {TEXT}")])
        assert float(vector @ target) == pytest.approx(found.cosines[-1], abs=1e-5)
        # As many substitutions, each by the best of as many words, drawn instead of named.
        draw, prefix = generator(seed, "random"), start
        for place in range(len(start)):
            drawn = draw.choice(encoder.words, 4).tolist()
            options = [
                [*prefix[:place], word, *prefix[place + 1 :]] for word in (prefix[place], *drawn)
            ]
            cosines = encoder.vectors([[*option, *rest] for option in options]) @ target
            prefix = options[int(cosines.argmax())]
        won.append(found.cosines[-1] - float(cosines.max()))
    assert np.mean(won) > 0
    assert sum(gap >= 0 for gap in won) >= 5


def test_the_attack_keeps_the_laws(encoder: OpenEncoder) -> None:
    pool = (TEXT, "the mill was built in oslo", "it is in paris")
    case = Case("q", QUESTION, ("bergen",), "rome", pool=pool)
    attack = attacks(WordEncoder(), encoder)["hotflip-gradient"]
    check_attack(attack, case)
    (poison,) = attack.poison(case, 1, seed=3)
    assert poison.text.endswith(pool)
    assert len(encoder.ids(poison.text)) == 8 + min(
        len(encoder.ids(t)) for t in pool if poison.text.endswith(t)
    )


def test_longer_texts_are_cut_to_the_window(encoder: OpenEncoder) -> None:
    [cut, whole] = encoder.vectors([[9] * 2000, [9] * 296])
    np.testing.assert_allclose(cut, whole, atol=1e-6)


def test_a_folder_without_an_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="cannot load an encoder"):
        OpenEncoder(tmp_path)
