"""Every recommender keeps the laws, as a scorer and as a retriever."""

import dataclasses
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import numpy as np
import pytest

from trovato.core import (
    InvalidInputError,
    Query,
    Recommender,
    Retriever,
    Sequences,
    UnreadableFileError,
)
from trovato.retrieve.recommenders import (
    AsymmetricFactors,
    ContentNeighbours,
    Factors,
    ItemIds,
    ItemNeighbours,
    ItemScores,
    Products,
    RandomScores,
    SequenceRetriever,
    load_recommender,
    persistence,
    save_recommender,
)
from trovato.testing import check_recommender, check_retriever
from trovato.train import SASRec, fit_ease, fit_slim, item_neighbours
from trovato.train.sasrec.network import first_weights

ITEMS = 30
CATALOGUE = ItemIds.of(np.random.default_rng(1).permutation(2000)[:ITEMS].astype(np.uint32))


def some_histories() -> Sequences:
    pairs = np.random.default_rng(2).random((8, ITEMS)) < 0.2
    pairs[3] = False
    users, items = np.nonzero(pairs)
    return Sequences.of(users, items, 8)


def recommenders() -> dict[str, Recommender]:
    random = np.random.default_rng(0)
    vectors = random.standard_normal((ITEMS, 5)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    unit[4] = 0  # an item without content
    return {
        "scores": ItemScores(random.integers(0, 4, ITEMS).astype(np.float32)),
        "random": RandomScores(ITEMS, 3),
        "content": ContentNeighbours(unit, max_sequence_length=3),
        "factors": Factors(vectors),
        "confident factors": Factors(vectors, confidence=8.0, regularisation=0.1),
        "asymmetric factors": AsymmetricFactors(vectors, unit),
        "ease": fit_ease(some_histories(), ITEMS, regularisation=2.0),
        "slim": fit_slim(some_histories(), ITEMS, l1=0.1, l2=0.5),
        "self-attention": first_weights(ITEMS, SASRec(dim=8, heads=2, max_sequence_length=4)),
        "neighbours": item_neighbours(some_histories(), ITEMS, neighbours=4, shrinkage=1.0),
        "no neighbours": ItemNeighbours(
            np.full((ITEMS, 2), -1, np.int64), np.zeros((ITEMS, 2), np.float32)
        ),
    }


@pytest.mark.parametrize("name", recommenders())
def test_scores(name: str) -> None:
    recommender = recommenders()[name]
    assert isinstance(recommender, Recommender)
    check_recommender(recommender, some_histories())


@pytest.mark.parametrize("name", recommenders())
def test_rankings(name: str) -> None:
    retriever = SequenceRetriever(recommenders()[name], CATALOGUE)
    assert isinstance(retriever, Retriever)
    ids = [str(number) for number in CATALOGUE.ids]
    queries = [Query(history=tuple(ids[:3])), Query(history=(ids[9], "4000000000")), Query()]
    check_retriever(retriever, queries, ids)
    found = retriever.retrieve(queries[0], ITEMS)
    assert len(found) == ITEMS - 3
    assert not set(found.ids) & set(ids[:3])
    again = SequenceRetriever(recommenders()[name], CATALOGUE, repeat=True)
    assert len(again.retrieve(queries[0], ITEMS)) == ITEMS


@pytest.mark.parametrize("name", recommenders())
def test_a_file_holds_all_of_it(name: str, tmp_path: Path) -> None:
    recommender = recommenders()[name]
    path = tmp_path / "some.npz"
    save_recommender(path, recommender, CATALOGUE, {"model": name})
    loaded, catalogue, made = load_recommender(path)
    assert made == {"model": name}
    assert np.array_equal(catalogue.ids, CATALOGUE.ids)
    wanted = recommender.score(some_histories()).tile(0, ITEMS)
    assert np.array_equal(loaded.score(some_histories()).tile(0, ITEMS), wanted)


@pytest.mark.parametrize("kind", ["item", "book"])
def test_items_are_of_the_catalogues_kind_also_out_of_a_file(kind: str, tmp_path: Path) -> None:
    recommender = RandomScores(ITEMS)
    catalogue = ItemIds.of(CATALOGUE.ids, kind) if kind != "item" else CATALOGUE
    save_recommender(tmp_path / "some.npz", recommender, catalogue, {})
    _, loaded, _ = load_recommender(tmp_path / "some.npz")
    for one in (catalogue, loaded):
        ranking = SequenceRetriever(recommender, one).retrieve(Query(), 5)
        assert [hit.item.kind for hit in ranking] == [kind] * 5


def test_a_file_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    save_recommender(path, RandomScores(ITEMS), CATALOGUE, {})
    whole = path.read_bytes()
    for broken in (b"", b"something else", whole[: len(whole) // 2]):
        path.write_bytes(broken)
        with pytest.raises(UnreadableFileError, match="train it again"):
            load_recommender(path)
    with pytest.raises(UnreadableFileError):
        load_recommender(tmp_path / "absent.npz")
    with (tmp_path / "other.npz").open("wb") as file:
        np.savez(file, about='{"kind": "recommender", "format": 99}')
    with pytest.raises(UnreadableFileError, match="99"):
        load_recommender(tmp_path / "other.npz")


@dataclasses.dataclass(frozen=True)
class Own:
    """A recommender of somebody else's."""

    values: np.ndarray
    unit: object = 1.0

    @property
    def items(self) -> int:
        return len(self.values)

    def score(self, histories: Sequences) -> Products:
        return Products(np.ones((len(histories), 1), np.float32), self.values[:, None])


class Plain:
    """A recommender that is no dataclass."""

    items = ITEMS

    def score(self, histories: Sequences) -> Products:
        raise NotImplementedError


def test_a_recommender_of_ones_own_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, mine = tmp_path / "own.npz", Own(np.arange(ITEMS, dtype=np.float32))
    check_recommender(mine, some_histories())
    save_recommender(path, mine, CATALOGUE, {})
    with pytest.raises(UnreadableFileError, match="no entry point"):
        load_recommender(path)
    loaded, _, _ = load_recommender(path, [Own])
    assert isinstance(loaded, Own)
    assert np.array_equal(loaded.values, mine.values)
    points = EntryPoints([EntryPoint("Own", f"{__name__}:Own", "trovato.recommenders")])
    monkeypatch.setattr(EntryPoint, "load", lambda _: Own)
    monkeypatch.setattr(persistence, "entry_points", lambda **asked: points.select(**asked))
    again, _, _ = load_recommender(path)
    assert isinstance(again, Own)
    with pytest.raises(InvalidInputError, match="unit cannot be stored"):
        save_recommender(path, Own(mine.values, unit=object()), CATALOGUE, {})
    with pytest.raises(InvalidInputError, match="wanted a dataclass"):
        save_recommender(path, Plain(), CATALOGUE, {})


def test_what_a_retriever_refuses() -> None:
    with pytest.raises(InvalidInputError, match="same log"):
        SequenceRetriever(RandomScores(ITEMS + 1), CATALOGUE)
    retriever = SequenceRetriever(RandomScores(ITEMS), CATALOGUE)
    for query in (Query("words"), Query(filter="year > 1"), Query(history=("a",))):
        with pytest.raises(InvalidInputError):
            retriever.retrieve(query, 3)


@dataclasses.dataclass(frozen=True)
class Disturbed:
    """Divides by the largest vector of the block, whoever's it is."""

    vectors: np.ndarray

    @property
    def items(self) -> int:
        return len(self.vectors)

    def score(self, histories: Sequences) -> Products:
        users = Factors(self.vectors).fold_in(histories)
        return Products(users / max(float(np.abs(users).max()), 1e-9), self.vectors)


def test_neighbours_that_disturb_each_other_are_caught() -> None:
    vectors = np.random.default_rng(0).standard_normal((ITEMS, 5)).astype(np.float32)
    with pytest.raises(AssertionError, match="differently alone"):
        check_recommender(Disturbed(vectors), some_histories())
