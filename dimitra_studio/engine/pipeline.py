"""The jobs behind every command and, later, every button: fit, analyse, track, motion, render, generate.

Each is a generator of Progress whose return value is the result. Closing it stops the work; files appear only whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.audio.files import read_voice
from dimitra_studio.core.channels import POSE_NAMES
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit, FaceTrack
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import (
    AnalyseVoice,
    FitPortrait,
    GenerateMotion,
    GenerateVideo,
    RegenerateMotion,
    RenderVideo,
    TrackVideo,
)
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.core.timebase import frame_count
from dimitra_studio.engine.devices import choose_device
from dimitra_studio.engine.fallback import Placement, ladder, step_down
from dimitra_studio.engine.loader import MOTION_MODELS, Loader
from dimitra_studio.engine.outputs import check_output, video_bytes
from dimitra_studio.engine.playable import bridge_gaps, centre_pose, with_pose
from dimitra_studio.engine.prefetch import ahead
from dimitra_studio.engine.recipe import (
    differences,
    motion_recipe,
    part_recipe,
    portrait_recipe,
    recipe,
    render_recipe,
    with_part,
)
from dimitra_studio.export.motion_files import MotionFile, load_motion, save_motion
from dimitra_studio.export.soundtrack import Soundtrack, measure_sound
from dimitra_studio.export.video import WrittenVideo, largest_side, write_video
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.images import read_portrait
from dimitra_studio.face.track import track_video
from dimitra_studio.render.renderer import Renderer
from dimitra_studio.render.safe_pose import ease_pose
from dimitra_studio.render.warp import WarpRenderer

if TYPE_CHECKING:
    from dimitra_studio.motion.generate import MotionModels, MotionSettings
    from dimitra_studio.motion.inpaint import Part

FACE_MODELS = ("face-landmarker", "head-model")
SPEECH_MODELS = ("whisper-tiny.en", "g2p", "minilm")
RENDERERS = ("warp",)
_OTHER_PICTURE = "The motion was made for another picture: its head movements are shown about this one's pose."


@dataclass(frozen=True)
class Sitter:
    """A portrait and the face model fitted to it."""

    portrait: Portrait
    fit: FaceFit


@dataclass(frozen=True)
class HeardVoice:
    """What speech analysis found; the samples themselves are let go, an hour of them is large."""

    name: str
    sha256: str
    speech: SpeechAnalysis


@dataclass(frozen=True)
class Take:
    """A motion sequence, whom and what it was made for, and how (`recipe`)."""

    sitter: Sitter
    voice: HeardVoice
    motion: MotionSequence
    recipe: dict[str, Any]


def fit(loader: Loader, request: FitPortrait) -> Job[Sitter]:
    """Fits the face model to a picture. Raises InputError for a picture or a face that cannot be used."""
    yield Progress("face", 0, 1)
    portrait = read_portrait(request.portrait)
    result = fit_portrait(portrait, loader.detector, loader.head, request.face)
    yield from _tell("face", *result.notes)
    yield Progress("face", 1, 1)
    return Sitter(portrait, result)


def track(loader: Loader, request: TrackVideo) -> Job[FaceTrack]:
    """Fits the face model to a video. Raises InputError for a video without a usable face."""
    result = yield from track_video(request.video, loader.detector, loader.head, request.smooth, request.face)
    yield from _tell("track", *result.notes)
    return result


def analyse(loader: Loader, request: AnalyseVoice) -> Job[HeardVoice]:
    """Finds words, phonemes and features in a recording. Raises InputError for a file without usable sound."""
    from dimitra_studio.speech.analysis import analyse_voice

    yield Progress("speech", 0, 1)
    clip = read_voice(request.voice)
    yield from _tell("speech", *clip.notes)
    speech = yield from analyse_voice(clip, loader.speech, request.text)
    yield from _tell("speech", *speech.notes)
    return HeardVoice(clip.name, clip.sha256, speech)


def motion(loader: Loader, request: GenerateMotion) -> Job[Take]:
    """Writes a motion sequence. Raises InputError (portrait, voice, settings, device) and ModelError."""
    loader.require(FACE_MODELS, SPEECH_MODELS, MOTION_MODELS)
    sitter = yield from fit(loader, request.portrait)
    return (yield from motion_for(loader, request, sitter))


def motion_for(loader: Loader, request: GenerateMotion, sitter: Sitter) -> Job[Take]:
    """As `motion`, for a portrait that is fitted already."""
    # What is wrong with settings or device is told before the voice is heard.
    _settings(request)
    choose_device(request.device)
    voice = yield from analyse(loader, request.voice)
    return (yield from motion_with(loader, request, sitter, voice))


def motion_with(loader: Loader, request: GenerateMotion, sitter: Sitter, voice: HeardVoice) -> Job[Take]:
    """As `motion`, for a portrait that is fitted and a voice that is analysed already."""
    from dimitra_studio.motion.generate import generate_motion

    settings = _settings(request)

    def write(models: "MotionModels", batch: int) -> Job[MotionSequence]:
        return generate_motion(models, voice.speech, sitter.fit, request.seed, settings, batch=batch)

    sequence, device = yield from _placed(loader, request.device, write)
    made = recipe(
        loader.registry,
        (*FACE_MODELS, *SPEECH_MODELS, *MOTION_MODELS),
        portrait=portrait_recipe(sitter.portrait, sitter.fit),
        voice={"name": voice.name, "sha256": voice.sha256},
        motion=motion_recipe(request, device),
    )
    return Take(sitter, voice, sequence, made)


def regenerate(loader: Loader, request: RegenerateMotion) -> Job[Take]:
    """Writes parts of a motion file anew. Raises InputError (as `motion`; for the file and its part) and ModelError."""
    from dimitra_studio.motion.inpaint import part_of

    loader.require(FACE_MODELS, SPEECH_MODELS, MOTION_MODELS)
    source, wish = load_motion(request.source), request.motion
    # What is wrong with part, settings or device is told before the voice is heard.
    part = part_of(source.motion, request.ranges, request.groups)
    _settings(wish)
    choose_device(wish.device)
    sitter = yield from fit(loader, wish.portrait)
    _require_same_face_model(source, sitter.fit, loader.head.component_names)
    voice = yield from analyse(loader, wish.voice)
    return (yield from regenerate_with(loader, wish, part, source, sitter=sitter, voice=voice))


def regenerate_with(
    loader: Loader, wish: GenerateMotion, part: "Part", source: MotionFile, *, sitter: Sitter, voice: HeardVoice
) -> Job[Take]:
    """As `regenerate`, for motion at hand, a portrait that is fitted and a voice that is analysed already.

    Notes say where the part is made of other things than the motion, or will hardly differ from it.
    """
    from dimitra_studio.motion.inpaint import regenerate_motion

    settings = _settings(wish)
    inputs = {
        "portrait": portrait_recipe(sitter.portrait, sitter.fit),
        "voice": {"name": voice.name, "sha256": voice.sha256},
    }
    how = motion_recipe(wish, choose_device(wish.device).name)
    yield from _tell("motion", *differences(source.meta, inputs, how))

    def write(models: "MotionModels", batch: int) -> Job[MotionSequence]:
        return regenerate_motion(
            models, voice.speech, sitter.fit, source.motion, part, seed=wish.seed, settings=settings, batch=batch
        )

    sequence, device = yield from _placed(loader, wish.device, write)
    how = {**part_recipe(source.motion, part.frames, part.groups), **how, "device": device}
    made = recipe(loader.registry, (*FACE_MODELS, *SPEECH_MODELS, *MOTION_MODELS), **inputs, motion=how)
    return Take(sitter, voice, sequence, with_part(source.meta, made))


def _placed(
    loader: Loader, wish: str, write: Callable[["MotionModels", int], Job[MotionSequence]]
) -> Job[tuple[MotionSequence, str]]:
    """What `write` makes with the models on the device that `wish` leads to and so many windows at once; and where it
    was made. Where the memory runs out it is made anew with less, and a note says so. Raises StudioError where the
    least is too much."""
    from dimitra_studio.motion.denoise import USUAL_BATCH

    device = choose_device(wish)
    yield from _tell("motion", device.reason if device.name != "cpu" else "")

    def attempt(placement: Placement) -> Job[tuple[MotionSequence, str]]:
        models, used = loader.motion(placement.device)
        return (yield from write(models, placement.batch)), used.name

    (made,) = yield from step_down("motion", [attempt], ladder(wish, device.name, USUAL_BATCH))
    return made


def render(loader: Loader, request: RenderVideo, source: MotionFile) -> Job[WrittenVideo]:
    """Shows a motion file on a portrait. Raises InputError."""
    output = check_output(request.output, ".mp4", _inputs(request))
    sound = measure_sound(request.sound) if request.sound else None
    sitter = yield from fit(loader, request.portrait)
    _require_same_face_model(source, sitter.fit, loader.head.component_names)
    stage = yield from _stage(loader, request, sitter, output, frames=len(source.motion))
    return (yield from _film(stage, source.motion, source.meta, sound))


def generate(loader: Loader, request: GenerateVideo) -> Job[tuple[Take, WrittenVideo]]:
    """Portrait and voice to video. Raises InputError and ModelError, before the long work where that can be told."""
    output = check_output(request.render.output, ".mp4", _inputs(request.render))
    keep = request.motion_output and check_output(request.motion_output, ".npz", _inputs(request.render))
    loader.require(FACE_MODELS, SPEECH_MODELS, MOTION_MODELS)
    sound = measure_sound(request.motion.voice.voice)
    sitter = yield from fit(loader, request.motion.portrait)
    stage = yield from _stage(loader, request.render, sitter, output, frames=frame_count(sound.duration))
    take = yield from motion_for(loader, request.motion, sitter)
    if keep:
        save_motion(keep, take.motion, loader.head.component_names, take.recipe)
        yield from _tell("motion", f"The motion is kept in {keep}.")
    return take, (yield from _film(stage, take.motion, take.recipe, sound))


@dataclass(frozen=True)
class _Stage:
    """Everything set for filming."""

    output: Path
    sitter: Sitter
    renderer: Renderer
    recipe: dict[str, Any]


def _stage(loader: Loader, request: RenderVideo, sitter: Sitter, output: Path, frames: int) -> Job[_Stage]:
    if request.renderer not in RENDERERS:
        raise InputError(f"There is no renderer called {request.renderer}.", f"Use one of: {', '.join(RENDERERS)}.")
    width, height = sitter.portrait.size
    size = request.size or largest_side(width, height)
    renderer = WarpRenderer(sitter.portrait, sitter.fit, loader.head, size)
    if request.size is None and size < max(width, height):
        shown = "{} x {}".format(*renderer.size)
        yield from _tell("render", f"Players show no video of {width} x {height} px: it was made {shown} px large.")
    if size > max(width, height):
        yield from _tell("render", f"The portrait has {width} x {height} px: at {size} px it is enlarged, not sharper.")
    check_output(output, ".mp4", (), video_bytes(*renderer.size, frames))
    made = recipe(
        loader.registry,
        FACE_MODELS,
        portrait=portrait_recipe(sitter.portrait, sitter.fit),
        render=render_recipe(request),
    )
    return _Stage(output, sitter, renderer, made)


def _film(
    stage: _Stage, sequence: MotionSequence, made: Mapping[str, Any], sound: Soundtrack | None
) -> Job[WrittenVideo]:
    shown, gaps = bridge_gaps(sequence)
    own = _is_same_face(made.get("portrait"), stage.recipe["portrait"])
    if not own:
        shown = centre_pose(shown, stage.sitter.fit.pose)
    eased = ease_pose(shown.pose, stage.sitter.fit.pose)
    yield from _tell("render", gaps, "" if own else _OTHER_PICTURE, eased.describe())
    frames = _frames(stage.renderer, with_pose(shown, eased.pose))
    whole = {**stage.recipe, "made": dict(made)}
    written = yield from write_video(stage.output, frames, len(shown), shown.fps, sound=sound, recipe=whole)
    yield from _tell("render", *written.notes)
    return written


def _settings(request: GenerateMotion) -> "MotionSettings":
    from dimitra_studio.motion.generate import MotionSettings

    return MotionSettings(request.steps, request.guidance, request.strength, request.temperature)


def _is_same_face(one: object, other: dict[str, Any]) -> bool:
    return isinstance(one, dict) and all(one.get(key) == other[key] for key in ("sha256", "face"))


def _frames(renderer: Renderer, shown: MotionSequence) -> Iterator[NDArray[np.uint8]]:
    """As the encoder takes them, two ahead, so that memory does not grow with their number."""
    return ahead(lambda both: renderer.render(*both), zip(shown.components, shown.pose, strict=True))


def _require_same_face_model(source: MotionFile, fit: FaceFit, component_names: tuple[str, ...]) -> None:
    if source.motion.face_model != fit.face_model or source.channel_names != (*component_names, *POSE_NAMES):
        raise InputError(
            f"The motion belongs to the face model {source.motion.face_model} or to another version of it.",
            f"Use a motion sequence of {fit.face_model}, made with this version.",
        )


def _inputs(request: RenderVideo) -> tuple[Path, ...]:
    return (request.portrait.portrait, *([request.sound] if request.sound else []))


def _tell(stage: str, *notes: str) -> Iterator[Progress]:
    """Notes on their own: no work is counted."""
    for note in filter(None, notes):
        yield Progress(stage, 0, 0, note)
