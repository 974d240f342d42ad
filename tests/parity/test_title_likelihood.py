"""The bench that trains only a model's last projection gives what the whole model gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import generator
from trovato.train.rl import Example

torch = pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
pytestmark = pytest.mark.needs("torch")

from trovato.testing.models.tiny_llm import tiny_model, tiny_tokenizer  # noqa: E402

BENCH = Path(__file__).parents[2] / "bench"
TITLES = ["the cat", "the other hat", "on"]
EXAMPLES = [
    Example("a", "one\ntwo\n", {"titles": TITLES}),
    Example("b", "in the end\n", {"titles": TITLES[::-1]}),
]


@pytest.fixture
def likelihood(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    from title_likelihood import TitleLikelihood

    return TitleLikelihood


def plain(model: Any, tokenizer: Any, example: Example, rows: list[int]) -> Any:
    """Mean log-probability of each title, a pass through the whole model for each."""
    found = []
    for title in example.fields["titles"]:
        prompt, answer = (
            tokenizer(text, add_special_tokens=False)["input_ids"]
            for text in (example.prompt, f"{title}\n")
        )
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([prompt + answer])).logits[0]
        chances = torch.log_softmax(logits[len(prompt) - 1 : -1, rows], 1)
        places = [rows.index(token) for token in answer]
        found.append(float(chances[torch.arange(len(answer)), places].mean()))
    return found


def test_scores_are_those_of_the_whole_model_before_and_after_lora_changed(
    likelihood: Any, tmp_path: Path
) -> None:
    tokenizer = tiny_tokenizer()
    model = tiny_model(initializer_range=0.3)
    policy = likelihood(model, tokenizer, TITLES, kept=tmp_path / "kept.pt")
    used = {
        token
        for title in TITLES
        for token in tokenizer(f"{title}\n", add_special_tokens=False)["input_ids"]
    }
    policy.reset(0)
    policy.read(EXAMPLES)
    again = likelihood(model, tokenizer, TITLES, kept=tmp_path / "kept.pt")
    again.reset(0)
    last = model.model.layers[-1].mlp.down_proj
    before = last.weight.detach().clone()
    for _ in range(2):
        expected = [plain(model, tokenizer, one, sorted(used)) for one in EXAMPLES]
        with torch.no_grad():
            found = policy.scores(["a", "b"])
        np.testing.assert_allclose(found.numpy(), expected, atol=2e-5)
        moved = 0.1 * torch.randn(policy.module["up"].shape, generator=torch.Generator())
        policy.module["up"].data += moved
        lora = policy.module["down"].data @ policy.module["up"].data
        last.weight.data = before + 2.0 * lora.T  # the same change, in the model itself
    last.weight.data = torch.zeros_like(before)
    again.read(EXAMPLES)  # from its file, so that the model is not asked
    again.module["up"].data.copy_(policy.module["up"].data)
    with torch.no_grad():
        np.testing.assert_array_equal(again.scores(["a", "b"]), policy.scores(["a", "b"]))


def test_a_rollout_is_a_draw_from_the_chances_and_its_gradient_flows(likelihood: Any) -> None:
    policy = likelihood(tiny_model(initializer_range=0.3), tiny_tokenizer(), TITLES)
    policy.reset(0)
    policy.read(EXAMPLES)
    drawn = policy.sample(EXAMPLES, 400, generator(0, "test"))
    with torch.no_grad():
        chances = policy.chances(["a", "b"]).exp().numpy()
    for row, part in enumerate((drawn[:400], drawn[400:])):
        shares = np.bincount([int(one.tokens[0]) for one in part], minlength=3) / 400
        np.testing.assert_allclose(shares, chances[row], atol=0.08)
        assert {one.text for one in part} <= set(TITLES)
    found, entropy = policy.log_probs([*drawn[400:402], drawn[0]])
    expected = [one.log_probs[0] for one in (*drawn[400:402], drawn[0])]
    np.testing.assert_allclose(found.detach().numpy()[:, 0], expected, rtol=1e-5)
    assert ((entropy > 0) & (entropy <= np.log(3) + 1e-6)).all()
    step = 1e-2
    gradient = policy.gradient("a", 0)
    place = int(np.abs(gradient).argmax())
    values = []
    for way in (step, -step):
        policy.module["up"].data.view(-1)[place] += way
        with torch.no_grad():
            values.append(-float(policy.chances(["a"])[0, 0]))
        policy.module["up"].data.view(-1)[place] -= way
    assert gradient[place] == pytest.approx((values[0] - values[1]) / (2 * step), rel=0.02)
