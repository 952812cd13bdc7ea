"""`dimitra generate`, `dimitra motion`, `dimitra regenerate`, `dimitra render`: from portrait and voice to curves and
video."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console
from dimitra_studio.cli.forecast import forecast
from dimitra_studio.cli.options import (
    add_device,
    add_film,
    add_motion_settings,
    add_output,
    add_part,
    add_portrait,
    add_voice,
    file_name,
    film_request,
    motion_request,
)
from dimitra_studio.core.requests import GenerateVideo, RegenerateMotion, RenderVideo

if TYPE_CHECKING:
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.pipeline import Take
    from dimitra_studio.export.video import WrittenVideo


def register(commands: Commands) -> None:
    """Adds the four commands."""
    add_video(add_command(commands, "generate", "make a video from a portrait and a voice", _generate))

    parser = add_command(commands, "motion", "make the motion sequence alone, without a video", _motion)
    add_portrait(parser)
    add_voice(parser)
    add_output(parser, ".npz")
    add_motion_settings(parser)

    parser = add_command(
        commands, "regenerate", "make a part of a motion sequence anew, the rest as it is", _regenerate
    )
    add_portrait(parser)
    add_voice(parser)
    parser.add_argument("motion", type=file_name, metavar="MOTION.npz", help="what motion or generate wrote")
    add_output(parser, ".npz")
    add_part(parser)
    add_motion_settings(parser)

    parser = add_command(commands, "render", "make a video from a portrait and a motion sequence", _render)
    add_portrait(parser)
    parser.add_argument("motion", type=file_name, metavar="MOTION.npz", help="what motion, generate or track wrote")
    parser.add_argument("--audio", type=file_name, metavar="VOICE", help="the sound of the video")
    add_film(parser)
    add_device(parser)


def add_video(parser: argparse.ArgumentParser) -> None:
    """All that `dimitra generate`, and so a row of `dimitra batch`, takes."""
    add_portrait(parser)
    add_voice(parser)
    add_film(parser)
    add_motion_settings(parser)
    parser.add_argument("--motion", type=file_name, metavar="OUT.npz", help="keep the motion sequence too")


def video_request(arguments: argparse.Namespace) -> GenerateVideo:
    """The request behind them. Raises InputError for a text that cannot be read and a name that does not say what to
    write."""
    return GenerateVideo(motion_request(arguments), film_request(arguments, arguments.voice), arguments.motion)


def _generate(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.filming import generate
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.export.soundtrack import media_seconds

    request = video_request(arguments)
    seconds = media_seconds(arguments.voice)
    with Loader() as loader, forecast(_kind("generate", request.render), seconds) as eta:
        take, video = console.run(generate(loader, request), eta)
    kept = {"motion": str(arguments.motion)} if arguments.motion else {}
    return {**_written(video, request.render, console), **kept, "text": take.voice.speech.text, "recipe": take.recipe}


def _motion(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.engine.pipeline import motion
    from dimitra_studio.export.soundtrack import media_seconds

    request = motion_request(arguments)
    output = check_output(arguments.output, ".npz", (request.portrait.portrait, request.voice.voice))
    with Loader() as loader, forecast("motion", media_seconds(arguments.voice)) as eta:
        take = console.run(motion(loader, request), eta)
        return _kept(take, arguments.output, output, loader, console)


def _regenerate(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.engine.pipeline import regenerate
    from dimitra_studio.export.soundtrack import media_seconds

    how = motion_request(arguments)
    ranges = tuple((part.start, part.end) for part in arguments.ranges)
    request = RegenerateMotion(how, arguments.motion, ranges, arguments.groups)
    output = check_output(arguments.output, ".npz", (how.portrait.portrait, how.voice.voice, request.source))
    with Loader() as loader, forecast("regenerate", media_seconds(arguments.voice)) as eta:
        take = console.run(regenerate(loader, request), eta)
        return _kept(take, arguments.output, output, loader, console)


def _kept(take: "Take", name: Path, output: Path, loader: "Loader", console: Console) -> dict[str, Any]:
    """Writes a take to `output`, which the user called `name`."""
    from dimitra_studio.export.motion_files import save_motion

    save_motion(output, take.motion, loader.head.component_names, take.recipe)
    console.say(f"Wrote {name}: {len(take.motion)} frames, {take.motion.duration:.2f} s.")
    return {
        "output": str(name),
        "frames": len(take.motion),
        "fps": take.motion.fps,
        "text": take.voice.speech.text,
        "recipe": take.recipe,
    }


def _render(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.core.timebase import MOTION_FPS
    from dimitra_studio.engine.filming import frames_of, render
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.export.motion_files import load_motion

    request = film_request(arguments, arguments.audio)
    source = load_motion(arguments.motion)
    frames = frames_of(source.motion, request.part)
    # The work follows the frames, however long each is shown.
    with Loader() as loader, forecast(_kind("render", request), len(frames) / MOTION_FPS) as eta:
        video = console.run(render(loader, request, source), eta)
    return _written(video, request, console)


def _kind(command: str, film: RenderVideo) -> str:
    """What tells the times of films apart."""
    return f"{command} {film.renderer} {film.kind} {film.size or 'native'}"


def _written(video: "WrittenVideo", film: RenderVideo, console: Console) -> dict[str, Any]:
    seconds = video.frames / video.fps
    pictures = f"{video.frames} pictures, " if film.kind.is_folder else ""
    console.say(f"Wrote {video.path}: {pictures}{seconds:.2f} s at {video.width} x {video.height} px.")
    return {
        "output": str(video.path),
        "frames": video.frames,
        "fps": video.fps,
        "width": video.width,
        "height": video.height,
        "sound_seconds": video.sound_seconds,
    }
