"""Damaged files of other programs at the doors of `dimitra import` and of the window: what can be read is sound, all
else is one sentence."""

import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.core.lane import Lane
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import PHONEMES, Phoneme, Utterance, Word
from dimitra_studio.engine.conversion import Conversion, convert_motion, convert_speech, read_motion, read_speech
from dimitra_studio.export.formats import Formats
from dimitra_studio.face.head_model import load_head_model

READ = [each for each in Formats if each.value.read]
SLOW = [Formats.USD]  # read by a program of its own, which starts each time
SAID = Utterance(
    (Word(0.1, 0.4, "Hello,"), Word(0.4, 0.9, "world")),
    (Phoneme(0.0, 0.1, "SIL"), Phoneme(0.1, 0.4, "HH"), Phoneme(0.4, 0.9, "W"), Phoneme(0.9, 1.0, "SIL")),
)
# What parsers stumble over: numbers that are none, sizes beyond memory, brackets that never end, other encodings.
TOKENS = [
    *(b"nan", b"-inf", b"1e999", b"-1", b"0", b"99999999999999999999", b"0x", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf"),
    *(b"[" * 3000, b'{"a":' * 500, b'"', b"\n", b"\r\n\r\n", b",", b";", b"-->", b"00:00:99,999", b"{\\k-5}", b"]]"),
    *(b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x7f\x00\x00\x00", b"null", b"true", b"e", b"\xc3", b"Frames: 9e9"),
]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["cut", "drop", "double", "put", "over", "flip"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 64),
        st.sampled_from(TOKENS),
    ),
    min_size=1,
    max_size=4,
)


@cache
def head():
    return load_head_model()


@cache
def whole(kind):
    """The content of a good file."""
    values = np.random.default_rng(0).uniform(0, 0.5, (12, 70)).astype(np.float32)
    loader = SimpleNamespace(head=head(), lane=Lane())
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{kind.value.ending}"
        if kind.value.spoken:
            finish(convert_speech(Conversion(kind, path), SAID, 1.0))
        else:
            finish(convert_motion(loader, Conversion(kind, path), MotionSequence(values)))
        loader.lane.close()
        return path.read_bytes()


def damaged(content, edits):
    for how, where, length, token in edits:
        place = int(where * len(content))
        before, after = content[:place], content[place:]
        content = {
            "cut": before,
            "drop": before + after[length:],
            "double": before + after[:length] + after,
            "put": before + token + after,
            "over": before + token + after[len(token) :],
            "flip": before + bytes(each ^ 1 << length % 8 for each in after[:1]) + after[1:],
        }[how]
    return content


def read(kind, path):
    lane = Lane()
    try:
        loader = SimpleNamespace(lane=lane)
        return finish(read_speech(loader, path, None) if kind.value.spoken else read_motion(loader, path))
    finally:
        lane.close()


@pytest.mark.parametrize("kind", [each for each in READ if each not in SLOW], ids=lambda kind: kind.value.name)
@settings(max_examples=25, deadline=None)
@given(EDITS)
def test_a_damaged_file_is_sound_or_one_sentence(kind, edits):
    try_damaged(kind, edits)


@pytest.mark.parametrize("kind", SLOW, ids=lambda kind: kind.value.name)
@settings(max_examples=4, deadline=None)
@given(EDITS)
def test_so_is_one_that_takes_long(kind, edits):
    try_damaged(kind, edits)


def try_damaged(kind, edits):
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{kind.value.ending}"
        path.write_bytes(damaged(whole(kind), edits))
        refused = None
        try:
            found = read(kind, path)
        except InputError as error:
            refused = error
    if refused is not None:
        assert "\n" not in str(refused)
        assert refused.message.endswith(".")
        assert refused.hint
        return
    if kind.value.spoken:
        assert 0 < found.duration < 1e6
        for spans in (found.words, found.phonemes):
            assert all(0 <= span.start <= span.end <= found.duration + 1e-6 for span in spans)
        assert all(phone.symbol in PHONEMES for phone in found.phonemes)
    else:
        assert found.motion.fps == 25
        assert np.abs(found.motion.values[found.motion.seen]).max(initial=0) <= 1e3


@pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.value.name)
@pytest.mark.parametrize("seed", range(3))
def test_noise_is_one_sentence(kind, seed, tmp_path):
    path = tmp_path / f"a{kind.value.ending}"
    path.write_bytes(random.Random(seed).randbytes(4000))
    with pytest.raises(InputError):
        read(kind, path)


def test_a_signalling_nan_among_the_times_is_one_sentence(tmp_path):
    """As damage makes them; casting one warns."""
    content = whole(Formats.GLTF)
    clock = (np.arange(12) / 25).astype("<f4").tobytes()
    assert content.count(clock) == 1
    (tmp_path / "a.glb").write_bytes(content.replace(clock, clock[:8] + b"\x01\x00\x80\x7f" + clock[12:]))
    with pytest.raises(InputError, match="no usable times"):
        read(Formats.GLTF, tmp_path / "a.glb")
