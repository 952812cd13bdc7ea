"""How a result was made, for the file that holds it: inputs and models by hash, settings, version. No paths: they say
more about the user than about the result."""

from typing import Any

from dimitra_studio import __version__
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.requests import GenerateMotion, RenderVideo
from dimitra_studio.engine.registry import Registry


def portrait_recipe(portrait: Portrait, fit: FaceFit) -> dict[str, Any]:
    """The picture and which of its faces."""
    return {"name": portrait.name, "sha256": portrait.sha256, "face": fit.face}


def motion_recipe(request: GenerateMotion, device: str) -> dict[str, Any]:
    """The settings that shape a take."""
    return {
        "seed": request.seed,
        "steps": request.steps,
        "guidance": request.guidance,
        "device": device,
        "text_given": request.voice.text is not None,
    }


def render_recipe(request: RenderVideo) -> dict[str, Any]:
    """The settings that shape the pictures."""
    return {"renderer": request.renderer, "size": request.size or "native"}


def recipe(registry: Registry, model_ids: tuple[str, ...], **parts: dict[str, Any]) -> dict[str, Any]:
    """The whole: program, version, the models' hashes and the parts."""
    models = {model_id: registry.model(model_id).digest for model_id in model_ids}
    return {"program": "Dimitra Studio", "version": __version__, "models": models, **parts}
