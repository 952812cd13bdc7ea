"""From a voice and a first frame to the tensors that a cMDT is conditioned on."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import torch
from torch import Tensor

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.motion.cmdt import Conditions
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.voice import Voice, cut


def window_conditions(
    voice: Voice, start: int, first: FloatArray, starts: bool, config: CMDTConfig, *, end: int | None = None
) -> Conditions:
    """One window [1, ...] of `config.frames` from frame `start`.

    `first` [C] is the normalised first frame; `starts` says that it is this very window's frame 0. Frames from `end`
    on (the voice's own by default) are masked.
    """
    frames, reach = config.frames, config.phoneme_reach
    features = cut(voice.features, 2 * start - config.feature_before, 2 * frames + config.feature_window - 2)
    phonemes = (
        np.zeros((frames + 2 * reach, config.phonemes + 1), dtype=np.float32)
        if voice.phonemes is None
        else cut(voice.phonemes, start - reach, frames + 2 * reach)
    )
    text = np.zeros(config.text_dim, dtype=np.float32) if voice.text is None else voice.text
    return Conditions(
        features=_batched(features),
        phonemes=_batched(phonemes),
        text=_batched(text),
        first=_batched(first),
        starts=torch.tensor([starts]),
        mask=(torch.arange(frames) < (len(voice) if end is None else end) - start)[None],
        present=torch.tensor([[voice.heard, voice.phonemes is not None, voice.text is not None, True]]),
    )


def stack(windows: Sequence[Conditions], device: torch.device | str = "cpu") -> Conditions:
    """Conditions of several windows as one batch on `device`."""
    names = [field.name for field in fields(Conditions)]
    return Conditions(*(torch.cat([getattr(window, name) for window in windows]).to(device) for name in names))


def _batched(values: FloatArray) -> Tensor:
    return torch.tensor(values, dtype=torch.float32)[None]
