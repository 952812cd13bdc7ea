import hashlib
import json
from pathlib import Path

import numpy as np

from dimitra_studio.core.channels import Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import (
    AnalyseVoice,
    ByGroup,
    FitPortrait,
    GenerateMotion,
    RenderVideo,
)
from dimitra_studio.engine.recipe import differences, motion_recipe, part_recipe, render_recipe, with_part
from dimitra_studio.engine.renderers import WARP

PORTRAIT = FitPortrait(Path("p.png"))


def take(text):
    return motion_recipe(GenerateMotion(PORTRAIT, AnalyseVoice(Path("v.wav"), text)), "cpu")


def test_a_given_text_is_told_by_its_hash_alone():
    assert take(None)["text_sha256"] is None
    assert take("Hello, Zoë.")["text_sha256"] == hashlib.sha256("Hello, Zoë.".encode()).hexdigest()
    assert "Zoë" not in json.dumps(take("Hello, Zoë."), ensure_ascii=False)


def test_the_sound_is_told_by_name_and_hash_without_its_folder(tmp_path):
    sound = tmp_path / "voice.wav"
    sound.write_bytes(b"sound")
    made = render_recipe(RenderVideo(PORTRAIT, Path("o.mp4"), sound), WARP)
    assert made["sound"] == {"name": "voice.wav", "sha256": hashlib.sha256(b"sound").hexdigest()}
    assert str(tmp_path) not in json.dumps(made)
    assert render_recipe(RenderVideo(PORTRAIT, Path("o.mp4")), WARP)["sound"] is None


def test_all_that_shapes_a_take_is_told():
    request = GenerateMotion(
        PORTRAIT, AnalyseVoice(Path("v.wav")), 7, 12, ByGroup(2.0), ByGroup(pose=0.5), ByGroup(0.3)
    )
    made = motion_recipe(request, "cpu")
    assert json.loads(json.dumps(made)) == {
        "seed": 7, "steps": 12, "device": "cpu", "text_sha256": None,
        "guidance": {"lips": 2.0, "expression": 1.0, "pose": 1.0},
        "strength": {"lips": 1.0, "expression": 1.0, "pose": 0.5},
        "temperature": {"lips": 0.3, "expression": 1.0, "pose": 1.0},
    }  # fmt: skip


def test_parts_made_anew_are_told_one_after_the_other():
    source = MotionSequence(np.arange(70 * 75, dtype=np.float32).reshape(75, 70))
    frames = np.zeros(75, dtype=bool)
    frames[25:50] = frames[60] = True
    part = part_recipe(source, frames, (Group.POSE,))
    assert part["source_sha256"] == hashlib.sha256(source.values.tobytes()).hexdigest()
    assert (part["ranges"], part["groups"]) == ([[1.0, 2.0], [2.4, 2.44]], ["pose"])
    once = with_part({"portrait": {"name": "p"}}, part)
    twice = with_part(once, {"ranges": []})
    assert twice == {"portrait": {"name": "p"}, "regenerated": [part, {"ranges": []}]}
    assert with_part({"regenerated": "?"}, part)["regenerated"] == [part]
    json.dumps(twice)


def test_a_part_that_does_not_match_its_motion_is_told():
    how = motion_recipe(GenerateMotion(PORTRAIT, AnalyseVoice(Path("v.wav")), seed=3), "cpu")
    inputs = {"portrait": {"name": "p", "sha256": "1"}, "voice": {"name": "v", "sha256": "2"}}
    assert list(differences({**inputs, "motion": {**how, "seed": 2}}, inputs, how)) == []
    assert list(differences({}, inputs, how)) == []
    assert list(differences({"motion": "?", "voice": 1}, inputs, how)) == []
    (same,) = differences({**inputs, "motion": how}, inputs, how)
    assert "Seed 3" in same
    (other,) = differences({**inputs, "motion": {**how, "steps": 5, "strength": {}}}, inputs, how)
    assert "steps, strength" in other
    (voice,) = differences({**inputs, "voice": {"name": "w", "sha256": "9"}}, inputs, how)
    assert "another voice (w) than the new part (v)" in voice
