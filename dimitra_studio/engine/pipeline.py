"""The jobs behind every command and every button up to the motion: fit, analyse, track, motion, regenerate.

Each is a generator of Progress whose return value is the result. Closing it stops the work; files appear only whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dimitra_studio.core.channels import POSE_NAMES
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit, FaceTrack
from dimitra_studio.core.files import check_input
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import (
    FitPortrait,
    GenerateMotion,
    RegenerateMotion,
    TrackVideo,
)
from dimitra_studio.engine.devices import choose_device
from dimitra_studio.engine.fallback import Placement, ladder, step_down
from dimitra_studio.engine.hearing import HeardVoice, analyse, tell, understand
from dimitra_studio.engine.loader import MOTION_MODELS, Loader
from dimitra_studio.engine.recipe import (
    differences,
    motion_recipe,
    part_recipe,
    portrait_recipe,
    recipe,
    with_part,
)
from dimitra_studio.export.motion_files import MotionFile, load_motion
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.images import read_portrait
from dimitra_studio.face.track import track_video

if TYPE_CHECKING:
    from dimitra_studio.motion.generate import MotionModels, MotionSettings
    from dimitra_studio.motion.inpaint import Part

FACE_MODELS = ("face-landmarker", "head-model")
SPEECH_MODELS = ("whisper-tiny.en", "g2p", "minilm")


@dataclass(frozen=True)
class Sitter:
    """A portrait and the face model fitted to it."""

    portrait: Portrait
    fit: FaceFit


@dataclass(frozen=True)
class Take:
    """A motion sequence, whom and what it was made for, and how (`recipe`)."""

    sitter: Sitter
    voice: HeardVoice
    motion: MotionSequence
    recipe: dict[str, Any]


def fit(loader: Loader, request: FitPortrait) -> Job[Sitter]:
    """Fits the face model to a picture. Raises InputError for a picture or a face that cannot be used."""
    beginning = Progress("face", 0, 1)
    yield beginning
    portrait = yield from loader.lane.call(lambda: read_portrait(request.portrait), beginning)
    result = yield from loader.lane.call(
        lambda: fit_portrait(portrait, loader.detector, loader.head, request.face), beginning
    )
    yield from tell("face", *result.notes)
    yield Progress("face", 1, 1)
    return Sitter(portrait, result)


def track(loader: Loader, request: TrackVideo) -> Job[FaceTrack]:
    """Fits the face model to a video. Raises InputError for a video without a usable face."""
    detector, head = yield from loader.lane.call(lambda: (loader.detector, loader.head), Progress("detect", 0, 0))
    result = yield from track_video(request.video, detector, head, request.smooth, request.face)
    yield from tell("track", *result.notes)
    return result


def motion(loader: Loader, request: GenerateMotion) -> Job[Take]:
    """Writes a motion sequence. Raises InputError (portrait, voice, settings, device) and ModelError."""
    require_usable(loader, request)
    sitter = yield from fit(loader, request.portrait)
    return (yield from motion_for(loader, request, sitter))


def require_usable(loader: Loader, request: GenerateMotion) -> None:
    """Raises what `motion` would raise for models, settings, device and a voice that is not there, before the face is
    looked for, which takes a while."""
    loader.require(FACE_MODELS, SPEECH_MODELS, MOTION_MODELS)
    _settings(request)
    choose_device(request.device)
    check_input(request.voice.voice, "sound file")


def motion_for(loader: Loader, request: GenerateMotion, sitter: Sitter) -> Job[Take]:
    """As `motion`, for a portrait that is fitted already."""
    voice = yield from analyse(loader, request.voice)
    return (yield from motion_with(loader, request, sitter, voice))


def motion_with(loader: Loader, request: GenerateMotion, sitter: Sitter, voice: HeardVoice) -> Job[Take]:
    """As `motion`, for a portrait that is fitted and a voice that is analysed already."""
    from dimitra_studio.motion.generate import generate_motion

    settings = _settings(request)
    voice = yield from understand(loader, voice)

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

    source, wish = load_motion(request.source), request.motion
    # What is wrong with the part is told before the voice is heard.
    part = part_of(source.motion, request.ranges, request.groups)
    require_usable(loader, wish)
    sitter = yield from fit(loader, wish.portrait)
    require_same_face_model(source, sitter.fit, loader.head.component_names)
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
    voice = yield from understand(loader, voice)
    inputs = {
        "portrait": portrait_recipe(sitter.portrait, sitter.fit),
        "voice": {"name": voice.name, "sha256": voice.sha256},
    }
    device = yield from loader.lane.call(lambda: choose_device(wish.device), Progress("motion", 0, 1))
    how = motion_recipe(wish, device.name)
    yield from tell("motion", *differences(source.meta, inputs, how))

    def write(models: "MotionModels", batch: int) -> Job[MotionSequence]:
        return regenerate_motion(
            models, voice.speech, sitter.fit, source.motion, part, seed=wish.seed, settings=settings, batch=batch
        )

    sequence, used = yield from _placed(loader, wish.device, write)
    how = {**part_recipe(source.motion, part.frames, part.groups), **how, "device": used}
    made = recipe(loader.registry, (*FACE_MODELS, *SPEECH_MODELS, *MOTION_MODELS), **inputs, motion=how)
    return Take(sitter, voice, sequence, with_part(source.meta, made))


def _placed(
    loader: Loader, wish: str, write: Callable[["MotionModels", int], Job[MotionSequence]]
) -> Job[tuple[MotionSequence, str]]:
    """What `write` makes with the models on the device that `wish` leads to and so many windows at once; and where it
    was made. Where the memory runs out it is made anew with less, and a note says so. Raises StudioError where the
    least is too much."""
    from dimitra_studio.motion.denoise import USUAL_BATCH

    beginning = Progress("motion", 0, 1)
    device = yield from loader.lane.call(lambda: choose_device(wish), beginning)
    yield from tell("motion", device.reason if device.name != "cpu" else "")

    def attempt(placement: Placement) -> Job[tuple[MotionSequence, str]]:
        models, used = yield from loader.lane.call(lambda: loader.motion(placement.device), beginning)
        return (yield from write(models, placement.batch)), used.name

    (made,) = yield from step_down("motion", [attempt], ladder(wish, device.name, USUAL_BATCH))
    return made


def _settings(request: GenerateMotion) -> "MotionSettings":
    from dimitra_studio.motion.generate import MotionSettings

    return MotionSettings(request.steps, request.guidance, request.strength, request.temperature)


def require_same_face_model(source: MotionFile, fit: FaceFit, component_names: tuple[str, ...]) -> None:
    """Raises InputError for motion of another face model than the `fit`'s, whose components are `component_names`."""
    if source.motion.face_model != fit.face_model or source.channel_names != (*component_names, *POSE_NAMES):
        raise InputError(
            f"The motion belongs to the face model {source.motion.face_model} or to another version of it.",
            f"Use a motion sequence of {fit.face_model}, made with this version.",
        )
