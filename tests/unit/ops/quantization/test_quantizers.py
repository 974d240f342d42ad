"""Residual, orthogonal, balanced and product quantisers: identities and what they promise."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops.quantization import (
    OrthogonalQuantizer,
    ProductQuantizer,
    ResidualQuantizer,
    add_digit,
    assign_with_capacity,
    bucket_of,
    code_quality,
    fit_orthogonal_quantizer,
    fit_product_quantizer,
    fit_residual_quantizer,
    kmeans,
    move_to_free_ids,
    nearest_orthogonal,
    orthogonality_error,
    random_rotation,
    relative_error,
)


def clustered(items: int = 600, dim: int = 16, seed: int = 0) -> np.ndarray:
    """Clusters of clusters, longer along the first axes."""
    random = np.random.default_rng(seed)
    found = np.zeros((items, dim))
    for clusters, size in ((8, 1.0), (40, 0.5), (200, 0.25)):
        centres = random.standard_normal((clusters, dim)) * size * np.linspace(1.5, 0.2, dim)
        found += centres[random.integers(clusters, size=items)]
    return found + 0.05 * random.standard_normal((items, dim))


def rotations(dim: int, levels: int = 3) -> np.ndarray:
    return np.stack([random_rotation(dim, seed) for seed in range(levels)])


def scored_by_item(vectors: np.ndarray, k: int) -> OrthogonalQuantizer:
    """Whose kept dimensions differ from item to item."""
    fitted = fit_orthogonal_quantizer(vectors, k, codes=16, rotations=rotations(vectors.shape[1]))
    random = np.random.default_rng(3)
    hidden, out = random.standard_normal((2, 3, vectors.shape[1], vectors.shape[1]))
    bias = np.zeros((3, vectors.shape[1]))
    return OrthogonalQuantizer(
        fitted.rotations, hidden, bias, out, bias, fitted.codebooks, fitted.tables, k
    )


@pytest.mark.parametrize("k", [1, 4, 16])
def test_nothing_of_a_vector_is_lost(k: int) -> None:
    """x = Σ codeword (W₁…W_l)ᵀ + remainder (W₁…W_L)ᵀ, and lengths add up at each level."""
    vectors = clustered()
    quantizer = scored_by_item(vectors, k)
    outputs = quantizer.outputs(vectors)
    turn, found = np.eye(vectors.shape[1]), np.zeros_like(vectors)
    inputs = vectors
    for rotation, output in zip(quantizer.rotations, outputs, strict=True):
        turn = turn @ rotation
        found += output.codeword @ turn.T
        assert (output.kept.sum(axis=1) == k).all()
        turned = inputs @ rotation
        rest = turned - output.primary
        lengths = (output.primary**2).sum(axis=1) + (rest**2).sum(axis=1)
        assert np.abs(lengths - (inputs**2).sum(axis=1)).max() < 1e-9
        inputs = output.remainder
    assert np.abs(found + outputs[-1].remainder @ turn.T - vectors).max() < 1e-9
    if k < vectors.shape[1]:
        assert len({tuple(row) for row in outputs[0].kept.tolist()}) > 1


def test_with_all_dimensions_a_rotation_changes_nothing() -> None:
    vectors = clustered()
    plain, codes = fit_residual_quantizer(vectors, codes=32)
    turned = fit_orthogonal_quantizer(vectors, 16, codes=32, rotations=rotations(16))
    assert (turned.encode(vectors) == codes).mean() >= 0.999
    error = relative_error(vectors, plain.decode(codes))
    assert relative_error(vectors, turned.decode(turned.encode(vectors))) == pytest.approx(
        error, abs=1e-4
    )


def test_orientation_matters_once_dimensions_are_left_out() -> None:
    vectors = clustered()

    def left(turns: np.ndarray | None) -> float:
        fitted = fit_orthogonal_quantizer(vectors, 8, codes=32, rotations=turns)
        return float((fitted.outputs(vectors)[-1].remainder ** 2).sum())

    assert left(None) < left(rotations(16)) / 1.5


def test_residual_codes_are_the_nearest_and_decode_to_their_sum() -> None:
    vectors = clustered()
    quantizer, codes = fit_residual_quantizer(vectors, codes=16)
    left = vectors.copy()
    for level, book in enumerate(quantizer.codebooks):
        gaps = ((left[:, None, :] - book[None]) ** 2).sum(axis=2)
        assert np.array_equal(gaps.argmin(axis=1), codes[:, level])
        left -= book[codes[:, level]]
    assert np.abs(vectors - quantizer.decode(codes) - left).max() < 1e-9
    assert np.array_equal(quantizer.encode(vectors), codes)
    with pytest.raises(InvalidInputError, match="item 1 has"):
        quantizer.decode(np.array([[0, 0, 0], [0, 16, 0]]))


def test_balanced_codes_have_their_share_of_items() -> None:
    vectors = clustered(610)
    _, codes = fit_residual_quantizer(vectors, codes=16, balanced=True)
    for level in range(3):
        assert np.bincount(codes[:, level], minlength=16).max() <= -(-610 // 16)


def test_assignment_with_capacity_is_stable() -> None:
    random = np.random.default_rng(0)
    distances = random.random((50, 6))
    room = np.full(6, 9, np.int64)
    owners = assign_with_capacity(distances, room)
    assert np.bincount(owners, minlength=6).max() <= 9
    for item in range(50):
        for cluster in np.flatnonzero(distances[item] < distances[item, owners[item]]):
            inside = owners == cluster
            assert inside.sum() == 9
            assert distances[inside, cluster].max() <= distances[item, cluster]
    with pytest.raises(InvalidInputError, match="room"):
        assign_with_capacity(distances, np.full(6, 8, np.int64))


def test_product_quantisers() -> None:
    vectors = clustered() @ random_rotation(16, 5)
    plain = fit_product_quantizer(vectors, codes=32)
    turned = fit_product_quantizer(vectors, codes=32, rotate=True)
    assert orthogonality_error(turned.rotation) < 1e-9
    errors = [relative_error(vectors, one.decode(one.encode(vectors))) for one in (turned, plain)]
    residual, codes = fit_residual_quantizer(vectors, levels=4, codes=32)
    assert relative_error(vectors, residual.decode(codes)) < errors[0] < errors[1]
    with pytest.raises(InvalidInputError, match="equal blocks"):
        fit_product_quantizer(vectors, levels=5)


def test_kmeans_serves_far_vectors_and_refuses_none() -> None:
    vectors = np.concatenate([np.zeros((50, 2)), [[9.0, 9.0]]])
    assert {tuple(one) for one in kmeans(vectors, 3).tolist()} >= {(0.0, 0.0), (9.0, 9.0)}
    with pytest.raises(InvalidInputError, match="at least one vector"):
        kmeans(vectors[:0], 3)


def test_the_nearest_rotation_of_a_bent_one() -> None:
    turn = random_rotation(8)
    bent = turn + 0.05 * np.random.default_rng(0).standard_normal((8, 8))
    found = nearest_orthogonal(bent)
    assert orthogonality_error(found) < 1e-12
    assert np.linalg.norm(bent - found) <= np.linalg.norm(bent - turn)


@pytest.mark.parametrize("capacity", [1, 2])
def test_a_repair_leaves_no_bucket_too_full_and_moves_few(capacity: int) -> None:
    vectors = clustered()
    quantizer, codes = fit_residual_quantizer(vectors, codes=20)
    before = np.bincount(bucket_of(codes))
    assert before.max() > capacity
    done = move_to_free_ids(quantizer, vectors, codes, capacity)
    assert np.bincount(bucket_of(done.codes)).max() <= capacity
    assert len(done.moved) == np.maximum(before - capacity, 0).sum()
    stayed = np.setdiff1d(np.arange(len(codes)), done.moved)
    assert np.array_equal(done.codes[stayed], codes[stayed])
    assert done.error_before == pytest.approx(
        np.square(vectors - quantizer.decode(codes))[done.moved].sum(axis=1).mean()
    )
    assert done.error_after == pytest.approx(
        np.square(vectors - quantizer.decode(done.codes))[done.moved].sum(axis=1).mean()
    )


def test_a_moved_item_takes_the_nearest_id_that_is_free() -> None:
    book = np.array([[0.0], [4.0], [10.0]])
    quantizer = ResidualQuantizer(np.stack([book, np.array([[0.0], [1.0], [3.5]])]))
    vectors = np.array([[0.1], [0.2], [0.3]])
    codes = quantizer.encode(vectors)
    assert codes.tolist() == [[0, 0]] * 3
    done = move_to_free_ids(quantizer, vectors, codes)
    assert done.codes.tolist() == [[0, 0], [0, 2], [0, 1]]
    assert done.moved.tolist() == [1, 2]
    assert done.error_after == pytest.approx((3.3**2 + 0.7**2) / 2)


@pytest.mark.parametrize("name", ["residual", "product", "orthogonal"])
def test_nearest_ids_are_exact_with_as_many_beams_as_ids(name: str) -> None:
    vectors = clustered()[:40]
    quantizer: ResidualQuantizer | ProductQuantizer | OrthogonalQuantizer
    if name == "residual":
        quantizer = fit_residual_quantizer(vectors, levels=2, codes=4)[0]
    elif name == "product":
        quantizer = fit_product_quantizer(vectors, levels=2, codes=4)
    else:
        quantizer = fit_orthogonal_quantizer(vectors, 5, levels=2, codes=4)
    ids, errors = quantizer.nearest_ids(vectors, 16)
    every = np.stack(np.unravel_index(np.arange(16), (4, 4)), axis=1)
    wanted = np.stack(
        [quantizer.squared_errors(vectors, np.tile(one, (40, 1))) for one in every], axis=1
    )
    assert errors == pytest.approx(np.sort(wanted, axis=1))
    assert np.array_equal(ids[:, 0], every[wanted.argmin(axis=1)])
    if name != "orthogonal":  # whose codes stand for means of what was encoded
        exact = np.square(vectors - quantizer.decode(ids[:, 0])).sum(axis=1)
        assert errors[:, 0] == pytest.approx(exact)


def test_a_repair_without_room_is_refused() -> None:
    vectors = np.random.default_rng(0).standard_normal((17, 2))
    quantizer = ResidualQuantizer(np.zeros((2, 4, 2)))
    codes = quantizer.encode(vectors)
    with pytest.raises(InvalidInputError, match="do not fit 16 ids"):
        move_to_free_ids(quantizer, vectors, codes)
    full = move_to_free_ids(quantizer, vectors[:16], codes[:16])
    assert code_quality(full.codes, (4, 4)).unique_ratio == 1
    codes = codes[:9]
    apart = add_digit(codes, np.arange(9.0))
    assert apart[:, -1].tolist() == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert code_quality(apart, (4, 4, 9)).unique_ratio == 1
