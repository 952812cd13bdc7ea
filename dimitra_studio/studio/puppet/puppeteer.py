"""Puppeteering: the take plays, a hand moves levers, and what it did becomes one edit."""

from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.levers import lever
from dimitra_studio.editing.performance import Performance
from dimitra_studio.studio.notices import Level, Notice, Place
from dimitra_studio.studio.puppet.habits import Smoothing, Start
from dimitra_studio.studio.puppet.lever_names import LEVERS
from dimitra_studio.studio.puppet.live import Hand, LivePerformance
from dimitra_studio.studio.puppet.stick import OpenStick, Stick, StickState
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import PUPPET_LEVERS, PUPPET_REPLACES, PUPPET_SMOOTHING, PUPPET_START

_MIDDLE: Hand = (0.0, 0.0, 0.0)
_LOOK = 16  # ms between looks at the gamepad
_COUNTS, _COUNT = 3, 1000  # how often is counted, ms
_FIRST = 0.02  # of the hand's way that is a movement


class Phase(Enum):
    """What goes on."""

    CLOSED = auto()
    READY = auto()
    WAITING = auto()  # for the first movement
    COUNTING = auto()
    PERFORMING = auto()


class Puppeteer(QObject):
    """Mouse and gamepad move the levers together. `changed` comes with another phase, count, hand or gamepad."""

    changed = Signal()

    def __init__(self, session: Session, open_stick: OpenStick, owner: QObject) -> None:
        super().__init__(owner)
        self._session, self._open_stick = session, open_stick
        self._stick: Stick | None = None
        self._held = StickState()
        self._mouse = self._grip = _MIDDLE  # where the mouse is, and where it took hold
        self._live: LivePerformance | None = None
        self.phase = Phase.CLOSED
        self.count = 0
        self._looking = QTimer(self, interval=_LOOK)
        self._looking.timeout.connect(self._look)
        self._counting = QTimer(self, interval=_COUNT)
        self._counting.timeout.connect(self._count_down)
        session.transport.moved.connect(self._follow)
        session.transport.playing_changed.connect(self._play)
        session.document_changed.connect(self._change)

    # What is seen.

    @property
    def hand(self) -> Hand:
        """How far mouse and gamepad together are from where they took hold, from -1 to 1."""
        right, up, aside = (
            min(max(mouse - grip + stick, -1.0), 1.0)
            for mouse, grip, stick in zip(self._mouse, self._grip, self._held.hand, strict=True)
        )
        return right, up, aside

    @property
    def grip(self) -> tuple[float, float]:
        """Where the mouse took hold, as `move` tells it."""
        return self._grip[0], self._grip[1]

    @property
    def gamepad(self) -> str:
        """The gamepad's name; empty where there is none."""
        return self._held.name

    @property
    def problem(self) -> str:
        """Why there is no gamepad, in a sentence."""
        return self._held.problem

    @property
    def is_going(self) -> bool:
        """Whether something was begun that can be stopped."""
        return self.phase in (Phase.WAITING, Phase.COUNTING, Phase.PERFORMING)

    @property
    def lever_ids(self) -> tuple[str, str, str]:
        """What is moved sideways, up and down, and aside; empty for nothing."""
        kept = self._session.settings.text(PUPPET_LEVERS).split(",")
        right, up, aside = (each if each in LEVERS else "" for each in kept)
        return right, up, aside

    @property
    def span(self) -> TimeRange | None:
        """What would be performed: what is selected, else from the playhead to the end; from the end, all of it."""
        take, chosen = self._session.take, self._session.selection
        if take is None:
            return None
        end, frame = take.motion.duration, 1 / take.motion.fps
        if chosen is not None and chosen.start < end - frame:
            return TimeRange(chosen.start, min(chosen.end, end))
        start = self._session.playhead
        return TimeRange(start if start < end - 2 * frame else 0.0, end)

    # What the user does.

    def open(self) -> None:
        """Listens to mouse and gamepad."""
        if self.phase is Phase.CLOSED and self._session.take is not None:
            self._stick = self._open_stick()
            self._held = self._stick.state
            self._looking.start()
            self._go(Phase.READY)

    def close(self) -> None:
        """Listens no longer; what is performed just now is given up."""
        self.discard()
        if self._stick is not None:
            self._looking.stop()
            self._stick.close()
            self._stick = None
            self._held = StickState()
            self._go(Phase.CLOSED)

    def move(self, right: float, up: float, aside: float) -> None:
        """The mouse is there, from -1 to 1."""
        self._mouse = right, up, aside
        self._feel()

    def toggle(self) -> None:
        """Begins, or ends and keeps what was performed."""
        if self.is_going:
            self.stop()
        else:
            self.begin()

    def begin(self) -> None:
        """Counts down or waits for the first movement, as the user likes it."""
        if self.phase is not Phase.READY:
            return
        if not any(self.lever_ids):
            self._tell("The hand moves nothing.", "Choose what it moves, above the picture.")
            return
        self._session.transport.pause()
        self._grip = self._mouse
        if self._session.settings.text(PUPPET_START) == Start.COUNT:
            self.count = _COUNTS
            self._counting.start()
            self._go(Phase.COUNTING)
        else:
            self._go(Phase.WAITING)

    def stop(self) -> None:
        """Ends; what was performed becomes an edit."""
        smoothing = Smoothing(self._session.settings.text(PUPPET_SMOOTHING)).seconds
        name = ", ".join(LEVERS[each] for each in self.lever_ids if each)
        self._end(smoothing, f"Puppet: {name}")

    def discard(self) -> None:
        """Ends; everything is as it was."""
        self._end(None)

    def give_up(self) -> None:
        """Discards what goes on; where nothing does, closes."""
        if self.is_going:
            self.discard()
        else:
            self.close()

    # Its own.

    def _look(self) -> None:
        """The gamepad's turn."""
        assert self._stick is not None
        before, self._held = self._held, self._stick.state
        if self._held == before:
            return
        if self._held.drops and not before.drops:
            self.discard()
        elif self._held.starts and not before.starts:
            self.toggle()
        self._feel()

    def _feel(self) -> None:
        """The hand is elsewhere."""
        if self.phase is Phase.WAITING and max(abs(way) for way in self.hand) > _FIRST:
            self._perform()
        self.changed.emit()

    def _count_down(self) -> None:
        self.count -= 1
        if self.count > 0:
            self.changed.emit()
        else:
            self._counting.stop()
            self._grip = self._mouse
            self._perform()

    def _perform(self) -> None:
        session, take, span = self._session, self._session.take, self.span
        assert take is not None  # else this were closed
        assert span is not None
        right, up, aside = (lever(each) if each else None for each in self.lever_ids)
        additive = not session.settings.flag(PUPPET_REPLACES)
        performance = Performance((right, up, aside), additive=additive, rest=session.rest)
        self._live = LivePerformance(session, take, performance, span)
        self._go(Phase.PERFORMING)
        session.transport.play()
        self._follow(session.playhead)

    def _follow(self, seconds: float) -> None:
        """The playhead moved: the hand was there just then."""
        if self._live is not None and not self._live.feel(seconds, self.hand):
            self.stop()

    def _play(self, playing: bool) -> None:
        if not playing and self._live is not None:
            self.stop()

    def _change(self, _change: object) -> None:
        """Somebody else changed what is performed on, or it is gone."""
        take = self._session.take
        if take is None:
            self.close()
        elif self._live is not None and not self._live.is_of(take):
            self.discard()
            self._tell("The take was changed meanwhile: what was performed is not kept.", "Perform again.")

    def _end(self, smoothing: float | None, name: str = "") -> None:
        live, self._live = self._live, None
        self._counting.stop()
        if self.phase is Phase.CLOSED:
            return
        self._mouse = self._grip = _MIDDLE
        self._go(Phase.READY)
        if live is not None and not live.end(smoothing, name):
            self._tell("Nothing was kept: it was over within a frame.", "Go on moving while the take plays.")

    def _go(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()

    def _tell(self, text: str, hint: str) -> None:
        self._session.notice.emit(Notice(text, hint, Level.WARNING, Place.PREVIEW))
