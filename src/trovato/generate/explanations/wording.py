"""Sentences about signals, and the words for their buckets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from trovato.core import InvalidInputError

_ONE = r"(?<![\d.+-])1 "  # no end of a longer number


@dataclass(frozen=True, slots=True)
class Wording:
    """What is counted, and by what.

    Parameters
    ----------
    unit
        In the plural, such as "views".
    bin
        Such as "week"; its plural has an s.

    Raises
    ------
    InvalidInputError
        If either is no word of letters, which a reader could take for a number or another sentence.
    """

    unit: str = "events"
    bin: str = "bin"

    def __post_init__(self) -> None:
        for name in ("unit", "bin"):
            if not getattr(self, name).isalpha():
                raise InvalidInputError(
                    f"{name} is one word of letters, as views or week, got {getattr(self, name)!r}"
                )

    def singular(self, text: str) -> str:
        """The text with `1 weeks` as `1 week`: sentences are written for many bins."""
        return re.sub(rf"{_ONE}{self.bin}s\b", f"1 {self.bin}", text)

    def plural(self, text: str) -> str:
        """The text with `1 week` as `1 weeks`, as sentences are written."""
        return re.sub(rf"{_ONE}{self.bin}\b", f"1 {self.bin}s", text)


# The first word of each bucket is the plain one.
BUCKET_WORDS = MappingProxyType(
    {
        ("forecast", "above"): ("more than", "above", "higher than", "over"),
        ("forecast", "level"): ("about as many as", "level with", "close to", "much like"),
        ("forecast", "below"): ("fewer than", "below", "lower than", "under"),
        ("trend", "rising"): ("rising", "climbing", "growing", "going up"),
        ("trend", "stable"): ("stable", "flat", "steady", "holding"),
        ("trend", "falling"): ("falling", "declining", "shrinking", "going down"),
        ("momentum", "up"): ("up", "positive", "upward", "strong"),
        ("momentum", "even"): ("even", "neutral", "balanced", "unchanged"),
        ("momentum", "down"): ("down", "negative", "downward", "weak"),
        ("burst", "spike"): ("a spike", "a burst", "a peak", "a jump"),
        ("burst", "none"): ("no spike", "no burst", "no peak", "no jump"),
        ("excess", "peak"): ("a peak", "above its usual level", "high for it", "unusually high"),
        ("excess", "usual"): (
            "as usual",
            "near its usual level",
            "normal for it",
            "nothing unusual",
        ),
        ("excess", "dip"): ("a dip", "below its usual level", "low for it", "unusually low"),
        ("autocorrelation", "yes"): ("clear", "strong", "marked", "pronounced"),
        ("autocorrelation", "no"): ("weak", "faint", "slight", "vague"),
        ("season_step", "rose"): ("rose", "grew", "went up", "climbed"),
        ("season_step", "stayed"): ("stayed level", "held", "hardly moved", "kept its level"),
        ("season_step", "fell"): ("fell", "sank", "went down", "dropped"),
        ("age", "new"): ("new", "a newcomer", "just out", "young"),
        ("age", "recent"): ("recent", "fairly new", "not old", "of late"),
        ("age", "mature"): ("mature", "long known", "established", "old"),
        ("listed_age", "new"): ("new", "a newcomer", "a fresh entry", "not seen before"),
        ("listed_age", "recent"): ("recent", "fairly new", "not old", "of late"),
        ("listed_age", "mature"): ("long known", "familiar", "established", "no stranger"),
        ("category_momentum", "hot"): ("hot", "gaining", "warming", "in demand"),
        ("category_momentum", "neutral"): ("neutral", "calm", "quiet", "unmoved"),
        ("category_momentum", "cold"): ("cold", "losing", "cooling", "out of demand"),
        ("support", "little"): ("only", "just", "no more than", "merely"),
        ("support", "enough"): ("as many as", "all of", "fully", "altogether"),
    }
)

# By type of claim. A slot names a signal and what is said of it.
SENTENCES = MappingProxyType(
    {
        "forecast": (
            "About {forecast.value} {unit} are expected, {forecast.bucket} the last {bin}'s "
            "{last.value}, and {low.value} to {high.value} are likely.",
            "Expect {forecast.value} {unit} ({low.value} to {high.value}), {forecast.bucket} the "
            "{last.value} of the last {bin}.",
            "The forecast is {forecast.value} {unit}, {forecast.bucket} the newest count of "
            "{last.value}; the likely range is {low.value} to {high.value}.",
            "Between {low.value} and {high.value} {unit} are likely, {forecast.value} as the best "
            "guess, {forecast.bucket} the {last.value} before.",
            "With {last.value} {unit} in the last {bin}, {forecast.value} come next, "
            "{forecast.bucket} that, within {low.value} to {high.value}.",
        ),
        "forecast-unlisted": (
            "About {forecast.value} {unit} are expected, {low.value} to {high.value} are likely; "
            "in the last {bin} it was below the smallest count listed, {lowest.value}.",
            "Expect {forecast.value} {unit} ({low.value} to {high.value}), after less than the "
            "{lowest.value} of the end of the list in the last {bin}.",
        ),
        "forecast-unknown": (
            "About {forecast.value} {unit} are expected, {low.value} to {high.value} are likely; "
            "the last {bin}'s count is not known.",
            "Expect {forecast.value} {unit} ({low.value} to {high.value}); nobody counted it in "
            "the last {bin}.",
        ),
        "forecast-new": (
            "About {forecast.value} {unit} are expected in its first {bin}, and {low.value} to "
            "{high.value} are likely.",
            "Expect {forecast.value} {unit} in the first {bin} ({low.value} to {high.value}).",
        ),
        "neighbours": (
            "It is new and has no counts: {neighbours.value} items like it began so.",
            "Without counts of its own, it rests on how {neighbours.value} items like it began.",
        ),
        "trend": (
            "The trend over {trend.window} {bin}s is {trend.bucket}, {trend.value} per {bin} on a "
            "log scale.",
            "Over the last {trend.window} {bin}s it has been {trend.bucket} (trend {trend.value} "
            "per {bin}, log scale).",
            "Its history of {trend.window} {bin}s is {trend.bucket}, with a slope of {trend.value} "
            "per {bin} on a log scale.",
            "A slope of {trend.value} per {bin} on a log scale over {trend.window} {bin}s says "
            "that it is {trend.bucket}.",
            "It is {trend.bucket}: the log count changes by {trend.value} per {bin} over "
            "{trend.window} {bin}s.",
        ),
        "momentum": (
            "Momentum is {momentum.bucket}: the last 2 {bin}s differ by {momentum.value} on a log "
            "scale from the 6 before.",
            "Its momentum of {momentum.value} (log scale, {momentum.window} {bin}s) is "
            "{momentum.bucket}.",
            "The last 2 {bin}s against the 6 before give a momentum of {momentum.value}, which is "
            "{momentum.bucket}.",
            "Short-term momentum is {momentum.bucket} at {momentum.value} on a log scale.",
            "With {momentum.value} on a log scale, the momentum of the last {bin}s is "
            "{momentum.bucket}.",
        ),
        "burst": (
            "There was {burst.bucket} {since_peak.value} {bin}s ago, at {burst.value} times the "
            "mean of {burst.window} {bin}s.",
            "The last {burst.window} {bin}s show {burst.bucket}: the largest count is "
            "{burst.value} times their mean, {since_peak.value} {bin}s ago.",
            "It had {burst.bucket} of {burst.value} times the mean, {since_peak.value} {bin}s ago.",
            "At {burst.value} times the mean, the count of {since_peak.value} {bin}s ago was "
            "{burst.bucket}.",
            "Its largest count, {since_peak.value} {bin}s ago, is {burst.bucket} at {burst.value} "
            "times the mean.",
        ),
        "excess": (
            "The last {bin} was {excess.bucket}: {excess.value} on a log scale from the mean of "
            "the 7 before.",
            "At {excess.value} on a log scale from the 7 {bin}s before, the last {bin} was "
            "{excess.bucket}.",
            "Against the 7 {bin}s before it, the last {bin} was {excess.bucket} ({excess.value}, "
            "log scale).",
            "Its last count was {excess.bucket}, {excess.value} on a log scale from the mean of "
            "the 7 {bin}s before.",
            "A distance of {excess.value} on a log scale from the 7 {bin}s before makes the last "
            "{bin} {excess.bucket}.",
        ),
        "cycle": (
            "A {autocorrelation.bucket} cycle of {period.value} {bin}s is seen (autocorrelation "
            "{autocorrelation.value}).",
            "It repeats every {period.value} {bin}s: the cycle is {autocorrelation.bucket}, with "
            "an autocorrelation of {autocorrelation.value}.",
            "The cycle of {period.value} {bin}s is {autocorrelation.bucket} at an autocorrelation "
            "of {autocorrelation.value}.",
            "With an autocorrelation of {autocorrelation.value}, its cycle of {period.value} "
            "{bin}s is {autocorrelation.bucket}.",
            "Every {period.value} {bin}s it comes back, a {autocorrelation.bucket} cycle "
            "({autocorrelation.value}).",
        ),
        "season": (
            "One season of {season_step.window} {bin}s ago it {season_step.bucket} at this point, "
            "by {season_step.value} on a log scale.",
            "At the same point {season_step.window} {bin}s ago it {season_step.bucket} by "
            "{season_step.value} on a log scale.",
            "It {season_step.bucket} by {season_step.value} (log scale) in the step that came "
            "{season_step.window} {bin}s before the next one.",
            "A season before, {season_step.window} {bin}s ago, the count {season_step.bucket} by "
            "{season_step.value} on a log scale.",
            "The step of {season_step.window} {bin}s ago was {season_step.value} on a log scale: "
            "then it {season_step.bucket}.",
        ),
        "newness": (
            "It is {age.bucket}: the first count was {age.value} {bin}s ago.",
            "First counted {age.value} {bin}s ago, it is {age.bucket}.",
            "It is {age.bucket}, with {age.value} {bin}s since its first count.",
            "Known for {age.value} {bin}s, it is {age.bucket}.",
            "Its age of {age.value} {bin}s makes it {age.bucket}.",
        ),
        "newness-listed": (
            "It is {listed_age.bucket} to these counts: the first was {listed_age.value} {bin}s "
            "ago.",
            "First listed {listed_age.value} {bin}s ago, it is {listed_age.bucket} here.",
            "In these counts it is {listed_age.bucket}, with {listed_age.value} {bin}s since its "
            "first.",
            "To these counts it is {listed_age.bucket}, known for {listed_age.value} {bin}s.",
            "Listed for {listed_age.value} {bin}s, it is {listed_age.bucket} here.",
        ),
        "category": (
            "Its category is {category_momentum.bucket}, with a momentum of "
            "{category_momentum.value} in the mean.",
            "Others of its category are {category_momentum.bucket} (mean momentum "
            "{category_momentum.value}).",
            "The category is {category_momentum.bucket}: its other items have a momentum of "
            "{category_momentum.value}.",
            "With a mean momentum of {category_momentum.value}, its category is "
            "{category_momentum.bucket}.",
            "Items like it are {category_momentum.bucket}, at {category_momentum.value} on "
            "average.",
        ),
        "rank": (
            "By the mean of {level_rank.window} {bin}s it has rank {level_rank.value}.",
            "It stands at rank {level_rank.value} by its level over {level_rank.window} {bin}s.",
            "Rank {level_rank.value} is its place by the mean of {level_rank.window} {bin}s.",
        ),
        "caveat": (
            "This rests on {support.bucket} {support.value} {unit} in {support.window} {bin}s.",
            "Behind it are {support.bucket} {support.value} {unit} of {support.window} {bin}s.",
            "It is based on {support.bucket} {support.value} {unit} counted in {support.window} "
            "{bin}s.",
            "The evidence is {support.bucket} {support.value} {unit} over {support.window} {bin}s.",
            "There are {support.bucket} {support.value} {unit} to go by in {support.window} "
            "{bin}s.",
        ),
    }
)
