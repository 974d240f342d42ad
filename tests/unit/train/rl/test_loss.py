"""The clipped objective beside a plain loop, and what it does not look at."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
pytestmark = pytest.mark.needs("torch")

from trovato.train.rl import clipped_token_loss  # noqa: E402


def test_the_loss_is_that_of_a_loop_over_tokens() -> None:
    random = np.random.default_rng(0)
    now, old, start = random.normal(-2, 0.4, (3, 5, 4))
    advantages = np.array([0.7, -1.2, 0.0, 0.4, -0.3])
    written = random.random((5, 4)) < 0.7
    total, count, apart, every = 0.0, 0, 0.0, 0
    for row in range(5):
        for at in range(4):
            if not written[row, at]:
                continue
            every += 1
            change = np.exp(start[row, at] - now[row, at])
            apart += change - np.log(change) - 1
            if advantages[row]:
                ratio = np.exp(now[row, at] - old[row, at])
                kept = min(max(ratio, 0.8), 1.28)
                total -= min(ratio * advantages[row], kept * advantages[row])
                count += 1
    found = clipped_token_loss(
        *map(torch.tensor, (now, old, advantages, written.astype(float), np.zeros((5, 4)))),
        clip_low=0.2,
        clip_high=0.28,
        reference=torch.tensor(start),
        kl_weight=0.3,
    )
    assert float(found.loss) == pytest.approx(total / count + 0.3 * apart / every)
    assert found.kl == pytest.approx(apart / every)


def test_observations_and_rollouts_without_advantage_have_no_gradient() -> None:
    now = torch.full((2, 3), -1.0, requires_grad=True)
    written = torch.tensor([[1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    found = clipped_token_loss(
        now,
        now.detach(),
        torch.tensor([1.0, 0.0]),
        written,
        torch.ones(2, 3),
        clip_low=0.2,
        clip_high=0.2,
    )
    found.loss.backward()
    np.testing.assert_allclose(now.grad.numpy(), np.array([[-0.5, 0, -0.5], [0, 0, 0]]))


def test_what_has_moved_out_of_the_clip_is_not_pushed_further() -> None:
    old = torch.zeros(2, 1)
    now = torch.tensor([[0.5], [0.5]], requires_grad=True)
    found = clipped_token_loss(
        now,
        old,
        torch.tensor([1.0, -1.0]),
        torch.ones(2, 1),
        torch.zeros(2, 1),
        clip_low=0.2,
        clip_high=0.28,
    )
    found.loss.backward()
    assert now.grad[0] == 0
    assert now.grad[1] > 0
    assert found.clipped == 0.5
