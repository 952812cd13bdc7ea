"""Mouth shapes of drawn animation from phones: Rhubarb's nine (A to H and X) and Preston Blair's ten."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dimitra_studio.core.speech import Phoneme

# Shapes as Rhubarb Lip Sync's documentation draws them, phones by what the mouth does; ARPAbet without stress. A shape
# that is read becomes the first of its phones: one that can be held as long as the shape is.
_RHUBARB = {
    "A": "M P B",
    "B": "S K T D G N NG Z SH ZH CH JH TH DH HH Y IY IH R",
    "C": "EH AE AH EY UH",
    "D": "AA AY AW",
    "E": "AO ER OY",
    "F": "UW OW W",
    "G": "F V",
    "H": "L",
    "X": "SIL NSN",
}
_PRESTON_BLAIR = {
    "AI": "AA AE AH AY AW",
    "E": "EH EY IY IH",
    "O": "AO OW OY",
    "U": "UW UH ER",
    "WQ": "W",
    "L": "L TH DH",
    "MBP": "M B P",
    "FV": "F V",
    "etc": "S K T D G N NG Z SH ZH CH JH HH Y R",
    "rest": "SIL NSN",
}


@dataclass(frozen=True)
class MouthCue:
    """The mouth shape between two moments; seconds."""

    start: float
    end: float
    shape: str


class MouthSet(Enum):
    """A set of shapes: the shape of each phone, the phone that stands for each shape, and the closed mouth at rest."""

    RHUBARB = (_RHUBARB, "X")
    PRESTON_BLAIR = (_PRESTON_BLAIR, "rest")

    def __init__(self, shapes: dict[str, str], rest: str) -> None:
        self.rest = rest
        self.phone_of = {shape: phones.split()[0] for shape, phones in shapes.items()}
        self.shape_of = {phone: shape for shape, phones in shapes.items() for phone in phones.split()}


def mouth_cues(phonemes: Sequence[Phoneme], duration: float, shapes: MouthSet) -> tuple[MouthCue, ...]:
    """The shapes from 0 to `duration` s without a gap, neighbours of one shape joined; rest where no phone is."""
    cues = list[MouthCue]()

    def add(start: float, end: float, shape: str) -> None:
        if end <= start:
            return
        if cues and cues[-1].shape == shape:
            cues[-1] = MouthCue(cues[-1].start, end, shape)
        else:
            cues.append(MouthCue(start, end, shape))

    place = 0.0
    for phone in sorted(phonemes, key=lambda phone: phone.start):
        add(place, min(phone.start, duration), shapes.rest)
        add(max(place, phone.start), min(phone.end, duration), shapes.shape_of[phone.symbol])
        place = max(place, min(phone.end, duration))
    add(place, duration, shapes.rest)
    return tuple(cues)
