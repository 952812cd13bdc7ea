import numpy as np
import pytest

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.face.head_model import load_head_model


@pytest.fixture
def motion():
    """60 frames in which every channel moves; the mouth closes less than the jaw opens."""
    values = np.random.default_rng(0).uniform(-0.1, 0.6, (60, 70)).astype(np.float32)
    values[:, 0] += 1
    return MotionSequence(values)


@pytest.fixture(scope="session")
def head():
    return load_head_model()


@pytest.fixture
def words():
    return (Word(0.1, 0.42, "Hello,"), Word(0.42, 0.9, "<big>"), Word(1.05, 1.5, "world."), Word(3.25, 3.6, "Bye"))


@pytest.fixture
def phones():
    spans = (
        "0 .1 SIL|.1 .2 HH|.2 .42 AH|.42 .7 B|.7 .9 G|.9 1.05 SIL|"
        "1.05 1.3 W|1.3 1.5 L|1.5 3.25 SIL|3.25 3.6 AY|3.6 4 SIL"
    )
    return tuple(Phoneme(float(a), float(b), symbol) for a, b, symbol in (span.split() for span in spans.split("|")))
