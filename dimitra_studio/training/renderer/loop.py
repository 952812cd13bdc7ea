"""Trains one repairing network: steps, scores, pictures to look at, and what is kept of them on disk."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.motion.clips import ClipFacts
from dimitra_studio.render.neural.sight import MOUTH_INSIDE
from dimitra_studio.render.neural.weights import RepairModel, save_repair
from dimitra_studio.render.perceptual import PerceptualDistance
from dimitra_studio.training.renderer.batches import PairShelf, RepairBatch
from dimitra_studio.training.renderer.trainer import RepairTrainer, repaired

STATE = "state.pt"
_SAVE_EVERY = 60.0  # seconds: what an interrupt may cost
_SHOWN = 12  # clips of the picture
_LOOKED = 3  # one of so many frames: looks take long to compare


def train_repair(
    trainer: RepairTrainer, validation: PairShelf | None, folder: Path, run: dict[str, Any], facts: dict[str, Any]
) -> Job[Path]:
    """Trains to the recipe's last step, going on where `folder` was left; returns the weights' path.

    `folder` gets `repair_<part>.safetensors` (the average), `log.jsonl`, `sheet.png` (validation clips: portrait,
    warped, repaired, true) and `state.pt`. Raises InputError where it holds another run.
    """
    part, recipe = trainer.network.config.part, trainer.recipe
    path = folder / f"repair_{part}.safetensors"
    make_folder(folder)
    if (folder / STATE).exists():
        trainer.resume(folder / STATE, run)
    saved = time.monotonic()
    while trainer.step < recipe.steps:
        trainer.advance()
        yield Progress(f"train {part}", trainer.step, recipe.steps)
        last = trainer.step == recipe.steps
        if validation is not None and (last or trainer.step % recipe.judge_every == 0):
            scores = judge(trainer, validation, folder / "sheet.png")
            with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps({"step": trainer.step, "loss": float(trainer.loss), **scores}) + "\n")
        if last or time.monotonic() - saved > _SAVE_EVERY:
            trainer.save(folder / STATE, run)
            _save_model(path, trainer, facts)
            saved = time.monotonic()
    if not path.exists():
        _save_model(path, trainer, facts)
    return path


@torch.inference_mode()
def judge(trainer: RepairTrainer, validation: PairShelf, sheet: Path | None = None) -> dict[str, float]:
    """PSNR (dB) of whole squares, warped and repaired, over validation clips, and how different both look from the
    truth, times 100, where the trainer has weights for that; writes to `sheet` what their widest mouths look like."""
    warped, own, rows, look = [], [], [], trainer.look
    chosen = np.unique(np.linspace(0, len(validation) - 1, min(len(validation), trainer.recipe.judged)).round())
    shown = set(chosen[:: -(-len(chosen) // _SHOWN)])
    for number in chosen:
        batch = validation.all_of(int(number)).on(trainer.device)
        _, out = repaired(trainer.average, batch)
        warped.append(_scores(batch.warped, batch.truth, look))
        own.append(_scores(out, batch.truth, look))
        if number in shown:
            widest = int(_inside_of(batch).argmax())
            squares = (batch.source[widest, :3], batch.warped[widest], out[widest], batch.truth[widest])
            rows.append(torch.cat(squares, dim=2))
    if sheet is not None:
        pixels = (torch.cat(rows, dim=1).permute(1, 2, 0) + 1) * 127.5
        with replacing(sheet) as part:
            Image.fromarray(pixels.clamp(0, 255).byte().cpu().numpy()).save(part, format="PNG")
    return {
        prefix + name: float(np.mean([clip[name] for clip in scores]))
        for prefix, scores in (("warp_", warped), ("", own))
        for name in scores[0]
    }


def _inside_of(batch: RepairBatch) -> Tensor:
    """How much of the mouth's inside each frame shows [B]."""
    return torch.isin(batch.label, torch.tensor(MOUTH_INSIDE, device=batch.label.device, dtype=batch.label.dtype)).sum(
        dim=(1, 2)
    )


def facts_of(clips: tuple[ClipFacts, ...], trainer: RepairTrainer) -> dict[str, Any]:
    """What a model card needs to know."""
    return {
        "clips": len(clips),
        "speakers": len({clip.speaker for clip in clips}),
        "licences": sorted({clip.licence for clip in clips}),
        "recipe": asdict(trainer.recipe),
    }


def _save_model(path: Path, trainer: RepairTrainer, facts: dict[str, Any]) -> None:
    save_repair(path, RepairModel(trainer.average, {**facts, "steps": trainer.step}))


def _scores(out: Tensor, truth: Tensor, look: PerceptualDistance | None) -> dict[str, float]:
    """The mean over frames [B, 3, S, S] in -1..1."""
    error = (out - truth).square().mean(dim=(1, 2, 3))
    scores = {"psnr": float((10 * torch.log10(4 / error.clamp(min=1e-6))).mean())}
    return scores if look is None else scores | {"look": 100 * float(look(out[::_LOOKED], truth[::_LOOKED]).mean())}
