"""More voices than were recorded: a clip's voice played faster or slower, in another room, under noise.

Speed perturbation (Ko et al., Interspeech 2015) changes pitch, formants and pace together and is exact in time; phones
and motion go along. Noise and rooms leave the lips alone, which a network has to learn from a few hundred people.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import soxr
from scipy.interpolate import CubicSpline
from scipy.signal import fftconvolve

from dimitra_studio.core.arrays import FloatArray, runs
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.core.timebase import SPEECH_RATE, frame_centres, frame_count
from dimitra_studio.motion.clips import TalkingClip

_SPEED = 0.15  # at most so much in natural logarithm
_NOISE_DB = (8.0, 35.0)  # signal to noise
_ROOM_SECONDS = (0.1, 0.6)
_TILT = 0.35  # at most so much of a one-pole filter, towards dull or sharp
_GAIN_DB = 12.0
_SHORTEST_RUN = 4  # frames that a spline needs


@dataclass(frozen=True)
class VoiceChange:
    """`speed` as a factor; noise `snr` in dB with a spectrum of 1 / f^`colour`; a `room` that rings for so
    many seconds (RT60), `distance` the reverberation's share of the power; `tilt` of the spectrum; `gain` in dB."""

    speed: float = 1.0
    snr: float | None = None
    colour: float = 1.0
    room: float | None = None
    distance: float = 0.3
    tilt: float = 0.0
    gain: float = 0.0


def draw_change(rng: np.random.Generator) -> VoiceChange:
    """A change as recordings of other people elsewhere might differ: always the speed, often noise, at times a room."""
    return VoiceChange(
        speed=float(np.exp(rng.uniform(-_SPEED, _SPEED))),
        snr=float(rng.uniform(*_NOISE_DB)) if rng.random() < 0.5 else None,
        colour=float(rng.uniform(0.0, 2.0)),
        room=float(rng.uniform(*_ROOM_SECONDS)) if rng.random() < 0.4 else None,
        distance=float(rng.uniform(0.1, 0.5)),
        tilt=float(rng.uniform(-_TILT, _TILT)),
        gain=float(rng.uniform(-_GAIN_DB, 0.0)),
    )


def change_voice(samples: FloatArray, change: VoiceChange, rng: np.random.Generator) -> FloatArray:
    """`samples` [N] at 16 kHz as `change` says: [N / speed]."""
    voice = soxr.resample(samples, SPEECH_RATE * change.speed, SPEECH_RATE, quality="HQ")
    if change.room is not None:
        voice = _in_room(voice, change.room, change.distance, rng)
    voice = voice - change.tilt * np.concatenate(([0.0], voice[:-1]))
    if change.snr is not None:
        voice = voice + _noise(voice, change.snr, change.colour, rng)
    return np.asarray(np.clip(voice * 10 ** (change.gain / 20), -1.0, 1.0), dtype=np.float32)


def vary_clip(
    clip: TalkingClip, samples: FloatArray, variant: int, listen: Callable[[FloatArray], tuple[FloatArray, FloatArray]]
) -> TalkingClip:
    """`clip` with its voice (`samples` at 16 kHz) changed by a change drawn from the clip's name and `variant`.

    `listen` gives a voice's features [T50, F] and loudness [T50]. Words, phones, silences and motion follow the speed;
    the transcript stays.
    """
    rng = np.random.default_rng([zlib.crc32(clip.facts.name.encode()), variant])
    change = draw_change(rng)
    features, loudness = listen(change_voice(samples, change, rng))
    speed = change.speed
    return TalkingClip(
        facts=replace(clip.facts, variant=f"{variant}", lag=clip.facts.lag / speed),
        motion=sped_motion(clip.motion, speed),
        speech=_sped_speech(clip.speech, speed, features),
        loudness=loudness,
    )


def sped_motion(motion: MotionSequence, speed: float) -> MotionSequence:
    """The same motion `speed` times as fast, by cubic splines over each stretch of seen frames."""
    count = frame_count(motion.duration / speed, motion.fps)
    moments = frame_centres(count, motion.fps) * speed
    values = np.full((count, motion.values.shape[1]), np.nan, dtype=np.float32)
    centres = frame_centres(len(motion), motion.fps)
    for start, end in runs(motion.seen):
        within = (moments >= start / motion.fps) & (moments <= end / motion.fps)
        if end - start >= _SHORTEST_RUN:
            # The half frames at either end are not extrapolated.
            held = np.clip(moments[within], centres[start], centres[end - 1])
            values[within] = CubicSpline(centres[start:end], motion.values[start:end])(held)
    return MotionSequence(values, motion.fps, motion.face_model)


def _sped_speech(speech: SpeechAnalysis, speed: float, features: FloatArray) -> SpeechAnalysis:
    return replace(
        speech,
        duration=speech.duration / speed,
        words=tuple(replace(word, start=word.start / speed, end=word.end / speed) for word in speech.words),
        phonemes=tuple(replace(phone, start=phone.start / speed, end=phone.end / speed) for phone in speech.phonemes),
        silences=tuple((start / speed, end / speed) for start, end in speech.silences),
        features=features,
    )


def _in_room(samples: FloatArray, seconds: float, share: float, rng: np.random.Generator) -> FloatArray:
    """With the reverberation of a room: exponentially decaying noise (Polack's model) behind the direct sound."""
    moments = np.arange(1, round(seconds * SPEECH_RATE) + 1) / SPEECH_RATE
    tail = rng.standard_normal(len(moments)) * 10 ** (-3 * moments / seconds)
    tail *= np.sqrt(share / (1 - share) / np.square(tail).sum())
    response = np.concatenate(([1.0], tail))
    return np.asarray(fftconvolve(samples, response)[: len(samples)] * np.sqrt(1 - share), dtype=np.float32)


def _noise(samples: FloatArray, snr: float, colour: float, rng: np.random.Generator) -> FloatArray:
    """Noise [N] with power falling as 1 / f^colour, `snr` dB below the voice."""
    spectrum = np.fft.rfft(rng.standard_normal(len(samples)))
    spectrum *= np.maximum(np.arange(len(spectrum)), 1) ** (-colour / 2)
    noise = np.fft.irfft(spectrum, n=len(samples))
    power = float(np.square(samples, dtype=np.float64).mean()) / max(float(np.square(noise).mean()), 1e-20)
    return np.asarray(noise * np.sqrt(power * 10 ** (-snr / 10)), dtype=np.float32)
