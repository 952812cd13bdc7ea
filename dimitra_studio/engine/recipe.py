"""How a result was made, for the file that holds it: inputs and models by hash, settings, version. No paths: they say
more about the user than about the result."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio import __version__
from dimitra_studio.core.arrays import runs
from dimitra_studio.core.channels import Group
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.files import sha256_of
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import USUAL_LUFS, GenerateMotion, RenderVideo
from dimitra_studio.engine.registry import Registry
from dimitra_studio.engine.renderers import Rendering
from dimitra_studio.export.loudness import HIGHEST_PEAK

_SHAPING = ("steps", "guidance", "strength", "temperature")


def portrait_recipe(portrait: Portrait, fit: FaceFit) -> dict[str, Any]:
    """The picture and which of its faces."""
    return {"name": portrait.name, "sha256": portrait.sha256, "face": fit.face}


def motion_recipe(request: GenerateMotion, device: str) -> dict[str, Any]:
    """The settings that shape a take, and the text that was given (null where none was)."""
    text = request.voice.text
    return {
        "seed": request.seed,
        "steps": request.steps,
        "guidance": asdict(request.guidance),
        "strength": asdict(request.strength),
        "temperature": asdict(request.temperature),
        "device": device,
        "text_sha256": None if text is None else hashlib.sha256(text.encode()).hexdigest(),
    }


def part_recipe(source: MotionSequence, frames: NDArray[np.bool_], groups: tuple[Group, ...]) -> dict[str, Any]:
    """Which part of which motion was made anew: `frames` [T] in seconds, and the source's values by their hash."""
    return {
        "source_sha256": hashlib.sha256(np.ascontiguousarray(source.values).tobytes()).hexdigest(),
        "ranges": [[start / source.fps, end / source.fps] for start, end in runs(frames)],
        "groups": [str(group) for group in groups],
    }


def with_part(source: Mapping[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The recipe of a motion file of which a part was made anew: the whole's, and every part's, oldest first."""
    earlier = source.get("regenerated")
    return {**source, "regenerated": [*(earlier if isinstance(earlier, list) else []), part]}


def differences(
    source: Mapping[str, Any], inputs: Mapping[str, Mapping[str, Any]], motion: Mapping[str, Any]
) -> Iterator[str]:
    """Sentences for the user about a part with these `inputs` and `motion` settings, beside the recipe of the motion
    that it is made for: what does not match, and a seed that gives nearly the same again."""
    for name, given in inputs.items():
        own = source.get(name)
        if isinstance(own, dict) and own.get("sha256") != given["sha256"]:
            yield f"The motion was made from another {name} ({own.get('name')}) than the new part ({given['name']})."
    whole = source.get("motion")
    if isinstance(whole, dict):
        others = [name for name in _SHAPING if name in whole and whole[name] != motion[name]]
        if others:
            yield f"The motion around the new part was made with other settings: {', '.join(others)}."
        elif whole.get("seed") == motion["seed"] and "regenerated" not in source:
            yield f"Seed {motion['seed']} is the motion's own: the new part will be much like the old one."


def render_recipe(request: RenderVideo, rendering: Rendering) -> dict[str, Any]:
    """The settings that shape the video, and its sound's file (null where it has none), which is read through.

    Raises OSError where the sound cannot be read.
    """
    sound = request.sound and {"name": request.sound.name, "sha256": sha256_of(request.sound)}
    made: dict[str, Any] = {
        "renderer": str(rendering.name),
        "size": request.size or "native",
        "kind": str(request.kind),
        "sound": sound,
    }
    if request.kind.has_quality:
        made["crf"] = request.crf
    if request.matte:
        made["matte"] = True
    if request.even:
        made["loudness"] = {"lufs": USUAL_LUFS, "true_peak": HIGHEST_PEAK}
    return made if request.part is None else {**made, "part": [request.part.start, request.part.end]}


def recipe(registry: Registry, model_ids: tuple[str, ...], **parts: dict[str, Any]) -> dict[str, Any]:
    """The whole: program, version, the models' hashes and the parts."""
    models = {model_id: registry.model(model_id).digest for model_id in model_ids}
    return {"program": "Dimitra Studio", "version": __version__, "models": models, **parts}
