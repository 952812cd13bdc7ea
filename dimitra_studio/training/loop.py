"""Trains one cMDT: steps, scores, and what is kept of them on disk."""

import copy
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.motion.checkpoint import save_model
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.config import CMDTConfig, embedded, paper
from dimitra_studio.training.curves import TrainingLog, draw_curves
from dimitra_studio.training.fingerprint import fingerprint
from dimitra_studio.training.processes import ALONE, Process
from dimitra_studio.training.recipe import TrainingRecipe
from dimitra_studio.training.state import LATEST, STEADY, Best, TrainingState, resume, save_state
from dimitra_studio.training.trainer import Trainer
from dimitra_studio.training.validation import Validation

_SAVE_EVERY = 60.0  # seconds: what an interrupt may cost


@dataclass(frozen=True)
class TrainingData:
    """Clips to learn from, variants among them, and clips to be judged on, as they were recorded."""

    train: tuple[TalkingClip, ...]
    validation: tuple[TalkingClip, ...]

    @classmethod
    def split(cls, clips: tuple[TalkingClip, ...]) -> "TrainingData":
        """By the clips' own split. Raises InputError where none are to learn from."""
        train = tuple(clip for clip in clips if clip.facts.split == "train")
        if not train:
            raise InputError("None of the prepared clips is of the train split.", "Prepare more of the corpus.")
        return cls(train, tuple(clip for clip in clips if clip.facts.split == "val" and not clip.facts.variant))


def config_for(group: Group, preset: str, data: TrainingData) -> CMDTConfig:
    """The preset's network for features and embeddings of the kinds that the clips have.

    Raises InputError where they are of several kinds.
    """
    clips = (*data.train, *data.validation)
    kinds = {(clip.speech.feature_kind, clip.speech.features.shape[1]) for clip in clips}
    embeddings = {(clip.speech.embedding_kind, len(clip.speech.text_embedding)) for clip in clips}
    if len(kinds) > 1 or len(embeddings) > 1:
        raise InputError("The prepared clips were analysed with different speech models.", "Prepare them all anew.")
    (feature_kind, feature_dim), (embedding_kind, text_dim) = kinds.pop(), embeddings.pop()
    return replace(
        {"embedded": embedded, "paper": paper}[preset](group),
        feature_kind=feature_kind,
        feature_dim=feature_dim,
        embedding_kind=embedding_kind,
        text_dim=text_dim,
    )


def train_motion(
    data: TrainingData,
    head: HeadModel,
    config: CMDTConfig,
    recipe: TrainingRecipe,
    folder: Path,
    *,
    process: Process = ALONE,
) -> Job[Path]:
    """Trains until `recipe.steps`, going on from `folder` where a run was stopped; returns the weights' path.

    `folder` gets `motion_<group>.safetensors` (the average that did best on the validation clips; without such clips
    the last), `log.jsonl` and `curves.png`, `state.pt`, and `steady.pt`, the state before the cool-down, from where a
    finished run can be prolonged. Of several processes the first alone judges and writes; all read `folder`.
    Raises InputError where `folder` holds another run.
    """
    trainer = Trainer(data.train, head, config, recipe, process=process)
    validation = Validation(data.validation, trainer.windows, recipe, trainer.lips)
    state = trainer.state
    run = fingerprint(data.train, data.validation, config, recipe, process.count)
    yield Progress("train", 0, 0, resume(folder, state, run, recipe))
    keeper = _Keeper(folder, trainer, validation, run, _facts(data, recipe)) if process.first else None
    if keeper and not validation.tells(recipe.choose_by):
        note = f"No validation clip can tell {recipe.choose_by}: the last average is kept, good or bad."
        yield Progress("train", 0, 0, note)
    while state.step < recipe.steps:
        trainer.advance()
        yield Progress(f"train {config.group}", state.step, recipe.steps)
        if keeper:
            keeper.look()
    if keeper:
        keeper.finish()
    return folder / f"motion_{config.group}.safetensors"


def _facts(data: TrainingData, recipe: TrainingRecipe) -> dict[str, object]:
    recorded = [clip for clip in data.train if not clip.facts.variant]
    return {
        "clips": len(recorded),
        "variants": len(data.train) - len(recorded),
        "speakers": len({clip.facts.speaker for clip in data.train}),
        "minutes": round(sum(clip.motion.duration for clip in recorded) / 60, 1),
        "recipe": asdict(recipe),
    }


class _Keeper:
    """What is measured on the way, and what is kept in `folder`."""

    def __init__(
        self, folder: Path, trainer: Trainer, validation: Validation, run: dict[str, Any], facts: dict[str, object]
    ) -> None:
        self._folder, self._trainer, self._validation, self._run, self._facts = folder, trainer, validation, run, facts
        self._recipe = trainer.recipe
        self._path = folder / f"motion_{self._recipe.group}.safetensors"
        self._log = TrainingLog(folder / "log.jsonl")
        self._log.keep(trainer.state.step)
        self._saved = time.monotonic()

    def look(self) -> None:
        """After a step: judges and saves where it is time to."""
        state, recipe = self._trainer.state, self._recipe
        if state.step % recipe.judge_every == 0 or state.step == recipe.steps:
            self._judge(state)
        if state.step == recipe.steady:
            save_state(self._folder / STEADY, state, self._run)
        if state.step == recipe.steps or time.monotonic() - self._saved > _SAVE_EVERY:
            self._save()

    def finish(self) -> None:
        """Writes the model of a run that had nothing left to do, where it is missing."""
        if not self._path.exists():
            self._save()

    def _judge(self, state: TrainingState) -> None:
        scores = self._validation.judge(self._trainer.model(state.average, {}))
        rate = self._recipe.rate_at(state.step - 1)
        self._log.add({"step": state.step, "loss": float(state.loss), "rate": rate, **scores})
        score = scores.get(self._recipe.choose_by)
        if score is not None and (state.best is None or self._recipe.is_better(score, state.best.score)):
            weights = {name: tensor.cpu().clone() for name, tensor in state.average.state_dict().items()}
            state.best = Best(state.step, score, weights)
        best = state.best.step if state.best else None
        draw_curves(self._log.entries(), self._folder / "curves.png", f"cMDT for {self._recipe.group}", best)

    def _save(self) -> None:
        state = self._trainer.state
        save_state(self._folder / LATEST, state, self._run)
        chosen, facts = state.average, {"steps": state.step, **self._facts}
        if state.best is not None:
            chosen = copy.deepcopy(state.average)
            chosen.load_state_dict(state.best.weights)
            facts |= {"steps": state.best.step, "chosen_by": self._recipe.choose_by, "score": state.best.score}
        save_model(self._path, self._trainer.model(chosen, facts))
        self._saved = time.monotonic()
