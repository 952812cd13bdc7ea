"""Brings the session into the timeline, and what the user does there back."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dimitra_studio.core.speech import Utterance
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.commands import DeleteMarker, PutMarker
from dimitra_studio.project.document import Marker
from dimitra_studio.project.edit_commands import ReplaceEdits
from dimitra_studio.studio.chosen_edit import ChosenEdit
from dimitra_studio.studio.curves.commands import CurveCommands
from dimitra_studio.studio.curves.curve_timeline import CurveTimeline
from dimitra_studio.studio.curves.key_layer import Edits
from dimitra_studio.studio.film import Film
from dimitra_studio.studio.locks import channels_of
from dimitra_studio.studio.notices import Notice, NoticeBar, Place
from dimitra_studio.studio.regenerate_bar import RegenerateBar
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import CURVES, FAVOURITE_CURVES, LOCKED_CURVES, SNAPPING, SPECTRUM, Setting
from dimitra_studio.studio.theme import LARGE, Theme, as_panel
from dimitra_studio.studio.timeline.speech_commands import SpeechCommands
from dimitra_studio.studio.timeline.take_lanes import FIRST_CHANNELS

if TYPE_CHECKING:
    from dimitra_studio.studio.jobs import OpenedVoice


class TimelinePanel(QWidget):
    """The timeline in its dock."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        as_panel(self)
        self._session = session
        self._voice: OpenedVoice | None = None
        self._spoken: Utterance | None = None
        self._opening: Path | None = None
        self._scrubbing = self._was_playing = False
        self.notices = NoticeBar(theme, Place.TIMELINE)
        self.timeline = timeline = CurveTimeline(theme)
        self.curves = CurveCommands(timeline)
        self.speech = SpeechCommands(timeline)
        self._chosen_edit = ChosenEdit(session, timeline)
        self._film = Film(session)
        self._film.changed.connect(timeline.refresh_filmstrip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        self.regeneration = RegenerateBar(session, theme)
        column.addWidget(self.regeneration)
        column.addWidget(timeline, 1)
        session.notice.connect(self.notices.show_notice)
        session.document_changed.connect(self._change)
        session.analysis_changed.connect(self._show_media)
        session.comparison.changed.connect(self._show_curves)
        session.playhead_moved.connect(timeline.set_playhead)
        session.playing_changed.connect(timeline.set_playing)
        session.selection_changed.connect(timeline.set_selection)
        session.gesture_ended.connect(self._show_media)
        timeline.seek_requested.connect(self._seek)
        timeline.scrubbing_changed.connect(self._scrub)
        timeline.loop_changed.connect(session.set_loop)
        timeline.range_selected.connect(session.select)
        timeline.marker_wanted.connect(session.put_marker)
        timeline.marker_edited.connect(self._edit_marker)
        timeline.marker_removed.connect(self._remove_marker)
        timeline.view_changed.connect(session.show_range)
        timeline.speech.corrected.connect(session.correcting.keep)
        timeline.speech.reworded.connect(session.correcting.reword)
        timeline.speech.refused.connect(session.correcting.refuse)
        timeline.channels_changed.connect(self._keep_curves)
        timeline.spectrogram_changed.connect(self._keep_spectrum)
        self._follow_editor()
        session.settings.changed.connect(self._set)
        for setting in (SPECTRUM, SNAPPING, CURVES):
            self._set(setting)
        self._change(Change(Part.ALL))

    def _follow_editor(self) -> None:
        editor, settings = self.timeline.editor, self._session.settings
        editor.began.connect(self._begin_edit)
        editor.drafted.connect(self._draft_edit)
        editor.ended.connect(self._end_edit)
        editor.refused.connect(self._refuse)
        editor.marked.connect(self._keep_marks)
        marks = (settings.text(each) for each in (LOCKED_CURVES, FAVOURITE_CURVES))
        editor.mark(*(frozenset(channels_of(each)) for each in marks))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the voice and some curves."""
        return QSize(40 * LARGE, 17 * LARGE)

    def shut(self) -> None:
        """Before the window closes."""
        self.timeline.shut()

    def _change(self, change: Change) -> None:
        project, timeline = self._session.project, self.timeline
        if change.parts is Part.ALL:
            self.notices.clear()
        if change.touches(Part.MARKERS):
            timeline.set_markers(project.markers)
        if change.touches(Part.LOOP):
            timeline.set_loop(project.loop)
        if change.touches(Part.CURRENT | Part.PORTRAIT | Part.VOICE | Part.EDITS | Part.SPEECH):
            self._show_media()

    def _show_media(self) -> None:
        media = self._session.media
        if media.opening_voice is not None and media.opening_voice != self._opening:
            self.notices.clear()
        self._opening = media.opening_voice
        self._show_curves()
        if self._session.in_gesture:
            return  # the film waits until the hand is done: the preview needs the machine
        self.timeline.set_duration(self._session.duration)
        if media.voice is not self._voice:
            self._voice = media.voice
            self._show_sound(media.voice)
            self.timeline.show_all()  # what was looked at closely is another's
        self._show_speech()
        self._film.refresh()
        self.timeline.set_filmstrip(self._film if self._film.is_there else None)

    def _show_speech(self) -> None:
        spoken = self._session.media.spoken
        if spoken != self._spoken:
            self._spoken = spoken
            self.timeline.speech.set_spoken(spoken)
        take = self._session.shown
        self.timeline.speech.mark(() if take is None else self._session.stale_parts(take))

    def _show_curves(self) -> None:
        """The take's, and behind them those of the take that it is compared with."""
        take, ghost = self._session.shown, self._session.comparison.ghost
        behind = self._session.edited(ghost).motion if take and ghost else None
        own = self._session.take
        self.timeline.set_base(own.motion if own else None)
        self.timeline.set_motion(take.motion if take else None, behind)
        self.timeline.editor.set_take(own.edits if own else (), take.motion if take else None)

    def _show_sound(self, voice: "OpenedVoice | None") -> None:
        if voice is None:
            self.timeline.set_waveform(None)
            self.timeline.set_spectrogram(None)
            return
        from dimitra_studio.audio.spectrogram import Spectrogram

        sound = voice.sound
        self.timeline.set_waveform(voice.peaks, sound.rate)
        self.timeline.set_spectrogram(Spectrogram(sound.read_mono, sound.rate, sound.frames), sound.rate)

    def _seek(self, seconds: float) -> None:
        if self._scrubbing:
            self._session.scrub(seconds)
        else:
            self._session.seek(seconds)

    def _scrub(self, scrubbing: bool) -> None:
        """What played goes on when the mouse lets go."""
        if scrubbing:
            self._was_playing = self._session.transport.is_playing
        elif self._was_playing:
            self._session.transport.play()
        self._scrubbing = scrubbing

    def _edit_marker(self, marker: Marker) -> None:
        self._session.do(PutMarker(marker))

    def _remove_marker(self, marker_id: str) -> None:
        self._session.do(DeleteMarker(marker_id))

    def _begin_edit(self) -> None:
        self._session.begin_gesture()

    def _draft_edit(self, edits: Edits, title: str) -> None:
        take = self._session.take
        if take is not None:
            self._session.do(ReplaceEdits(take.id, edits, title))

    def _end_edit(self, kept: bool) -> None:
        if kept:
            self._session.end_gesture()
        else:
            self._session.cancel_gesture()

    def _refuse(self, why: str) -> None:
        self._session.notice.emit(Notice(why, place=Place.TIMELINE))

    def _keep_marks(self) -> None:
        editor, settings = self.timeline.editor, self._session.settings
        settings.set(LOCKED_CURVES, _written(editor.locked))
        settings.set(FAVOURITE_CURVES, _written(editor.favourites))

    def _set_marks(self, setting: Setting) -> None:
        editor, channels = self.timeline.editor, frozenset(channels_of(self._session.settings.text(setting)))
        locked = channels if setting is LOCKED_CURVES else editor.locked
        favourites = channels if setting is FAVOURITE_CURVES else editor.favourites
        if (locked, favourites) != (editor.locked, editor.favourites):
            editor.mark(locked, favourites)

    def _keep_curves(self, channels: Sequence[int]) -> None:
        shown = ",".join(str(channel) for channel in channels)
        self._session.settings.set(CURVES, "usual" if tuple(channels) == FIRST_CHANNELS else shown or "none")

    def _keep_spectrum(self, shown: bool) -> None:
        self._session.settings.set(SPECTRUM, shown)

    def _set(self, setting: Setting) -> None:
        settings = self._session.settings
        if setting is SPECTRUM:
            self.timeline.show_spectrogram(settings.flag(SPECTRUM))
        elif setting is SNAPPING:
            self.timeline.set_snapping(settings.flag(SNAPPING))
        elif setting in (LOCKED_CURVES, FAVOURITE_CURVES):
            self._set_marks(setting)
        elif setting is CURVES:
            self.timeline.set_channels(_curves(settings.text(CURVES)))


def _written(channels: frozenset[int]) -> str:
    return ",".join(str(channel) for channel in sorted(channels))


def _curves(kept: str) -> tuple[int, ...]:
    return FIRST_CHANNELS if kept == "usual" else channels_of(kept)
