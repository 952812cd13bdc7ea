import dataclasses
import json

import numpy as np
import pytest
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.checkpoint import load_model
from dimitra_studio.motion.config import CMDTConfig, embedded, paper
from dimitra_studio.training import loop
from dimitra_studio.training.loop import TrainingData, config_for, train_motion
from dimitra_studio.training.recipe import TrainingRecipe, recipe_for

SMALL = {"width": 24, "layers": 1, "heads": 2, "ffn": 32, "embedding": 24, "audio_width": 16, "frames": 20}


@pytest.fixture(scope="module")
def data(clips) -> TrainingData:
    train = [clips.one(f"t{n}", frames=50, seed=n, speaker=f"s{n % 3}") for n in range(24)]
    validation = [clips.one(f"v{n}", frames=50, seed=100 + n, split="val", speaker="other") for n in range(3)]
    return TrainingData.split((*train, *validation))


@pytest.fixture(scope="module")
def head():
    return load_head_model()


def _config(group: Group) -> CMDTConfig:
    kinds = {"feature_kind": "test-features", "embedding_kind": "test-embedding"}
    return CMDTConfig(group, feature_dim=12, text_dim=10, kernel=3, **SMALL, **kinds)


def _recipe(group: Group, steps: int) -> TrainingRecipe:
    return dataclasses.replace(
        recipe_for(group, steps), batch=8, rate=5e-3, warmup=5, ema=0.9, feature_noise=0.0, feature_shift=0.0, mixed=0.0
    )


def test_learns_what_the_voice_says(data, head, tmp_path, monkeypatch) -> None:
    """The clips' motion is a function of their features: after a short training the error on unseen clips is well
    below the channels' own variance, which a network that ignores the voice cannot get under."""
    monkeypatch.setattr(loop, "_REPORT_EVERY", 150)
    path = finish(train_motion(data, head, _config(Group.LIPS), _recipe(Group.LIPS, 150), tmp_path))
    (entry,) = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert entry["step"] == 150
    assert entry["validation_499"] < 0.6
    model = load_model(path)
    assert model.channel_names[0] == "jawOpen"
    assert model.facts["speakers"] == 3
    assert model.facts["steps"] == 150


@pytest.mark.parametrize("group", [Group.EXPRESSION, Group.POSE])
def test_every_group_trains(data, head, tmp_path, group: Group) -> None:
    path = finish(train_motion(data, head, _config(group), _recipe(group, 3), tmp_path))
    assert load_model(path).group is group
    assert len(load_model(path).channel_names) == group.width


def test_a_stopped_run_goes_on_exactly(data, head, tmp_path, monkeypatch) -> None:
    config, recipe = _config(Group.LIPS), _recipe(Group.LIPS, 6)
    finish(train_motion(data, head, config, recipe, tmp_path / "whole"))
    monkeypatch.setattr(loop, "_SAVE_EVERY", 0.0)
    job = train_motion(data, head, config, recipe, tmp_path / "stopped")
    for _ in range(4):
        next(job)
    job.close()
    torch.manual_seed(12345)  # whatever else the process drew meanwhile
    finish(train_motion(data, head, config, recipe, tmp_path / "stopped"))
    whole, stopped = (load_model(tmp_path / name / "motion_lips.safetensors") for name in ("whole", "stopped"))
    for name, parameter in whole.network.named_parameters():
        assert torch.equal(parameter, stopped.network.get_parameter(name)), name


def test_a_finished_run_is_left_as_it_is(data, head, tmp_path) -> None:
    run = (data, head, _config(Group.POSE), _recipe(Group.POSE, 2), tmp_path)
    path = finish(train_motion(*run))
    before = path.read_bytes()
    assert finish(train_motion(*run)) == path
    assert path.read_bytes() == before


def test_a_run_of_another_network_is_refused(data, head, tmp_path) -> None:
    finish(train_motion(data, head, _config(Group.POSE), _recipe(Group.POSE, 1), tmp_path))
    with pytest.raises(InputError, match="resumed"):
        finish(train_motion(data, head, _config(Group.LIPS), _recipe(Group.LIPS, 2), tmp_path))
    (tmp_path / "state.pt").write_bytes(b"rubbish")
    with pytest.raises(InputError, match="resumed"):
        finish(train_motion(data, head, _config(Group.POSE), _recipe(Group.POSE, 2), tmp_path))


def test_conditions_are_dropped_as_often_as_said(data, head) -> None:
    recipe = dataclasses.replace(_recipe(Group.LIPS, 1), drop_features=0.0, drop_phonemes=1.0, drop_text=0.5)
    trainer = loop._Trainer(data, head, _config(Group.LIPS), dataclasses.replace(recipe, drop_speech=0.0, batch=400))
    batch = trainer._windows.draw(400, np.random.default_rng(0))
    kept = trainer._degraded(batch.conditions).present.float().mean(dim=0)
    assert kept[0] == 1.0
    assert kept[1] == 0.0
    assert kept[2] == pytest.approx(0.5, abs=0.1)
    assert kept[3] == pytest.approx(0.95, abs=0.05)
    assert torch.equal(trainer._degraded(batch.conditions).features, batch.conditions.features)


@pytest.mark.parametrize("group", [Group.LIPS, Group.POSE])
def test_someone_else_moves_alike(data, head, group: Group) -> None:
    """A window and its first frame move by the same offset; the lips' gap and width do not move at all."""
    trainer = loop._Trainer(data, head, _config(group), dataclasses.replace(_recipe(group, 1), person_jitter=1.0))
    batch = trainer._windows.draw(16, np.random.default_rng(0))
    moved = trainer._someone_else(batch)
    offset = moved.conditions.first - batch.conditions.first
    torch.testing.assert_close(moved.clean - batch.clean, offset[:, None].expand(-1, 20, -1), atol=1e-5, rtol=1e-4)
    assert offset.std() > 0.5
    if group is Group.LIPS:
        assert (offset @ trainer._shape).abs().max() < 1e-4


def test_blended_windows_are_between_two(data, head) -> None:
    recipe = dataclasses.replace(_recipe(Group.LIPS, 1), mixed=1.0, person_jitter=0.0)
    trainer = loop._Trainer(data, head, _config(Group.LIPS), recipe)
    batch = trainer._windows.draw(16, np.random.default_rng(0))
    short = batch.conditions.mask.clone()
    short[3, 12:] = False
    given = dataclasses.replace(batch.conditions, mask=short)
    batch = dataclasses.replace(batch, clean=batch.clean * short[..., None], conditions=given)
    mixed = trainer._blended(batch)
    for row in range(16):
        distances = [
            (mixed.conditions.first[row] - (a * batch.conditions.first[row] + (1 - a) * batch.conditions.first[other]))
            .abs()
            .max()
            for other in range(16)
            for a in [_share(mixed.conditions.text[row], batch.conditions.text[row], batch.conditions.text[other])]
        ]
        assert min(distances) < 1e-4
    assert mixed.conditions.mask.sum() < batch.conditions.mask.sum()
    assert mixed.clean[~mixed.conditions.mask].abs().max() == 0
    unmixed = loop._Trainer(data, head, _config(Group.LIPS), dataclasses.replace(recipe, mixed=0.0))._blended(batch)
    assert torch.equal(unmixed.clean, batch.clean)
    assert torch.equal(unmixed.conditions.mask, batch.conditions.mask)


def _share(mixed: torch.Tensor, one: torch.Tensor, other: torch.Tensor) -> float:
    """How much of `one` is in a mixture of the two."""
    axis = one - other
    return float((mixed - other) @ axis / (axis @ axis).clamp(min=1e-9))


def test_data_must_hold_clips_to_learn_from(clips) -> None:
    with pytest.raises(InputError, match="train split"):
        TrainingData.split((clips.one(split="val"),))


def test_preset_takes_the_datas_kinds(clips, data) -> None:
    config = config_for(Group.LIPS, "embedded", data)
    assert (config.feature_kind, config.feature_dim) == ("test-features", 12)
    assert (config.embedding_kind, config.text_dim) == ("test-embedding", 10)
    assert config.width == embedded(Group.LIPS).width
    assert config_for(Group.LIPS, "paper", data).width == paper(Group.LIPS).width
    other = clips.one("x")
    mixed = dataclasses.replace(other, speech=dataclasses.replace(other.speech, feature_kind="wavlm"))
    with pytest.raises(InputError, match="different speech models"):
        config_for(Group.LIPS, "embedded", TrainingData((*data.train, mixed), ()))


def test_rate_rises_and_falls() -> None:
    recipe = TrainingRecipe(Group.LIPS, steps=1000, warmup=100, rate=1e-3)
    rates = [recipe.rate_at(step) for step in range(1000)]
    assert rates[0] == pytest.approx(1e-5)
    assert max(rates) == pytest.approx(1e-3)
    assert rates.index(max(rates)) in (99, 100)
    assert rates[-1] < 1e-7
    assert recipe.rate_at(5000) == pytest.approx(0.0)


def test_early_average_forgets_faster() -> None:
    recipe = TrainingRecipe(Group.LIPS, steps=1000, ema=0.999)
    assert recipe.ema_at(0) == pytest.approx(0.1)
    assert recipe.ema_at(100_000) == 0.999
