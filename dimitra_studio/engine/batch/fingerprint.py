"""What a row asks for as one hash: the same hash, the same video."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from dimitra_studio.core.files import check_input, sha256_of
from dimitra_studio.core.requests import GenerateVideo
from dimitra_studio.engine.devices import Device
from dimitra_studio.engine.loader import MOTION_MODELS
from dimitra_studio.engine.pipeline import FACE_MODELS, SPEECH_MODELS
from dimitra_studio.engine.recipe import motion_recipe, recipe, render_recipe
from dimitra_studio.engine.registry import Registry
from dimitra_studio.engine.renderers import choose_rendering


class Fingerprints:
    """Hashes of requests; every input is read once, however many rows it serves."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[Path, str] = {}

    def of(self, request: GenerateVideo) -> str:
        """SHA-256 over the inputs' content, the settings, the models and the program's version, in hex. Names and
        folders do not count, nor does the device that "auto" leads to.

        Raises InputError for an input that cannot be read and ModelError for a model that the row needs.
        """
        motion, render = request.motion, request.render
        rendering = choose_rendering(self._registry, render.renderer, Device(render.device, ""))
        whole = recipe(
            self._registry,
            (*FACE_MODELS, *SPEECH_MODELS, *MOTION_MODELS),
            portrait={"sha256": self._hash(motion.portrait.portrait, "picture"), "face": motion.portrait.face},
            voice={"sha256": self._hash(motion.voice.voice, "sound file")},
            motion=motion_recipe(motion, motion.device) | {"kept": request.motion_output is not None},
            render=render_recipe(replace(render, sound=None), rendering)
            | {"rendering": rendering.key, "mark": render.mark},
        )
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    def _hash(self, path: Path, kind: str) -> str:
        if path not in self._known:
            check_input(path, kind)
            self._known[path] = sha256_of(path)
        return self._known[path]
