"""Portrait and voice to video, through the real command line, with the models that ship."""

import json

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from dimitra_studio.core.paths import resource
from dimitra_studio.export.motion_files import load_motion
from dimitra_studio.face.components import COMPONENT_NAMES

SECONDS = 3.0


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    """The first seconds of the sample voice, at the rate it has."""
    sample = resource("sample/voice.flac")
    samples, rate = soundfile.read(sample, frames=round(SECONDS * soundfile.info(sample).samplerate))
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    soundfile.write(path, samples, rate)
    return path


def frames_of(path):
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def metadata_of(path):
    with av.open(str(path)) as container:
        return json.loads(container.metadata["description"])


@pytest.fixture
def generated(dimitra, portrait, voice, tmp_path):
    outcome = dimitra(
        "generate", portrait, voice, "-o", tmp_path / "v.mp4", "--motion", tmp_path / "m.npz", "--size", "256"
    )
    assert outcome.status == 0, outcome.err
    return outcome.json


def test_a_portrait_and_a_voice_become_a_video(dimitra, portrait, voice, tmp_path, generated):
    assert generated["frames"] == 75
    assert generated["text"]
    frames = frames_of(tmp_path / "v.mp4")
    assert frames.shape == (75, 256, 256, 3)
    # The face moves, the corners stand still.
    moved = np.abs(frames[1:].astype(int) - frames[:1]).max(axis=(0, 3))
    assert moved[40:90, 70:130].max() > 40
    assert moved[-40:, :40].max() < 25
    with av.open(str(tmp_path / "v.mp4")) as container:
        audio = container.streams.audio[0]
        assert audio.codec_context.sample_rate == soundfile.info(voice).samplerate
        assert float(audio.duration * audio.time_base) == pytest.approx(SECONDS, abs=1e-3)

    # The motion that was kept gives the same pictures, and its recipe stands in both files.
    motion = load_motion(tmp_path / "m.npz")
    assert motion.motion.seen.all()
    assert motion.channel_names[:64] == COMPONENT_NAMES
    again = dimitra("render", portrait, tmp_path / "m.npz", "--audio", voice, "-o", tmp_path / "r.mp4", "--size", "256")
    assert again.status == 0, again.err
    np.testing.assert_array_equal(frames_of(tmp_path / "r.mp4"), frames)
    assert metadata_of(tmp_path / "r.mp4")["made"] == motion.meta == generated["recipe"]
    for needed in ("models", "portrait", "voice", "motion", "version"):
        assert motion.meta[needed]
    assert metadata_of(tmp_path / "r.mp4")["render"]["sound"]["sha256"] == motion.meta["voice"]["sha256"]
    assert str(tmp_path) not in json.dumps(metadata_of(tmp_path / "v.mp4"))


def test_the_same_request_gives_the_same_motion_and_another_seed_another(dimitra, portrait, voice, tmp_path):
    takes = {}
    for name, seed in (("one", 1), ("again", 1), ("two", 2)):
        path = tmp_path / f"{name}.npz"
        assert dimitra("motion", portrait, voice, "-o", path, "--seed", seed).status == 0
        takes[name] = load_motion(path).motion.values
    np.testing.assert_array_equal(takes["one"], takes["again"])
    assert np.abs(takes["one"] - takes["two"]).max() > 0.01


def test_a_part_is_made_anew_and_the_rest_stays(dimitra, portrait, voice, tmp_path):
    whole, part = tmp_path / "whole.npz", tmp_path / "part.npz"
    assert dimitra("motion", portrait, voice, "-o", whole, "--strength", "pose=0.5").status == 0
    wish = ("--range", "1.0:1.6", "--groups", "lips,pose", "--seed", 7, "--strength", "pose=0.5")
    outcome = dimitra("regenerate", portrait, voice, whole, "-o", part, *wish)
    assert outcome.status == 0, outcome.err
    assert "notes" not in outcome.json
    before, after = load_motion(whole), load_motion(part)
    changed = before.motion.values != after.motion.values
    assert changed[25:40, :13].any(axis=1).all()
    assert changed[25:40, 64:].any(axis=1).all()
    assert not changed[:, 13:64].any()
    assert not changed[np.r_[:25, 40:75]].any()
    (made,) = after.meta["regenerated"]
    assert (made["motion"]["seed"], made["motion"]["ranges"], made["motion"]["groups"]) == (
        7,
        [[1.0, 1.6]],
        ["lips", "pose"],
    )
    assert {key: after.meta[key] for key in before.meta} == before.meta
    dimitra("regenerate", portrait, voice, whole, "-o", part, "--range", "2:9").assert_refused("2 to 9 s", "lasts 3 s")


def test_a_video_becomes_motion_and_motion_a_video_again(dimitra, portrait, motion_file, tmp_path):
    assert dimitra("render", portrait, motion_file, "-o", tmp_path / "v.mp4").status == 0
    tracked = dimitra("track", tmp_path / "v.mp4", "-o", tmp_path / "t.npz")
    assert tracked.status == 0, tracked.err
    assert (tracked.json["frames"], tracked.json["gaps"]) == (5, [])
    jaw = load_motion(tmp_path / "t.npz").motion.values[:, COMPONENT_NAMES.index("jawOpen")]
    assert jaw[-1] > jaw[0] + 0.05
    shown = dimitra("render", portrait, tmp_path / "t.npz", "-o", tmp_path / "again.mp4", "--size", "256")
    assert shown.status == 0, shown.err
    assert any("another picture" in note for note in shown.json["notes"])


def test_large_head_turns_are_eased_and_told(dimitra, portrait, motion_file, tmp_path):
    with np.load(motion_file) as arrays:
        content = dict(arrays)
    content["values"][:, 65] = np.linspace(-0.6, 0.6, 5)
    np.savez(tmp_path / "wild.npz", **content)
    shown = dimitra("render", portrait, tmp_path / "wild.npz", "-o", tmp_path / "v.mp4", "--size", "256")
    assert shown.status == 0, shown.err
    assert any("held back in turning" in note for note in shown.json["notes"])


def test_a_portrait_smaller_than_the_video_is_told(dimitra, portrait, motion_file, tmp_path):
    Image.open(portrait).resize((400, 400)).save(tmp_path / "small.png")
    shown = dimitra("render", tmp_path / "small.png", motion_file, "-o", tmp_path / "v.mp4", "--size", "512")
    assert (shown.status, shown.json["width"]) == (0, 512), shown.err
    assert "The portrait has 400 x 400 px: at 512 px it is enlarged, not sharper." in shown.json["notes"]


def test_words_and_phonemes_of_the_voice(dimitra, voice, tmp_path):
    outcome = dimitra("analyse", voice, "-o", tmp_path / "s.json")
    assert outcome.status == 0, outcome.err
    written = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert len(written["words"]) == outcome.json["words"] > 3
    assert written["phonemes"][0]["start"] == 0
    assert written["phonemes"][-1]["end"] == pytest.approx(SECONDS, abs=0.01)
    assert (tmp_path / "s.npz").exists()
