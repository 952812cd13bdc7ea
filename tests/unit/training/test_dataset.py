import dataclasses

import numpy as np
import pytest
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.mirror import mirror_of
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.jaw import jaw_share
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.dataset import (
    MotionWindows,
    feature_statistics,
    measure_scale,
    silence_median,
    stretches_of,
)


def _config(group: Group = Group.LIPS) -> CMDTConfig:
    return CMDTConfig(
        group, width=16, layers=1, heads=2, ffn=16, embedding=16, audio_width=8, feature_dim=12, text_dim=10, frames=20
    )


def _windows(clip, group: Group = Group.LIPS, mirrored: bool = False) -> MotionWindows:
    stretches = stretches_of((clip,))
    mirror = mirror_of(COMPONENT_NAMES) if mirrored else None
    return MotionWindows(stretches, _config(group), measure_scale(stretches, group, mirror), mirror=mirror)


def test_frames_and_features_belong_together(clips) -> None:
    """Motion is a function of the features, so a wrong offset anywhere would show."""
    clip = clips.one()
    config = _config()
    scale = measure_scale(stretches_of((clip,)), Group.LIPS, None)
    batch = _windows(clip).draw(8, np.random.default_rng(0))
    centres = batch.conditions.features[:, config.feature_before : config.feature_before + 40 : 2]
    mixing = np.random.default_rng(99).normal(size=(12, 70)) * 0.05
    expected = np.tanh(centres.numpy()) @ mixing[:, Group.LIPS.columns] + 0.1
    np.testing.assert_allclose(scale.restore(batch.clean.numpy()), expected, atol=1e-4)


def test_a_late_voice_is_moved_under_the_face(clips) -> None:
    clip = clips.one()
    late = dataclasses.replace(clip, facts=dataclasses.replace(clip.facts, lag=2))
    on_time, moved = (stretches_of((each,))[0].voice.features for each in (clip, late))
    np.testing.assert_array_equal(moved[:-4], on_time[4:])


def test_frames_without_a_face_split_a_clip(clips) -> None:
    clip = clips.one(frames=90)
    values = clip.motion.values.copy()
    values[40:45] = np.nan
    values[85:] = np.nan
    gappy = dataclasses.replace(clip, motion=MotionSequence(values))
    assert [(each.offset, len(each.values)) for each in stretches_of((gappy,))] == [(0, 40), (45, 40)]
    assert _windows(gappy).draw(64, np.random.default_rng(0)).clean.isfinite().all()


def test_windows_end_with_the_stretch(clips) -> None:
    clip = clips.one(frames=90)
    values = clip.motion.values.copy()
    values[15:] = np.nan
    short = dataclasses.replace(clip, motion=MotionSequence(values))
    batch = _windows(short).draw(4, np.random.default_rng(0))
    assert batch.conditions.mask.sum(dim=1).tolist() == [15] * 4
    assert batch.clean[:, 15:].abs().max() == 0
    # The voice goes on behind the last tracked frame and may be heard.
    assert batch.conditions.features[:, 40:].abs().max() > 0


def test_only_tiny_stretches_are_refused(clips) -> None:
    with pytest.raises(InputError, match="no stretch"):
        stretches_of((clips.one(frames=8),))


def test_a_clips_weight_is_shared_by_its_stretches(clips) -> None:
    clip = clips.one(frames=90)
    values = clip.motion.values.copy()
    values[40:45] = np.nan
    gappy = dataclasses.replace(clip, motion=MotionSequence(values))
    assert [each.weight for each in stretches_of((gappy,))] == pytest.approx([40, 45])
    (grid,) = stretches_of((clips.one(frames=80, source="GRID_s1"),), {"GRID": 0.25})
    assert grid.weight == pytest.approx(20)


def test_own_first_frame_is_marked(clips) -> None:
    clip = clips.one(frames=200)
    batch = _windows(clip).draw(64, np.random.default_rng(0))
    same = (batch.clean[:, 0] - batch.conditions.first).abs().amax(dim=1) < 1e-5
    assert torch.equal(same & batch.conditions.starts, batch.conditions.starts)
    assert 0.3 < batch.conditions.starts.float().mean() < 0.9
    assert not same[~batch.conditions.starts].all()


def test_pose_places_count_from_the_given_frame(clips) -> None:
    clip = clips.one(frames=100)
    moved = clip.motion.values + np.concatenate((np.zeros(67), [5.0, -3.0, 2.0])).astype(np.float32)
    elsewhere = dataclasses.replace(clip, motion=MotionSequence(moved))
    here, there = (_windows(each, Group.POSE).draw(8, np.random.default_rng(0)) for each in (clip, elsewhere))
    torch.testing.assert_close(here.clean, there.clean, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(here.conditions.first, there.conditions.first, rtol=1e-3, atol=1e-3)


def test_half_of_the_faces_are_mirrored(clips) -> None:
    clip = clips.one(frames=20)
    batch = _windows(clip, Group.POSE, mirrored=True).draw(200, np.random.default_rng(0))
    kinds = torch.unique(batch.clean[:, :, 1].round(decimals=4), dim=0)
    assert len(kinds) >= 2
    plain = _windows(clip, Group.POSE).draw(200, np.random.default_rng(0))
    assert abs(float(batch.clean[:, :, 1].mean())) < abs(float(plain.clean[:, :, 1].mean())) + 0.5


def test_scale_makes_unit_spread(clips) -> None:
    stretches = stretches_of((clips.one(frames=400), clips.one("b", frames=300, seed=2)))
    scale = measure_scale(stretches, Group.LIPS, None)
    values = np.concatenate([scale.normalise(each.values[:, :13]) for each in stretches])
    np.testing.assert_allclose(values.std(axis=0), 1.0, atol=0.1)
    assert (scale.low <= values.min()).all() or (scale.low < scale.high).all()


def test_a_constant_channel_keeps_a_small_spread(clips) -> None:
    clip = clips.one()
    values = clip.motion.values.copy()
    values[:, 12] = 0.0
    constant = stretches_of((dataclasses.replace(clip, motion=MotionSequence(values)),))
    assert measure_scale(constant, Group.LIPS, None).std[12] == pytest.approx(0.01)


def test_mirrored_scale_is_symmetric(clips) -> None:
    mirror = mirror_of(COMPONENT_NAMES)
    scale = measure_scale(stretches_of((clips.one(),)), Group.POSE, mirror)
    np.testing.assert_allclose(scale.mean[[1, 2, 3]], 0.0, atol=1e-6)


def test_silence_median_is_of_silent_frames(clips) -> None:
    clip = clips.one(frames=60)
    expected = np.median(clip.motion.values[30:, :13], axis=0)
    np.testing.assert_allclose(silence_median(stretches_of((clip,)), Group.LIPS), expected, atol=1e-6)
    talking = dataclasses.replace(clip, speech=dataclasses.replace(clip.speech, silences=()))
    expected = np.median(clip.motion.values[:, :13], axis=0)
    np.testing.assert_allclose(silence_median(stretches_of((talking,)), Group.LIPS), expected, atol=1e-6)


def test_feature_statistics_count_a_clip_once(clips) -> None:
    clip = clips.one(frames=90)
    values = clip.motion.values.copy()
    values[40:45] = np.nan
    gappy = dataclasses.replace(clip, motion=MotionSequence(values))
    mean, std = feature_statistics(stretches_of((gappy,)))
    np.testing.assert_allclose(mean, clip.speech.features.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(std, clip.speech.features.std(axis=0), atol=1e-5)


def test_lips_carry_the_faces_share_of_the_gap(clips) -> None:
    """The jaw moves by what the expression adds beyond the first frame; at the first frame itself nothing changes."""
    clip = clips.one(frames=20)
    stretches = stretches_of((clip,))
    scale = measure_scale(stretches, Group.LIPS, None)
    lips = LipShape(np.random.default_rng(0).uniform(0.1, 1.0, 64), np.ones(64))
    plain, carrying = (
        MotionWindows(stretches, _config(), scale, lips=each).draw(16, np.random.default_rng(1))
        for each in (None, lips)
    )
    own = plain.conditions.starts
    moved = scale.restore(carrying.clean.numpy()) - scale.restore(plain.clean.numpy())
    face = clip.motion.values[:, Group.EXPRESSION.columns]
    np.testing.assert_allclose(moved[own][0, :, 0], (face - face[0]) @ jaw_share(lips), atol=1e-4)
    np.testing.assert_allclose(moved[..., 1:], 0.0, atol=1e-6)
    assert torch.equal(plain.conditions.first, carrying.conditions.first)


def test_closed_lips_are_marked(clips) -> None:
    """The gap here is the first component; it is below two hundredths in some frames and not in others."""
    clip = clips.one(frames=20)
    stretches = stretches_of((clip,))
    scale = measure_scale(stretches, Group.LIPS, None)
    height = float(np.median(clip.motion.values[:, 0]))
    lips = LipShape(np.eye(64)[0] * 0.02 / height, np.ones(64))
    batch = MotionWindows(stretches, _config(), scale, lips=lips).draw(4, np.random.default_rng(0))
    assert batch.closed[0].tolist() == (clip.motion.values[:, 0] < height).tolist()
    assert not MotionWindows(stretches, _config(), scale).draw(4, np.random.default_rng(0)).closed.any()
