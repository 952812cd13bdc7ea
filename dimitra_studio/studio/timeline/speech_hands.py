"""Words and phones under the user's hands: edges dragged, texts changed, split, joined, taken away, added."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtWidgets import QMenu

from dimitra_studio.core.speech import PHONEMES, Utterance
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.speech import corrections
from dimitra_studio.speech.corrections import Side
from dimitra_studio.studio.timeline.lane import Lane
from dimitra_studio.studio.timeline.phones import PhoneLane
from dimitra_studio.studio.timeline.spans import SpanLane
from dimitra_studio.studio.timeline.speech_field import SpeechField

if TYPE_CHECKING:
    from dimitra_studio.studio.timeline.take_lanes import TakeLanes

_REACH = 5.0  # px at which an edge is caught


@dataclass(frozen=True)
class Corrected:
    """What is said as the user has put it right; `title` is what was done."""

    spoken: Utterance
    title: str


@dataclass(frozen=True)
class Reworded:
    """Another text for the word at the place `index`, or one more at a moment (seconds): its phones are to be found."""

    text: str
    index: int | None = None
    seconds: float = 0.0


@dataclass
class DragEdge:
    """An edge of a word or phone follows the mouse."""

    before: Utterance
    moved: Callable[[float], Utterance]
    show: Callable[[Utterance], None]
    keep: Callable[[Utterance], None]

    def __post_init__(self) -> None:
        self._now = self.before

    def move(self, seconds: float, _x: float) -> None:
        """To the mouse, as far as its neighbours let it."""
        self._now = self.moved(seconds)
        self.show(self._now)

    def finish(self) -> None:
        """Kept, if it moved."""
        if self._now != self.before:
            self.keep(self._now)

    def cancel(self) -> None:
        """As before."""
        self.show(self.before)


class SpeechHands(QObject):
    """`corrected` carries a Corrected, `reworded` a Reworded, `refused` a sentence."""

    corrected = Signal(object)
    reworded = Signal(object)
    refused = Signal(object)

    def __init__(self, timeline: "TakeLanes", words: SpanLane, phones: PhoneLane) -> None:
        super().__init__(timeline)
        self._timeline, self._words, self._phones = timeline, words, phones
        self._spoken = Utterance()
        self._field = SpeechField(timeline.viewport())

    def set_spoken(self, spoken: Utterance | None) -> None:
        """The words and phones."""
        self._spoken = spoken or Utterance()
        self._show(self._spoken)

    def mark(self, stale: Sequence[TimeRange]) -> None:
        """Where the take says other things."""
        for lane in (self._words, self._phones):
            if lane.marks != tuple(stale):
                lane.marks = tuple(stale)
                self._timeline.redraw(lane)

    def edge_at(self, lane: Lane | None, seconds: float) -> tuple[int, Side] | None:
        """The edge of a word or phone that a press there would catch."""
        known = {self._words: self._spoken.words, self._phones: self._spoken.phonemes}
        if isinstance(lane, SpanLane) and known.get(lane):
            return lane.edge_near(seconds, self._timeline.scale, _REACH)
        return None

    def drag_at(self, lane: Lane | None, seconds: float) -> DragEdge | None:
        """What a press there begins."""
        edge = self.edge_at(lane, seconds)
        if edge is None:
            return None
        move = corrections.with_phone_edge if lane is self._phones else corrections.with_word_edge
        title = "Move Phone" if lane is self._phones else "Move Word"
        return DragEdge(self._spoken, partial(move, self._spoken, *edge), self._show, partial(self._keep, title))

    def ask_text(self, lane: Lane | None, seconds: float) -> bool:
        """A field for the text of the word or phone at a moment, or for a word where there is none; False elsewhere."""
        if lane is self._phones:
            self.change_phone(seconds)
        elif lane is self._words:
            self.write_word(seconds)
        return lane in (self._words, self._phones)

    def show_menu(self, lane: Lane | None, seconds: float, place: QPoint) -> bool:
        """What can be done to the word or phone at a moment; False where there is neither."""
        if lane not in (self._words, self._phones):
            return False
        menu = QMenu(self._timeline)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if lane is self._words and self._words.index_at(seconds) is None:
            menu.addAction("Add a Word Here…", partial(self.add_word, seconds))
        elif lane is self._words:
            menu.addAction("Change the Word…", partial(self.change_word, seconds))
            menu.addAction("Split It Here", partial(self.split_word, seconds))
            menu.addAction("Join It With the Next One", partial(self.join_word, seconds))
            menu.addAction("Delete It", partial(self.delete_word, seconds))
        else:
            menu.addAction("Change the Phone…", partial(self.change_phone, seconds))
            menu.addAction("Split It Here", partial(self.split_phone, seconds))
            menu.addAction("Join It With the Next One", partial(self.join_phone, seconds))
            menu.addAction("Delete It", partial(self.delete_phone, seconds))
        menu.popup(place)
        return True

    def write_word(self, seconds: float) -> None:
        """A field for the word there, or for one where there is none."""
        self.add_word(seconds) if self._words.index_at(seconds) is None else self.change_word(seconds)

    def change_word(self, seconds: float) -> None:
        """A field for the word; more than one share its time, none leaves silence."""
        index = self._words.index_at(seconds)
        if index is not None and self._spoken.words:
            text = self._spoken.words[index].text
            self._field.ask("The word", text, self._room(self._words, index), partial(self._reword, index, text))

    def add_word(self, seconds: float) -> None:
        """A field for a word that is not there yet."""
        if self._spoken.words and self._words.index_at(seconds) is None:
            x = self._timeline.header + self._timeline.scale.x(seconds)
            room = self._timeline.room_of(self._words)
            if room is not None:
                room.setLeft(x)
                room.setWidth(0)
                self._field.ask("A new word", "", room, partial(self._add, seconds))

    def split_word(self, seconds: float) -> None:
        """Two words of one."""
        self._do_at(self._words, seconds, "Split Word", lambda s, i: corrections.split_word(s, i, seconds))

    def join_word(self, seconds: float) -> None:
        """One word of two."""
        self._do_at(self._words, seconds, "Join Words", corrections.join_words)

    def delete_word(self, seconds: float) -> None:
        """Silence in its place."""
        self._do_at(self._words, seconds, "Delete Word", lambda s, i: corrections.with_word_text(s, i, ()))

    def change_phone(self, seconds: float) -> None:
        """A field for the phone."""
        index = self._phones.index_at(seconds)
        if index is not None and self._spoken.phonemes:
            symbol = self._spoken.phonemes[index].symbol
            self._field.ask("The phone", symbol, self._room(self._phones, index), partial(self._resound, index))

    def split_phone(self, seconds: float) -> None:
        """The phone twice, so that one can be changed."""
        self._do_at(self._phones, seconds, "Split Phone", lambda s, i: corrections.split_phone(s, i, seconds))

    def join_phone(self, seconds: float) -> None:
        """The phone until the end of the next one."""
        self._do_at(self._phones, seconds, "Join Phones", corrections.join_phones)

    def delete_phone(self, seconds: float) -> None:
        """Its neighbour in the word in its place."""
        self._do_at(self._phones, seconds, "Delete Phone", corrections.without_phone)

    def _show(self, spoken: Utterance) -> None:
        self._timeline.set_words(spoken.words)
        self._timeline.set_phonemes(spoken.phonemes)

    def _keep(self, title: str, spoken: Utterance) -> None:
        self.corrected.emit(Corrected(spoken, title))

    def _do_at(self, lane: SpanLane, seconds: float, title: str, do: Callable[[Utterance, int], Utterance]) -> None:
        index = lane.index_at(seconds)
        known = self._spoken.words if lane is self._words else self._spoken.phonemes
        after = do(self._spoken, index) if index is not None and known else self._spoken
        if after != self._spoken:
            self._keep(title, after)

    def _reword(self, index: int, before: str, text: str) -> None:
        if not text.split():
            self._keep("Delete Word", corrections.with_word_text(self._spoken, index, ()))
        elif text != before:
            self.reworded.emit(Reworded(text, index))

    def _add(self, seconds: float, text: str) -> None:
        if text.split():
            self.reworded.emit(Reworded(text, seconds=seconds))

    def _resound(self, index: int, text: str) -> None:
        symbol = text.strip().upper()
        if symbol not in PHONEMES:
            self.refused.emit(f"“{text}” is no phone. These are: {' '.join(PHONEMES)}.")
        elif symbol != self._spoken.phonemes[index].symbol:
            self._keep("Change Phone", corrections.with_phone_symbol(self._spoken, index, symbol))

    def _room(self, lane: SpanLane, index: int) -> QRectF:
        room = self._timeline.room_of(lane) or QRectF()
        span, scale = lane.span(index), self._timeline.scale
        left = max(scale.x(span.start), 0.0)
        return QRectF(self._timeline.header + left, room.top(), scale.x(span.end) - left, room.height())
