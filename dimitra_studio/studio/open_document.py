"""The document that is open: what is done to it, taken back and done again, and where in time one works at it."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from dimitra_studio.audio.plan import may_loop
from dimitra_studio.core.errors import InputError
from dimitra_studio.editing.edits import Edit
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.commands import AddTake, Command, DeleteTake, PutMarker, SelectTake, SetLoop, StarTake
from dimitra_studio.project.document import Marker, Project, Take, TimeRange
from dimitra_studio.project.edit_commands import ReplaceEdits
from dimitra_studio.project.undo import UndoStack
from dimitra_studio.studio.notices import Notice, Offer, Place
from dimitra_studio.studio.transport import Transport


class OpenDocument(QObject):
    """A document with its history, a playhead and a selected stretch of time.

    Signals: `document_changed` carries a project.Change, `playhead_moved` seconds, `playing_changed` a bool,
    `selection_changed` a TimeRange or None, `notice` a Notice, `file_changed` when the file or whether it is saved is
    another, `gesture_ended` when a drag is over, `edit_chosen` when another edit is looked at.
    Who holds more than the document follows it in `_count` and `_tell`.
    """

    document_changed = Signal(object)
    playhead_moved = Signal(object)
    playing_changed = Signal(object)
    selection_changed = Signal(object)
    notice = Signal(object)
    file_changed = Signal()
    gesture_ended = Signal()
    edit_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.transport = Transport()
        self.transport.moved.connect(self.playhead_moved)
        self.transport.playing_changed.connect(self.playing_changed)
        self._undo = UndoStack(Project())
        self._selection: TimeRange | None = None
        self._chosen_edit = ""
        self._waiting: list[Callable[[], object]] = []  # for the hand to let go
        self.gesture_ended.connect(self._do_waiting)

    @property
    def project(self) -> Project:
        """The document."""
        return self._undo.project

    @property
    def take(self) -> Take | None:
        """The take that is shown."""
        return self.project.take

    @property
    def in_gesture(self) -> bool:
        """Whether something is dragged: what is not looked at can wait until `gesture_ended`."""
        return self._undo.in_gesture

    @property
    def is_saved(self) -> bool:
        """Whether nothing would be lost."""
        return self._undo.is_saved

    @property
    def undo_title(self) -> str:
        """What `undo` would take back; empty where there is nothing."""
        return self._undo.undo_title

    @property
    def redo_title(self) -> str:
        """What `redo` would do again; empty where there is nothing."""
        return self._undo.redo_title

    # What is done to it.

    def do(self, command: Command) -> bool:
        """Applies what is permitted of a command; it can be undone. False, and a notice, where that is nothing or the
        document refuses it."""
        try:
            permitted = self._permitted(command)
            if permitted is not None:
                self._apply(permitted)
        except InputError as error:
            self.notice.emit(Notice.of(error, Place.EDITS))
            return False
        return permitted is not None

    def do_in_turn(self, does: Callable[[], object]) -> None:
        """What comes from elsewhere, a take that was made: while something is dragged it waits, so that it is a step of
        its own and is not given up with the drag."""
        if self.in_gesture:
            self._waiting.append(does)
        else:
            does()

    def begin_gesture(self) -> None:
        """Commands from here to `end_gesture` are undone as one: a drag. One that goes on ends."""
        if self._undo.in_gesture:
            self.end_gesture()
        self._undo.begin_gesture()

    def end_gesture(self) -> None:
        """The drag ended."""
        self._undo.end_gesture()
        self.file_changed.emit()
        self.gesture_ended.emit()

    def cancel_gesture(self) -> None:
        """The drag was given up."""
        change = self._undo.cancel_gesture()
        if change is not None:
            self._count(change)
        self.gesture_ended.emit()

    def undo(self) -> None:
        """Takes the last command back, the playhead to where it was done; a drag that goes on is over and goes."""
        self._walk(self._undo.undo)

    def redo(self) -> None:
        """Does the last undone command again."""
        self._walk(self._undo.redo)

    def select_take(self, take_id: str) -> None:
        """Shows another take."""
        if take_id != self.project.current:
            self._tell(self._undo.show(SelectTake(take_id)))

    def star_take(self) -> None:
        """Marks the take that is shown, or no longer."""
        if self.take is not None:
            self.do(StarTake(self.take.id, not self.take.starred))

    def delete_take(self) -> None:
        """Takes the take that is shown out of the project; takes that it is blended into stay as they are."""
        if self.take is None:
            return
        gone, keepers = self.take, self._keepers(self.take)
        names = " and ".join(self.project.find_take(each.take_id).name for each in keepers)
        self.begin_gesture()
        commands: tuple[Command, ...] = (*keepers, DeleteTake(gone.id))
        for command in commands:
            self._apply(command)
        self.end_gesture()
        offer = Offer("Undo", partial(self._bring_back, gone, self.project))
        kept = f" {names}: what came of it is kept there." if names else ""
        self.notice.emit(Notice(f"{gone.name} was deleted.{kept}", place=Place.TAKES, offers=(offer,), passing=True))

    # Time.

    @property
    def playhead(self) -> float:
        """Seconds."""
        return self.transport.seconds

    @property
    def duration(self) -> float:
        """How long there is something to play, seconds."""
        return self.transport.duration

    @property
    def selection(self) -> TimeRange | None:
        """The stretch of time that is selected."""
        return self._selection

    def select(self, selection: TimeRange | None) -> None:
        """Selects a stretch of time; None selects nothing."""
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    @property
    def chosen_edit(self) -> Edit | None:
        """The edit of the take that is looked at."""
        edits = self.take.edits if self.take else ()
        return next((edit for edit in edits if edit.id == self._chosen_edit), None)

    def choose_edit(self, edit_id: str) -> None:
        """Looks at another edit; at none where the id is empty."""
        self._chosen_edit = edit_id
        self.edit_chosen.emit()

    def seek(self, seconds: float) -> None:
        """Puts the playhead at a moment."""
        self.transport.seek(seconds)

    def scrub(self, seconds: float) -> None:
        """Drags the playhead, with sound."""
        self.transport.scrub(seconds)

    def set_loop(self, loop: TimeRange | None) -> None:
        """What playback repeats; a notice tells where it is too short for that."""
        if loop is not None and not may_loop(loop.duration):
            text = "This is too short to be repeated."
            self.notice.emit(Notice(text, "Select a frame at least.", place=Place.TIMELINE))
        elif loop != self.project.loop:
            self.do(SetLoop(loop))

    def put_marker(self, seconds: float) -> None:
        """A new marker at a moment."""
        number = len(self.project.markers) + 1
        self.do(PutMarker(Marker(secrets.token_hex(4), seconds, f"Marker {number}")))

    def _apply(self, command: Command) -> None:
        self._count(self._undo.do(command, self.playhead))

    # For who holds more.

    def _permitted(self, command: Command) -> Command | None:
        """What of a command may be done; None for nothing."""
        return command

    def _count(self, change: Change) -> None:
        """Something was done to the document: it shall be kept."""
        self._tell(change)

    def _tell(self, change: Change) -> None:
        if change.touches(Part.LOOP):
            self.transport.set_loop(self.project.loop)
        self.document_changed.emit(change)
        self.file_changed.emit()

    def _keepers(self, gone: Take) -> tuple[ReplaceEdits, ...]:  # noqa: ARG002 - for who knows what takes look like
        """What keeps the other takes as they are when one goes."""
        return ()

    def _show_document(self, project: Project, *, saved: bool) -> None:
        """Another document, with a history of its own; `saved`: whether it stands on the disk."""
        self._undo = UndoStack(project, saved=saved)
        self._waiting.clear()
        self.select(None)
        self._tell(Change(Part.ALL))
        self.transport.seek(0.0)

    def _mark_saved(self, project: Project) -> None:
        self._undo.mark_saved(project)
        self.file_changed.emit()

    def _walk(self, way: Callable[[], tuple[Change, float] | None]) -> None:
        dragged = self._undo.in_gesture
        self._undo.end_gesture()
        step = way()
        if step is not None:
            change, seconds = step
            self._count(change)
            self.transport.seek(seconds)
        if dragged:
            self.gesture_ended.emit()

    def _do_waiting(self) -> None:
        if not self.in_gesture:
            waiting, self._waiting = self._waiting, []
            for does in waiting:
                does()

    def _bring_back(self, gone: Take, without: Project) -> None:
        """Undoes that a take was deleted; puts it last where something else was done since."""
        if replace(self.project, current=None) == replace(without, current=None):
            self.undo()
        elif all(take.id != gone.id for take in self.project.takes):
            self.do(AddTake(gone))
