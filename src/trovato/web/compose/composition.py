"""What the page is asked for, as its address holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from starlette.exceptions import HTTPException

from trovato.systems.sdr_cir import PRESETS
from trovato.web.pages.requests import MOST_HITS, question_of

DEFAULT_PRESET = "circo"
_RANGES = {"alpha": 1.0, "beta": 1.5}
_COUNT = 12


@dataclass(frozen=True, slots=True)
class Composition:
    """A picture, a change, and what each of them counts.

    Parameters
    ----------
    image
        Id of a picture of the collection, or name of one that was uploaded.
    edit, description, negative
        The change, what the target looks like, and what is not wanted; in words.
    filter
        Conditions on attributes.
    preset
        Where alpha and beta come from that are not given.
    alpha, beta
        Share of the picture, and strength of the debias term; None for the preset's.
    k
        How many pictures are shown.
    """

    image: str = ""
    edit: str = ""
    description: str = ""
    negative: str = ""
    filter: str = ""
    preset: str = DEFAULT_PRESET
    alpha: float | None = None
    beta: float | None = None
    k: int = _COUNT

    @staticmethod
    def of(fields: Mapping[str, str]) -> Composition:
        """From the parameters of an address or the fields of a form.

        Raises
        ------
        HTTPException
            If one of them is not understood.
        """
        preset = fields.get("preset") or DEFAULT_PRESET
        if preset not in PRESETS:
            raise HTTPException(400, f"preset must be one of {', '.join(PRESETS)}")
        count = fields.get("k") or str(_COUNT)
        if not (count.isascii() and count.isdigit() and 1 <= int(count[:6]) <= MOST_HITS):
            raise HTTPException(400, f"k must be a number in 1…{MOST_HITS}, got {count[:40]!r}")
        texts = ("edit", "description", "negative", "filter")
        return Composition(
            image=fields.get("image", ""),
            **{name: question_of(fields.get(name, "")) for name in texts},
            preset=preset,
            alpha=_number("alpha", fields),
            beta=_number("beta", fields),
            k=int(count),
        )

    @property
    def used_alpha(self) -> float:
        """The given one, or that of the preset."""
        return PRESETS[self.preset].alpha if self.alpha is None else self.alpha

    @property
    def used_beta(self) -> float:
        """The given one, or that of the preset."""
        return PRESETS[self.preset].beta if self.beta is None else self.beta

    def parameters(self, **changed: object) -> dict[str, object]:
        """For an address; what is as it would be anyway is left out."""
        usual = asdict(Composition())
        found = asdict(self) | changed
        return {name: value for name, value in found.items() if value != usual.get(name)}


def _number(name: str, fields: Mapping[str, str]) -> float | None:
    given = fields.get(name, "").strip()
    if not given:
        return None
    try:
        value = float(given[:20])
    except ValueError:
        value = -1.0
    if not 0 <= value <= _RANGES[name]:
        raise HTTPException(400, f"{name} lies in 0…{_RANGES[name]:g}, got {given[:40]!r}")
    return value
