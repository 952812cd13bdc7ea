"""What `dimitra doctor --try` does: everything that a film needs, once, with the sample and for real."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import finish
from dimitra_studio.core.paths import resource
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion, RenderVideo
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.engine.health import Check, Finding, State
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.storage import load_project

if TYPE_CHECKING:
    from dimitra_studio.engine.hearing import HeardVoice
    from dimitra_studio.engine.pipeline import Sitter
    from dimitra_studio.export.motion_files import MotionFile

_FRAMES = 10
_PORTRAIT, _VOICE, _PROJECT = (resource(f"sample/{name}") for name in ("portrait.png", "voice.flac", "sample.dimitra"))


class Trial:
    """The `checks` of one trial, each of which takes what the ones before it made; nothing is left of them."""

    def __init__(self, folder: Path, loader: Loader) -> None:
        """`folder` takes what is written; the loader listens apart, as the window's does."""
        self._folder, self._loader = folder, loader

    @property
    def checks(self) -> tuple[tuple[str, Check], ...]:
        """As `health.examine` takes them."""
        return (
            ("sample project", self._open),
            ("listening", self._listen),
            ("motion", self._move),
            ("film", self._film),
        )

    @cached_property
    def _take(self) -> "MotionFile":
        from dimitra_studio.core.channels import POSE_NAMES
        from dimitra_studio.export.motion_files import MotionFile
        from dimitra_studio.face.components import COMPONENT_NAMES

        take = load_project(_PROJECT, self._folder).project.take
        if take is None:
            raise StudioError("The sample project has no take.", "Install Dimitra Studio again.")
        return MotionFile(take.motion, (*COMPONENT_NAMES, *POSE_NAMES), take.recipe)

    @cached_property
    def _sitter(self) -> "Sitter":
        from dimitra_studio.engine.pipeline import fit

        return finish(fit(self._loader, FitPortrait(_PORTRAIT)))

    @cached_property
    def _voice(self) -> "HeardVoice":
        from dimitra_studio.engine.hearing import analyse

        return finish(analyse(self._loader, AnalyseVoice(_VOICE)))

    def _open(self) -> Iterator[Finding]:
        begun = time.monotonic()
        told = f"{len(self._take.motion)} frames of motion, and the portrait's face found"
        yield _found("sample project", begun, told if self._sitter else "")

    def _listen(self) -> Iterator[Finding]:
        begun = time.monotonic()
        words = " ".join(word.text for word in self._voice.speech.words)
        yield _found("listening", begun, f"a process of its own has heard “{words}”")

    def _move(self) -> Iterator[Finding]:
        from dimitra_studio.engine.pipeline import motion_with

        begun = time.monotonic()
        request = GenerateMotion(FitPortrait(_PORTRAIT), AnalyseVoice(_VOICE))
        take = finish(motion_with(self._loader, request, self._sitter, self._voice))
        yield _found("motion", begun, f"{len(take.motion)} frames written from the voice")

    def _film(self) -> Iterator[Finding]:
        import av

        from dimitra_studio.engine.filming import render

        begun, path = time.monotonic(), self._folder / "trial.mp4"
        part = TimeRange(0, _FRAMES / self._take.motion.fps)
        request = RenderVideo(FitPortrait(_PORTRAIT), path, _VOICE, part=part)
        film = finish(render(self._loader, request, self._take, self._sitter))
        with av.open(str(path)) as container:
            frames = sum(1 for _ in container.decode(video=0))
        if frames != _FRAMES:
            raise StudioError(f"The film has {frames} frames instead of {_FRAMES}.", "Please report it.")
        yield _found("film", begun, f"{frames} frames of {film.width} x {film.height} px, with sound, read back")


@contextmanager
def trial() -> Iterator[Trial]:
    """A trial in a temporary folder."""
    with TemporaryDirectory(prefix="dimitra-trial-") as folder, Loader(apart=True) as loader:
        yield Trial(Path(folder), loader)


def _found(name: str, begun: float, told: str) -> Finding:
    return Finding(name, State.OK, f"{told} ({time.monotonic() - begun:.1f} s)")
