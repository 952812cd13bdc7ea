"""Arguments that several commands share."""

import argparse
import math
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.requests import (
    DEFAULT_GUIDANCE,
    DEFAULT_SEED,
    DEFAULT_STEPS,
    DEFAULT_STRENGTH,
    DEFAULT_TEMPERATURE,
    LARGEST_SCALE,
    AnalyseVoice,
    ByGroup,
    FitPortrait,
    GenerateMotion,
)
from dimitra_studio.engine.devices import CHOICES

_LARGEST_SEED = 2**63 - 1
_LONGEST_TEXT = 1_000_000  # bytes; an hour of speech has about 50 thousand


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
        "--steps", type=_count, default=DEFAULT_STEPS, metavar="N", help=f"denoising steps (default {DEFAULT_STEPS})"
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


def add_picture_settings(parser: argparse.ArgumentParser) -> None:
    """--renderer and --size."""
    parser.add_argument("--renderer", choices=("warp",), default="warp", help="how the picture is moved (default warp)")
    parser.add_argument(
        "--size", choices=("native", "256", "512"), default="native", help="longer side in px (default native)"
    )


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
    return AnalyseVoice(arguments.voice, None if arguments.text is None else _read_text(arguments.text))


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


def size_wish(arguments: argparse.Namespace) -> int | None:
    """--size in px; None for native."""
    return None if arguments.size == "native" else int(arguments.size)


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes() if path.stat().st_size <= _LONGEST_TEXT else None
    except OSError as error:
        raise InputError(f"The text {path} cannot be read: {error.strerror}.", "Check the path.") from error
    if content is None:
        raise InputError(f"The text {path} is longer than any recording's.", "Give a text file with what is said.")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError(f"The text {path} is not UTF-8 text.", "Save it as plain text in UTF-8.") from error
    if not text or "\0" in text:
        raise InputError(f"The text {path} holds no text.", "Give a text file with what is said.")
    return text


def _count(word: str) -> int:
    with suppress(ValueError):
        value = int(word)
        if 0 <= value <= _LARGEST_SEED:
            return value
    raise argparse.ArgumentTypeError(f"{word!r} is not a whole number from 0 to {_LARGEST_SEED}")


def by_group(word: str, usual: ByGroup) -> ByGroup:
    """ "1.5", or "lips=1.2,pose=0.5" with `usual` for the rest. Raises argparse.ArgumentTypeError."""
    if "=" not in word:
        return ByGroup(*[_scale(word)] * len(Group))
    named = [item.partition("=")[::2] for item in word.split(",")]
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


def _range(word: str) -> tuple[float, float]:
    with suppress(ValueError):
        start, end = (float(part) for part in word.split(":"))
        if math.isfinite(start) and math.isfinite(end):
            return start, end
    raise argparse.ArgumentTypeError(f"{word!r} is not START:END in seconds, such as 2.0:3.5")
