"""Which clips are too broken to teach: a clip's measures, and the limits that they are held against."""

from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import POSE_COUNT
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.face import FaceTrack
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import SpeechAnalysis

# The level that 5 % of a voice exceed is its speech's, not its pauses'.
_LOUD_PERCENTILE = 95
# Samples so near the highest one stand on a flat top.
_FLAT = 0.99


@dataclass(frozen=True)
class ClipMeasures:
    """What a clip is judged by.

    `seconds`; `face_width` px, median; `unseen`: share of frames without a tracked face; `error`: median landmark
    error as in FaceTrack; `cuts` found in it; `yaw`: median, degrees to either side; `loudness`: dB of full scale that
    the voice exceeds in 5 % of the time; `clipped`: share of samples at the peak; `spoken`: share of the time with
    speech.
    """

    seconds: float
    face_width: float
    unseen: float
    error: float
    cuts: int
    yaw: float
    loudness: float
    clipped: float
    spoken: float


@dataclass(frozen=True)
class QualityLimits:
    """What a clip must keep to be learned from. Each cuts what is broken, not what is merely poor: data are few.

    `shortest` seconds: fewer than 12 frames on end teach no motion. `smallest_face` px: there one pixel is the 3 % of
    the distance between the eyes that part closed lips from open ones. `most_unseen`: a face lost in a third of the
    frames was tracked by luck in the rest; what smoothing mixed across a cut counts as unseen, so this ends montages
    too. `largest_error`: the tracker gives single frames up at 0.06, most clips are near 0.01; one that is mostly
    beyond shows no head that the model knows. `largest_yaw`: seen more from the side, half of the mouth is guessed.
    `quietest` dB: no voice was recorded. `most_clipped`: the recogniser hears a rasp. `least_spoken`: without speech
    lips have nothing to say. `least_agreement`: of ten seconds and more, the lip gap's correlation with what the voice
    predicts at the best of all lags (in 17 clips it was 0.51 or more, with others' voices 0.16 or less; shorter clips
    do not tell: with others' voices a twentieth of five-second clips reaches 0.4).
    """

    shortest: float = 0.5
    smallest_face: float = 80.0
    most_unseen: float = 0.33
    largest_error: float = 0.04
    largest_yaw: float = 40.0
    quietest: float = -50.0
    most_clipped: float = 0.01
    least_spoken: float = 0.02
    least_agreement: float = 0.25

    def faults(self, clip: ClipMeasures) -> dict[str, str]:
        """What is wrong with a clip: a sentence by the measure's name; empty for a clip to keep."""
        checks = {
            "seconds": (clip.seconds < self.shortest, f"only {clip.seconds:.2f} s long"),
            "face_width": (clip.face_width < self.smallest_face, f"the face is only {clip.face_width:.0f} px wide"),
            "unseen": (clip.unseen > self.most_unseen, f"{clip.unseen:.0%} of the frames show no face"),
            "error": (clip.error > self.largest_error, f"the head fits the landmarks badly ({clip.error:.1%})"),
            "yaw": (clip.yaw > self.largest_yaw, f"the face is turned aside by {clip.yaw:.0f}°"),
            "loudness": (clip.loudness < self.quietest, f"the voice is only {clip.loudness:.0f} dB loud"),
            "clipped": (clip.clipped > self.most_clipped, f"{clip.clipped:.1%} of the sound is clipped"),
            "spoken": (clip.spoken < self.least_spoken, f"speech in only {clip.spoken:.0%} of the time"),
        }
        return {name: text for name, (broken, text) in checks.items() if broken}


def measure_clip(
    track: FaceTrack, motion: MotionSequence, voice: AudioClip, *, cuts: int, speech: SpeechAnalysis, levels: FloatArray
) -> ClipMeasures:
    """The measures of a clip: `motion` is what is left of the track's beside its `cuts`, `levels` [T50] the loudness in
    dB. Raises InputError where no frame is left."""
    seen = motion.seen
    if not seen.any():
        raise InputError("Beside its cuts no frame shows a face.", "Use a video without cuts.")
    silent = sum(end - start for start, end in speech.silences)
    peak = float(np.abs(voice.samples).max())
    return ClipMeasures(
        seconds=motion.duration,
        face_width=float(np.median(np.ptp(track.landmarks[seen, :, 0], axis=1))),
        unseen=float(1 - seen.mean()),
        error=float(np.median(track.error[seen])),
        cuts=cuts,
        yaw=float(np.degrees(np.abs(np.median(motion.values[seen, -POSE_COUNT + 1])))),
        loudness=float(np.percentile(levels, _LOUD_PERCENTILE)),
        clipped=float((np.abs(voice.samples) >= _FLAT * peak).mean()) if peak else 0.0,
        spoken=1 - silent / speech.duration,
    )
