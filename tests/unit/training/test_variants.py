import numpy as np
import pytest

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.training.variants import VoiceChange, change_voice, draw_change, sped_motion, vary_clip

RATE = 16_000


def _tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE).astype(np.float32) * 0.3


def _change(samples: np.ndarray, **change: float) -> np.ndarray:
    return change_voice(samples, VoiceChange(**change), np.random.default_rng(0))


def _level(samples: np.ndarray) -> float:
    return float(np.square(samples, dtype=np.float64).mean())


def test_no_change_changes_nothing() -> None:
    voice = _tone(200)
    assert np.allclose(_change(voice), voice, atol=1e-6)


@pytest.mark.parametrize("speed", [0.87, 1.15])
def test_speed_changes_pitch_and_length_alike(speed: float) -> None:
    quick = _change(_tone(400), speed=speed)
    assert len(quick) == pytest.approx(RATE / speed, abs=1)
    loudest = np.argmax(np.abs(np.fft.rfft(quick))) * RATE / len(quick)
    assert loudest == pytest.approx(400 * speed, abs=3)


def test_noise_is_as_far_below_the_voice_as_said() -> None:
    voice = _tone(300)
    noise = _change(voice, snr=12.0, colour=1.5) - voice
    assert 10 * np.log10(_level(voice) / _level(noise)) == pytest.approx(12.0, abs=0.1)


def test_a_room_rings_after_the_sound_and_never_before() -> None:
    click = np.zeros(RATE, dtype=np.float32)
    click[4000] = 0.9
    heard = _change(click, room=0.3, distance=0.4)
    assert np.abs(heard[:4000]).max() < 1e-6
    assert np.argmax(np.abs(heard)) == 4000
    assert np.square(heard[4001:]).sum() / np.square(heard).sum() == pytest.approx(0.4, abs=0.01)
    # Sixty decibels down after 0.3 s.
    early, late = _level(heard[4001:4801]), _level(heard[8000:8800])
    assert 10 * np.log10(early / late) == pytest.approx(60 * (3999 / RATE) / 0.3, abs=4)


def test_motion_goes_at_the_speed_and_keeps_its_shape() -> None:
    frames = 100
    curve = np.sin(np.arange(frames) * 0.2)[:, None] * np.ones(70)
    quick = sped_motion(MotionSequence(curve), 1.25)
    assert len(quick) == 80
    middle = np.arange(1, 79)
    expected = np.sin(((middle + 0.5) * 1.25 - 0.5) * 0.2)
    assert np.allclose(quick.values[middle, 0], expected, atol=1e-3)


def test_frames_without_a_face_stay_without() -> None:
    values = np.zeros((50, 70), dtype=np.float32)
    values[20:30] = np.nan
    slow = sped_motion(MotionSequence(values), 0.8)
    assert np.isfinite(slow.values[:24]).all()
    assert np.isnan(slow.values[26:37]).all()
    assert np.isfinite(slow.values[39:]).all()


def test_a_varied_clip_is_the_same_words_at_another_speed(clips) -> None:
    clip = clips.one(lag=2.0)
    heard = []

    def listen(samples):
        heard.append(samples)
        count = int(np.ceil(len(samples) / RATE * 50))
        return np.zeros((count, 12), np.float32), np.zeros(count, np.float32)

    voice = _tone(150, clip.motion.duration)
    varied = vary_clip(clip, voice, 3, listen)
    speed = clip.speech.duration / varied.speech.duration
    assert varied.facts.variant == "3"
    assert varied.facts.lag == pytest.approx(2.0 / speed)
    assert [phone.end * speed for phone in varied.speech.phonemes] == [phone.end for phone in clip.speech.phonemes]
    assert len(heard[0]) == pytest.approx(len(voice) / speed, abs=1)
    assert len(varied.motion) == pytest.approx(len(clip.motion) / speed, abs=1)
    again, other = vary_clip(clip, voice, 3, listen), vary_clip(clip, voice, 4, listen)
    assert np.array_equal(heard[1], heard[0])
    assert again.speech.duration == varied.speech.duration != other.speech.duration


def test_changes_differ_and_stay_speech() -> None:
    rng = np.random.default_rng(0)
    changes = [draw_change(rng) for _ in range(200)]
    speeds = [change.speed for change in changes]
    assert 0.86 < min(speeds) < 0.9
    assert 1.1 < max(speeds) < 1.17
    assert 0.35 < np.mean([change.snr is not None for change in changes]) < 0.65
