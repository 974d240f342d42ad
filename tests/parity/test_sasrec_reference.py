"""SASRec: its two networks against each other, and its losses against slow plain twins."""

import math
from typing import Any

import numpy as np
import pytest

from trovato.retrieve.recommenders import SelfAttention
from trovato.train import SASRec
from trovato.train.sasrec import losses
from trovato.train.sasrec.network import apply_dropout, first_weights, read

torch = pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
pytestmark = pytest.mark.needs("torch")

ITEMS = 23


def drawn(config: SASRec) -> SelfAttention:
    """Weights that are all away from where they start."""
    start = first_weights(ITEMS, config)
    random = np.random.default_rng(1)
    values = {
        name: array + random.standard_normal(array.shape).astype(np.float32) / 4
        for name, array in arrays(start).items()
    }
    return SelfAttention(**values, heads=config.heads)


def arrays(weights: SelfAttention) -> dict[str, np.ndarray]:
    names = ("vectors", "positions", "projections", "layers", "biases", "scales", "shifts")
    return {name: getattr(weights, name) for name in names}


def tensors(weights: SelfAttention) -> dict[str, Any]:
    return {name: torch.tensor(value) for name, value in arrays(weights).items()}


@pytest.mark.parametrize(("blocks", "heads"), [(1, 1), (2, 3), (3, 6)])
def test_numpy_reads_as_torch_does(blocks: int, heads: int) -> None:
    weights = drawn(SASRec(dim=12, blocks=blocks, heads=heads, max_sequence_length=9))
    for length in (0, 1, 9):
        items = np.random.default_rng(length).integers(ITEMS, size=(5, length))
        lengths = np.random.default_rng(0).integers(length + 1, size=5)
        own, both = tensors(weights), (torch.tensor(items), torch.tensor(lengths))
        theirs = read(own, *both, heads).numpy()
        np.testing.assert_allclose(weights.read(items, lengths), theirs, rtol=0, atol=1e-5)


def test_torch_knows_an_independent_transformer() -> None:
    """One block with torch's own attention module, whose weights are set to the same."""
    weights = drawn(SASRec(dim=8, blocks=1, heads=2, max_sequence_length=6))
    items = torch.tensor(np.random.default_rng(0).integers(ITEMS, size=(3, 6)))
    own = tensors(weights)
    attention = torch.nn.MultiheadAttention(8, 2, bias=False, batch_first=True)
    into = own["projections"][0]
    attention.in_proj_weight.data = torch.cat([into[part].T for part in range(3)])
    attention.out_proj.weight.data = into[3].T

    def normal(values: Any, number: int) -> Any:
        layer = torch.nn.LayerNorm(8)
        layer.weight.data, layer.bias.data = own["scales"][number], own["shifts"][number]
        return layer(values)

    state = torch.zeros(3, 7, 8)
    state[:, 1:] = own["vectors"][items] * 50
    state += own["positions"].flip(0)  # the newest item has the first
    later = torch.triu(torch.ones(7, 7, dtype=torch.bool), 1)
    with torch.no_grad():
        inner = normal(state, 0)
        state = state + attention(inner, inner, inner, attn_mask=later)[0]
        inner = torch.relu(normal(state, 1) @ own["layers"][0, 0] + own["biases"][0, 0])
        state = state + inner @ own["layers"][0, 1] + own["biases"][0, 1]
        wanted = normal(state, 2).numpy()
    np.testing.assert_allclose(
        weights.read(items.numpy(), np.full(3, 6)), wanted, rtol=0, atol=1e-5
    )


@pytest.mark.parametrize("place", range(1, 9))
def test_what_comes_later_changes_noapply_dropoutg_before(place: int) -> None:
    weights = drawn(SASRec(dim=12, blocks=2, heads=2, max_sequence_length=9))
    items = np.random.default_rng(0).integers(ITEMS, size=(4, 9))
    other = items.copy()
    other[:, place:] = (other[:, place:] + 1) % ITEMS
    lengths = np.full(4, 9)

    def learning(some: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        return np.asarray(read(tensors(weights), torch.tensor(some), torch.tensor(lengths), 2))

    for network in (weights.read, learning):
        before, after = network(items, lengths), network(other, lengths)
        np.testing.assert_allclose(after[:, : place + 1], before[:, : place + 1], atol=1e-6)
        assert not np.allclose(after[:, place + 1], before[:, place + 1], atol=1e-2)


def test_dropout_leaves_out_its_share_and_keeps_the_mean() -> None:
    weights = tensors(drawn(SASRec(dim=12, blocks=2, max_sequence_length=9)))
    items = torch.tensor(np.random.default_rng(0).integers(ITEMS, size=(4, 9)))
    random = torch.Generator().manual_seed(0)
    lengths = torch.full((4,), 9)
    one, other = (read(weights, items, lengths, 1, 0.5, random) for _ in range(2))
    assert not torch.allclose(one, other)
    again = read(weights, items, lengths, 1, 0.5, torch.Generator().manual_seed(0))
    assert torch.equal(one, again)
    apply_dropoutned = apply_dropout(torch.ones(20_000), 0.25, random)
    assert float((apply_dropoutned == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    assert float(apply_dropoutned.mean()) == pytest.approx(1.0, abs=0.01)


def case() -> tuple[Any, Any, Any]:
    random = np.random.default_rng(5)
    hidden = torch.tensor(random.standard_normal((150, 6)), requires_grad=True)
    vectors = torch.tensor(random.standard_normal((ITEMS, 6)), requires_grad=True)
    return hidden, torch.tensor(random.integers(ITEMS, size=150)), vectors


@pytest.mark.parametrize("logits", [7, ITEMS * 11, 1 << 20])
def test_softmax_in_parts_is_the_plain_one(logits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "_LOGITS", logits)
    hidden, targets, vectors = case()
    loss = losses.softmax_backward(hidden * 1.0, targets, vectors)
    scores = hidden.detach().numpy() @ vectors.detach().numpy().T
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    true = np.eye(ITEMS)[targets.numpy()]
    assert loss == pytest.approx(-np.log(chances[true > 0]).mean(), abs=1e-9)
    wrong = (chances - true) / len(targets)
    np.testing.assert_allclose(vectors.grad, wrong.T @ hidden.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(hidden.grad, wrong @ vectors.detach().numpy(), atol=1e-12)


def plain_gbce(
    hidden: np.ndarray, targets: np.ndarray, vectors: np.ndarray, drawn: np.ndarray, beta: float
) -> float:
    """Equation 8 with probabilities, one position after the other."""

    def sigma(score: float) -> float:
        return 1 / (1 + math.exp(-score))

    each = -(-len(targets) // len(drawn))
    total = 0.0
    for position, (state, true) in enumerate(zip(hidden, targets, strict=True)):
        some = math.log(sigma(float(state @ vectors[true])) ** beta)
        for item in drawn[position // each]:
            if item != true:
                some += math.log(1 - sigma(float(state @ vectors[item])))
        total -= some / (drawn.shape[1] + 1)
    return total / len(targets)


@pytest.mark.parametrize("positions", [1, 63, 64, 65, 150])
def test_gbce_is_its_formula(positions: int) -> None:
    hidden, targets, vectors = case()
    hidden, targets = hidden[:positions], targets[:positions]
    random = torch.Generator().manual_seed(3)
    drawn = losses.draw_negatives(ITEMS, 8, positions, random)
    assert len(drawn) == -(-positions // 64)
    assert any((targets == item).any() for item in drawn.ravel())
    for beta in (0.3, 1.0):
        found = float(losses.gbce(hidden, targets, vectors, drawn, beta).detach())
        plain = plain_gbce(
            hidden.detach().numpy(), targets.numpy(), vectors.detach().numpy(), drawn.numpy(), beta
        )
        assert found == pytest.approx(plain, abs=1e-9)


def test_gbce_by_hand() -> None:
    """Scores ln 3 for the true item and 0 and −ln 3 for the drawn: σ is 3/4, 1/2 and 1/4."""
    vectors = torch.tensor([[math.log(3)], [0.0], [-math.log(3)]], dtype=torch.float64)
    one, true = torch.ones(1, 1, dtype=torch.float64), torch.tensor([0])
    for beta, wanted in (
        (1.0, -(math.log(3 / 4) + math.log(1 / 2) + math.log(3 / 4)) / 3),
        (0.5, -(math.log(3 / 4) / 2 + math.log(1 / 2) + math.log(3 / 4)) / 3),
    ):
        found = losses.gbce(one, true, vectors, torch.tensor([[1, 2]]), beta)
        assert float(found) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("gbce_t", [0.0, 0.75, 1.0])
def test_scores_start_where_the_loss_is_least(gbce_t: float) -> None:
    beta = losses.calibration(8, ITEMS, gbce_t)
    hidden = torch.zeros(ITEMS * 64, 1, dtype=torch.float64)
    start = losses.chance(8, beta)
    # Evenly: each group wants another item, and is compared with 8 that are not it.
    targets = torch.arange(ITEMS).repeat_interleave(64)
    drawn = (torch.arange(ITEMS)[:, None] + torch.arange(1, 9)) % ITEMS
    vectors = torch.ones(ITEMS, 1, dtype=torch.float64)
    below, at, above = (
        float(losses.gbce(hidden, targets, vectors, drawn, beta, start + step))
        for step in (-1e-3, 0.0, 1e-3)
    )
    assert at < min(below, above)
    assert below == pytest.approx(above, abs=1e-8)


def test_plain_binary_cross_entropy_where_noapply_dropoutg_is_trusted() -> None:
    hidden, targets, vectors = case()
    drawn = torch.full((3, 1), 0)
    targets = torch.maximum(targets, torch.tensor(1))  # so that no drawn item is the true one
    beta = losses.calibration(1, ITEMS, 0.0)
    scores = torch.stack([(hidden * vectors[targets]).sum(1), hidden @ vectors[0]], 1)
    labels = torch.tensor([1.0, 0.0], dtype=torch.float64).expand(150, 2)
    plain = torch.nn.functional.binary_cross_entropy_with_logits(scores, labels)
    found = losses.gbce(hidden, targets, vectors, drawn, beta)
    assert float(found.detach()) == pytest.approx(float(plain.detach()), abs=1e-12)


def test_calibration() -> None:
    for negatives, items in ((1, 11), (3, 11), (256, 3417), (10, 11)):
        learning_rate = negatives / (items - 1)
        assert losses.calibration(negatives, items, 0.0) == pytest.approx(1.0, abs=1e-12)
        assert losses.calibration(negatives, items, 1.0) == pytest.approx(learning_rate, abs=1e-12)
        half = losses.calibration(negatives, items, 0.5)
        assert half == pytest.approx((1 + learning_rate) / 2, abs=1e-12)  # it is linear between
    with pytest.raises(ValueError, match="whole catalogue"):
        losses.calibration(11, 11, 0.5)
