"""The residual codec against slow, plain twins and ColBERT's published rules."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, generator
from trovato.ops import (
    Int8Vectors,
    ResidualCodec,
    ResidualVectors,
    SignVectors,
    available_kernels,
    int8_quantize,
    maxsim,
    pack_signs,
    spherical_kmeans,
)
from trovato.ops.late_interaction.residual_codec import BITS, pack_codes, unpack_codes
from trovato.testing.conformance.storage.store import unit_vectors

KERNELS = available_kernels()


def clustered(tokens: int, dim: int, noise: float = 0.4) -> Int8Vectors:
    random = generator(tokens + dim, "residual twin")
    values = unit_vectors(random, 30, dim)[random.integers(0, 30, tokens)]
    values = values + noise * unit_vectors(random, tokens, dim)
    return int8_quantize(values / np.linalg.norm(values, axis=1, keepdims=True))


def colbert_bytes(codes: list[int], bits: int) -> list[int]:
    """Each code's bits from the lowest up, then eight at a time, the first as the highest."""
    stream = [code >> place & 1 for code in codes for place in range(bits)]
    stream += [0] * (-len(stream) % 8)
    return [
        sum(bit << (7 - place) for place, bit in enumerate(stream[start : start + 8]))
        for start in range(0, len(stream), 8)
    ]


@given(bits=st.sampled_from(BITS), dim=st.integers(1, 40), seed=st.integers(0, 99))
def test_packing_is_a_bijection_in_the_order_of_colbert(bits: int, dim: int, seed: int) -> None:
    codes = generator(seed, "codes").integers(0, 1 << bits, (3, dim)).astype(np.uint8)
    packed = pack_codes(codes, bits)
    assert packed.tolist() == [colbert_bytes(row, bits) for row in codes.tolist()]
    assert unpack_codes(packed, bits, dim).tolist() == codes.tolist()


@pytest.mark.parametrize("bits", BITS)
def test_without_rounds_levels_follow_the_rule_of_colbert(bits: int) -> None:
    sample = clustered(800, 24)
    centroids = spherical_kmeans(sample, 16, rounds=3)
    codec = ResidualCodec.fit(centroids, sample, bits, rounds=0)
    owners = (sample.dequantise() @ centroids.dequantise().T).argmax(axis=1)
    left = np.sort((sample.dequantise() - centroids.dequantise()[owners]).ravel())
    ranks = np.arange(len(left)) / (len(left) - 1)
    count = 1 << bits
    cutoffs = np.interp(np.arange(1, count) / count, ranks, left)
    levels = np.interp((np.arange(count) + 0.5) / count, ranks, left)
    np.testing.assert_allclose(codec.cutoffs, cutoffs, atol=1e-6)
    np.testing.assert_allclose(codec.levels, levels, atol=1e-6)


def twin(vectors: ResidualVectors) -> np.ndarray:
    codec = vectors.codec
    codes = unpack_codes(vectors.packed, codec.bits, codec.dim)
    values = codec.centroids.dequantise()[vectors.cells] + codec.levels[codes]
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("dim", [1, 7, 16, 33, 128])
def test_decoding_adds_levels_to_centroids_at_length_one(kernel: str, bits: int, dim: int) -> None:
    sample = clustered(300, dim)
    codec = ResidualCodec.fit(spherical_kmeans(sample, 16, rounds=2), sample, bits)
    vectors = codec.encode(sample)
    wanted = twin(vectors)
    begins, ends = np.array([200, 0, 40, 17]), np.array([300, 40, 40, 18])
    for threads in (1, 3):
        found = vectors.decode(begins, ends, threads, kernel)
        rows = np.concatenate([np.arange(*edge) for edge in zip(begins, ends, strict=True)])
        largest = np.abs(wanted[rows]).max(axis=1, keepdims=True)
        assert np.abs(found.dequantise() - wanted[rows]).max() <= 0.51 / 127 * largest.max() + 1e-6
    np.testing.assert_array_equal(
        vectors[40:60].codes, vectors.decode(begins[1:2] + 40, ends[1:2] + 20).codes
    )


def test_more_bits_and_rounds_lose_less() -> None:
    sample = clustered(3000, 32)
    centroids = spherical_kmeans(sample, 32, rounds=4)
    losses = []
    for bits in BITS:
        by_rule, refined = (
            float(
                np.square(
                    ResidualCodec.fit(centroids, sample, bits, rounds)
                    .encode(sample)[:]
                    .dequantise()
                    - sample.dequantise()
                )
                .sum(axis=1)
                .mean()
            )
            for rounds in (0, 12)
        )
        assert refined < by_rule
        losses.append(refined)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 1e-3


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("dim", [1, 7, 33, 128, 300])
def test_scores_are_those_of_unit_vectors_along_centroid_and_levels(bits: int, dim: int) -> None:
    sample = clustered(400, dim)
    codec = ResidualCodec.fit(spherical_kmeans(sample, 16, rounds=2), sample, bits)
    vectors = codec.encode(sample)
    wanted = twin(vectors)
    offsets = np.array([0, 90, 90, 91, 200, 400])
    for tokens in (1, 5, 40):
        query = unit_vectors(generator(tokens, "asked"), tokens, dim)
        asked = int8_quantize(query).dequantise()
        exact = [
            np.nan if begin == end else (asked @ wanted[begin:end].T).max(axis=1).sum()
            for begin, end in pairwise(offsets)
        ]
        scores = maxsim(query, vectors, offsets)
        assert scores[1] == -np.inf
        scores[1] = np.nan
        np.testing.assert_allclose(scores, exact, rtol=1e-3, atol=1e-3)
        # Decoding rounds to int8 in between.
        decoded = maxsim(query, vectors[:], offsets)
        np.testing.assert_allclose(scores[2:], decoded[2:], rtol=0.01, atol=0.01 * tokens)
        for items in (None, np.array([4, 0, 2]), np.array([], np.int64)):
            for kernel in KERNELS:
                for threads in (1, 2):
                    found = maxsim(query, vectors, offsets, items, threads, kernel)
                    same = scores if items is None else scores[items]
                    np.testing.assert_array_equal(np.where(found == -np.inf, np.nan, found), same)


def test_signs_are_unpacked_a_tile_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    values = unit_vectors(generator(2, "signs"), 400, 24)
    vectors = SignVectors(pack_signs(values), 24)
    offsets = np.array([0, 90, 90, 91, 200, 400])
    query = unit_vectors(generator(1, "asked"), 5, 24)
    for tile in (1, 100, 1 << 16):
        monkeypatch.setattr("trovato.ops.late_interaction.exact._TILE", tile)
        for items in (None, np.array([4, 0, 1]), np.array([], np.int64)):
            for threads in (1, 2):
                scores = maxsim(query, vectors, offsets, items, threads)
                wanted = maxsim(query, vectors[:], offsets, items)
                assert scores.tolist() == wanted.tolist()


def test_what_does_not_fit_is_refused() -> None:
    sample = clustered(50, 8)
    centroids = spherical_kmeans(sample, 4)
    codec = ResidualCodec.fit(centroids, sample, 2)
    with pytest.raises(InvalidInputError, match="1, 2, 4 or 8 bits, got 3"):
        ResidualCodec.fit(centroids, sample, 3)
    with pytest.raises(InvalidInputError, match="got 5"):
        ResidualCodec(centroids, np.zeros(4, np.float32), np.zeros(5, np.float32))
    with pytest.raises(InvalidInputError, match="3 cutoffs between them, got 2"):
        ResidualCodec(centroids, np.zeros(2, np.float32), np.zeros(4, np.float32))
    with pytest.raises(InvalidInputError, match="2 bytes each"):
        ResidualVectors(codec, np.zeros(3, np.uint16), np.zeros((3, 1), np.uint8))
    with pytest.raises(InvalidInputError, match="below 4, got 4"):
        ResidualVectors(codec, np.array([4], np.uint16), np.zeros((1, 2), np.uint8))
