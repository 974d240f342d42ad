import numpy as np
import pytest

from trovato.ops import Int8Vectors, int8_quantize, nearest, nearest_in_groups, spherical_kmeans

CELLS, DIM = 1 << 14, 32


def drawn(seed: int, count: int, dim: int = DIM) -> Int8Vectors:
    """Vectors around 200 directions, as those of words are."""
    random = np.random.default_rng(seed)
    directions = np.random.default_rng(9).standard_normal((200, dim), dtype=np.float32)
    noise = random.standard_normal((count, dim), dtype=np.float32)
    return int8_quantize(directions[random.integers(0, 200, count)] + 0.5 * noise)


@pytest.fixture(scope="module")
def many() -> tuple[Int8Vectors, Int8Vectors]:
    return drawn(0, CELLS + 100), drawn(1, CELLS)


def test_most_vectors_get_the_nearest_of_many_centroids_and_the_others_one_as_good(
    many: tuple[Int8Vectors, Int8Vectors],
) -> None:
    vectors, centroids = many
    cells, products = nearest_in_groups(vectors, centroids)
    expected, largest = nearest(vectors, centroids)
    assert (cells == expected).mean() > 0.9
    assert (products <= largest).all()
    assert products.mean() > 0.99 * largest.mean()


def test_products_are_those_with_the_centroids_that_are_named(
    many: tuple[Int8Vectors, Int8Vectors],
) -> None:
    vectors, centroids = many
    cells, products = nearest_in_groups(vectors, centroids)
    own = (vectors.dequantise() * centroids.take(cells).dequantise()).sum(axis=1)
    np.testing.assert_allclose(products, own, rtol=1e-4)


def test_the_number_of_threads_changes_nothing(many: tuple[Int8Vectors, Int8Vectors]) -> None:
    one, two = (nearest_in_groups(*many, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one[0], two[0])


def test_few_centroids_and_few_vectors_are_compared_with_all() -> None:
    for vectors, centroids in (
        (drawn(0, 500), drawn(1, 60)),
        (drawn(0, 50), drawn(1, CELLS)),
        (drawn(0, 0), drawn(1, 3)),
    ):
        found = nearest_in_groups(vectors, centroids)
        for mine, expected in zip(found, nearest(vectors, centroids), strict=True):
            np.testing.assert_array_equal(mine, expected)


def test_equal_centroids_are_no_trouble() -> None:
    one = drawn(3, 1)
    centroids = one.take(np.zeros(CELLS, np.int64))
    _, products = nearest_in_groups(one.take(np.zeros(CELLS, np.int64)), centroids)
    assert np.isfinite(products).all()


@pytest.mark.slow
def test_k_means_that_looks_into_groups_serves_vectors_as_well() -> None:
    sample = drawn(5, 2 * CELLS)
    plain, grouped = (
        spherical_kmeans(sample, CELLS, rounds=2, assign=assign)
        for assign in (nearest, nearest_in_groups)
    )
    means = [nearest(sample, centroids)[1].mean() for centroids in (plain, grouped)]
    assert means[1] > 0.995 * means[0]
