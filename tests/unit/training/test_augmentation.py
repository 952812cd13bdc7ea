import dataclasses

import numpy as np
import pytest
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.training.augmentation import augmented, blended, degraded, someone_else
from dimitra_studio.training.dataset import Batch, MotionWindows, measure_scale, stretches_of

SPREAD = torch.linspace(0.5, 2.0, 12)


@pytest.fixture(scope="module")
def batch(small_run) -> Batch:
    stretches = stretches_of(small_run.clips())
    windows = MotionWindows(stretches, small_run.config(), measure_scale(stretches, Group.LIPS, None))
    return windows.draw(16, np.random.default_rng(0))


def test_conditions_are_dropped_as_often_as_said(batch, small_run) -> None:
    recipe = small_run.recipe(drop_features=0.0, drop_phonemes=1.0, drop_text=0.5, drop_speech=0.0)
    many = batch.conditions.rows(torch.arange(400) % 16)
    given = degraded(many, recipe, np.random.default_rng(0), SPREAD)
    kept = given.present.float().mean(dim=0)
    assert kept[0] == 1.0
    assert kept[1] == 0.0
    assert kept[2] == pytest.approx(0.5, abs=0.1)
    assert kept[3] == pytest.approx(0.95, abs=0.05)
    assert torch.equal(given.features, many.features)


def test_speech_is_dropped_at_once(batch, small_run) -> None:
    never = dict.fromkeys(("drop_features", "drop_phonemes", "drop_text", "drop_first"), 0.0)
    recipe = small_run.recipe(**never, drop_speech=0.5)
    many = batch.conditions.rows(torch.arange(400) % 16)
    present = degraded(many, recipe, np.random.default_rng(0), SPREAD).present
    assert present[:, 3].all()
    assert (present[:, :3].all(dim=1) | ~present[:, :3].any(dim=1)).all()
    assert present[:, 0].float().mean() == pytest.approx(0.5, abs=0.1)


def test_noise_is_in_the_features_own_deviations(batch, small_run) -> None:
    def added(**amounts: float) -> torch.Tensor:
        given = degraded(batch.conditions, small_run.recipe(**amounts), np.random.default_rng(0), SPREAD)
        return given.features - batch.conditions.features

    noise, shift = added(feature_noise=0.5), added(feature_shift=0.5)
    torch.testing.assert_close(noise.std(dim=(0, 1)) / SPREAD, torch.full((12,), 0.5), rtol=0.15, atol=0)
    assert (shift.std(dim=1) < 1e-5).all()
    assert (shift[:, 0].std(dim=0) / SPREAD).mean() == pytest.approx(0.5, rel=0.3)


@pytest.mark.parametrize("measured", [True, False])
def test_someone_else_moves_alike(batch, measured: bool) -> None:
    """A window and its first frame move by the same offset; what may not change (the lips' gap and width) does not."""
    shape = torch.randn(13, 2) if measured else None
    moved = someone_else(batch, 1.0, shape)
    offset = moved.conditions.first - batch.conditions.first
    torch.testing.assert_close(moved.clean - batch.clean, offset[:, None].expand(-1, 20, -1), atol=1e-5, rtol=1e-4)
    assert offset.std() > 0.5
    if shape is not None:
        assert (offset @ shape).abs().max() < 1e-4


def test_padding_stays_empty_in_someone_else(batch) -> None:
    short = _shortened(batch, 3, 12)
    assert someone_else(short, 1.0).clean[3, 12:].abs().max() == 0


def test_blended_windows_are_between_two(batch) -> None:
    short = _shortened(batch, 3, 12)
    mixed = blended(short, 1.0, np.random.default_rng(0))
    for row in range(16):
        distances = [
            (mixed.conditions.first[row] - (a * short.conditions.first[row] + (1 - a) * short.conditions.first[other]))
            .abs()
            .max()
            for other in range(16)
            for a in [_share(mixed.conditions.text[row], short.conditions.text[row], short.conditions.text[other])]
        ]
        assert min(distances) < 1e-4
    assert mixed.conditions.mask.sum() < short.conditions.mask.sum()
    assert mixed.clean[~mixed.conditions.mask].abs().max() == 0
    unmixed = blended(short, 0.0, np.random.default_rng(0))
    assert torch.equal(unmixed.clean, short.clean)
    assert torch.equal(unmixed.conditions.mask, short.conditions.mask)


def test_nothing_is_done_where_nothing_is_asked_for(batch, small_run) -> None:
    drops = ("drop_features", "drop_phonemes", "drop_text", "drop_first", "drop_speech")
    same = augmented(batch, small_run.recipe(**dict.fromkeys(drops, 0.0)), np.random.default_rng(0), SPREAD)
    assert torch.equal(same.clean, batch.clean)
    for field in dataclasses.fields(batch.conditions):
        assert torch.equal(getattr(same.conditions, field.name), getattr(batch.conditions, field.name)), field.name


def _shortened(batch: Batch, row: int, frames: int) -> Batch:
    mask = batch.conditions.mask.clone()
    mask[row, frames:] = False
    given = dataclasses.replace(batch.conditions, mask=mask)
    return dataclasses.replace(batch, clean=batch.clean * mask[..., None], conditions=given)


def _share(mixed: torch.Tensor, one: torch.Tensor, other: torch.Tensor) -> float:
    """How much of `one` is in a mixture of the two."""
    axis = one - other
    return float((mixed - other) @ axis / (axis @ axis).clamp(min=1e-9))
