"""The VK RecSys Challenge 2025: for each new clip the users who will care, nobody too often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, Sequences, generator, no_progress
from trovato.core.shapes import Float32, Int64
from trovato.evaluate import NDCG, Estimate
from trovato.evaluate.recommendation import MetricAccumulator
from trovato.interactions.exports.challenge_submission import Submission
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import CapacityRanking, best_in_tiles, rank_with_capacity, sampled_prices
from trovato.recommend.dataset import Experiment
from trovato.recommend.protocol import PROTOCOLS, Protocol
from trovato.retrieve.user_targeting import UserTargeting

_TOGETHER = 1024  # clips scored at once
_SCORES = 1 << 25  # of a block of clips for everyone
_STEPS = 200  # blocks that prices are learnt from


@dataclass(frozen=True, slots=True)
class ChallengeProtocol:
    """What is asked. Any change to what a name means gets another version.

    Parameters
    ----------
    name
        As reports write it.
    split
        What is learnt from, and in which week clips are new.
    k, cap
        Users of a clip, and clips of a user.
    """

    name: str
    split: Protocol
    k: int = 100
    cap: int = 100


# The test of the challenge was never published with its truth, so only week 25 can be measured.
CHALLENGE = ChallengeProtocol(
    "vk-recsys-challenge-2025 validation, version 1",
    replace(PROTOCOLS["validation"], positive="any"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Challenge:
    """A log under the protocol of the challenge.

    Parameters
    ----------
    protocol, experiment
        How the log is cut, and the log.
    clips
        Places of the clips that the test week shows and the training weeks do not, by rising id.
    truth
        Places of the users who cared for each clip.
    """

    protocol: ChallengeProtocol
    experiment: Experiment
    clips: Int64[np.ndarray, " clips"]
    truth: Sequences

    @staticmethod
    def of(log: InteractionLog, protocol: ChallengeProtocol = CHALLENGE) -> Challenge:
        """Read a log.

        Raises
        ------
        InvalidInputError
            If there are no new clips, or too few users to fill their lists.
        UnreadableFileError
            If a file is absent or damaged.
        """
        experiment = Experiment.of(log, protocol.split)
        new = np.unique(experiment.test_items.items)
        new = new[experiment.shown[new] == 0]
        clips = new[np.argsort(experiment.catalogue.ids[new])]
        users = len(experiment.users)
        if not len(clips):
            raise InvalidInputError("the test week shows no clip that is new: the log is too small")
        if users < protocol.k or users * protocol.cap < len(clips) * protocol.k:
            raise InvalidInputError(
                f"{len(clips)} clips need {protocol.k} users each, and each of {users} users may "
                f"be named {protocol.cap} times: the log has too few users"
            )
        number = np.full(len(experiment.catalogue), -1)
        number[clips] = np.arange(len(clips))
        wanted = experiment.targets
        clip = number[wanted.items]
        truth = Sequences.of(clip[clip >= 0], wanted.users[clip >= 0], len(clips))
        return Challenge(protocol, experiment, clips, truth)

    def submission(self, ranking: CapacityRanking) -> Submission:
        """Lists of ids, in the published form."""
        ids = self.experiment.catalogue.ids[self.clips]
        return Submission(ids, self.experiment.users[ranking.places])

    def ndcg(self, submission: Submission) -> tuple[Estimate, int]:
        """NDCG@k averaged over the clips that anyone cared for, and how many these are.

        The submission must keep to the rules; see `submission_faults`.

        Raises
        ------
        InvalidInputError
            If nobody cared for any of the clips.
        """
        ids = self.experiment.catalogue.ids[self.clips]
        rows = np.argsort(submission.items)[np.argsort(np.argsort(ids))]
        best = np.searchsorted(self.experiment.users, submission.users[rows]).astype(np.int64)
        measure = NDCG(self.protocol.k)
        tally = MetricAccumulator.empty([measure]).add(ids.astype(np.int64), best, self.truth)
        return tally.estimates()[str(measure)], tally.users


def solve(
    challenge: Challenge,
    audience: UserTargeting,
    *,
    candidates: int = 300,
    rounds: int = 60,
    sample: float = 0.2,
    seed: int = 0,
    progress: ProgressCallback = no_progress,
) -> CapacityRanking:
    """The lists with a large sum of scores that keep to both capacities.

    Where the same few users score best for all clips, these are soon used up. So prices of users
    are learnt from the full scores of some clips, then candidates are the best by score less price,
    and the lists are assigned to these. The most active users take the places that are left.

    Parameters
    ----------
    challenge
        What is asked.
    audience
        Scores users for the clips, by their numbers.
    candidates
        Users of each clip that are looked at; memory is about 40 bytes for each.
    rounds
        See `rank_with_capacity`.
    sample
        Share of the clips that prices are learnt from; 0 for none.
    seed
        Of the order in which clips are looked at.
    progress
        Told what is done, and how many clips of how many.
    """
    k, cap, clips = challenge.protocol.k, challenge.protocol.cap, len(challenge.clips)
    order = generator(seed, "order of clips").permutation(clips)[: round(sample * clips)]
    size = max(1, min(_SCORES // audience.users, -(-len(order) // _STEPS)))

    def blocks() -> Iterator[Float32[np.ndarray, "some users"]]:
        for first in range(0, len(order), size):
            progress("learning prices", first, len(order))
            yield audience.tiles(order[first : first + size])(0, audience.users)

    prices = sampled_prices(blocks(), audience.users, k=k, share=cap / clips)
    width = min(candidates, audience.users)
    best = np.empty((clips, width), np.int32)
    scores = np.empty((clips, width), np.float32)
    for first in range(0, clips, _TOGETHER):
        progress("finding candidates", first, clips)
        some = np.arange(first, min(first + _TOGETHER, clips))
        tiles = audience.tiles(some)
        best[some], net = best_in_tiles(
            lambda low, high, tiles=tiles: tiles(low, high) - prices[low:high],  # type: ignore[misc]
            len(some),
            audience.users,
            width,
        )
        scores[some] = np.maximum(net + prices[best[some]], np.finfo(np.float32).tiny)
    progress("assigning", 0, 1)
    spare = np.argsort(-challenge.experiment.histories.lengths, kind="stable")
    return rank_with_capacity(
        best, scores, audience.users, k=k, cap=cap, rounds=rounds, spare=spare
    )
