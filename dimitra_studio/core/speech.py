"""What was said and when: words, ARPAbet phonemes, features."""

from dataclasses import dataclass, replace
from typing import TypeVar

from dimitra_studio.core.arrays import FloatArray, frozen

# ARPAbet without stress, silence, and noise: the 41 classes of StyleTalk's phindex.json.
PHONEMES = (
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
    "L", "M", "N", "NG", "NSN", "OW", "OY", "P", "R", "S", "SH", "SIL", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
)  # fmt: skip
UNSPOKEN = ("SIL", "NSN")  # silence and noise
PHONEME_INDEX = {symbol: index for index, symbol in enumerate(PHONEMES)}


@dataclass(frozen=True)
class Word:
    """A spoken word; seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Phoneme:
    """A spoken phone, `symbol` one of `PHONEMES`; seconds."""

    start: float
    end: float
    symbol: str


_Span = TypeVar("_Span", Word, Phoneme)


@dataclass(frozen=True)
class Utterance:
    """What is said: words in order, which do not overlap, and the phones that cover the whole duration; none of the
    latter where no English was understood."""

    words: tuple[Word, ...] = ()
    phonemes: tuple[Phoneme, ...] = ()

    def cut(self, start: float, end: float) -> "Utterance":
        """What is said from `start` to `end` (seconds), with times from there on; an edge cuts what it meets."""
        return Utterance(_cut(self.words, start, end), _cut(self.phonemes, start, end))


@dataclass(frozen=True)
class SpeechAnalysis:
    """What speech analysis found in a voice of `duration` seconds.

    `features` [T50, D] at 50 Hz, `text_embedding` [E]; `feature_kind` and `embedding_kind` name the models. `phonemes`
    cover the whole duration with SIL between words; both `words` and `phonemes` are empty where no
    English speech was understood, and `notes` say so. `silences` are the (start, end) in which nobody speaks,
    found by voice activity whatever the language.
    """

    duration: float
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    text: str
    language: str
    features: FloatArray
    feature_kind: str
    text_embedding: FloatArray
    embedding_kind: str
    silences: tuple[tuple[float, float], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", frozen(self.features, (None, None), "speech features"))
        object.__setattr__(self, "text_embedding", frozen(self.text_embedding, (None,), "text embedding"))

    @property
    def utterance(self) -> Utterance:
        """Words and phones alone."""
        return Utterance(self.words, self.phonemes)


def _cut(spans: tuple[_Span, ...], start: float, end: float) -> tuple[_Span, ...]:
    return tuple(
        replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
        for span in spans
        if span.start < end and span.end > start
    )
