"""`dimitra export`, `dimitra import`: motion and speech into the formats of other programs, and back."""

import argparse
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console
from dimitra_studio.cli.options import add_face, add_range, file_name
from dimitra_studio.core.errors import InputError

if TYPE_CHECKING:
    from dimitra_studio.engine.conversion import Conversion
    from dimitra_studio.export.formats import Formats

_ANALYSIS, _MOTION = ".json", ".npz"


def register(commands: Commands) -> None:
    """Adds the two commands."""
    parser = add_command(commands, "export", "write motion or speech for another program", _export)
    parser.add_argument(
        "source",
        type=file_name,
        metavar="SOURCE",
        help="MOTION.npz, or speech.json of analyse for captions and mouth shapes",
    )
    parser.add_argument(
        "-o", "--output", type=file_name, required=True, metavar="OUT",
        help=".csv .json .glb .usda .abc .bvh .mat .npy .textgrid .srt .vtt .ass .tsv .dat .pgo; a folder for OBJ, PLY",
    )  # fmt: skip
    parser.add_argument(
        "--kind",
        metavar="KIND",
        help="where an ending says too little: rhubarb (.json), sadtalker (.mat), obj, ply (folder) ...",
    )
    parser.add_argument("--portrait", type=file_name, metavar="PICTURE", help="whose head it is, with its skin")
    add_face(parser)
    parser.add_argument(
        "--speech", type=file_name, metavar="SPEECH.json", help="what analyse wrote, for words and phones"
    )
    parser.add_argument(
        "--fps", type=int, metavar="N", help="frames a second of drawn animation (.dat, .pgo; default 24)"
    )
    add_range(parser)

    parser = add_command(commands, "import", "read motion or speech of another program", _import)
    parser.add_argument(
        "file",
        type=file_name,
        metavar="FILE",
        help=".csv .json .glb .usda .bvh .mat .npy; .textgrid .srt .vtt .ass; Rhubarb's .json .tsv, .dat .pgo",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=file_name,
        required=True,
        metavar="OUT",
        help="OUT.npz for motion, OUT.json for words and phones",
    )
    parser.add_argument("--fps", type=_rate, metavar="N", help="the file's frame rate, where it does not say it")
    parser.add_argument(
        "--speech",
        type=file_name,
        metavar="SPEECH.json",
        help="the analysis of the voice that gets these words and phones",
    )


def _export(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.export.formats import Formats, format_named, format_of

    output: Path = arguments.output
    kind = format_named(arguments.kind) if arguments.kind else format_of(output, Formats)
    source: Path = arguments.source
    if kind.value.spoken:
        return _export_speech(arguments, console, kind, source)
    if source.suffix.lower() == _ANALYSIS:
        raise InputError(
            f"{kind.value.title} is made of motion, but {source.name} is no motion file.", "Give MOTION.npz."
        )
    return _export_motion(arguments, console, kind, source)


def _export_motion(arguments: argparse.Namespace, console: Console, kind: "Formats", source: Path) -> dict[str, Any]:
    from dimitra_studio.core.requests import FitPortrait
    from dimitra_studio.engine.conversion import convert_motion
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.export.motion_files import load_motion
    from dimitra_studio.export.outgoing import takes_a_head

    if arguments.portrait is not None and not takes_a_head(kind):
        raise InputError(f"{kind.value.title} holds no head that a portrait could shape.", "Leave --portrait out.")
    portrait = None if arguments.portrait is None else FitPortrait(arguments.portrait, arguments.face)
    wish = _wish(arguments, kind)
    motion = load_motion(source).motion
    with Loader() as loader:
        frames = console.run(convert_motion(loader, wish, motion, portrait, inputs=(source,)))
    console.say(f"Wrote {arguments.output}: {kind.value.title}, {frames} frames.")
    return {"output": str(arguments.output), "kind": kind.value.name, "frames": frames, "fps": motion.fps}


def _export_speech(arguments: argparse.Namespace, console: Console, kind: "Formats", source: Path) -> dict[str, Any]:
    from dimitra_studio.engine.conversion import convert_speech
    from dimitra_studio.speech.files import load_speech

    analysis: Path | None = arguments.speech or (source if source.suffix.lower() == _ANALYSIS else None)
    if analysis is None:
        raise InputError(
            f"{kind.value.title} is made of words and phones.", "Give what analyse wrote: --speech speech.json."
        )
    speech = load_speech(analysis)
    job = convert_speech(_wish(arguments, kind), speech.utterance, speech.duration, inputs=(source, analysis))
    seconds = console.run(job)
    console.say(f"Wrote {arguments.output}: {kind.value.title}, {seconds:.2f} s.")
    return {"output": str(arguments.output), "kind": kind.value.name, "seconds": seconds}


def _wish(arguments: argparse.Namespace, kind: "Formats") -> "Conversion":
    from dimitra_studio.engine.conversion import Conversion

    fps = {} if arguments.fps is None else {"fps": arguments.fps}
    return Conversion(kind, arguments.output, arguments.part, **fps)


def _import(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.export.incoming import readable_format

    kind = readable_format(arguments.file)
    return _import_speech(arguments, console) if kind.value.spoken else _import_motion(arguments, console)


def _import_motion(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.conversion import read_motion
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.export.motion_files import save_motion
    from dimitra_studio.face.components import COMPONENT_NAMES

    source: Path = arguments.file
    output = check_output(arguments.output, _MOTION, (source,))
    with Loader() as loader:
        found = console.run(read_motion(loader, source, arguments.fps))
    motion = found.motion
    save_motion(output, motion, COMPONENT_NAMES, found.recipe)
    console.say(f"Wrote {arguments.output}: {len(motion)} frames.")
    return {"output": str(arguments.output), "kind": found.kind.value.name, "frames": len(motion), "fps": motion.fps}


def _import_speech(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.conversion import read_speech
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.speech.files import arrays_path, load_speech, save_speech

    source: Path = arguments.file
    output = check_output(arguments.output, _ANALYSIS, (source,))
    check_output(arrays_path(output), _MOTION, (source,))
    analysis = None if arguments.speech is None else load_speech(arguments.speech)
    with Loader() as loader:
        speech = console.run(read_speech(loader, source, analysis, arguments.fps))
    if analysis is None:
        console.note(
            "It holds words and phones alone; give the voice's analysis with --speech to make motion from them."
        )
    save_speech(output, speech)
    console.say(f"Wrote {arguments.output}: {len(speech.words)} words, {len(speech.phonemes)} phonemes.")
    return {"output": str(arguments.output), "words": len(speech.words), "phonemes": len(speech.phonemes)}


def _rate(word: str) -> float:
    from dimitra_studio.core.timebase import FASTEST_FPS, SLOWEST_FPS, is_frame_rate

    with suppress(ValueError):
        if is_frame_rate(float(word)):
            return float(word)
    raise argparse.ArgumentTypeError(f"{word!r} is no frame rate from {SLOWEST_FPS:g} to {FASTEST_FPS:g}")
