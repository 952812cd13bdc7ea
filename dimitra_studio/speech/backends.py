"""The models that speech analysis runs, bundled and built from file paths."""

from dataclasses import dataclass, field
from pathlib import Path

from dimitra_studio.core.lane import Lane
from dimitra_studio.speech.features import FeatureExtractor, WhisperFeatures
from dimitra_studio.speech.minilm import MiniLM
from dimitra_studio.speech.phonemes import Aligner
from dimitra_studio.speech.sphinx import load_aligner
from dimitra_studio.speech.text import TextEmbedder
from dimitra_studio.speech.transcript import Transcriber, WhisperTranscriber, load_whisper
from dimitra_studio.speech.voice_activity import VoiceDetector


@dataclass(frozen=True)
class SpeechBackends:
    """One implementation of each protocol; what cannot be stopped is asked in the `lane`."""

    detector: VoiceDetector
    transcriber: Transcriber
    aligner: Aligner
    features: FeatureExtractor
    embedder: TextEmbedder
    lane: Lane = field(default_factory=Lane)


def load_speech_backends(whisper: Path, g2p: Path, minilm: Path, lane: Lane, *, threads: int = 1) -> SpeechBackends:
    """The embedded models: `whisper` a CTranslate2 folder, `g2p` checkpoint20.npz, `minilm` a folder; see each class.

    Raises ModelError where a file is missing or cannot be read.
    """
    model = load_whisper(whisper, threads)
    return SpeechBackends(
        VoiceDetector(),
        WhisperTranscriber(model),
        load_aligner(g2p),
        WhisperFeatures(model),
        MiniLM(minilm),
        lane,
    )
