import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import (
    BlendToBase,
    BlendToNeighbour,
    BlendToNeutral,
    BlendToTake,
    Ease,
    Side,
    Slope,
)
from dimitra_studio.editing.brush import Dab, EraseBrush, Sculpt, SmoothBrush
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.falloff import Falloff
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Handle, Handles, Interpolation, Key, KeyCurve
from dimitra_studio.editing.operation import Surroundings
from dimitra_studio.editing.recordings import Override, PuppetRecording, Samples
from dimitra_studio.editing.shaping import Clamp, Hold, MirrorFace, Noise, Offset, ScaleAboutMean, Shear
from dimitra_studio.editing.smoothing import ButterworthSmooth, GaussianSmooth
from dimitra_studio.editing.timing import Stretch, TimeShift

FRAMES = 60
SECONDS = FRAMES / 25


def number(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


VALUE, MOMENT = number(-2, 2), number(0, SECONDS)
KEYS = st.builds(
    Key, st.integers(0, 24_000).map(lambda number: number * 1e-4), VALUE,
    st.sampled_from(Interpolation), st.sampled_from(Handles),
    st.builds(Handle, number(-1, 0), VALUE), st.builds(Handle, number(0, 1), VALUE),
)  # fmt: skip
CURVES = st.lists(KEYS, min_size=1, max_size=5, unique_by=lambda key: key.seconds).map(
    lambda keys: KeyCurve(tuple(sorted(keys, key=lambda key: key.seconds)))
)
DABS = st.lists(st.builds(Dab, MOMENT, number(0.02, 1), number(0, 1)), max_size=3).map(tuple)
FALLOFFS = st.sampled_from(Falloff)


def operations(channels: int) -> st.SearchStrategy:
    """Any operation for so many channels."""

    def each(inner: st.SearchStrategy) -> st.SearchStrategy:
        size = st.sampled_from([1, channels])
        return size.flatmap(lambda count: st.lists(inner, min_size=count, max_size=count).map(tuple))

    recorded = arrays(np.float32, st.tuples(st.integers(1, 5), st.just(channels)), elements=st.floats(-2, 2, width=32))
    samples = st.builds(Samples, MOMENT, number(1, 100), recorded)
    return st.one_of(
        st.builds(Offset, each(VALUE)),
        st.builds(ScaleAboutMean, number(-3, 3)),
        st.builds(Shear, VALUE),
        st.builds(GaussianSmooth, number(0, 0.3)),
        st.builds(ButterworthSmooth, number(1, 20)),
        st.builds(BlendToNeighbour, st.sampled_from(Side)),
        st.just(BlendToNeutral()),
        st.just(BlendToBase()),
        st.builds(BlendToTake, st.sampled_from(["other", "gone"])),
        st.builds(Ease, st.sampled_from(Slope), st.integers(1, 9)),
        st.builds(TimeShift, number(-0.5, 0.5)),
        st.builds(Stretch, number(0.1, 10), number(0, 1)),
        st.builds(Clamp, number(-2, 0), number(0, 2)),
        st.builds(Noise, number(0, 1), number(0.1, 20), st.integers(0, 2**63 - 1)),
        st.just(Hold()),
        st.just(MirrorFace()),
        st.builds(Keys, each(CURVES), st.booleans()),
        st.builds(Sculpt, DABS, FALLOFFS),
        st.builds(SmoothBrush, DABS, number(0, 0.2), FALLOFFS),
        st.builds(EraseBrush, DABS, FALLOFFS),
        st.builds(PuppetRecording, samples, st.booleans()),
        st.builds(Override, samples),
    )


@st.composite
def _edits(draw: st.DrawFn) -> Edit:
    # Few, so that edits meet; the left and the right of one component, and what leans, are among them.
    channels = tuple(draw(st.lists(st.sampled_from([0, 13, 25, 26, 65]), min_size=1, max_size=4, unique=True)))
    start = draw(number(0, SECONDS * 1.1))
    return Edit(
        draw(st.uuids().map(str)),
        draw(operations(len(channels))),
        channels,
        TimeRange(start, start + draw(number(0.01, SECONDS))),
        draw(st.sampled_from([0.0, 0.1, 0.33])),
        draw(st.sampled_from([0.0, 0.04, 0.5])),
        draw(st.sampled_from([0.0, 0.3, 1.0, 1.0, 1.0, 1.5])),
        draw(st.sampled_from([False, False, False, True])),
        draw(st.sampled_from(["", "Ä"])),
    )


@pytest.fixture(scope="session")
def any_edit():
    """A strategy of edits of every kind on a motion of 60 frames."""
    return _edits()


@pytest.fixture(scope="session")
def any_curve():
    """A strategy of curves of keys."""
    return CURVES


@pytest.fixture(scope="session")
def base():
    """A motion of 60 frames; frames 20 and 21 are without a face."""
    values = np.random.default_rng(1).normal(0, 0.5, (FRAMES, 70)).astype(np.float32)
    values[5:10] = -0.0  # a zero's sign is a bit, too
    values[20:22] = np.nan
    return MotionSequence(values)


@pytest.fixture(scope="session")
def around():
    """Another take, slower and shorter, and a face at rest that is not zero."""
    other = np.random.default_rng(2).normal(0, 0.5, (20, 70)).astype(np.float32)
    return Surroundings({"other": MotionSequence(other, 12.5)}, np.linspace(-1, 1, 70, dtype=np.float32))
