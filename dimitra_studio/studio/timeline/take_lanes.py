"""The lanes of a take: markers, words, phones, voice, film, curves."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QToolButton

from dimitra_studio.audio.peaks import Peaks
from dimitra_studio.audio.spectrogram import Spectrogram
from dimitra_studio.core.channels import COMPONENT_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.editing.edits import Edit
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.project.document import Marker
from dimitra_studio.studio.theme import TINY, Theme
from dimitra_studio.studio.timeline.curve import CurveLane
from dimitra_studio.studio.timeline.curve_menu import CurveMenu
from dimitra_studio.studio.timeline.edit_lane import EditLane
from dimitra_studio.studio.timeline.filmstrip import FilmProvider, FilmstripLane
from dimitra_studio.studio.timeline.lane import Lane
from dimitra_studio.studio.timeline.lanes_view import LanesView
from dimitra_studio.studio.timeline.markers import MarkerLane
from dimitra_studio.studio.timeline.phones import PhoneLane
from dimitra_studio.studio.timeline.spans import SpanLane
from dimitra_studio.studio.timeline.spectrum import Spectrum
from dimitra_studio.studio.timeline.waveform import WaveformLane

# What one looks at first: the mouth, a smile, a blink, the head's nod and turn.
FIRST_CHANNELS = (
    *(COMPONENT_INDEX[name] for name in ("jawOpen", "mouthClose", "mouthPucker", "mouthSmileLeft", "eyeBlinkLeft")),
    COMPONENT_COUNT,
    COMPONENT_COUNT + 1,
)


class TakeLanes(LanesView):
    """Shows what it is given; whatever is missing takes no room.

    `channels_changed` carries the columns of the motion that the user chose to see, `spectrogram_changed` a bool.
    """

    channels_changed = Signal(object)
    spectrogram_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._markers = MarkerLane()
        self._words, self._phones = SpanLane("Words"), PhoneLane()
        self._spectrum = Spectrum()
        self._spectrum.arrived.connect(self._draw_sound)
        self._sound = WaveformLane(self._spectrum)
        self._film = FilmstripLane()
        self._edit = EditLane()
        self._motion: MotionSequence | None = None
        self._ghost: MotionSequence | None = None
        self._base: MotionSequence | None = None
        self._curves: tuple[CurveLane, ...] = ()
        self._locked: frozenset[int] = frozenset()
        self._favourites: frozenset[int] = frozenset()
        self._curve_menu = CurveMenu(self)
        self._curve_menu.chosen.connect(self.choose_channels)
        self._spectrum_button = QToolButton(self)
        self._spectrum_button.setText("Spectrum")
        self._spectrum_button.setToolTip("Show which tones the voice has, not how loud it is")
        self._spectrum_button.setCheckable(True)
        self._spectrum_button.setEnabled(False)
        self._spectrum_button.toggled.connect(self._choose_spectrogram)
        self.set_channels(FIRST_CHANNELS)

    def set_duration(self, seconds: float) -> None:
        """How long there is something to show; 0 for nothing yet."""
        self.set_scale(self.scale.lasting(seconds))
        self._arrange()

    def set_words(self, words: Sequence[Word]) -> None:
        """The words, in order."""
        shown = self._words.shown
        self._words.set_spans(words, lambda word: word.text)
        self._show_anew(self._words, shown)

    def set_phonemes(self, phonemes: Sequence[Phoneme]) -> None:
        """The phones, in order."""
        shown = self._phones.shown
        self._phones.set_spans(phonemes, lambda phoneme: phoneme.symbol)
        self._show_anew(self._phones, shown)

    def set_waveform(self, peaks: Peaks | None, rate: int = 1) -> None:
        """The sound's peaks, and its samples a second."""
        self._sound.set_sound(peaks, rate)
        self._restack()

    def set_spectrogram(self, spectrogram: Spectrogram | None, rate: int = 1) -> None:
        """The sound's spectrogram, and its samples a second."""
        self._spectrum.set_source(spectrogram, rate)
        self._spectrum_button.setEnabled(spectrogram is not None)
        self._draw_sound()

    def show_spectrogram(self, shown: bool) -> None:
        """The spectrogram in place of the waveform."""
        self._spectrum_button.setChecked(shown)

    def set_filmstrip(self, provider: FilmProvider | None) -> None:
        """Where pictures of the take come from."""
        self._film.provider = provider
        self._restack()

    def set_edit(self, edit: Edit | None) -> None:
        """The edit that is chosen; None for none."""
        before = self._edit.edit
        self._edit.set_edit(edit)
        if (before is None) != (edit is None):
            self._restack()
        elif before is not edit:
            self.redraw(self._edit)

    def refresh_filmstrip(self) -> None:
        """The provider has more pictures."""
        self.redraw(self._film)

    def set_motion(self, motion: MotionSequence | None, ghost: MotionSequence | None = None) -> None:
        """The motion of the curves, and the one that stands behind it."""
        self._motion, self._ghost = motion, ghost
        before = [curve.shown for curve in self._curves]
        changed = [curve for curve in self._curves if curve.set_motion(motion, ghost, self._base)]
        if before != [curve.shown for curve in self._curves]:
            self._restack()
        # What a hand drags is drawn again, the other lanes are not.
        for curve in changed:
            self.redraw(curve)
        for curve in self._curves if changed else ():
            if curve.beside:
                curve.set_beside(curve.beside)
                self.redraw(curve)

    def set_base(self, base: MotionSequence | None) -> None:
        """The motion without its edits, for the next `set_motion`."""
        self._base = base

    @property
    def curves(self) -> tuple[CurveLane, ...]:
        """The lanes of curves, from top to bottom."""
        return self._curves

    def show_together(self, lane: CurveLane, together: bool) -> None:
        """The other curves in the same unit are drawn in this lane as well, or no longer."""
        others = (curve for curve in self._curves if curve is not lane and curve.label.unit == lane.label.unit)
        lane.set_beside(tuple(others) if together else ())
        self.redraw(lane)

    def open_curve(self, lane: CurveLane, is_open: bool) -> None:
        """A curve's lane is opened to be worked on, or low again."""
        lane.open(is_open)
        self._arrange()

    def set_channels(self, channels: Sequence[int]) -> None:
        """Which columns of the motion have a curve."""
        self._curve_menu.set_channels(tuple(channels))
        kept = {curve.channel: curve for curve in self._curves}
        self._curves = tuple(kept.get(channel) or CurveLane(channel) for channel in channels)
        for curve in self._curves:
            if curve.beside:
                self.show_together(curve, True)
        self.mark_channels(self._locked, self._favourites)
        self.set_motion(self._motion, self._ghost)
        self._restack()

    def mark_channels(self, locked: Collection[int], favourites: Collection[int]) -> None:
        """Which channels cannot be changed, and which stand first in the list."""
        self._locked, self._favourites = frozenset(locked), frozenset(favourites)
        self._curve_menu.set_favourites(favourites)
        for curve in self._curves:
            curve.mark(curve.channel in self._locked, curve.channel in self._favourites)
        self.viewport().update()

    def choose_channels(self, channels: tuple[int, ...]) -> None:
        """As `set_channels`, by the user's wish."""
        self.set_channels(channels)
        self.channels_changed.emit(channels)

    def set_markers(self, markers: Sequence[Marker]) -> None:
        """The markers."""
        self._markers.markers = tuple(sorted(markers, key=lambda marker: marker.seconds))
        if all(marker.id != self._markers.chosen for marker in markers):
            self._markers.chosen = None
        self.set_overlay(replace(self.overlay, markers=tuple(marker.seconds for marker in self._markers.markers)))
        self.redraw(self._markers)

    def shut(self) -> None:
        """Stops what works in the background."""
        self._spectrum.shut()

    def snap_targets(self) -> list[float]:
        """What a dragged moment holds on to, ascending."""
        targets = {0.0, self.scale.duration}
        for lane in (self._markers, self._words, self._phones):
            targets.update(lane.moments(self.scale))
        return sorted(targets)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The buttons stand before the ruler."""
        super().resizeEvent(event)
        left, height = TINY, self.ruler_height
        for button in (self._curve_menu, self._spectrum_button):
            width = button.sizeHint().width()
            button.setGeometry(left, 0, width, height)
            left += width + TINY

    def _show_anew(self, lane: Lane, was_shown: bool) -> None:
        """A lane whose content is other; nothing else is drawn where all stay in their places, as while one drags."""
        if lane.shown is was_shown:
            self.redraw(lane)
        else:
            self._restack()

    def _restack(self) -> None:
        lanes = (self._words, self._phones, self._sound, self._film, self._edit, *self._curves)
        # Markers mark something: alone they would stand in an empty room.
        self.set_lanes((self._markers, *lanes) if any(lane.shown for lane in lanes) else ())

    def _draw_sound(self) -> None:
        self.redraw(self._sound)

    def _choose_spectrogram(self, shown: bool) -> None:
        self._sound.as_spectrogram = shown
        self._draw_sound()
        self.spectrogram_changed.emit(shown)
