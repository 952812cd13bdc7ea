"""Praat's TextGrid: a tier of words and one of phones. Written in the long form, read in the long and the short one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dimitra_studio.core.files import replacing
from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.export.exchange import read_text, unreadable
from dimitra_studio.export.transcription import Transcription, transcription

_MEND = "Save it in Praat as a TextGrid with tiers called words and phones."
# A text, what stands in brackets, a name with its colon or question mark, the flag, a number.
_TOKENS = re.compile(
    r'"(?P<text>(?:[^"]|"")*)"|\[[^\]\n]*\]|[A-Za-z_][\w]*[:?]?|<(?P<flag>\w+)>|(?P<number>[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)'
)
_Interval = tuple[float, float, str]
_MOST_INTERVALS = 5_000_000


def write_textgrid(path: Path, words: Sequence[Word], phonemes: Sequence[Phoneme], duration: float) -> None:
    """Writes both tiers from 0 to `duration` s, empty intervals between; silence is an empty phone.

    Raises InputError where it cannot be written.
    """
    tiers = {
        "words": [(word.start, word.end, word.text) for word in words],
        "phones": [(p.start, p.end, "" if p.symbol == "SIL" else p.symbol) for p in phonemes],
    }
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {duration:.9g}"]
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for number, (name, marks) in enumerate(tiers.items(), 1):
        intervals = list(_filled(marks, duration))
        lines += [f"    item [{number}]:", '        class = "IntervalTier"', f'        name = "{name}"']
        lines += ["        xmin = 0", f"        xmax = {duration:.9g}", f"        intervals: size = {len(intervals)}"]
        for index, (start, end, text) in enumerate(intervals, 1):
            lines += [
                f"        intervals [{index}]:",
                f"            xmin = {start:.9g}",
                f"            xmax = {end:.9g}",
            ]
            escaped = text.replace('"', '""')
            lines += [f'            text = "{escaped}"']
    with replacing(path) as part:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_textgrid(path: Path) -> Transcription:
    """Reads words and phones of the first tiers so called ("words", "phones"; also "speaker - words", "phonemes").

    Raises InputError for anything else.
    """
    stream = _stream(path)
    try:
        tiers, duration = _tiers(path, stream)
    except (StopIteration, TypeError) as error:
        raise unreadable(path, "it ends too early or is no TextGrid", _MEND) from error
    words = _tier(tiers, ("words", "word"))
    phones = _tier(tiers, ("phones", "phone", "phonemes", "segments"))
    if words is None and phones is None:
        names = ", ".join(repr(name[:20]) for name, _ in tiers[:5]) or "none"
        raise unreadable(path, f"it has no tier of words or phones (it has: {names})", _MEND)
    spoken = [Word(start, end, text.strip()) for start, end, text in words or () if text.strip()]
    return transcription(path, spoken, phones or (), duration)


def _stream(path: Path) -> Iterator[str | float]:
    """Texts, numbers and flags in their order: what both forms have in common."""
    for match in _TOKENS.finditer(read_text(path, "TextGrid")):
        if match["text"] is not None:
            yield match["text"].replace('""', '"')
        elif match["number"] is not None:
            yield float(match["number"])
        elif match["flag"] is not None:
            yield f"<{match['flag']}>"


def _tiers(path: Path, stream: Iterator[str | float]) -> tuple[list[tuple[str, list[_Interval]]], float]:
    if next(stream) != "ooTextFile" or next(stream) != "TextGrid":
        raise unreadable(path, "it is no TextGrid", _MEND)
    _, duration, flag = _a_number(stream), _a_number(stream), next(stream)
    tiers = list[tuple[str, list[_Interval]]]()
    if flag != "<exists>":
        return tiers, duration
    for _ in range(_count(path, stream)):
        kind, name = _a_text(stream), _a_text(stream)
        _a_number(stream), _a_number(stream)
        count = _count(path, stream)
        if kind == "IntervalTier":
            tiers.append((name, [(_a_number(stream), _a_number(stream), _a_text(stream)) for _ in range(count)]))
        else:  # points: no words or phones
            for _ in range(count):
                _a_number(stream), _a_text(stream)
    return tiers, duration


def _tier(tiers: Iterable[tuple[str, list[_Interval]]], names: tuple[str, ...]) -> list[_Interval] | None:
    for name, intervals in tiers:
        if name.lower().rpartition(" - ")[2].strip() in names:
            return intervals
    return None


def _filled(marks: Iterable[_Interval], duration: float) -> Iterator[_Interval]:
    """Intervals without a gap from 0 to `duration`, as Praat wants them."""
    place = 0.0
    for begin, stop, text in marks:
        start, end = max(begin, place), min(stop, duration)
        if end <= start:
            continue
        if start > place:
            yield place, start, ""
        yield start, end, text
        place = end
    if place < duration:
        yield place, duration, ""


def _a_number(stream: Iterator[str | float]) -> float:
    value = next(stream)
    if isinstance(value, str):
        raise TypeError(f"{value!r} stands where a number should")
    return value


def _a_text(stream: Iterator[str | float]) -> str:
    value = next(stream)
    if not isinstance(value, str):
        raise TypeError(f"{value!r} stands where a text should")
    return value


def _count(path: Path, stream: Iterator[str | float]) -> int:
    value = _a_number(stream)
    if not 0 <= value <= _MOST_INTERVALS:
        raise unreadable(path, f"it claims {value:g} intervals", _MEND)
    return int(value)
