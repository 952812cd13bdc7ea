"""Words and phones put right by hand: every function gives the utterance that follows.

Phones go with their words: they stretch with them, and silence fills what is left between.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from itertools import pairwise

from dimitra_studio.core.speech import UNSPOKEN, Phoneme, Utterance, Word
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.speech.phonemes import fill_with_silence

LEAST = 0.02  # seconds: nothing becomes shorter by hand
_TOUCHING = 0.005  # edges as close as that are one
_NEW_WORD = 0.3  # seconds
_SAME = 0.015  # what differs for a shorter time is rounding


class Side(Enum):
    """An end of a word or phone."""

    START = "start"
    END = "end"


def with_word_edge(spoken: Utterance, index: int, side: Side, seconds: float) -> Utterance:
    """The word's edge as near to `seconds` as its neighbours let it; a neighbour that it touches goes along."""
    words = list(spoken.words)
    left = index - 1 if side is Side.START else index
    before = words[left] if left >= 0 else None
    after = words[left + 1] if left + 1 < len(words) else None
    shared = before is not None and after is not None and after.start - before.end <= _TOUCHING
    word = words[index]
    if side is Side.START:
        lowest = 0.0 if before is None else (before.start + LEAST if shared else before.end)
        highest = word.end - LEAST
    else:
        lowest = word.start + LEAST
        highest = _duration(spoken) if after is None else (after.end - LEAST if shared else after.start)
    if lowest > highest:
        return spoken  # they are too short already
    seconds = min(max(seconds, lowest), highest)
    if before is not None and (side is Side.END or shared):
        words[left] = replace(before, end=seconds)
    if after is not None and (side is Side.START or shared):
        words[left + 1] = replace(after, start=seconds)
    changed = [place for place in (left, left + 1) if 0 <= place < len(words) and words[place] != spoken.words[place]]
    if not changed:
        return spoken
    return Utterance(tuple(words), _stretched(spoken, words, range(changed[0], changed[-1] + 1)))


def with_phone_edge(spoken: Utterance, index: int, side: Side, seconds: float) -> Utterance:
    """The phone's edge, which is its neighbour's too, as near to `seconds` as both let it; a word's edge goes along."""
    left = index - 1 if side is Side.START else index
    phones = list(spoken.phonemes)
    if not 0 <= left < len(phones) - 1:
        return spoken  # the recording's own start or end
    edge, words = phones[left].end, list(spoken.words)
    near = bisect_right(words, edge + _TOUCHING, key=lambda word: word.start)
    beside = range(max(near - 2, 0), near)  # the word that begins at the edge, and the one that ends there
    begins = [place for place in beside if abs(words[place].start - edge) <= _TOUCHING]
    ends = [place for place in beside if abs(words[place].end - edge) <= _TOUCHING]
    lowest = LEAST + max([phones[left].start, *(words[place].start for place in ends)])
    highest = min([phones[left + 1].end, *(words[place].end for place in begins)]) - LEAST
    if lowest > highest:
        return spoken
    seconds = min(max(seconds, lowest), highest)
    phones[left] = replace(phones[left], end=seconds)
    phones[left + 1] = replace(phones[left + 1], start=seconds)
    for place in begins:
        words[place] = replace(words[place], start=seconds)
    for place in ends:
        words[place] = replace(words[place], end=seconds)
    return Utterance(tuple(words), tuple(phones))


def with_word_text(spoken: Utterance, index: int, said: Sequence[tuple[str, tuple[str, ...]]]) -> Utterance:
    """Other words in the word's time: (text, phones) of each. None of them leaves silence.

    Phones that are as before keep their times; the others share what is left evenly.
    """
    word = spoken.words[index]
    old = [phone for phone in spoken.phonemes if _is_in(phone, word)]
    edges = _edges(word, old, [symbol for _, symbols in said for symbol in symbols])
    phones: list[Phoneme] = []
    words, place = [], 0
    for text, symbols in said:
        words.append(Word(edges[place], edges[place + len(symbols)], text))
        phones += [Phoneme(edges[i], edges[i + 1], symbol) for i, symbol in enumerate(symbols, place)]
        place += len(symbols)
    kept = [phone for phone in spoken.phonemes if not _is_in(phone, word) and phone.symbol != "SIL"]
    return Utterance(
        (*spoken.words[:index], *words, *spoken.words[index + 1 :]),
        _filled(spoken, [*kept, *phones]),
    )


def with_new_word(spoken: Utterance, seconds: float, text: str, symbols: tuple[str, ...]) -> Utterance:
    """A word more, from `seconds` on as far as there is room. Raises ValueError where there is none."""
    place = bisect_right([word.start for word in spoken.words], seconds)
    start = max(seconds, spoken.words[place - 1].end) if place else seconds
    after = spoken.words[place].start if place < len(spoken.words) else _duration(spoken)
    end = min(start + _NEW_WORD, after)
    if end - start < LEAST * max(len(symbols), 1):
        raise ValueError("there is no room for a word")
    words = (*spoken.words[:place], Word(start, end, text), *spoken.words[place:])
    return with_word_text(Utterance(words, spoken.phonemes), place, [(text, symbols)])


def with_phone_symbol(spoken: Utterance, index: int, symbol: str) -> Utterance:
    """Another phone at the same time."""
    phones = spoken.phonemes
    changed = replace(phones[index], symbol=symbol)
    return replace(spoken, phonemes=(*phones[:index], changed, *phones[index + 1 :]))


def split_word(spoken: Utterance, index: int, seconds: float) -> Utterance:
    """Two words of one, parted at `seconds`, and its letters likewise; its phones stay."""
    word = spoken.words[index]
    share = (seconds - word.start) / (word.end - word.start)
    if len(word.text) < 2 or not LEAST <= seconds - word.start <= word.end - word.start - LEAST:
        return spoken
    cut = min(max(round(share * len(word.text)), 1), len(word.text) - 1)
    parts = Word(word.start, seconds, word.text[:cut]), Word(seconds, word.end, word.text[cut:])
    return replace(spoken, words=(*spoken.words[:index], *parts, *spoken.words[index + 1 :]))


def join_words(spoken: Utterance, index: int) -> Utterance:
    """The word and the next one as one; phones stay."""
    if index + 1 >= len(spoken.words):
        return spoken
    one, other = spoken.words[index : index + 2]
    joined = Word(one.start, other.end, one.text + other.text)
    return replace(spoken, words=(*spoken.words[:index], joined, *spoken.words[index + 2 :]))


def split_phone(spoken: Utterance, index: int, seconds: float) -> Utterance:
    """The phone twice, parted at `seconds`: one of them can then be changed."""
    phone = spoken.phonemes[index]
    if not phone.start + LEAST <= seconds <= phone.end - LEAST:
        return spoken
    parts = replace(phone, end=seconds), replace(phone, start=seconds)
    return replace(spoken, phonemes=(*spoken.phonemes[:index], *parts, *spoken.phonemes[index + 1 :]))


def join_phones(spoken: Utterance, index: int) -> Utterance:
    """The phone sounds until the end of the next one."""
    phones = spoken.phonemes
    if index + 1 >= len(phones):
        return spoken
    joined = replace(phones[index], end=phones[index + 1].end)
    return replace(spoken, phonemes=(*phones[:index], joined, *phones[index + 2 :]))


def without_phone(spoken: Utterance, index: int) -> Utterance:
    """Its neighbour in the same word sounds instead, or silence where there is none."""
    phone, phones = spoken.phonemes[index], spoken.phonemes
    word = next((word for word in spoken.words if _is_in(phone, word)), None)
    for neighbour in (index - 1, index + 1):
        if word is not None and 0 <= neighbour < len(phones) and _is_in(phones[neighbour], word):
            first = min(index, neighbour)
            joined = Phoneme(phones[first].start, phones[first + 1].end, phones[neighbour].symbol)
            return replace(spoken, phonemes=(*phones[:first], joined, *phones[first + 2 :]))
    return with_phone_symbol(spoken, index, "SIL")


def differing(one: Utterance, other: Utterance) -> tuple[TimeRange, ...]:
    """Where the two sound different: other phones, or phones at other times."""
    if one.phonemes is other.phonemes or not one.phonemes or not other.phonemes:
        return ()
    edges = sorted({phone.start for phone in (*one.phonemes, *other.phonemes)} | {_duration(one), _duration(other)})
    found: list[TimeRange] = []
    first = second = 0
    for start, end in pairwise(edges):
        first, second = _advanced(one.phonemes, first, start), _advanced(other.phonemes, second, start)
        if one.phonemes[first].symbol == other.phonemes[second].symbol:
            continue
        if found and found[-1].end == start:
            found[-1] = TimeRange(found[-1].start, end)
        else:
            found.append(TimeRange(start, end))
    return tuple(span for span in found if span.end - span.start >= _SAME)


def spliced(old: Utterance, new: Utterance, spans: Sequence[TimeRange]) -> Utterance:
    """`old` with `new` within the spans."""
    edges = sorted({edge for span in spans for edge in (span.start, span.end)} | {0.0, _duration(old), _duration(new)})
    words: list[Word] = []
    phones: list[Phoneme] = []
    for start, end in pairwise(edges):
        source = new if any(span.start <= start < span.end for span in spans) else old
        words += [word for word in source.words if start <= (word.start + word.end) / 2 < end]
        cut = [replace(each, start=max(each.start, start), end=min(each.end, end)) for each in source.phonemes]
        phones += [phone for phone in cut if phone.end > phone.start]
    return Utterance(tuple(words), tuple(phones))


def _advanced(phones: Sequence[Phoneme], place: int, seconds: float) -> int:
    while place < len(phones) - 1 and phones[place].end <= seconds:
        place += 1
    return place


def _duration(spoken: Utterance) -> float:
    ends = [each[-1].end for each in (spoken.words, spoken.phonemes) if each]
    return max(ends, default=0.0)


def _is_in(phone: Phoneme, word: Word) -> bool:
    return phone.symbol not in UNSPOKEN and word.start <= (phone.start + phone.end) / 2 < word.end


def _stretched(spoken: Utterance, words: Sequence[Word], places: range) -> tuple[Phoneme, ...]:
    """The phones with their words, which were `spoken.words` and are `words`; those at `places` alone are others.

    Only the phones near them are looked at: in an hour of speech there are tens of thousands.
    """
    phones = spoken.phonemes
    if not phones:
        return ()  # none are known for the rest of the recording either
    pairs = [(spoken.words[place], words[place]) for place in places]
    first = bisect_right(phones, min(word.start for pair in pairs for word in pair), key=_start) - 1
    last = bisect_left(phones, max(word.end for pair in pairs for word in pair), key=_start)
    first, last = max(first - 1, 0), min(last + 1, len(phones))  # and the neighbours, which silence may join
    moved = []
    for phone in phones[first:last]:
        old, new = next((pair for pair in pairs if _is_in(phone, pair[0])), (None, None))
        if old is not None and new is not None:
            rate = (new.end - new.start) / (old.end - old.start)
            start, end = (new.start + rate * (edge - old.start) for edge in (phone.start, phone.end))
            moved.append(replace(phone, start=start, end=end))
        elif phone.symbol != "SIL":
            moved.append(phone)
    begin = phones[first].start if first else 0.0
    end = phones[last - 1].end if last < len(phones) else _duration(spoken)
    filled = fill_with_silence(sorted(moved, key=_start), end, begin)
    return (*phones[:first], *filled, *phones[last:])


def _start(phone: Phoneme) -> float:
    return phone.start


def _filled(spoken: Utterance, phones: Sequence[Phoneme]) -> tuple[Phoneme, ...]:
    if not spoken.phonemes:
        return ()  # none are known for the rest of the recording either
    return fill_with_silence(sorted(phones, key=lambda phone: phone.start), _duration(spoken))


def _edges(word: Word, old: Sequence[Phoneme], symbols: Sequence[str]) -> list[float]:
    """Where each of the phones `symbols` in the word begins, and where the last one ends."""
    before = [phone.symbol for phone in old]
    if len(before) == len(symbols) and old:
        return [*(phone.start for phone in old), old[-1].end]
    head = 0
    while head < min(len(before), len(symbols)) and before[head] == symbols[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(symbols)) - head and before[-1 - tail] == symbols[-1 - tail]:
        tail += 1
    begun = [phone.start for phone in old[:head]]
    ended = [phone.end for phone in old[len(old) - tail :]]
    start = old[head - 1].end if head else word.start
    end = old[len(old) - tail].start if tail else word.end
    count = len(symbols) - head - tail
    if end - start < LEAST * count or not count:  # no room: all of them evenly
        begun, ended, start, end, count = [], [], word.start, word.end, len(symbols)
    middle = [start + (end - start) * place / max(count, 1) for place in range(count)]
    return [*begun, *middle, end, *ended]
