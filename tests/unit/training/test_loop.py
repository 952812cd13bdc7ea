import dataclasses
import shutil

import numpy as np
import pytest
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.checkpoint import load_model
from dimitra_studio.motion.config import embedded, paper
from dimitra_studio.training import loop
from dimitra_studio.training.curves import TrainingLog
from dimitra_studio.training.loop import TrainingData, config_for, train_motion


@pytest.fixture(scope="module")
def data(clips) -> TrainingData:
    train = [clips.one(f"t{n}", frames=50, seed=n, speaker=f"s{n % 3}") for n in range(24)]
    validation = [clips.one(f"v{n}", frames=50, seed=100 + n, split="val", speaker="other") for n in range(3)]
    return TrainingData.split((*train, *validation))


@pytest.fixture(scope="module")
def head():
    return load_head_model()


@pytest.fixture
def drawn(monkeypatch) -> list[tuple]:
    """What curves would be drawn of: drawing them takes longer than all else here (test_curves draws)."""
    calls: list[tuple] = []
    monkeypatch.setattr(loop, "draw_curves", lambda *what: calls.append(what))
    return calls


@pytest.fixture
def train(head, small_run, drawn):
    """Trains in a folder to the end, or `stop` steps on; returns what it told."""

    def run(data, folder, group=Group.LIPS, stop: int | None = None, **changes: object) -> list[str]:
        job = train_motion(data, head, small_run.config(group), small_run.recipe(group, **changes), folder)
        notes, steps = [], 0
        for event in job:
            notes += [event.note] if event.note else []
            steps += event.total > 0
            if stop is not None and steps > stop:
                job.close()
        return notes

    return run


def _same(folder, other, group: Group = Group.LIPS) -> None:
    one, two = (load_model(each / f"motion_{group}.safetensors") for each in (folder, other))
    for name, parameter in one.network.named_parameters():
        assert torch.equal(parameter, two.network.get_parameter(name)), name
    assert one.facts == two.facts
    assert (folder / "log.jsonl").read_text() == (other / "log.jsonl").read_text()


def test_learns_what_the_voice_says(data, train, drawn, tmp_path) -> None:
    """The clips' motion is a function of their features: after a short training the error on unseen clips is well
    below the channels' own variance, which a network that ignores the voice cannot get under."""
    train(data, tmp_path, steps=150)
    (entry,) = TrainingLog(tmp_path / "log.jsonl").entries()
    assert entry["step"] == 150
    assert entry["validation_499"] < 0.6
    assert entry["gap_correlation"] > 0.4
    assert 0 < entry["loss"] < 20
    model = load_model(tmp_path / "motion_lips.safetensors")
    assert model.channel_names[0] == "jawOpen"
    assert (model.facts["speakers"], model.facts["clips"], model.facts["variants"]) == (3, 24, 0)
    assert model.facts["steps"] == 150
    assert model.facts["chosen_by"] == "gap_correlation"
    assert model.facts["score"] == entry["gap_correlation"]
    assert drawn == [([entry], tmp_path / "curves.png", "cMDT for lips", 150)]


@pytest.mark.parametrize("group", [Group.EXPRESSION, Group.POSE])
def test_every_group_trains(data, train, tmp_path, group: Group) -> None:
    train(data, tmp_path, group, steps=3)
    model = load_model(tmp_path / f"motion_{group}.safetensors")
    assert model.group is group
    assert len(model.channel_names) == group.width
    assert model.facts["chosen_by"] == "validation"


def test_a_stopped_run_goes_on_exactly(data, train, tmp_path, monkeypatch) -> None:
    run = {"steps": 6, "judge_every": 2}
    train(data, tmp_path / "whole", **run)
    monkeypatch.setattr(loop, "_SAVE_EVERY", 0.0)
    train(data, tmp_path / "stopped", stop=3, **run)
    torch.manual_seed(12345)  # whatever else the process drew meanwhile
    assert train(data, tmp_path / "stopped", **run) == []
    _same(tmp_path / "whole", tmp_path / "stopped")


def test_a_finished_run_can_be_prolonged_as_if_planned_so(data, train, tmp_path) -> None:
    """It goes back to where the rate began to fall; the log forgets what came after."""
    run = {"judge_every": 2, "cooldown": 0.4}
    train(data, tmp_path / "whole", steps=10, **run)
    train(data, tmp_path / "prolonged", steps=5, **run)
    (note,) = train(data, tmp_path / "prolonged", steps=10, **run)
    assert "from step 3" in note
    _same(tmp_path / "whole", tmp_path / "prolonged")


def test_a_run_in_its_cool_down_cannot_be_cut_short(data, train, tmp_path) -> None:
    train(data, tmp_path, steps=10, cooldown=0.4)
    before = (tmp_path / "motion_lips.safetensors").read_bytes()
    with pytest.raises(InputError, match="too much to end with step"):
        train(data, tmp_path, steps=5, cooldown=0.4)
    assert (tmp_path / "motion_lips.safetensors").read_bytes() == before


def test_a_finished_run_is_left_as_it_is(data, train, tmp_path) -> None:
    train(data, tmp_path, Group.POSE, steps=2)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert train(data, tmp_path, Group.POSE, steps=2) == []
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_model_that_went_missing_is_written_again(data, train, tmp_path) -> None:
    train(data, tmp_path / "whole", Group.POSE, steps=2)
    shutil.copytree(tmp_path / "whole", tmp_path / "poorer")
    (tmp_path / "poorer" / "motion_pose.safetensors").unlink()
    train(data, tmp_path / "poorer", Group.POSE, steps=2)
    _same(tmp_path / "whole", tmp_path / "poorer", Group.POSE)


def test_another_run_is_refused_in_words(data, train, tmp_path) -> None:
    train(data, tmp_path, Group.POSE, steps=1)
    kept = (tmp_path / "state.pt").read_bytes()
    with pytest.raises(InputError, match="begun with seed 0 instead of 1"):
        train(data, tmp_path, Group.POSE, steps=1, seed=1)
    with pytest.raises(InputError, match=r"begun with loss mesh 0\.0 instead of 0\.5"):
        train(data, tmp_path, Group.POSE, steps=1, loss_mesh=0.5)
    with pytest.raises(InputError, match="group pose instead of lips"):
        train(data, tmp_path, steps=1)
    with pytest.raises(InputError, match=r"training clips 24 \(\w+\) instead of 23 \("):
        train(TrainingData(data.train[1:], data.validation), tmp_path, Group.POSE, steps=1)
    moved = dataclasses.replace(data.train[0], motion=MotionSequence(data.train[0].motion.values + 0.01))
    with pytest.raises(InputError, match="training clips 24"):
        train(TrainingData((moved, *data.train[1:]), data.validation), tmp_path, Group.POSE, steps=1)
    assert (tmp_path / "state.pt").read_bytes() == kept


@pytest.mark.parametrize("content", [b"rubbish", b""])
def test_a_damaged_state_is_refused(data, train, tmp_path, content: bytes) -> None:
    train(data, tmp_path, Group.POSE, steps=1)
    (tmp_path / "state.pt").write_bytes(content)
    with pytest.raises(InputError, match="resumed"):
        train(data, tmp_path, Group.POSE, steps=1)


def test_a_state_of_something_else_is_refused(data, train, tmp_path) -> None:
    torch.save({"epoch": 3}, tmp_path / "state.pt")
    with pytest.raises(InputError, match="resumed"):
        train(data, tmp_path, Group.POSE, steps=1)


def test_the_best_average_is_kept_not_the_last(data, train, tmp_path, monkeypatch) -> None:
    """Scores as they might come: the second of four is the best, for errors as for correlations."""
    for group, name, scores in (
        (Group.POSE, "validation", [0.9, 0.4, 0.6, 0.5]),
        (Group.LIPS, "gap_correlation", [0.2, 0.7, 0.1, 0.6]),
    ):
        folder, made = tmp_path / group, iter(scores)
        monkeypatch.setattr(loop.Validation, "judge", lambda *_, n=name, made=made: {n: next(made)})
        train(data, folder, group, steps=4, judge_every=1)
        model = load_model(folder / f"motion_{group}.safetensors")
        assert (model.facts["steps"], model.facts["score"]) == (2, scores[1])
        last = torch.load(folder / "state.pt", weights_only=True)
        weight = model.network.motion_out.weight
        assert torch.equal(weight, last["best"]["weights"]["motion_out.weight"].half().float())
        assert not torch.equal(weight, last["average"]["motion_out.weight"].half().float())


def test_without_validation_clips_the_last_average_is_kept_and_told(data, train, drawn, tmp_path, clips) -> None:
    unseen = dataclasses.replace(
        clips.one("v", split="val"), motion=MotionSequence(np.full((60, 70), np.nan, np.float32))
    )
    for name, validation in (("none", ()), ("faceless", (unseen,))):
        folder = tmp_path / name
        (note,) = train(TrainingData(data.train, validation), folder, steps=3, judge_every=2)
        assert "No validation clip can tell gap_correlation" in note
        assert [set(entry) for entry in TrainingLog(folder / "log.jsonl").entries()] == [{"step", "loss", "rate"}] * 2
        model = load_model(folder / "motion_lips.safetensors")
        assert model.facts["steps"] == 3
        assert "score" not in model.facts
        assert drawn[-1][-1] is None


def test_one_validation_clip_is_enough(data, train, tmp_path) -> None:
    train(TrainingData(data.train, data.validation[:1]), tmp_path, steps=2)
    assert "gap_correlation" in TrainingLog(tmp_path / "log.jsonl").entries()[-1]


def test_data_must_hold_clips_to_learn_from(clips) -> None:
    with pytest.raises(InputError, match="train split"):
        TrainingData.split((clips.one(split="val"),))


def test_variants_are_learned_from_and_not_judged_by(clips) -> None:
    made = [clips.one("t"), clips.one("t", variant="1"), clips.one("v", split="val")]
    data = TrainingData.split((*made, clips.one("v", split="val", variant="1")))
    assert data == TrainingData(tuple(made[:2]), (made[2],))


def test_preset_takes_the_datas_kinds(clips, data) -> None:
    config = config_for(Group.LIPS, "embedded", data)
    assert (config.feature_kind, config.feature_dim) == ("test-features", 12)
    assert (config.embedding_kind, config.text_dim) == ("test-embedding", 10)
    assert config.width == embedded(Group.LIPS).width
    assert config_for(Group.LIPS, "paper", data).width == paper(Group.LIPS).width
    other = clips.one("x")
    mixed = dataclasses.replace(other, speech=dataclasses.replace(other.speech, feature_kind="wavlm"))
    for one in (TrainingData((*data.train, mixed), ()), TrainingData(data.train, (mixed,))):
        with pytest.raises(InputError, match="different speech models"):
            config_for(Group.LIPS, "embedded", one)
