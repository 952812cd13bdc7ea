"""What was said: the protocol, and Whisper through CTranslate2."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from faster_whisper import WhisperModel

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.speech import Word

# Greedy: on speech that is not English a beam finds fluent phrases and hides the doubt that gives it away.
_BEAM = 1
# Loops ("the the the ...") compress far better than speech does: Whisper's own threshold.
_LOOPING = 2.4


@dataclass(frozen=True)
class Transcript:
    """The words of one passage, times in seconds from the passage's start.

    `log_probability` is the mean over tokens (0 is certainty, below -1 is guessing), `looping` tells that the
    recogniser fell into a loop, as it does on noise.
    """

    words: tuple[Word, ...]
    log_probability: float
    looping: bool


class Transcriber(Protocol):
    """Hears words in one language."""

    language: str

    def transcribe(self, samples: FloatArray) -> Transcript:
        """The words in `samples` [N], 16 kHz, at most 30 s."""
        ...


def load_whisper(folder: Path, threads: int = 1) -> WhisperModel:
    """Opens a CTranslate2 Whisper folder (model.bin, config.json, tokenizer.json, vocabulary), never the network.

    Raises ModelError where a file is missing or unreadable.
    """
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise ModelError(f"The speech model {folder} lacks {name}.", "Install it again: dimitra models install.")
    try:
        return WhisperModel(
            str(folder), device="cpu", compute_type="float32", cpu_threads=threads, local_files_only=True
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(f"The speech model {folder} cannot be read.", "Run: dimitra models verify.") from error


class WhisperTranscriber:
    """Transcribes English with a Whisper `.en` model."""

    language = "en"

    def __init__(self, model: WhisperModel) -> None:
        self._model = model

    def transcribe(self, samples: FloatArray) -> Transcript:
        """See `Transcriber`. Greedy temperature 0: the same sound gives the same words."""
        found, _ = self._model.transcribe(
            samples,
            language="en",
            beam_size=_BEAM,
            temperature=0.0,
            word_timestamps=True,
            condition_on_previous_text=False,
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
        )
        segments = list(found)
        words = tuple(
            Word(float(word.start), float(word.end), word.word.strip())
            for segment in segments
            for word in segment.words or ()
            if word.word.strip()
        )
        lengths = [len(segment.tokens) for segment in segments]
        mean = _weighted_mean([segment.avg_logprob for segment in segments], lengths)
        return Transcript(words, mean, any(segment.compression_ratio > _LOOPING for segment in segments))


def _weighted_mean(values: Sequence[float], weights: Sequence[int]) -> float:
    total = sum(weights)
    return sum(v * w for v, w in zip(values, weights, strict=True)) / total if total else float("-inf")
