"""The ear-to-mouth map on disk: what `dimitra evaluate sync` listens with where nobody gives SyncNet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.ear_to_mouth import EarToMouth, fit_ear_to_mouth
from dimitra_studio.motion.lip_shape import LipShape

_FORMAT = "dimitra-listener 1"


@dataclass(frozen=True)
class Listener:
    """The map `ear` of features of `feature_kind`, fitted on `clips` clips of `minutes` in all."""

    ear: EarToMouth
    feature_kind: str
    clips: int
    minutes: float


def fit_listener(clips: Sequence[TalkingClip], lips: LipShape) -> Listener:
    """The map of all clips that show a face. Raises InputError where none does."""
    seen = [clip for clip in clips if clip.motion.seen.any()]
    if not seen:
        raise InputError("No clip shows a face.", "Prepare the corpus again: dimitra train prepare.")
    minutes = sum(clip.motion.duration for clip in seen) / 60
    return Listener(fit_ear_to_mouth(seen, lips), seen[0].speech.feature_kind, len(seen), round(minutes, 1))


def save_listener(path: Path, listener: Listener) -> None:
    """Writes `listener`, weights in half precision; the file appears whole or not at all."""
    facts = {"feature_kind": listener.feature_kind, "clips": listener.clips, "minutes": listener.minutes}
    # Half precision ends at 6e-8, which weights of wide features come near.
    scale = float(np.abs(listener.ear.weights).max())
    metadata = {"format": _FORMAT, "facts": json.dumps({**facts, "scale": scale})}
    make_folder(path.parent)
    with replacing(path) as part:
        save_file({"weights": (listener.ear.weights / scale).astype(np.float16)}, part, metadata)


def load_listener(path: Path) -> Listener:
    """What `save_listener` wrote. Raises ModelError where the file is missing, damaged or something else."""
    try:
        with safe_open(path, framework="np") as archive:
            metadata = archive.metadata() or {}
            if metadata.get("format") != _FORMAT:
                raise ValueError(f"its format is {metadata.get('format', 'unknown')}")
            facts = json.loads(metadata["facts"])
            weights = archive.get_tensor("weights").astype(np.float32) * facts["scale"]
        return Listener(EarToMouth(weights), facts["feature_kind"], facts["clips"], facts["minutes"])
    except FileNotFoundError as error:
        raise ModelError(f"The listener {path} is missing.", "Run: dimitra models verify") from error
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The listener {path} cannot be read ({error}).", "Run: dimitra models verify") from error
