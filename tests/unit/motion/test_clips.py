import dataclasses

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Word
from dimitra_studio.motion.clips import ClipFacts, TalkingClip, load_clip, load_clips, save_clip


def _clip(small, name: str = "talk/one.two", split: str = "train", spoken: bool = True) -> TalkingClip:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 70)).astype(np.float32)
    values[10:13] = np.nan
    speech = dataclasses.replace(small.speech(2.0, spoken=spoken), words=(Word(0.1, 0.4, "ah"),))
    facts = ClipFacts(name, split, "someone", "talk", "CC0", lag=2)
    return TalkingClip(facts, MotionSequence(values), speech, rng.normal(size=100))


@pytest.mark.parametrize("spoken", [True, False])
def test_round_trip(small, tmp_path, spoken: bool) -> None:
    clip = _clip(small, spoken=spoken)
    save_clip(tmp_path / "deep" / "one.two.npz", clip)
    loaded = load_clip(tmp_path / "deep" / "one.two.npz")
    assert loaded.facts == clip.facts
    np.testing.assert_array_equal(loaded.motion.values, clip.motion.values)
    np.testing.assert_array_equal(loaded.loudness, clip.loudness)
    np.testing.assert_allclose(loaded.speech.features, clip.speech.features, atol=2e-3)
    assert loaded.speech.phonemes == clip.speech.phonemes
    assert loaded.speech.silences == clip.speech.silences
    assert loaded.speech.words == clip.speech.words
    assert loaded.speech.text == clip.speech.text


def test_voice_has_the_motions_length_and_no_lag(small) -> None:
    clip = _clip(small)
    voice = clip.voice()
    assert len(voice) == 50
    np.testing.assert_array_equal(voice.features[:90], clip.speech.features[4:94])


def test_clips_of_a_split(small, tmp_path) -> None:
    for name, split in (("a", "train"), ("b/c", "val"), ("d", "train")):
        save_clip(tmp_path / f"{name}.npz", _clip(small, name, split))
    assert [clip.facts.name for clip in load_clips(tmp_path)] == ["a", "b/c", "d"]
    assert [clip.facts.name for clip in load_clips(tmp_path, "val")] == ["b/c"]
    with pytest.raises(InputError, match="test split"):
        load_clips(tmp_path, "test")


def test_variants_are_not_held_where_they_are_not_wanted(small, tmp_path, monkeypatch) -> None:
    clip = _clip(small, "a")
    save_clip(tmp_path / "a.npz", clip)
    save_clip(tmp_path / "a~1.npz", dataclasses.replace(clip, facts=dataclasses.replace(clip.facts, variant="1")))
    assert [each.facts.variant for each in load_clips(tmp_path, "train")] == ["", "1"]
    whole = []
    monkeypatch.setattr("dimitra_studio.motion.clips.load_clip", lambda path: whole.append(path.name) or clip)
    assert load_clips(tmp_path, "train", variants=False) == (clip,)
    assert whole == ["a.npz"]


def test_other_files_are_told(small, tmp_path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(b"rubbish")
    with pytest.raises(InputError, match="not a prepared clip"):
        load_clip(path)
    with pytest.raises(InputError, match="not a prepared clip"):
        load_clips(tmp_path)
    np.savez(path, values=np.zeros((3, 70)))
    with pytest.raises(InputError, match="not a prepared clip"):
        load_clip(path)
