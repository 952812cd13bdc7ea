import json

import pytest

from dimitra_studio.cli.main import main
from dimitra_studio.core.channels import Group
from dimitra_studio.motion.checkpoint import load_model
from dimitra_studio.motion.clips import save_clip


@pytest.fixture
def words(clips, small_run, tmp_path, monkeypatch) -> list[str]:
    """A command line that trains for one step on clips in files; the preset is as small as can be."""
    for n in range(3):
        save_clip(tmp_path / "data" / f"{n}.npz", clips.one(f"{n}", seed=n))
    save_clip(tmp_path / "data" / "v.npz", clips.one("v", seed=7, split="val", speaker="other"))
    monkeypatch.setattr("dimitra_studio.training.loop.embedded", small_run.config)
    folders = ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    return ["train", "motion", "pose", *folders, "--steps", "1", "--json"]


@pytest.fixture
def undrawn(monkeypatch) -> None:
    """No curves: drawing them takes longer than the training."""
    monkeypatch.setattr("dimitra_studio.training.loop.draw_curves", lambda *what: None)


def test_trains_and_tells_where_the_weights_are(words, tmp_path, capsys) -> None:
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["processes"] == 1
    assert told["steps"] == 1
    model = load_model(tmp_path / "out" / "motion_pose.safetensors", "cpu")
    assert told["output"] == str(tmp_path / "out" / "motion_pose.safetensors")
    assert model.group is Group.POSE
    assert model.facts["clips"] == 3


def test_another_run_in_the_folder_is_bad_input(words, undrawn, capsys) -> None:
    assert main(words) == 0
    assert main([*words, "--seed", "5"]) == 2
    assert "seed 0 instead of 5" in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["-3", "9" * 30])
def test_any_whole_number_is_a_seed(words, undrawn, seed: str) -> None:
    assert main([*words, "--seed", seed]) == 0
    assert main([*words, "--seed", seed]) == 0


def test_a_run_of_no_steps_is_bad_input(words, capsys) -> None:
    assert main([*words, "--steps", "0"]) == 2
    assert "0 steps" in capsys.readouterr().err
