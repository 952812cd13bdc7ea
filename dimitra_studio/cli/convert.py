"""`dimitra export`, `dimitra import`: motion and speech into the formats of other programs, and back."""

import argparse
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console
from dimitra_studio.cli.options import add_face, file_name
from dimitra_studio.core.errors import InputError

if TYPE_CHECKING:
    from dimitra_studio.core.face import FaceFit
    from dimitra_studio.core.media import Portrait
    from dimitra_studio.engine.loader import Loader
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
        help=".csv .json .glb .usda .bvh .mat .npy; .textgrid .srt .vtt .ass .tsv .dat .pgo; a folder for OBJ",
    )  # fmt: skip
    parser.add_argument(
        "--kind",
        metavar="KIND",
        help="where an ending says too little: rhubarb (.json), sadtalker (.mat), obj (folder) ...",
    )
    parser.add_argument("--portrait", type=file_name, metavar="PICTURE", help="whose head it is, with its skin")
    add_face(parser)
    parser.add_argument(
        "--speech", type=file_name, metavar="SPEECH.json", help="what analyse wrote, for words and phones"
    )
    parser.add_argument(
        "--fps", type=int, metavar="N", help="frames a second of drawn animation (.dat, .pgo; default 24)"
    )

    parser = add_command(commands, "import", "read motion or speech of another program", _import)
    parser.add_argument(
        "file", type=file_name, metavar="FILE", help=".csv .json .glb .bvh .mat .npy; .textgrid .srt .vtt .ass"
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
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.export.formats import Formats
    from dimitra_studio.export.motion_files import load_motion
    from dimitra_studio.export.outgoing import takes_a_head, write_motion
    from dimitra_studio.export.usd import texture_path

    if arguments.portrait is not None and not takes_a_head(kind):
        raise InputError(f"{kind.value.title} holds no head that a portrait could shape.", "Leave --portrait out.")
    inputs = (source, *([arguments.portrait] if arguments.portrait else []))
    output = _checked(arguments.output, kind, inputs)
    if kind is Formats.USD and arguments.portrait is not None:
        check_output(texture_path(output), ".jpg", inputs)
    motion = load_motion(source).motion
    with Loader() as loader:
        fit, portrait = _sitter(arguments, console, loader)
        notes = console.run(write_motion(kind, output, motion, loader.head, fit=fit, portrait=portrait))
    for note in notes:
        console.note(note)
    console.say(f"Wrote {arguments.output}: {kind.value.title}, {len(motion)} frames.")
    return {"output": str(arguments.output), "kind": kind.value.name, "frames": len(motion), "fps": motion.fps}


def _export_speech(arguments: argparse.Namespace, console: Console, kind: "Formats", source: Path) -> dict[str, Any]:
    from dimitra_studio.export.lip_files import DRAWN_FPS
    from dimitra_studio.export.outgoing import write_speech
    from dimitra_studio.speech.files import load_speech

    analysis: Path | None = arguments.speech or (source if source.suffix.lower() == _ANALYSIS else None)
    if analysis is None:
        raise InputError(
            f"{kind.value.title} is made of words and phones.", "Give what analyse wrote: --speech speech.json."
        )
    output = _checked(arguments.output, kind, (source, analysis))
    speech = load_speech(analysis)
    fps = DRAWN_FPS if arguments.fps is None else arguments.fps
    write_speech(kind, output, speech.words, speech.phonemes, speech.duration, fps=fps)
    console.say(f"Wrote {arguments.output}: {kind.value.title}, {speech.duration:.2f} s.")
    return {"output": str(arguments.output), "kind": kind.value.name, "seconds": speech.duration}


def _import(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.export.incoming import readable_format

    kind = readable_format(arguments.file)
    return _import_speech(arguments, console) if kind.value.spoken else _import_motion(arguments, console, kind)


def _import_motion(arguments: argparse.Namespace, console: Console, kind: "Formats") -> dict[str, Any]:
    from dimitra_studio import __version__
    from dimitra_studio.core.files import sha256_of
    from dimitra_studio.core.timebase import MOTION_FPS
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.export.exchange import resample
    from dimitra_studio.export.incoming import read_motion_file
    from dimitra_studio.export.motion_files import save_motion
    from dimitra_studio.face.components import COMPONENT_NAMES

    source: Path = arguments.file
    output = check_output(arguments.output, _MOTION, (source,))
    found = read_motion_file(source, arguments.fps)
    for note in found.notes:
        console.note(note)
    if found.motion.fps != MOTION_FPS:
        console.note(f"{found.motion.fps:g} frames a second became {MOTION_FPS:g}, the studio's rate.")
    motion = resample(found.motion, MOTION_FPS)
    made = {"name": source.name, "sha256": sha256_of(source), "kind": kind.value.name, "fps": found.motion.fps}
    save_motion(
        output, motion, COMPONENT_NAMES, {"program": "Dimitra Studio", "version": __version__, "imported": made}
    )
    console.say(f"Wrote {arguments.output}: {len(motion)} frames.")
    return {"output": str(arguments.output), "kind": kind.value.name, "frames": len(motion), "fps": motion.fps}


def _import_speech(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.outputs import check_output
    from dimitra_studio.export.incoming import read_speech_file
    from dimitra_studio.export.transcription import into_analysis
    from dimitra_studio.speech.files import arrays_path, load_speech, save_speech

    source: Path = arguments.file
    output = check_output(arguments.output, _ANALYSIS, (source,))
    check_output(arrays_path(output), _MOTION, (source,))
    found = read_speech_file(source)
    analysis = None if arguments.speech is None else load_speech(arguments.speech)
    if analysis is None:
        console.note(
            "It holds words and phones alone; give the voice's analysis with --speech to make motion from them."
        )
    elif not found.phonemes:
        console.note("The file has no phones; those of the analysis were kept.")
    speech = into_analysis(found, analysis)
    save_speech(output, speech)
    console.say(f"Wrote {arguments.output}: {len(speech.words)} words, {len(speech.phonemes)} phonemes.")
    return {"output": str(arguments.output), "words": len(speech.words), "phonemes": len(speech.phonemes)}


def _checked(path: Path, kind: "Formats", inputs: Iterable[Path]) -> Path:
    """Where to write: a file with the format's ending, or a new folder."""
    from dimitra_studio.core.requests import FilmKind
    from dimitra_studio.engine.outputs import check_film, check_output

    if not kind.value.ending:
        return check_film(path, FilmKind.PICTURES, inputs)
    return check_output(path, kind.value.ending, inputs)


def _sitter(
    arguments: argparse.Namespace, console: Console, loader: "Loader"
) -> tuple["FaceFit | None", "Portrait | None"]:
    from dimitra_studio.core.requests import FitPortrait
    from dimitra_studio.engine.pipeline import fit

    if arguments.portrait is None:
        return None, None
    sitter = console.run(fit(loader, FitPortrait(arguments.portrait, arguments.face)))
    return sitter.fit, sitter.portrait


def _rate(word: str) -> float:
    from dimitra_studio.core.timebase import FASTEST_FPS, SLOWEST_FPS, is_frame_rate

    with suppress(ValueError):
        if is_frame_rate(float(word)):
            return float(word)
    raise argparse.ArgumentTypeError(f"{word!r} is no frame rate from {SLOWEST_FPS:g} to {FASTEST_FPS:g}")
