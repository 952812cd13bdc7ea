"""Mouths that open alike: some people hardly part their lips, some tear them open, and no voice says which."""

from dataclasses import replace

import numpy as np

from dimitra_studio.core.channels import Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.lip_shape import LipShape

# Frames that a clip's own measure has to outweigh: a second of speech says little about a person.
_DOUBT = 60
# A clip is not distorted beyond this, nor touched where fewer frames of speech are seen.
_LARGEST = 1.8
_FEWEST = 12


def evened(clip: TalkingClip, lips: LipShape, deviation: float) -> TalkingClip:
    """The clip with its 13 lip channels scaled so that the lips' gap deviates by about `deviation` in speech.

    In inter-ocular distances. Lips are scaled about the neutral face, where they are closed, so that what was closed
    stays closed. What is left to learn is when a mouth opens and how far for this person, not who speaks.
    """
    spoken = clip.motion.seen & ~clip.voice().silent
    frames = int(spoken.sum())
    if frames < _FEWEST:
        return clip
    own = float(lips.gap_of(clip.motion.components[spoken]).var())
    believed = np.sqrt((frames * own + _DOUBT * deviation**2) / (frames + _DOUBT))
    values = clip.motion.values.copy()
    values[:, Group.LIPS.columns] *= np.clip(deviation / believed, 1 / _LARGEST, _LARGEST)
    return replace(clip, motion=MotionSequence(values, clip.motion.fps, clip.motion.face_model))
