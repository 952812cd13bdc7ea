"""What must be the same for a stopped training run to go on."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.training.recipe import TrainingRecipe

_TOLD = 3  # differences in a sentence


def fingerprint(
    train: tuple[TalkingClip, ...],
    validation: tuple[TalkingClip, ...],
    config: CMDTConfig,
    recipe: TrainingRecipe,
    processes: int,
) -> dict[str, Any]:
    """Everything by its name: clips, network, recipe (all but its steps, see `TrainingRecipe.steady`), processes."""
    told = asdict(recipe)
    told.pop("steps")
    loss = {f"loss {name}": weight for name, weight in told.pop("loss").items()}
    network = {f"network {name}": value for name, value in config.as_dict().items()}
    clips = {"training clips": _digest(train), "validation clips": _digest(validation)}
    everything = {**clips, "processes": processes, **told, **loss, **network}
    # Plain values: what a file gives back compares equal.
    plain: dict[str, Any] = json.loads(json.dumps(everything))
    return plain


def difference(begun: dict[str, Any], now: dict[str, Any]) -> str:
    """What two fingerprints do not share, in words ("seed 0 instead of 1"); empty where they are equal."""
    names = [name for name in {**begun, **now} if begun.get(name) != now.get(name)]
    words = [f"{name.replace('_', ' ')} {begun.get(name)} instead of {now.get(name)}" for name in names[:_TOLD]]
    return ", ".join(words) + (f" and {len(names) - _TOLD} more differences" if len(names) > _TOLD else "")


def _digest(clips: tuple[TalkingClip, ...]) -> str:
    """How many, and a hash of all that is learned from."""
    total = hashlib.sha256()
    for clip in clips:
        speech = clip.speech
        total.update(repr((clip.facts, clip.motion.fps, speech.phonemes, speech.silences)).encode())
        for values in (clip.motion.values, speech.features, speech.text_embedding):
            total.update(values.tobytes())
    return f"{len(clips)} ({total.hexdigest()[:12]})"
