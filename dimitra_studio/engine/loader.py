"""Builds what a job needs from the registry's files, once each."""

from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from dimitra_studio.core.lane import Lane
from dimitra_studio.engine.apart import Apart
from dimitra_studio.engine.devices import Device, choose_device
from dimitra_studio.engine.registry import Registry, open_registry
from dimitra_studio.engine.renderers import PIRENDERER_MODEL, REPAIR_MODELS

if TYPE_CHECKING:
    from dimitra_studio.face.head_model import HeadModel
    from dimitra_studio.face.landmarks import FaceDetector
    from dimitra_studio.motion.generate import MotionModels
    from dimitra_studio.render.neural.weights import RepairModel
    from dimitra_studio.render.pirenderer.network import PIRenderer
    from dimitra_studio.speech.backends import SpeechBackends

MOTION_MODELS = ("motion-lips", "motion-expression", "motion-pose")


class Loader:
    """The models of one session, each loaded when it is first asked for; use as a context manager.

    Every property raises ModelError when its file is missing or broken. Loading takes a while: jobs ask for them in the
    `lane`. With `apart`, voices are listened to in a process of its own, where the models of speech are: for a window.
    """

    def __init__(self, registry: Registry | None = None, *, apart: bool = False) -> None:
        self.registry = registry or open_registry()
        self.lane = Lane()
        self.apart = Apart(partial(Loader, self.registry)) if apart else None
        self._motion: dict[str, MotionModels] = {}
        self._repairs: dict[str, tuple[RepairModel, ...]] = {}
        self._pirenderers: dict[tuple[Path, str], PIRenderer] = {}

    def __enter__(self) -> "Loader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.apart is not None:
            self.apart.close()
        self.lane.close(self._let_go)  # a call that was given up may use or load what is let go

    def _let_go(self) -> None:
        detector = self.__dict__.pop("detector", None)  # if never asked for, it must not be made now
        if detector is not None:
            detector.close()

    def require(self, *groups: tuple[str, ...]) -> None:
        """Raises ModelError when one of the models is missing or broken: before the work, not in its middle."""
        for model_id in chain(*groups):
            self.registry.path(model_id)

    @cached_property
    def detector(self) -> "FaceDetector":
        """Finds faces."""
        from dimitra_studio.face.landmarks import FaceDetector

        return FaceDetector(self.registry.path("face-landmarker"))

    @cached_property
    def head(self) -> "HeadModel":
        """The face model."""
        from dimitra_studio.face.head_model import load_head_model

        return load_head_model(self.registry.path("head-model"))

    @cached_property
    def speech(self) -> "SpeechBackends":
        """Hears words, phonemes, features and meaning."""
        from dimitra_studio.speech.backends import load_speech_backends

        path = self.registry.path
        return load_speech_backends(path("whisper-tiny.en"), path("g2p"), path("minilm"), self.lane)

    def motion(self, wish: str = "auto") -> "tuple[MotionModels, Device]":
        """The three cMDTs on the device that `wish` leads to. Raises InputError for a device that cannot be used."""
        from dimitra_studio.motion.checkpoint import load_model
        from dimitra_studio.motion.generate import MotionModels
        from dimitra_studio.motion.lip_shape import measure_lips

        paths = [self.registry.path(model_id) for model_id in MOTION_MODELS]
        device = choose_device(wish)
        if device.name not in self._motion:
            lips, expression, pose = (load_model(path, device.name) for path in paths)
            self._motion[device.name] = MotionModels(lips, expression, pose, measure_lips(self.head).gap)
        return self._motion[device.name], device

    def repairs(self, device: str) -> "tuple[RepairModel, ...]":
        """The networks that repair what the warp draws, on a device as torch calls it."""
        from dimitra_studio.render.neural.weights import load_repair

        if device not in self._repairs:
            self._repairs[device] = tuple(load_repair(self.registry.path(each), device) for each in REPAIR_MODELS)
        return self._repairs[device]

    def pirenderer(self, device: str) -> "PIRenderer":
        """The papers' network with the weights that the user brought, on a device as torch calls it."""
        from dimitra_studio.render.pirenderer.weights import load_pirenderer

        key = self.registry.path(PIRENDERER_MODEL), device
        if key not in self._pirenderers:
            self._pirenderers = {key: load_pirenderer(*key)}
        return self._pirenderers[key]
