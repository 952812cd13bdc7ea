"""How a result was made, for the file that holds it: inputs and models by hash, settings, version. No paths: they say
more about the user than about the result."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dimitra_studio import __version__
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.files import sha256_of
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.requests import GenerateMotion, RegenerateMotion, RenderVideo
from dimitra_studio.engine.registry import Registry


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


def part_recipe(request: RegenerateMotion) -> dict[str, Any]:
    """Which part of which motion file was made anew. Raises OSError where the file cannot be read."""
    return {
        "source": {"name": request.source.name, "sha256": sha256_of(request.source)},
        "ranges": [list(each) for each in request.ranges],
        "groups": [str(group) for group in request.groups],
    }


def with_part(source: Mapping[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The recipe of a motion file of which a part was made anew: the whole's, and every part's, oldest first."""
    earlier = source.get("regenerated")
    return {**source, "regenerated": [*(earlier if isinstance(earlier, list) else []), part]}


def render_recipe(request: RenderVideo) -> dict[str, Any]:
    """The settings that shape the video, and its sound's file (null where it has none), which is read through.

    Raises OSError where the sound cannot be read.
    """
    sound = request.sound and {"name": request.sound.name, "sha256": sha256_of(request.sound)}
    return {"renderer": request.renderer, "size": request.size or "native", "sound": sound}


def recipe(registry: Registry, model_ids: tuple[str, ...], **parts: dict[str, Any]) -> dict[str, Any]:
    """The whole: program, version, the models' hashes and the parts."""
    models = {model_id: registry.model(model_id).digest for model_id in model_ids}
    return {"program": "Dimitra Studio", "version": __version__, "models": models, **parts}
