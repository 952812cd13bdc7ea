import json
import math
from dataclasses import replace

import pytest

from dimitra_studio.cli.main import main
from dimitra_studio.core.channels import Group
from dimitra_studio.evaluation.command import without_nan
from dimitra_studio.evaluation.listener import load_listener
from dimitra_studio.motion.checkpoint import save_model
from dimitra_studio.motion.clips import save_clip

from .conftest import small_model, talking_clip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Three clips to learn from and two to be judged by; and small models of each group."""
    folder = tmp_path_factory.mktemp("data")
    for number in range(5):
        clip = talking_clip(f"c{number}", number)
        split = "train" if number < 3 else "val"
        save_clip(folder / "clips" / f"c{number}.npz", replace(clip, facts=replace(clip.facts, split=split)))
    for group in Group:
        save_model(folder / f"{group}.safetensors", small_model(group))
    return folder


def test_what_could_not_be_measured_is_null_in_json() -> None:
    scores = {"rows": ({"gap": math.nan, "width": 0.5}, [math.nan, 1]), "clips": 3}
    assert json.loads(json.dumps(without_nan(scores), allow_nan=False)) == {
        "rows": [{"gap": None, "width": 0.5}, [None, 1]],
        "clips": 3,
    }


def test_motion_is_measured_from_files(data, tmp_path, capsys) -> None:
    models = [word for group in Group for word in (f"--{group}", str(data / f"{group}.safetensors"))]
    wanted = ["--steps", "1", "--rows", "ours", "loudness", "-o", str(tmp_path / "out.md"), "--json"]
    assert main(["evaluate", "motion", "--data", str(data / "clips"), *models, *wanted]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"out.md", "out.json", "out_gaps.png"}
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    written = json.loads((tmp_path / "out.json").read_text())
    assert list(told["parts"]["natural"]["rows"]) == ["truth", "ours", "loudness"]
    assert told["parts"] == written["parts"]
    assert "| loudness |" in (tmp_path / "out.md").read_text()


def test_a_model_of_another_group_is_one_sentence(data, capsys) -> None:
    wrong = ["--lips", str(data / "pose.safetensors")]
    assert main(["evaluate", "motion", "--data", str(data / "clips"), *wrong]) == 2
    assert "The model given for lips writes pose" in capsys.readouterr().err


def test_what_is_no_model_is_told_with_the_mend_for_ones_own_file(data, tmp_path, capsys) -> None:
    (tmp_path / "voice.txt").write_text("hello")
    for name, told in (("voice.txt", "cannot be read"), ("none.safetensors", "is missing")):
        assert main(["evaluate", "motion", "--data", str(data / "clips"), "--lips", str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert told in said
        assert "dimitra train motion" in said
        assert "models verify" not in said


@pytest.mark.parametrize(("name", "told"), [("out.json", "a .md file"), ("nowhere/out.md", "does not exist")])
@pytest.mark.parametrize("what", [["motion", "--data", "none"], ["render", "none.mp4"], ["sync", "none.mp4"]])
def test_where_tables_cannot_go_is_told_before_the_work(tmp_path, capsys, what, name, told) -> None:
    assert main(["evaluate", *what, "-o", str(tmp_path / name)]) == 2
    assert told in capsys.readouterr().err


def test_a_listener_is_fitted_on_what_is_to_be_learned_from(data, tmp_path) -> None:
    path = tmp_path / "listener.safetensors"
    assert main(["evaluate", "listener", "--data", str(data / "clips"), "-o", str(path)]) == 0
    assert load_listener(path).clips == 3


def test_videos_that_cannot_be_read_are_told(tmp_path, capsys) -> None:
    assert main(["evaluate", "sync", str(tmp_path / "missing.mp4"), "--json"]) == 2
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "missing.mp4" in told["skipped"][0]


def test_a_missing_syncnet_is_told_before_the_work(tmp_path, capsys) -> None:
    video = str(tmp_path / "missing.mp4")
    assert main(["evaluate", "sync", video, "--syncnet", str(tmp_path / "none.model")]) == 2
    assert "There is no SyncNet file" in capsys.readouterr().err
