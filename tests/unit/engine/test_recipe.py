import hashlib
import json
from pathlib import Path

from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion, RenderVideo
from dimitra_studio.engine.recipe import motion_recipe, render_recipe

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
    made = render_recipe(RenderVideo(PORTRAIT, Path("o.mp4"), sound))
    assert made["sound"] == {"name": "voice.wav", "sha256": hashlib.sha256(b"sound").hexdigest()}
    assert str(tmp_path) not in json.dumps(made)
    assert render_recipe(RenderVideo(PORTRAIT, Path("o.mp4")))["sound"] is None
