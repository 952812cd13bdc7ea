"""`dimitra export` and `dimitra import` through the real command line: what leaves comes back, what cannot says why."""

import json

import numpy as np
import pytest
from PIL import Image

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, SpeechAnalysis, Word
from dimitra_studio.export.motion_files import load_motion, save_motion
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.speech.files import load_speech, save_speech


@pytest.fixture(scope="module")
def take(tmp_path_factory):
    """Two seconds in which jaw, a smile, and the head move."""
    values = np.zeros((50, 70), np.float32)
    beat = np.sin(np.arange(50) / 5)
    values[:, 0] = 0.3 + 0.3 * beat
    values[:, COMPONENT_NAMES.index("mouthSmileLeft")] = 0.2 + 0.2 * beat
    values[:, 64:] = 0.1 * beat[:, None]
    path = tmp_path_factory.mktemp("take") / "take.npz"
    save_motion(path, MotionSequence(values), COMPONENT_NAMES, {})
    return path


@pytest.fixture
def speech(tmp_path):
    phones = (Phoneme(0.0, 0.5, "SIL"), Phoneme(0.5, 0.7, "HH"), Phoneme(0.7, 1.0, "AY"), Phoneme(1.0, 2.0, "SIL"))
    analysis = SpeechAnalysis(
        2.0, (Word(0.5, 1.0, "Hi"),), phones, "Hi", "en", np.ones((100, 4)), "tiny", np.ones(3), "text"
    )
    save_speech(tmp_path / "speech.json", analysis)
    return tmp_path / "speech.json"


@pytest.mark.parametrize(
    ("name", "pose"),
    [("a.csv", slice(64, 67)), ("a.json", slice(64, 70)), ("a.glb", slice(64, 70)), ("a.usda", slice(64, 70))],
)
def test_motion_leaves_and_comes_back(dimitra, tmp_path, take, name, pose):
    said = dimitra("export", take, "-o", tmp_path / name)
    assert said.status == 0, said.err
    assert said.json["frames"] == 50
    back = dimitra("import", tmp_path / name, "-o", tmp_path / "back.npz")
    assert back.json["frames"] == 50
    one, other = load_motion(take), load_motion(tmp_path / "back.npz")
    np.testing.assert_allclose(other.motion.values[:, :64], one.motion.values[:, :64], atol=1e-5)
    np.testing.assert_allclose(other.motion.values[:, pose], one.motion.values[:, pose], atol=1e-5)
    assert other.meta["imported"]["name"] == name


@pytest.mark.parametrize(("name", "kind"), [("a.mat", "deng"), ("b.mat", "sadtalker"), ("c.npy", "dreamtalk")])
def test_the_maps_measure_is_shown_both_ways(dimitra, tmp_path, take, name, kind):
    said = dimitra("export", take, "-o", tmp_path / name, "--kind", kind)
    assert any("R² 0.46" in note for note in said.json["notes"])
    back = dimitra("import", tmp_path / name, "-o", tmp_path / "back.npz")
    assert any("R²" in note for note in back.json["notes"])
    assert any("--fps" in note for note in back.json["notes"])


def test_another_rate_becomes_the_studios(dimitra, tmp_path, take):
    dimitra("export", take, "-o", tmp_path / "a.npy")
    back = dimitra("import", tmp_path / "a.npy", "-o", tmp_path / "back.npz", "--fps", 50)
    assert back.json["frames"] == 25
    assert any("50 frames a second became 25" in note for note in back.json["notes"])


def test_a_portrait_gives_head_and_skin(dimitra, tmp_path, take, portrait):
    said = dimitra("export", take, "-o", tmp_path / "a.glb", "--portrait", portrait)
    assert said.status == 0, said.err
    content = (tmp_path / "a.glb").read_bytes()
    tree = json.loads(content[20 : 20 + int.from_bytes(content[12:16], "little")])
    assert tree["images"][0]["mimeType"] == "image/jpeg"


def test_the_skin_never_takes_the_portraits_place(dimitra, tmp_path, take, portrait):
    mine = tmp_path / "me_skin.jpg"
    Image.open(portrait).convert("RGB").save(mine)
    before = mine.read_bytes()
    dimitra("export", take, "-o", tmp_path / "me.usda", "--portrait", mine).assert_refused("one of the inputs")
    assert mine.read_bytes() == before
    assert dimitra("export", take, "-o", tmp_path / "other.usda", "--portrait", mine).status == 0
    assert (tmp_path / "other_skin.jpg").exists()


@pytest.mark.parametrize("name", ["a.TextGrid", "a.vtt", "a.ass", "a.srt"])
def test_words_leave_and_come_back_into_the_analysis(dimitra, tmp_path, speech, name):
    assert dimitra("export", speech, "-o", tmp_path / name).status == 0
    said = dimitra("import", tmp_path / name, "-o", tmp_path / "new.json", "--speech", speech)
    assert said.status == 0, said.err
    one, other = load_speech(speech), load_speech(tmp_path / "new.json")
    assert (other.words, other.phonemes, other.text) == (one.words, one.phonemes, one.text)
    np.testing.assert_array_equal(other.features, one.features)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.json", "rhubarb"), ("a.tsv", "rhubarb-tsv"), ("a.dat", "moho"), ("a.pgo", "papagayo")]
)
def test_mouth_shapes_are_made_from_speech_beside_the_motion(dimitra, tmp_path, take, speech, name, kind):
    said = dimitra("export", take, "-o", tmp_path / name, "--kind", kind, "--speech", speech)
    assert said.status == 0, said.err
    back = dimitra("import", tmp_path / name, "-o", tmp_path / "new.json", "--speech", speech)
    assert back.status == 0, back.err
    assert any("Each mouth shape became one phone" in note for note in back.json["notes"])
    found = load_speech(tmp_path / "new.json")
    (word,) = found.words
    assert (word.start, word.text, found.duration) == (0.5, "Hi", 2.0)
    # A word of Papagayo's holds the frame in which the mouth comes to rest, too.
    assert word.end == pytest.approx(1.0, abs=1 / 24 + 1e-6 if kind == "papagayo" else 0)
    lips = ["SIL", "S", "AA", "SIL"]
    assert [phone.symbol for phone in found.phonemes] == lips
    assert found.phonemes[1].start == pytest.approx(0.5, abs=0.01)
    np.testing.assert_array_equal(found.features, load_speech(speech).features)


def test_shapes_that_count_frames_follow_the_rate_that_is_said(dimitra, tmp_path, speech):
    dimitra("export", speech, "-o", tmp_path / "a.dat", "--fps", 12)
    back = dimitra("import", tmp_path / "a.dat", "-o", tmp_path / "b.json", "--fps", 12)
    assert load_speech(tmp_path / "b.json").duration == pytest.approx(2.0, abs=0.1)
    assert not any("was taken" in note for note in back.json["notes"])
    told = dimitra("import", tmp_path / "a.dat", "-o", tmp_path / "c.json").json["notes"]
    assert any("24 was taken" in note for note in told)
    assert load_speech(tmp_path / "c.json").duration == pytest.approx(1.0, abs=0.1)


def test_a_part_of_a_take_and_of_its_words_is_the_same_part(dimitra, tmp_path, take, speech):
    """A range grows to the frames that it touches, for words as for motion, and begins at 0."""
    how = ("--range", "0.61:1.19")
    assert dimitra("export", take, "-o", tmp_path / "a.json", *how).json["frames"] == 15
    assert dimitra("export", speech, "-o", tmp_path / "a.TextGrid", *how).json["seconds"] == pytest.approx(0.6)
    dimitra("import", tmp_path / "a.json", "-o", tmp_path / "a.npz")
    dimitra("import", tmp_path / "a.TextGrid", "-o", tmp_path / "b.json")
    np.testing.assert_allclose(
        load_motion(tmp_path / "a.npz").motion.values, load_motion(take).motion.values[15:30], atol=1e-5
    )
    said = load_speech(tmp_path / "b.json")
    assert [(word.text, word.start, round(word.end, 6)) for word in said.words] == [("Hi", 0.0, 0.4)]
    assert [(phone.symbol, round(phone.start, 6)) for phone in said.phonemes] == [("HH", 0), ("AY", 0.1), ("SIL", 0.4)]
    dimitra("export", take, "-o", tmp_path / "c.json", "--range", "1:9").assert_refused("which lasts 2 s")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("export", "{take}", "-o", "{out}/a.foo"), "Endings:"),
        (("export", "{take}", "-o", "{out}/a.csv", "--kind", "psd"), "no format called psd"),
        (("export", "{take}", "-o", "{out}/a.csv", "--kind", "gltf"), ".glb"),
        (("export", "{take}", "-o", "{out}/a.srt"), "--speech"),
        (("export", "{take}", "-o", "{out}/a.csv", "--portrait", "p.png"), "Leave --portrait out"),
        (("export", "{out}/none.npz", "-o", "{out}/a.csv"), "none.npz"),
        (("export", "{speech}", "-o", "{out}/a.glb"), "Give MOTION.npz"),
        (("export", "{speech}", "-o", "{out}/a.dat", "--fps", "0"), "whole number"),
        (("import", "{take}", "-o", "{out}/b.npz"), "Endings:"),
        (("import", "{out}/none.csv", "-o", "{out}/b.npz"), "does not exist"),
        (("import", "{out}/none.pgo", "-o", "{out}/b.json"), "does not exist"),
        (("import", "{out}/none.usdc", "-o", "{out}/b.npz"), "does not exist"),
        (("import", "{out}/none.csv", "-o", "{out}/b.json"), ".npz"),
        (("import", "{out}/none.csv", "-o", "{out}/b.npz", "--fps", "nan"), "no frame rate"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(dimitra, tmp_path, take, speech, words, told):
    out = tmp_path / "out"
    out.mkdir()
    filled = [word.format(take=take, speech=speech, out=out) for word in words]
    dimitra(*filled).assert_refused(told)
    assert list(out.iterdir()) == []
