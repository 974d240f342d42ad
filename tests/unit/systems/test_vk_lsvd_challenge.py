"""The challenge on a small drawn log: clips, truth, models and submissions."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trovato.core import InvalidInputError, Sequences, UnreadableFileError
from trovato.evaluate import NDCG
from trovato.interactions.exports.challenge_submission import (
    Submission,
    read_submission,
    submission_faults,
    write_submission,
)
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.retrieve.user_targeting import (
    DotProductTargeting,
    GroupAffinityTargeting,
    UserTargeting,
)
from trovato.systems.vk_lsvd import AUDIENCES, Challenge, fit_audience, solve
from trovato.train import content_map

SETTINGS: dict[str, dict[str, int]] = {
    "active": {},
    "fans": {},
    "content": {"neighbours": 10},
    "ials-content": {"factors": 4, "iterations": 2, "threads": 1},
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> LogLayout:
    return synthesise(tmp_path_factory.mktemp("challenge") / "log", Scale.of(20_000, 1))


@pytest.fixture(scope="module")
def challenge(log: LogLayout) -> Challenge:
    return Challenge.of(InteractionLog.open(log.root.parent))


def rows(log: LogLayout, weeks: range) -> list[dict[str, object]]:
    return [row for week in weeks for row in pq.read_table(log.week(week)).to_pylist()]


def cared(row: dict[str, object]) -> bool:
    said = any(row[name] for name in ("like", "share", "bookmark", "click_on_author"))
    return said or int(str(row["timespent"])) > 10


def test_clips_are_new_and_the_truth_is_who_cared(log: LogLayout, challenge: Challenge) -> None:
    before = {row["item_id"] for row in rows(log, range(25))}
    week = [row for row in rows(log, range(25, 26)) if row["item_id"] not in before]
    ids = challenge.experiment.catalogue.ids[challenge.clips].tolist()
    assert ids == sorted({row["item_id"] for row in week})  # type: ignore[type-var]
    for clip, truth in zip(ids, challenge.truth, strict=True):
        wanted = {row["user_id"] for row in week if row["item_id"] == clip and cared(row)}
        assert set(challenge.experiment.users[truth].tolist()) == wanted


@pytest.mark.parametrize("model", AUDIENCES)
def test_every_model_makes_a_submission_that_keeps_to_the_rules(
    model: str, challenge: Challenge, tmp_path: Path
) -> None:
    audience = fit_audience(model, challenge, **SETTINGS[model])
    assert isinstance(audience, UserTargeting)
    some = np.array([0, len(challenge.clips) - 1, 3])
    whole = audience.tiles(some)(0, audience.users)
    assert (whole > 0).all()
    parts = [audience.tiles(some)(low, high) for low, high in ((0, 7), (7, audience.users))]
    assert np.concatenate(parts, axis=1) == pytest.approx(whole, rel=1e-5)
    told: set[str] = set()
    ranking = solve(
        challenge, audience, candidates=150, rounds=20, progress=lambda what, *_: told.add(what)
    )
    assert told == {"learning prices", "finding candidates", "assigning"}
    write_submission(tmp_path / "s.parquet", challenge.submission(ranking))
    again = read_submission(tmp_path / "s.parquet")
    clips = challenge.experiment.catalogue.ids[challenge.clips]
    assert submission_faults(again, clips, challenge.experiment.users) == []
    ndcg, count = challenge.ndcg(again)
    plain = [
        NDCG(100)([str(user) for user in row], {str(user): 1 for user in wanted})
        for row, wanted in zip(ranking.places.tolist(), challenge.truth, strict=True)
        if len(wanted)
    ]
    assert count == len(plain)
    assert ndcg.mean == pytest.approx(np.mean(plain), abs=1e-9)


def test_the_order_of_rows_does_not_count(challenge: Challenge) -> None:
    made = challenge.submission(solve(challenge, fit_audience("active", challenge), rounds=0))
    order = np.random.default_rng(0).permutation(len(made.items))
    shuffled = Submission(made.items[order], made.users[order])
    assert challenge.ndcg(shuffled) == challenge.ndcg(made)


def test_fans_are_those_whom_the_author_moved(log: LogLayout, challenge: Challenge) -> None:
    author = {row["item_id"]: row["author_id"] for row in pq.read_table(log.items).to_pylist()}
    ids = challenge.experiment.catalogue.ids[challenge.clips]
    weights = {"share": 3.0, "bookmark": 2.0, "click_on_author": 1.5, "like": 1.0}
    wanted = np.zeros((len(ids), len(challenge.experiment.users)))
    place = {user: at for at, user in enumerate(challenge.experiment.users.tolist())}
    for row in rows(log, range(25)):
        said = sum(weight for name, weight in weights.items() if row[name])
        for clip in (
            np.flatnonzero([author[one] == author[row["item_id"]] for one in ids.tolist()])
            if said
            else ()
        ):
            wanted[clip, place[row["user_id"]]] += said
    fans = fit_audience("fans", challenge)
    scores = fans.tiles(np.arange(len(ids)))(0, fans.users)
    assert wanted.max() >= 1
    assert np.abs(scores - wanted).max() <= 1.001e-3  # the most active come first among equals


def test_crowds_and_matches_by_hand() -> None:
    crowd = Sequences(np.array([0, 2, 1]), np.array([0, 2, 3]))  # groups: users 0 and 2; user 1
    crowds = GroupAffinityTargeting(
        np.array([[0, 1], [1, -1]]),
        np.array([[1.0, 0.5], [2.0, 0.0]], np.float32),
        crowd,
        np.array([1, 3, 4], np.float32),
        np.full(3, 0.25, np.float32),
    )
    assert crowds.tiles(np.array([1, 0]))(0, 3).tolist() == [[0.25, 8.25, 0.25], [1.25, 2.25, 3.25]]
    assert crowds.tiles(np.array([0]))(1, 2).tolist() == [[2.25]]
    matches = DotProductTargeting(
        np.array([[1.0, 0.0]], np.float32),
        np.array([[2.0, 5.0], [-3.0, 0.0]], np.float32),
        np.array([0.5, 0.25], np.float32),
    )
    assert matches.tiles(np.array([0]))(0, 2).tolist() == [[2.5, 0.25]]


def test_a_map_from_content_finds_the_one_that_made_the_factors() -> None:
    random = np.random.default_rng(0)
    content = random.standard_normal((300, 5)).astype(np.float32)
    true = random.standard_normal((5, 3)).astype(np.float32)
    known = random.random(300) < 0.5
    factors = np.where(known[:, None], content @ true, 99).astype(np.float32)
    found = content_map(content, factors, known, penalty=1e-6)
    assert found == pytest.approx(true, abs=1e-4)
    assert np.abs(content_map(content, factors, known, penalty=1e6)).max() < 0.01
    for penalty, rows_ in ((0.0, known), (1.0, known & ~known)):
        with pytest.raises(InvalidInputError, match="penalty"):
            content_map(content, factors, rows_, penalty=penalty)


def good() -> tuple[Submission, np.ndarray, np.ndarray]:
    clips, users = np.array([5, 9], np.uint32), np.arange(10, 20, dtype=np.uint32)
    return Submission(clips, np.stack([users[:3], users[2:5]])), clips, users


def test_what_is_written_is_the_published_form(tmp_path: Path) -> None:
    submission, *_ = good()
    write_submission(tmp_path / "s.parquet", submission)
    stored = pq.read_schema(tmp_path / "s.parquet")
    assert stored.names == ["item_id", "user_id"]
    assert stored.field("item_id").type == pa.uint32()
    assert stored.field("user_id").type == pa.list_(pa.uint32(), 3)
    again = read_submission(tmp_path / "s.parquet")
    assert again.items.tolist() == [5, 9]
    assert again.users.tolist() == [[10, 11, 12], [12, 13, 14]]


def test_each_fault_is_named() -> None:
    submission, clips, users = good()
    assert submission_faults(submission, clips, users, k=3, cap=2) == []

    def faults(items: list[int], lists: list[list[int]], k: int = 3, cap: int = 2) -> list[str]:
        made = Submission(np.array(items, np.uint32), np.array(lists, np.uint32))
        return submission_faults(made, clips, users, k=k, cap=cap)

    fine = [[10, 11, 12], [12, 13, 14]]
    assert faults([5, 9], fine, k=4) == ["lists have 3 users, wanted 4"]
    assert faults([5, 7], fine) == [
        "row 1: clip 7 is not asked for (1 such rows)",
        "clip 9 has no list (1 such clips)",
    ]
    assert faults([5, 9, 5], [*fine, [15, 16, 17]]) == ["row 2: clip 5 comes again (1 such clips)"]
    assert faults([5, 9], [fine[0], [12, 13, 77]]) == [
        "row 1: user 77 is not in the log (1 such places)"
    ]
    assert faults([5, 9], [fine[0], [12, 13, 12]], cap=3) == [
        "row 1: user 12 comes twice (1 such rows)"
    ]
    assert faults([5, 9], fine, cap=1) == [
        "user 12 is on 2 lists, at most 1 are allowed (1 such users)"
    ]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"item_id": [1]}, "must have the columns item_id and user_id, got item_id"),
        ({"item_id": [1], "user_id": [[2]]}, "got int64 and list"),
        (
            {
                "item_id": pa.array([1, None], pa.uint32()),
                "user_id": pa.array([[2], [3]], pa.list_(pa.uint32())),
            },
            "row 1: item_id has no value",
        ),
        (
            {
                "item_id": pa.array([1, 2], pa.uint32()),
                "user_id": pa.array([[2], [3, 4]], pa.list_(pa.uint32())),
            },
            "row 1: a list of 2 users, the first has 1",
        ),
        (
            {
                "item_id": pa.array([1, 2], pa.uint32()),
                "user_id": pa.array([[2], [None]], pa.list_(pa.uint32())),
            },
            "row 1: a user has no value",
        ),
    ],
)
def test_files_of_another_form_are_refused(
    columns: dict[str, object], told: str, tmp_path: Path
) -> None:
    pq.write_table(pa.table(columns), tmp_path / "s.parquet")
    with pytest.raises(UnreadableFileError, match=told):
        read_submission(tmp_path / "s.parquet")


def test_damaged_and_absent_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "s.parquet").write_bytes(b"PAR1 not really")
    for name in ("s.parquet", "absent.parquet"):
        with pytest.raises(UnreadableFileError, match="cannot read"):
            read_submission(tmp_path / name)


def test_what_the_challenge_refuses(log: LogLayout, challenge: Challenge) -> None:
    from dataclasses import replace

    with pytest.raises(InvalidInputError, match="no model"):
        fit_audience("oracle", challenge)
    with pytest.raises(InvalidInputError, match="too few users"):
        Challenge.of(InteractionLog.open(log.root.parent), replace(challenge.protocol, k=10**6))
