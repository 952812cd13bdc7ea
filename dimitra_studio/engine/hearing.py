"""The pipeline's job that listens to a voice; a process of its own imports this module without those of the face."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from dimitra_studio.audio.files import read_voice
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.requests import AnalyseVoice
from dimitra_studio.core.speech import SpeechAnalysis, Utterance
from dimitra_studio.engine.loader import Loader

_NO_FEATURES = np.zeros((0, 0), np.float32)


@dataclass(frozen=True)
class HeardVoice:
    """What speech analysis found; the samples themselves are let go, an hour of them is large.

    `put_right` are words and phones that the user has corrected since: motion is made with them.
    """

    name: str
    sha256: str
    speech: SpeechAnalysis
    put_right: Utterance | None = None


def analyse(loader: Loader, request: AnalyseVoice) -> Job[HeardVoice]:
    """Finds words, phonemes and features in a recording, in the process apart where the loader has one.

    Raises InputError for a file without usable sound.
    """
    if loader.apart is not None:
        return (yield from loader.apart.run(partial(analyse, request=request)))
    from dimitra_studio.speech.analysis import analyse_voice

    beginning = Progress("speech", 0, 1)
    yield beginning
    clip = yield from loader.lane.call(lambda: read_voice(request.voice), beginning)
    yield from tell("speech", *clip.notes)
    backends = yield from loader.lane.call(lambda: loader.speech, beginning)
    speech = yield from analyse_voice(clip, backends, request.text)
    yield from tell("speech", *speech.notes)
    return HeardVoice(clip.name, clip.sha256, speech)


def understand(loader: Loader, voice: HeardVoice) -> Job[HeardVoice]:
    """The voice as the user has put it right; itself where nothing was."""
    if voice.put_right is None:
        return voice
    if loader.apart is not None:
        lean = replace(voice, speech=replace(voice.speech, features=_NO_FEATURES))  # an hour of them is large
        understood = yield from loader.apart.run(partial(understand, voice=lean))
        return replace(understood, speech=replace(understood.speech, features=voice.speech.features))
    from dimitra_studio.speech.analysis import put_right

    backends = yield from loader.lane.call(lambda: loader.speech, Progress("speech", 0, 1))
    speech = yield from put_right(voice.speech, voice.put_right, backends)
    return replace(voice, speech=speech, put_right=None)


def pronounce(loader: Loader, text: str) -> Job[tuple[tuple[str, tuple[str, ...]], ...]]:
    """The words of a text, each with its phones. Raises InputError for a word that has no sound."""
    if loader.apart is not None:
        return (yield from loader.apart.run(partial(pronounce, text=text)))
    here = Progress("speech", 0, 1)
    aligner = (yield from loader.lane.call(lambda: loader.speech, here)).aligner
    found = tuple((word, aligner.pronounce(word)) for word in text.split())
    for word, phones in found:
        if not phones:
            raise InputError(f"“{word}” cannot be pronounced.", "Write it as it is said, in English letters.")
    return found


def load_speech(loader: Loader) -> Job[None]:
    """Loads what `analyse` will need, where it will. Raises ModelError."""
    if loader.apart is not None:
        return (yield from loader.apart.run(load_speech))
    here = Progress("speech", 0, 1)
    yield here
    yield from loader.lane.call(lambda: loader.speech, here)


def tell(stage: str, *notes: str) -> Iterator[Progress]:
    """Notes on their own: no work is counted."""
    for note in filter(None, notes):
        yield Progress(stage, 0, 0, note)
