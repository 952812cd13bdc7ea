"""A cMDT as a denoiser of a whole voice: its windows' conditions, guidance, and a batch at a time."""

from functools import lru_cache

import torch
from torch import Tensor

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.cmdt import Encoded
from dimitra_studio.motion.conditions import stack, window_conditions
from dimitra_studio.motion.frames import origin
from dimitra_studio.motion.samplers import Denoiser, Estimate
from dimitra_studio.motion.voice import Voice
from dimitra_studio.motion.windows import WindowDenoiser, WindowPlan, denoise_together

USUAL_BATCH = 8  # windows at once: a tenth of a second of work, which is how soon a job can be stopped
_KEPT_BATCHES = 32  # encoded conditions kept between steps: ten minutes of voice, 20 MB a minute


def plan_denoiser(
    model: MotionModel,
    voice: Voice,
    first: FloatArray,
    guidance: float,
    plan: WindowPlan,
    *,
    batch: int = USUAL_BATCH,
) -> Denoiser:
    """Noisy normalised motion [T, C] of a plan's frames to x0, by windows denoised together, `batch` at a time."""
    windows = window_denoiser(model, voice, first, guidance)

    def denoise(x: Tensor, step: int) -> Estimate:
        return denoise_together(windows, x, step, plan, batch)

    return denoise


def window_denoiser(model: MotionModel, voice: Voice, first: FloatArray, guidance: float) -> WindowDenoiser:
    """Noisy normalised windows to x0; their conditions are encoded once, a few batches of them kept."""
    network, config = model.network, model.config
    device = network.position.device
    normal = model.scale.normalise(first - origin(model.group, first))

    @lru_cache(maxsize=_KEPT_BATCHES)
    def encoded(starts: tuple[int, ...]) -> tuple[Encoded, Encoded | None]:
        given = stack([window_conditions(voice, start, normal, start == 0, config) for start in starts], device)
        return network.encode(given), network.encode(given.without_speech()) if guidance != 1.0 else None

    @torch.inference_mode()
    def denoise(x: Tensor, starts: tuple[int, ...], step: int) -> Tensor:
        steps = torch.full((len(starts),), step, device=device)
        spoken, silent = encoded(starts)
        clean = network.denoise(x.to(device), steps, spoken)
        if silent is not None:
            # Classifier-free guidance (arXiv 2207.12598) on x0.
            free = network.denoise(x.to(device), steps, silent)
            clean = free + guidance * (clean - free)
        return clean.cpu()

    return denoise
