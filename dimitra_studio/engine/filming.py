"""The jobs that end in pictures: a motion sequence on a portrait becomes a video, or pictures in a folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import FilmKind, GenerateVideo, RenderVideo
from dimitra_studio.core.timebase import TimeRange, frame_count, frames_within
from dimitra_studio.engine.devices import choose_device
from dimitra_studio.engine.hearing import tell
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.outputs import check_film, check_output, film_bytes
from dimitra_studio.engine.pipeline import (
    FACE_MODELS,
    Sitter,
    Take,
    fit,
    motion_for,
    require_same_face_model,
    require_usable,
)
from dimitra_studio.engine.playable import bridge_gaps, centre_pose, with_pose
from dimitra_studio.engine.prefetch import ahead
from dimitra_studio.engine.recipe import portrait_recipe, recipe, render_recipe
from dimitra_studio.engine.renderers import MATTE_MODEL, build_renderer, choose_rendering, matted
from dimitra_studio.export.encodings import PRORES_4444, h264, h265, vp9
from dimitra_studio.export.loudness import even_out
from dimitra_studio.export.motion_files import MotionFile, save_motion
from dimitra_studio.export.pictures import PictureKind, write_pictures
from dimitra_studio.export.previews import PreviewKind, write_preview
from dimitra_studio.export.soundtrack import Soundtrack, measure_sound
from dimitra_studio.export.video import WrittenVideo, largest_side, write_video
from dimitra_studio.render.renderer import Renderer
from dimitra_studio.render.safe_pose import ease_pose

_FOLDERS = {FilmKind.PICTURES: PictureKind.PNG, FilmKind.EXR: PictureKind.EXR}
_PREVIEWS = {FilmKind.GIF: PreviewKind.GIF, FilmKind.WEBP: PreviewKind.WEBP}
_ENCODINGS = {FilmKind.MP4: h264, FilmKind.HEVC: h265, FilmKind.WEBM: vp9}
_ROUGH = "The person was cut out by a network that sees 256 px: look at hair, shoulders and hands."
_OTHER_PICTURE = "The motion was made for another picture: its head movements are shown about this one's pose."


def render(loader: Loader, request: RenderVideo, source: MotionFile, sitter: Sitter | None = None) -> Job[WrittenVideo]:
    """Shows a motion file on a portrait; `sitter` is the portrait's, where it is fitted already. Raises InputError."""
    output = check_film(request.output, request.kind, _inputs(request))
    shown = frames_of(source.motion, request.part)
    sound = None
    if request.sound is not None:
        sound = yield from loader.lane.call(partial(measure_sound, request.sound), Progress("render", 0, 0))
    if sitter is None:
        sitter = yield from fit(loader, request.portrait)
    require_same_face_model(source, sitter.fit, loader.head.component_names)
    stage = yield from _stage(loader, request, sitter, output, frames=len(shown))
    return (yield from _film(stage, source.motion, shown, source.meta, sound))


def generate(loader: Loader, request: GenerateVideo) -> Job[tuple[Take, WrittenVideo]]:
    """Portrait and voice to video. Raises InputError and ModelError, before the long work where that can be told."""
    wish = request.render
    output = check_film(wish.output, wish.kind, _inputs(wish))
    keep = request.motion_output and check_output(request.motion_output, ".npz", _inputs(wish))
    require_usable(loader, request.motion)
    sound = yield from loader.lane.call(partial(measure_sound, request.motion.voice.voice), Progress("render", 0, 0))
    frames = frames_within(frame_count(sound.duration), wish.part)
    sitter = yield from fit(loader, request.motion.portrait)
    stage = yield from _stage(loader, wish, sitter, output, frames=len(frames))
    take = yield from motion_for(loader, request.motion, sitter)
    if keep:
        save_motion(keep, take.motion, loader.head.component_names, take.recipe)
        yield from tell("motion", f"The motion is kept in {keep.name}.")
    return take, (yield from _film(stage, take.motion, frames_of(take.motion, wish.part), take.recipe, sound))


def frames_of(motion: MotionSequence, part: TimeRange | None) -> range:
    """The frames of a motion that `part` (None = all) touches. Raises InputError where it is not within it."""
    return frames_within(len(motion), part, motion.fps)


@dataclass(frozen=True)
class _Stage:
    """Everything set for filming."""

    request: RenderVideo
    output: Path
    sitter: Sitter
    renderer: Renderer
    recipe: dict[str, Any]


def _stage(loader: Loader, request: RenderVideo, sitter: Sitter, output: Path, frames: int) -> Job[_Stage]:
    rendering = choose_rendering(loader.registry, request.renderer, choose_device(request.device))
    width, height = sitter.portrait.size
    playable = largest_side(width, height) if request.kind in _ENCODINGS else max(width, height)
    size = request.size or playable
    renderer = yield from loader.lane.call(
        lambda: build_renderer(loader, rendering, sitter, size), Progress("render", 0, 0)
    )
    if request.matte:
        renderer = yield from loader.lane.call(
            lambda: matted(loader, renderer, rendering, sitter, size), Progress("render", 0, 0)
        )
    silent = f"A {request.kind.upper()} has no sound." if request.sound and not request.kind.has_sound else ""
    yield from tell("render", rendering.caution, silent, _ROUGH if request.matte else "")
    if request.size is None and size < max(width, height):
        shown = "{} x {}".format(*renderer.size)
        yield from tell("render", f"Players show no video of {width} x {height} px: it was made {shown} px large.")
    if size > max(width, height):
        yield from tell("render", f"The portrait has {width} x {height} px: at {size} px it is enlarged, not sharper.")
    check_film(output, request.kind, (), film_bytes(request.kind, *renderer.size, frames, request.crf))
    made = recipe(
        loader.registry,
        (*FACE_MODELS, *rendering.models, *((MATTE_MODEL,) if request.matte else ())),
        portrait=portrait_recipe(sitter.portrait, sitter.fit),
        render=render_recipe(request, rendering),
    )
    return _Stage(request, output, sitter, renderer, made)


def _film(
    stage: _Stage, sequence: MotionSequence, frames: range, made: Mapping[str, Any], sound: Soundtrack | None
) -> Job[WrittenVideo]:
    """Films the `frames` of the sequence; poses are what they are in the whole, whichever part is shown."""
    shown, gaps = bridge_gaps(sequence)
    own = _is_same_face(made.get("portrait"), stage.recipe["portrait"])
    if not own:
        shown = centre_pose(shown, stage.sitter.fit.pose)
    shown = shown.cut(frames)
    eased = ease_pose(shown.pose, stage.sitter.fit.pose)
    yield from tell("render", gaps, "" if own else _OTHER_PICTURE, eased.describe())
    heard = _heard(stage.request, sound, frames, shown.fps)
    with TemporaryDirectory(prefix="dimitra-sound-") as folder:
        if heard and stage.request.even:
            heard = yield from even_out(heard, Path(folder) / "even.wav")
        pictures = _frames(stage.renderer, with_pose(shown, eased.pose))
        written = yield from _write(stage, pictures, shown, heard, made)
    yield from tell("render", *written.notes)
    return written


def _write(
    stage: _Stage,
    pictures: Iterator[NDArray[np.uint8]],
    shown: MotionSequence,
    sound: Soundtrack | None,
    made: Mapping[str, Any],
) -> Job[WrittenVideo]:
    whole = {**stage.recipe, "made": dict(made)} if stage.request.mark else None
    film = stage.output, pictures, len(shown), shown.fps
    kind, crf = stage.request.kind, stage.request.crf
    if kind in _FOLDERS:
        return (yield from write_pictures(*film, kind=_FOLDERS[kind], sound=sound, recipe=whole))
    if kind in _PREVIEWS:
        return (yield from write_preview(*film, kind=_PREVIEWS[kind], recipe=whole))
    encoding = _ENCODINGS[kind](crf) if kind in _ENCODINGS else PRORES_4444
    if kind is FilmKind.WEBM and stage.request.matte:
        encoding = vp9(crf, alpha=True)
    return (yield from write_video(*film, encoding=encoding, sound=sound, recipe=whole))


def _heard(request: RenderVideo, sound: Soundtrack | None, frames: range, fps: float) -> Soundtrack | None:
    """The sound beside these frames: of a part, what is heard meanwhile; None where the kind is silent."""
    if not request.kind.has_sound:
        return None
    return sound.cut(frames.start / fps, frames.stop / fps) if sound and request.part else sound


def _is_same_face(one: object, other: dict[str, Any]) -> bool:
    return isinstance(one, dict) and all(one.get(key) == other[key] for key in ("sha256", "face"))


def _frames(renderer: Renderer, shown: MotionSequence) -> Iterator[NDArray[np.uint8]]:
    """As the encoder takes them, two ahead, so that memory does not grow with their number."""
    return ahead(lambda frame: renderer.show(shown.values, frame), range(len(shown)))


def _inputs(request: RenderVideo) -> tuple[Path, ...]:
    return (request.portrait.portrait, *([request.sound] if request.sound else []))
