"""Arguments that several commands share."""

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dimitra_studio.audio.scripts import read_script
from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.requests import (
    DEFAULT_GUIDANCE,
    DEFAULT_SEED,
    DEFAULT_STEPS,
    DEFAULT_STRENGTH,
    DEFAULT_TEMPERATURE,
    LARGEST_CRF,
    LARGEST_SCALE,
    MOST_STEPS,
    QUALITIES,
    USUAL_CRF,
    USUAL_LUFS,
    AnalyseVoice,
    ByGroup,
    FilmKind,
    FitPortrait,
    GenerateMotion,
    RendererName,
    RenderVideo,
)
from dimitra_studio.engine.devices import CHOICES

if TYPE_CHECKING:
    from dimitra_studio.core.timebase import TimeRange

_LARGEST_SEED = 2**63 - 1
_SMALLEST_FRAME, _LARGEST_FRAME = 64, 8192  # px
_NATIVE = "native"
_BY_ENDING = {kind.suffix: kind for kind in (FilmKind.MP4, FilmKind.PRORES, FilmKind.WEBM, FilmKind.GIF, FilmKind.WEBP)}


@dataclass(frozen=True)
class FilmName:
    """-o of a film: the path, and what its ending says of it; None where it says nothing."""

    path: Path
    kind: FilmKind | None


def add_portrait(parser: argparse.ArgumentParser) -> None:
    """PORTRAIT and --face."""
    parser.add_argument(
        "portrait", type=file_name, metavar="PORTRAIT", help="a picture that shows a face from the front"
    )
    add_face(parser)


def add_face(parser: argparse.ArgumentParser) -> None:
    """--face."""
    parser.add_argument("--face", type=_count, default=0, metavar="N", help="which face: 0 = the largest (default)")


def add_voice(parser: argparse.ArgumentParser) -> None:
    """VOICE and --text."""
    parser.add_argument("voice", type=file_name, metavar="VOICE", help="a recording, or a video with sound")
    parser.add_argument("--text", type=file_name, metavar="FILE", help="a text file with what is said, if you have it")


def add_output(parser: argparse.ArgumentParser, suffix: str) -> None:
    """-o."""
    parser.add_argument(
        "-o", "--output", type=file_name, required=True, metavar=f"OUT{suffix}", help="the file to write"
    )


def add_motion_settings(parser: argparse.ArgumentParser) -> None:
    """--seed, --steps, --guidance, --strength, --temperature, --device."""
    parser.add_argument(
        "--seed", type=_count, default=DEFAULT_SEED, metavar="N", help=f"another take (default {DEFAULT_SEED})"
    )
    parser.add_argument(
        "--steps", type=_steps, default=DEFAULT_STEPS, metavar="N", help=f"denoising steps (default {DEFAULT_STEPS})"
    )
    scales = parser.add_argument_group(
        "for all channels (0.8), or by group (lips=1.2,pose=0.5; the others keep theirs)"
    )
    for name, usual, meaning in (
        ("guidance", DEFAULT_GUIDANCE, "how strongly the voice is followed; 1 = as trained"),
        ("strength", DEFAULT_STRENGTH, "how far the face goes from rest; 1 = as learned, 0 = not at all"),
        ("temperature", DEFAULT_TEMPERATURE, "how much chance there is; 0 = what is most likely, 1 = as in training"),
    ):
        scales.add_argument(
            f"--{name}",
            type=partial(by_group, usual=usual),
            default=usual,
            metavar="X",
            help=f"{meaning} (default {_spoken(usual)})",
        )
    add_device(parser)


def add_device(parser: argparse.ArgumentParser) -> None:
    """--device."""
    parser.add_argument("--device", choices=CHOICES, default="auto", help="where the networks run (default auto)")


def add_part(parser: argparse.ArgumentParser) -> None:
    """--range and --groups."""
    parser.add_argument(
        "--range",
        dest="ranges",
        type=_range,
        action="append",
        required=True,
        metavar="START:END",
        help="seconds from the start; give it again for another part",
    )
    parser.add_argument(
        "--groups",
        type=_groups,
        default=tuple(Group),
        metavar="G,G",
        help=f"of {', '.join(Group)} (default: all)",
    )


def add_film(parser: argparse.ArgumentParser) -> None:
    """-o, --frames, --exr, --h265, --quality, --even, --matte, --range, --renderer and --size."""
    parser.add_argument(
        "-o",
        "--output",
        type=_film_name,
        required=True,
        metavar="OUT",
        help="OUT.mp4: H.264 for every player; OUT.mov: ProRes 4444 for editing; OUT.webm: VP9 for the web; OUT.gif and"
        " OUT.webp: silent previews; OUT/: a folder of PNG and WAV",
    )
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--frames", action="store_true", help="write a folder of PNG and WAV, whatever OUT ends with")
    kinds.add_argument("--exr", action="store_true", help="write a folder of EXR (linear light) and WAV")
    kinds.add_argument("--h265", action="store_true", help="H.265 in OUT.mp4: smaller, for newer players")
    parser.add_argument(
        "--quality",
        type=_quality,
        metavar="Q",
        help=f"of an MP4 or WebM: {', '.join(QUALITIES)}, or H.264's CRF from 0 (lossless) to {LARGEST_CRF} (default"
        " good)",
    )
    parser.add_argument(
        "--even", action="store_true", help=f"bring the sound to {USUAL_LUFS:g} LUFS, as podcasts and video sites do"
    )
    parser.add_argument(
        "--matte",
        action="store_true",
        help="cut the person out of the background (MOV, WebM, WebP, PNG, EXR)",
    )
    parser.add_argument(
        "--unmarked",
        action="store_true",
        help="leave out of the file's metadata that the picture is generated, and how it was made",
    )
    add_range(parser)
    parser.add_argument(
        "--renderer",
        choices=tuple(RendererName),
        default=RendererName.AUTO,
        help="warp: the portrait's own pixels, moved; neural: with face and mouth repaired by networks (auto: warp);"
        " pirenderer: the papers' network, where you brought its weights (dimitra models list)",
    )
    parser.add_argument(
        "--size", type=_size, default=None, metavar="PX", help="longer side in px, or native: the portrait's (default)"
    )


def add_range(parser: argparse.ArgumentParser) -> None:
    """--range."""
    parser.add_argument("--range", dest="part", type=_range, metavar="START:END", help="only these seconds")


def file_name(word: str) -> Path:
    """A path as typed; an empty word, which Path takes for the current folder, is none."""
    if not word:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(word)


def portrait_request(arguments: argparse.Namespace) -> FitPortrait:
    """The request behind PORTRAIT and --face."""
    return FitPortrait(arguments.portrait, arguments.face)


def voice_request(arguments: argparse.Namespace) -> AnalyseVoice:
    """The request behind VOICE and --text. Raises InputError for a text file that cannot be used."""
    return AnalyseVoice(arguments.voice, None if arguments.text is None else read_script(arguments.text))


def motion_request(arguments: argparse.Namespace) -> GenerateMotion:
    """The request behind all of a take's arguments."""
    return GenerateMotion(
        portrait_request(arguments),
        voice_request(arguments),
        arguments.seed,
        arguments.steps,
        arguments.guidance,
        arguments.strength,
        arguments.temperature,
        arguments.device,
    )


def film_request(arguments: argparse.Namespace, sound: Path | None) -> RenderVideo:
    """The request behind a film's arguments. Raises InputError for a name that does not say what to write."""
    name: FilmName = arguments.output
    kind = _film_kind(arguments)
    if arguments.quality is not None and not kind.has_quality:
        raise InputError("Only an MP4 or a WebM has a quality: the others have their own.", "Leave --quality out.")
    if arguments.even and not kind.has_sound:
        raise InputError(f"A {kind.suffix} has no sound that could be brought to a loudness.", "Leave --even out.")
    if arguments.matte and not kind.has_alpha:
        raise InputError(f"A {kind.suffix} cannot be transparent.", "Leave --matte out, or write a .mov or .webm.")
    return RenderVideo(
        portrait_request(arguments),
        name.path,
        sound,
        arguments.renderer,
        arguments.size,
        kind,
        USUAL_CRF if arguments.quality is None else arguments.quality,
        arguments.part,
        arguments.device,
        arguments.even,
        arguments.matte,
        mark=not arguments.unmarked,
    )


def _film_kind(arguments: argparse.Namespace) -> FilmKind:
    name: FilmName = arguments.output
    if arguments.frames or arguments.exr:
        return FilmKind.PICTURES if arguments.frames else FilmKind.EXR
    if name.kind is None:
        raise InputError(
            f"{name.path} does not say what to write.",
            f"End it with {', '.join(_BY_ENDING)}, or with / for a folder of pictures.",
        )
    if arguments.h265 and name.kind is not FilmKind.MP4:
        raise InputError(f"H.265 is written into an MP4, but {name.path} does not end so.", "Add .mp4.")
    return FilmKind.HEVC if arguments.h265 else name.kind


def joined(words: Sequence[str]) -> list[str]:
    """The command line as argparse understands it: `--range -1:2`, which it takes for two options, as one word."""
    left, together = list(words), list[str]()
    while left:
        word = left.pop(0)
        if word == "--":
            return [*together, word, *left]
        if word == "--range" and left and left[0].startswith("-"):
            word = f"{word}={left.pop(0)}"
        together.append(word)
    return together


def _count(word: str) -> int:
    return _whole(word, 0, _LARGEST_SEED)


def by_group(word: str, usual: ByGroup) -> ByGroup:
    """ "1.5", or "lips=1.2,pose=0.5" with `usual` for the rest. Raises argparse.ArgumentTypeError."""
    if "=" not in word:
        return ByGroup(*[_scale(word)] * len(Group))
    named = [item.partition("=")[::2] for item in word.split(",")]
    if len({_group(name) for name, _ in named}) < len(named):
        raise argparse.ArgumentTypeError(f"{word!r} names a group twice")
    return replace(usual, **{str(_group(name)): _scale(value) for name, value in named})


def _spoken(scales: ByGroup) -> str:
    """The words that `by_group` reads so."""
    values = asdict(scales)
    if len(set(values.values())) == 1:
        return f"{scales.lips:g}"
    return ",".join(f"{name}={value:g}" for name, value in values.items())


def _scale(word: str) -> float:
    with suppress(ValueError):
        value = float(word)
        if 0 <= value <= LARGEST_SCALE:
            return value
    raise argparse.ArgumentTypeError(f"{word!r} is not a number from 0 to {LARGEST_SCALE:g}")


def _group(word: str) -> Group:
    with suppress(ValueError):
        return Group(word.strip())
    raise argparse.ArgumentTypeError(f"{word!r} is no group of channels; there are {', '.join(Group)}")


def _groups(word: str) -> tuple[Group, ...]:
    named = {_group(name) for name in word.split(",")}
    return tuple(group for group in Group if group in named)


def _range(word: str) -> "TimeRange":
    from dimitra_studio.core.timebase import TimeRange

    try:
        start, end = (float(part) for part in word.split(":"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not START:END in seconds, such as 2.0:3.5") from None
    if start < 0:
        raise argparse.ArgumentTypeError(f"{word!r} begins before the start, which is 0")
    if start >= end:
        raise argparse.ArgumentTypeError(f"{word!r} does not end after its beginning")
    with suppress(ValueError):
        return TimeRange(start, end)
    raise argparse.ArgumentTypeError(f"{word!r} never ends")


def _steps(word: str) -> int:
    return _whole(word, 1, MOST_STEPS)


def _size(word: str) -> int | None:
    return None if word == _NATIVE else _whole(word, _SMALLEST_FRAME, _LARGEST_FRAME)


def _quality(word: str) -> int:
    return QUALITIES[word] if word in QUALITIES else _whole(word, 0, LARGEST_CRF)


def _whole(word: str, low: int, high: int) -> int:
    with suppress(ValueError):
        value = int(word)
        if low <= value <= high:
            return value
    raise argparse.ArgumentTypeError(f"{word!r} is not a whole number from {low} to {high}")


def _film_name(word: str) -> FilmName:
    path = file_name(word)
    if word.endswith(("/", os.sep)):
        return FilmName(path, FilmKind.PICTURES)
    return FilmName(path, _BY_ENDING.get(path.suffix.lower()))
