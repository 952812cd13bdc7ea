"""The edit that is looked at in the list, in the timeline: its range and blends are seen there and dragged."""

from PySide6.QtCore import QObject

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.edit_commands import ReplaceEdit
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.timeline.timeline import Timeline


class ChosenEdit(QObject):
    """Each drag is one step; where the edit's time was selected, its new time is."""

    def __init__(self, session: Session, timeline: Timeline) -> None:
        super().__init__(timeline)
        self._session, self._timeline = session, timeline
        self._is_selected = False
        session.edit_chosen.connect(self._show)
        session.document_changed.connect(self._change)
        hands = timeline.edit_hands
        hands.began.connect(self._begin)
        hands.dragged.connect(self._drag)
        hands.ended.connect(self._end)

    def _show(self) -> None:
        self._timeline.set_edit(self._session.chosen_edit)

    def _change(self, change: Change) -> None:
        if change.touches(Part.CURRENT | Part.EDITS):
            self._show()

    def _begin(self) -> None:
        span = self._span
        self._is_selected = span is not None and self._session.selection == span
        self._session.begin_gesture()

    def _drag(self, edit: Edit) -> None:
        take, chosen = self._session.take, self._session.chosen_edit
        if take is not None and chosen is not None and chosen.id == edit.id:  # else it was taken off meanwhile
            self._session.do(ReplaceEdit(take.id, edit))

    def _end(self, kept: bool) -> None:
        if kept:
            self._session.end_gesture()
        else:
            self._session.cancel_gesture()
        if self._is_selected and (span := self._span) is not None:
            self._session.select(span)

    @property
    def _span(self) -> TimeRange | None:
        """The chosen edit's time; an open end is the take's."""
        take, edit = self._session.take, self._session.chosen_edit
        return None if take is None or edit is None else edit.span.within(take.motion.duration)
