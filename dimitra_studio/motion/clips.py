"""A talking clip as training and evaluation read it: one .npz with the tracked motion and the analysed voice."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import DAMAGE, make_folder, replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import PHONEMES, Phoneme, SpeechAnalysis, Word
from dimitra_studio.motion.voice import Voice, hear


@dataclass(frozen=True)
class ClipFacts:
    """Where a clip comes from; `lag` frames (of 25 a second) that its sound is late, `licence` of the media.

    `variant` names how the voice was changed (training.variants); empty: as it was recorded.
    """

    name: str
    split: str
    speaker: str
    source: str
    licence: str
    lag: float = 0.0
    variant: str = ""


@dataclass(frozen=True)
class TalkingClip:
    """A clip's motion, with NaN frames where no face was seen, its speech, and its `loudness` [T50] in dB at 50 Hz."""

    facts: ClipFacts
    motion: MotionSequence
    speech: SpeechAnalysis
    loudness: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "loudness", frozen(self.loudness, (None,), "loudness"))

    def voice(self) -> Voice:
        """What is heard while each frame of the motion is seen: the lag taken out."""
        return hear(self.speech, len(self.motion), self.facts.lag / self.motion.fps)


def save_clip(path: Path, clip: TalkingClip) -> None:
    """Writes `clip`, features in half precision; the file appears whole or not at all."""
    speech = clip.speech
    told = {
        "facts": asdict(clip.facts),
        "duration": speech.duration,
        "text": speech.text,
        "language": speech.language,
        "words": [asdict(word) for word in speech.words],
        "feature_kind": speech.feature_kind,
        "embedding_kind": speech.embedding_kind,
        "face_model": clip.motion.face_model,
    }
    make_folder(path.parent)
    with replacing(path) as part, part.open("wb") as stream:
        np.savez_compressed(
            stream,
            values=clip.motion.values,
            fps=np.float64(clip.motion.fps),
            features=speech.features.astype(np.float16),
            text_embedding=speech.text_embedding,
            phoneme_symbols=np.array([PHONEMES.index(phone.symbol) for phone in speech.phonemes], np.int16),
            phoneme_times=_times([(phone.start, phone.end) for phone in speech.phonemes]),
            silences=_times(speech.silences),
            loudness=clip.loudness,
            meta=np.str_(json.dumps(told, ensure_ascii=False)),
        )


def load_clip(path: Path) -> TalkingClip:
    """Reads what `save_clip` wrote. Raises InputError where that is not what `path` holds."""
    with _opened(path) as (archive, told):
        phones = zip(archive["phoneme_symbols"], archive["phoneme_times"], strict=True)
        speech = SpeechAnalysis(
            duration=float(told["duration"]),
            words=tuple(Word(**word) for word in told["words"]),
            phonemes=tuple(Phoneme(float(start), float(end), PHONEMES[symbol]) for symbol, (start, end) in phones),
            text=told["text"],
            language=told["language"],
            features=_numbers(archive["features"]),
            feature_kind=told["feature_kind"],
            text_embedding=_numbers(archive["text_embedding"]),
            embedding_kind=told["embedding_kind"],
            silences=tuple((float(start), float(end)) for start, end in archive["silences"]),
        )
        motion = MotionSequence(archive["values"], float(archive["fps"]), told["face_model"])
        return TalkingClip(ClipFacts(**told["facts"]), motion, speech, archive["loudness"])


def load_facts(path: Path) -> ClipFacts:
    """Where a clip comes from, without its arrays. Raises InputError as `load_clip`."""
    with _opened(path) as (_, told):
        return ClipFacts(**told["facts"])


def load_clips(folder: Path, split: str | None = None, *, variants: bool = True) -> tuple[TalkingClip, ...]:
    """All prepared clips of `folder`, of one `split` or of any; without `variants` only clips as they were recorded.

    The others are not held, of whose files the facts alone are read. Raises InputError where there are none.
    """

    def wanted(facts: ClipFacts) -> bool:
        return split in (None, facts.split) and (variants or not facts.variant)

    clips = tuple(load_clip(path) for path in sorted(folder.rglob("*.npz")) if wanted(load_facts(path)))
    if not clips:
        described = f" of the {split} split" if split else ""
        raise InputError(
            f"{folder} holds no prepared clips{described}.", "Prepare them: dimitra train prepare CORPUS -o DIR"
        )
    return clips


@contextmanager
def _opened(path: Path) -> Iterator[tuple[NpzFile, dict[str, Any]]]:
    """A clip's arrays, each read when it is asked for, and what is told of it. Raises InputError for damage."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            yield archive, json.loads(str(archive["meta"]))
    except DAMAGE as error:
        hint = "Prepare the corpus again: dimitra train prepare."
        raise InputError(f"{path} is not a prepared clip that can be read ({error}).", hint) from error


def _times(spans: "tuple[tuple[float, float], ...] | list[tuple[float, float]]") -> FloatArray:
    return np.asarray(spans, dtype=np.float32).reshape(-1, 2)


def _numbers(values: NDArray[np.generic]) -> FloatArray:
    return values.astype(np.float32)
