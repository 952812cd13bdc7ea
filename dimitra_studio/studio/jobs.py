"""The jobs that the window asks for, beside the pipeline's own; they run on the engine's thread and know no Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dimitra_studio.core.channels import POSE_NAMES, Group
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion, RenderVideo
from dimitra_studio.core.timebase import TimeRange, frames_within
from dimitra_studio.engine.imports import import_quietly
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.renderers import WARP, Rendering, choose_rendering
from dimitra_studio.project.document import Take

if TYPE_CHECKING:
    from dimitra_studio.audio.peaks import Peaks
    from dimitra_studio.audio.source import SoundSource
    from dimitra_studio.engine.hearing import HeardVoice
    from dimitra_studio.engine.pipeline import Sitter
    from dimitra_studio.engine.pipeline import Take as MadeTake
    from dimitra_studio.studio.export_kinds import ExportWish
    from dimitra_studio.studio.exports import Subject

_BLOCK = 1 << 20  # samples
# What the jobs import: heavy packages come with each of them.
_PICTURES, _MOTION = "dimitra_studio.engine.filming", "dimitra_studio.motion.generate"
_HEARING = "dimitra_studio.engine.hearing"
_CONVERTING = "dimitra_studio.engine.conversion"


@dataclass(frozen=True)
class PartOfTake:
    """What of a take is made anew: `groups` of channels within the `spans`, which lie within the take, but for channels
    that are `kept` as they were."""

    take: Take
    spans: tuple[TimeRange, ...]
    groups: tuple[Group, ...]
    kept: tuple[int, ...] = ()


@dataclass(frozen=True)
class OpenedVoice:
    """A recording to be played and drawn, of `seconds`; `sha256` is the file's, `script` what is said where a text file
    beside it tells."""

    path: Path
    sha256: str
    sound: "SoundSource"
    peaks: "Peaks"
    seconds: float
    script: str | None = None


def fit_portrait(request: FitPortrait, loader: Loader) -> Job["Sitter"]:
    """Fits the face model to a picture. Raises InputError."""
    yield from _prepare(loader, _PICTURES)
    from dimitra_studio.engine.pipeline import fit

    return (yield from fit(loader, request))


def open_voice(path: Path, folder: Path, loader: Loader) -> Job[OpenedVoice]:
    """Makes a recording playable from anywhere and its waveform drawable. Raises InputError, also for one that is too
    short for takes: it shall not become the project's."""
    from dimitra_studio.audio.files import check_seconds
    from dimitra_studio.audio.peaks import PeakBuilder
    from dimitra_studio.audio.scripts import script_beside
    from dimitra_studio.audio.source import open_source
    from dimitra_studio.core.files import sha256_of

    sound = yield from open_source(path, folder)
    check_seconds(path, sound.frames / sound.rate)
    builder = PeakBuilder()
    for start in range(0, sound.frames, _BLOCK):
        end = min(start + _BLOCK, sound.frames)
        builder.add(sound.read_mono(start, end))
        yield Progress("waveform", end, sound.frames)
    sha256 = yield from loader.lane.call(partial(sha256_of, path), Progress("waveform", sound.frames, sound.frames))
    script, note = script_beside(path)
    yield Progress("waveform", sound.frames, sound.frames, note=note)
    return OpenedVoice(path, sha256, sound, builder.peaks(sound.read_mono), sound.frames / sound.rate, script)


def analyse_voice(request: AnalyseVoice, loader: Loader) -> Job["HeardVoice"]:
    """Finds words, phonemes and features. Raises InputError."""
    yield from _prepare(loader, _HEARING)
    from dimitra_studio.engine.hearing import analyse

    return (yield from analyse(loader, request))


def write_take(request: GenerateMotion, sitter: "Sitter", voice: "HeardVoice", loader: Loader) -> Job["MadeTake"]:
    """Writes a motion sequence for a portrait and a voice that are known already. Raises InputError, ModelError."""
    yield from _prepare(loader, _PICTURES, _MOTION)
    from dimitra_studio.engine.pipeline import motion_with

    return (yield from motion_with(loader, request, sitter, voice))


def rewrite_part(
    request: GenerateMotion, part: PartOfTake, sitter: "Sitter", voice: "HeardVoice", loader: Loader
) -> Job["MadeTake"]:
    """Writes a part of a take's motion anew, below its edits; the rest stays bit by bit. Raises InputError,
    ModelError."""
    yield from _prepare(loader, _PICTURES, _MOTION, "dimitra_studio.motion.inpaint")
    from dimitra_studio.engine.pipeline import regenerate_with
    from dimitra_studio.export.motion_files import MotionFile
    from dimitra_studio.face.components import COMPONENT_NAMES
    from dimitra_studio.motion.inpaint import part_of

    ranges = tuple((span.start, span.end) for span in part.spans)
    frames = part_of(part.take.motion, ranges, part.groups)
    source = MotionFile(part.take.motion, (*COMPONENT_NAMES, *POSE_NAMES), part.take.recipe)
    return (yield from regenerate_with(loader, request, frames, source, sitter=sitter, voice=voice))


def pronounce(text: str, loader: Loader) -> Job[tuple[tuple[str, tuple[str, ...]], ...]]:
    """The words of a text, each with its phones. Raises InputError for one that has no sound."""
    yield from _prepare(loader, _HEARING)
    from dimitra_studio.engine.hearing import pronounce

    return (yield from pronounce(loader, text))


@dataclass(frozen=True)
class Surroundings:
    """What takes are made with: the `device` as torch calls it, why it is that one, what is wrong with the models
    (empty where nothing is), and how pictures are made."""

    device: str
    reason: str
    fault: str
    rendering: Rendering = WARP


def look_around(wish: str, renderer: str, loader: Loader) -> Job[Surroundings]:
    """Finds the device and the renderer, and checks that the models are there.

    Raises InputError where the device that was wished for cannot be used.
    """
    yield from _prepare(loader, _PICTURES, "torch")
    from dimitra_studio.core.errors import ModelError
    from dimitra_studio.engine.devices import choose_device
    from dimitra_studio.engine.loader import MOTION_MODELS
    from dimitra_studio.engine.pipeline import FACE_MODELS, SPEECH_MODELS

    checking, fault, rendering = Progress("device", 0, 1), "", WARP
    device = yield from loader.lane.call(lambda: choose_device(wish), checking)
    try:
        yield from loader.lane.call(lambda: loader.require(FACE_MODELS, SPEECH_MODELS, MOTION_MODELS), checking)
        choice = partial(choose_rendering, loader.registry, renderer, device)
        rendering = yield from loader.lane.call(choice, checking)
    except ModelError as error:
        fault = str(error)
    return Surroundings(device.name, device.reason, fault, rendering)


def warm_up(wish: str, loader: Loader) -> Job[None]:
    """Loads what a portrait, a voice and a take will need, so that the first of each is as quick as the next ones.

    Raises InputError and ModelError, as those would.
    """
    yield from _prepare(loader, _HEARING)
    from dimitra_studio.engine.hearing import load_speech

    listening = load_speech(loader)
    yield next(listening)  # the process apart loads its own meanwhile
    yield from _prepare(loader, _PICTURES, _MOTION)
    loads: tuple[Callable[[], object], ...] = (
        lambda: loader.detector,
        lambda: loader.head,
        lambda: loader.motion(wish),
    )
    for done, load in enumerate(loads):
        here = Progress("device", done, len(loads))
        yield here
        yield from loader.lane.call(load, here)
    yield from listening


def export_film(request: RenderVideo, take: Take, sitter: "Sitter | None", loader: Loader) -> Job[str]:
    """Shows the take on the portrait, as `dimitra render` does; `sitter` is the portrait's, where it is fitted already.
    Returns a sentence about it. Raises InputError.
    """
    yield from _prepare(loader, _PICTURES)
    from dimitra_studio.engine.filming import render
    from dimitra_studio.export.motion_files import MotionFile
    from dimitra_studio.face.components import COMPONENT_NAMES

    source = MotionFile(take.motion, (*COMPONENT_NAMES, *POSE_NAMES), take.recipe)
    film = yield from render(loader, request, source, sitter)
    return f"Wrote {film.path.name}: {film.frames / film.fps:.2f} s at {film.width} × {film.height} px."


def export_motion(path: Path, take: Take, part: TimeRange | None, _loader: Loader) -> Job[str]:
    """Writes the take, or the frames that `part` touches, as a motion file, as `dimitra motion` does; returns a
    sentence about it. Raises InputError."""
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.export.motion_files import save_motion
    from dimitra_studio.face.components import COMPONENT_NAMES

    yield Progress("export", 0, 1)
    frames = frames_within(len(take.motion), part, take.motion.fps)
    cut = {} if part is None else {"part": [frames.start / take.motion.fps, frames.stop / take.motion.fps]}
    save_motion(check_output(path, ".npz"), take.motion.cut(frames), COMPONENT_NAMES, {**take.recipe, **cut})
    return f"Wrote {path.name}: {len(frames)} frames."


def export_converted(wish: "ExportWish", subject: "Subject", loader: Loader) -> Job[str]:
    """Writes the take for another program, as `dimitra export` does; returns a sentence about it. Raises InputError."""
    yield from _prepare(loader, _CONVERTING)
    from dimitra_studio.engine.conversion import Conversion, convert_motion

    assert wish.kind.form is not None
    frames = yield from convert_motion(
        loader,
        Conversion(wish.kind.form, wish.path, wish.part),
        subject.take.motion,
        subject.portrait,
        sitter=subject.sitter,
        inputs=subject.inputs,
    )
    return f"Wrote {wish.path.name}: {frames} frames."


def export_speech(wish: "ExportWish", subject: "Subject", loader: Loader) -> Job[str]:
    """Writes words and phones for another program, as `dimitra export` does; returns a sentence about it.

    Raises InputError.
    """
    yield from _prepare(loader, _CONVERTING)
    from dimitra_studio.engine.conversion import Conversion, convert_speech

    assert wish.kind.form is not None
    assert subject.said is not None
    conversion = Conversion(wish.kind.form, wish.path, wish.part, wish.fps)
    sound = subject.voice.name if subject.voice else ""
    seconds = yield from convert_speech(conversion, subject.said, subject.seconds, sound=sound, inputs=subject.inputs)
    return f"Wrote {wish.path.name}: {seconds:.2f} s."


def _prepare(loader: Loader, *modules: str) -> Job[None]:
    """Imports modules without keeping the window waiting; those of before cost nothing."""
    for module in modules:
        yield from loader.lane.call(partial(import_quietly, module), Progress("device", 0, 1))
