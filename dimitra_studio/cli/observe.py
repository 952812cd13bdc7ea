"""`dimitra fit`, `dimitra track`, `dimitra analyse`: what the studio sees and hears."""

import argparse
from typing import Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console
from dimitra_studio.cli.forecast import forecast
from dimitra_studio.cli.options import (
    add_face,
    add_output,
    add_portrait,
    add_voice,
    file_name,
    portrait_request,
    voice_request,
)
from dimitra_studio.core.requests import TrackVideo


def register(commands: Commands) -> None:
    """Adds the three commands."""
    parser = add_command(commands, "fit", "fit the face model to a portrait", _fit)
    add_portrait(parser)
    add_output(parser, ".npz")

    parser = add_command(commands, "track", "fit the face model to every frame of a video", _track)
    parser.add_argument("video", type=file_name, metavar="VIDEO", help="a video that shows a face")
    add_face(parser)
    parser.add_argument("--smooth", action="store_true", help="remove jitter, without delay")
    add_output(parser, ".npz")

    parser = add_command(commands, "analyse", "find words, phonemes and their times in a recording", _analyse)
    add_voice(parser)
    add_output(parser, ".json")


def _fit(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.engine.pipeline import FACE_MODELS, fit
    from dimitra_studio.engine.recipe import portrait_recipe, recipe
    from dimitra_studio.export.face_files import save_fit

    output = check_output(arguments.output, ".npz", (arguments.portrait,))
    with Loader() as loader:
        sitter = console.run(fit(loader, portrait_request(arguments)))
        found = sitter.fit
        made = portrait_recipe(sitter.portrait, found)
        save_fit(output, found, recipe(loader.registry, FACE_MODELS, portrait=made))
    console.say(f"Wrote {arguments.output}: landmarks met within {found.error:.2%} of the distance between the eyes.")
    return {
        "output": str(arguments.output),
        "error": found.error,
        "face": found.face,
        "faces": found.faces,
        "pose": found.pose.tolist(),
    }


def _track(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.core.files import sha256_of
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.engine.pipeline import FACE_MODELS, track
    from dimitra_studio.engine.recipe import recipe
    from dimitra_studio.export.face_files import save_track
    from dimitra_studio.export.soundtrack import media_seconds

    output = check_output(arguments.output, ".npz", (arguments.video,))
    request = TrackVideo(arguments.video, arguments.face, arguments.smooth)
    with Loader() as loader, forecast("track", media_seconds(arguments.video)) as eta:
        found = console.run(track(loader, request), eta)
        video = {"name": arguments.video.name, "sha256": sha256_of(arguments.video)}
        settings = {"face": arguments.face, "smooth": arguments.smooth}
        made = recipe(loader.registry, FACE_MODELS, video=video, track=settings)
        save_track(output, found, loader.head.component_names, made)
    console.say(f"Wrote {arguments.output}: {len(found.motion)} frames, {int((~found.seen).sum())} without a face.")
    return {
        "output": str(arguments.output),
        "frames": len(found.motion),
        "fps": found.motion.fps,
        "gaps": [list(gap) for gap in found.gaps()],
    }


def _analyse(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.hearing import analyse
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.export.soundtrack import media_seconds
    from dimitra_studio.speech.files import arrays_path, save_speech

    output = check_output(arguments.output, ".json", (arguments.voice,))
    arrays = check_output(arrays_path(output), ".npz", (arguments.voice,))
    with Loader() as loader, forecast("analyse", media_seconds(arguments.voice)) as eta:
        speech = console.run(analyse(loader, voice_request(arguments)), eta).speech
    save_speech(output, speech)
    console.say(f"Wrote {arguments.output}: {len(speech.words)} words, {len(speech.phonemes)} phonemes.")
    console.say(speech.text)
    return {
        "output": str(arguments.output),
        "arrays": str(arrays),
        "seconds": speech.duration,
        "language": speech.language,
        "text": speech.text,
        "words": len(speech.words),
        "phonemes": len(speech.phonemes),
    }
