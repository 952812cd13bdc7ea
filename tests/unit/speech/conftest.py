import numpy as np
import pytest

from dimitra_studio.audio.files import read_voice
from dimitra_studio.core.events import finish
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.paths import resource
from dimitra_studio.core.timebase import SPEECH_RATE
from dimitra_studio.engine.loader import Loader
from dimitra_studio.speech.analysis import analyse_voice


@pytest.fixture(scope="session")
def backends():
    """The embedded models, from where `make setup` puts them."""
    return Loader().speech


@pytest.fixture(scope="session")
def sample():
    return read_voice(resource("sample/voice.flac"))


@pytest.fixture(scope="session")
def speech(sample, backends):
    """The sample voice, analysed."""
    return finish(analyse_voice(sample, backends))


@pytest.fixture
def clip():
    """Makes a clip of samples."""

    def make(samples):
        return AudioClip(np.asarray(samples, np.float32), SPEECH_RATE, "test", "0" * 64)

    return make
