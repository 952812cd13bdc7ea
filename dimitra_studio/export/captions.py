"""Captions from words: SRT, WebVTT and ASS, and back.

WebVTT and ASS also hold when each word begins and ends (time stamps in the text, \\k), so that words come back with
their times to a thousandth and a hundredth of a second. SRT knows lines alone: its words share their line's time by
their letters.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from dimitra_studio.core.files import replacing
from dimitra_studio.core.speech import Word
from dimitra_studio.export.exchange import read_text, unreadable
from dimitra_studio.export.transcription import Transcription, transcription

_LONGEST_LINE = 42  # letters, the usual limit of subtitles
_PAUSE, _LONGEST_CAPTION = 0.7, 6.0  # seconds
_ENDS = (".", "?", "!")
_MEND = "Save the captions as UTF-8 SRT, WebVTT or ASS."
_ARROW = re.compile(r"(?:(\d+):)?(\d+):(\d+)[.,](\d+)\s*-->\s*(?:(\d+):)?(\d+):(\d+)[.,](\d+)")
_STAMP = re.compile(r"<(?:(\d+):)?(\d+):(\d+)\.(\d+)>")
_TAG, _ORDER = re.compile(r"<[^>]*>"), re.compile(r"\{[^}]*\}")
_ASS_TIME = re.compile(r"(\d+):(\d+):(\d+)\.(\d+)")
_KARAOKE = re.compile(r"\{\\k(\d+)\}")
_ASS_HEADER = """[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,60,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,0,2,60,60,60,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


class CaptionKind(StrEnum):
    """A kind of caption file, by its ending."""

    SRT = ".srt"
    VTT = ".vtt"
    ASS = ".ass"


@dataclass(frozen=True)
class Caption:
    """Words shown together, one line."""

    words: tuple[Word, ...]

    @property
    def start(self) -> float:
        """Seconds."""
        return self.words[0].start

    @property
    def end(self) -> float:
        """Seconds."""
        return self.words[-1].end

    @property
    def text(self) -> str:
        """The line."""
        return " ".join(word.text for word in self.words)


def captions(words: Sequence[Word]) -> tuple[Caption, ...]:
    """Words in lines of at most 42 letters and 6 s, parted at pauses and at the ends of sentences."""
    lines = list[list[Word]]()
    for word in words:
        line = lines[-1] if lines else []
        if (
            not line
            or len(" ".join([*(w.text for w in line), word.text])) > _LONGEST_LINE
            or word.start - line[-1].end > _PAUSE
            or word.end - line[0].start > _LONGEST_CAPTION
            or line[-1].text.endswith(_ENDS)
        ):
            lines.append([word])
        else:
            line.append(word)
    return tuple(Caption(tuple(line)) for line in lines)


def write_captions(path: Path, words: Sequence[Word], kind: CaptionKind) -> None:
    """Writes the words as captions. Raises InputError where it cannot be written."""
    lines = captions([word for word in words if word.text.strip()])
    text = {CaptionKind.SRT: _srt, CaptionKind.VTT: _vtt, CaptionKind.ASS: _ass}[kind](lines)
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")


def read_captions(path: Path, kind: CaptionKind) -> Transcription:
    """Reads captions as words. Raises InputError for anything else."""
    text = read_text(path, "caption file").replace("\r\n", "\n").replace("\r", "\n")
    if kind is CaptionKind.VTT and not text.startswith("WEBVTT"):
        raise unreadable(path, "it does not begin with WEBVTT", _MEND)
    words = list(_ass_words(text) if kind is CaptionKind.ASS else _cue_words(text))
    if not words:
        raise unreadable(path, "it holds no captions", _MEND)
    words.sort(key=lambda word: (word.start, word.end))
    # Lines of two speakers may overlap; words follow each other.
    ordered = [Word(one.start, max(one.start, min(one.end, other.start)), one.text) for one, other in pairwise(words)]
    return transcription(path, (*ordered, words[-1]), (), words[-1].end)


def _srt(lines: Sequence[Caption]) -> str:
    return "".join(
        f"{number}\n{_clock(line.start, ',')} --> {_clock(line.end, ',')}\n{line.text}\n\n"
        for number, line in enumerate(lines, 1)
    )


def _vtt(lines: Sequence[Caption]) -> str:
    text = "WEBVTT\n\n"
    for line in lines:
        spoken = "".join(
            f"<{_clock(start, '.')}>{_escaped(word)}" if index else _escaped(word)
            for index, (start, _, word) in enumerate(_pieces(line, 1000))
        )
        text += f"{_clock(line.start, '.')} --> {_clock(line.end, '.')}\n{spoken}\n\n"
    return text


def _ass(lines: Sequence[Caption]) -> str:
    text = _ASS_HEADER
    for line in lines:
        spoken = "".join(
            f"{{\\k{round(100 * (end - start))}}}{word.translate(_BRACES)}" for start, end, word in _pieces(line, 100)
        )
        times = f"{_ass_clock(round(100 * line.start))},{_ass_clock(round(100 * line.end))}"
        text += f"Dialogue: 0,{times},Default,,0,0,0,,{spoken}\n"
    return text


def _pieces(line: Caption, steps: int) -> list[tuple[float, float, str]]:
    """(start, end, text) of the words and of the pauses between them, without a gap; a second has so many `steps`."""
    pieces = list[tuple[float, float, str]]()
    place = round(steps * line.start)
    for index, word in enumerate(line.words):
        start, end = (max(place, round(steps * moment)) for moment in (word.start, word.end))
        if index:
            pieces.append((place / steps, start / steps, " "))
        pieces.append((start / steps, end / steps, word.text))
        place = end
    # A pause of no time needs no stamp of its own.
    joined = list[tuple[float, float, str]]()
    for piece in pieces:
        if joined and joined[-1][2] == " " and joined[-1][0] == joined[-1][1]:
            joined.pop()
            joined[-1] = (*joined[-1][:2], joined[-1][2] + " ")
        joined.append(piece)
    return joined


_BRACES = str.maketrans("{}\n", "() ")  # what stands in braces is an order to the player


def _cue_words(text: str) -> Iterator[Word]:
    """The words of SRT and WebVTT; what is neither time nor text (numbers, NOTE, STYLE) lies outside the cues."""
    for block in re.split(r"\n[ \t]*\n", text):
        rows = block.strip("\n").split("\n")
        for index, row in enumerate(rows[:3]):
            if match := _ARROW.search(row):
                start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
                yield from _stamped(" ".join(rows[index + 1 :]), start, end)
                break


def _stamped(text: str, start: float, end: float) -> Iterator[Word]:
    """Words of a cue, by the time stamps in it."""
    pieces = _STAMP.split(text)
    marks = [start, *(_seconds(tuple(pieces[i : i + 4])) for i in range(1, len(pieces), 5)), end]
    for index, (begin, stop) in enumerate(pairwise(marks)):
        yield from _shared(_plain(pieces[5 * index]), begin, max(begin, stop))


def _ass_words(text: str) -> Iterator[Word]:
    for row in text.split("\n"):
        if not row.startswith("Dialogue:"):
            continue
        cells = row.removeprefix("Dialogue:").split(",", 9)
        times = [_ASS_TIME.fullmatch(cell.strip()) for cell in cells[1:3]]
        if len(cells) < 10 or len(times) < 2 or times[0] is None or times[1] is None:
            continue
        start, end = (_seconds(match.groups()) for match in times if match is not None)
        spoken = cells[9].replace("\\N", " ").replace("\\n", " ").replace("\\h", " ")
        first, *pieces = _KARAOKE.split(spoken)
        yield from _shared(_ORDER.sub("", first), start, end if not pieces else start)
        for length, piece in zip(pieces[::2], pieces[1::2], strict=True):
            stop = min(start + int(length[:7]) / 100, max(start, end))
            yield from _shared(_ORDER.sub("", piece), start, stop)
            start = stop


def _shared(text: str, start: float, end: float) -> Iterator[Word]:
    """The words of a text, its time shared out by their letters."""
    words = text.split()
    letters, place = sum(map(len, words)), 0
    for word in words:
        begin, place = place, place + len(word)
        yield Word(start + (end - start) * begin / letters, start + (end - start) * place / letters, word)


def _plain(text: str) -> str:
    bare = _ORDER.sub("", _TAG.sub("", text))
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        bare = bare.replace(code, sign)
    return bare


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")


def _clock(seconds: float, point: str) -> str:
    thousandths = round(1000 * seconds)
    hours, rest = divmod(thousandths, 3_600_000)
    return f"{hours:02}:{rest // 60_000:02}:{rest // 1000 % 60:02}{point}{rest % 1000:03}"


def _ass_clock(hundredths: int) -> str:
    hours, rest = divmod(hundredths, 360_000)
    return f"{hours}:{rest // 6000:02}:{rest // 100 % 60:02}.{rest % 100:02}"


def _seconds(parts: Sequence[str | None]) -> float:
    """Hours (or none), minutes, seconds, and the digits behind the point."""
    hours, minutes, seconds, fraction = ((part or "0")[:9] for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")
