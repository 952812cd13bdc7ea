"""What sliders, buttons and menus do to the edits of the take that is shown."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.timebase import OPEN_END, TimeRange
from dimitra_studio.editing import eyes
from dimitra_studio.editing.blending import BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.expressions import EXPRESSIONS, calm
from dimitra_studio.editing.macros import Macro
from dimitra_studio.project.document import Project, Take
from dimitra_studio.project.edit_commands import AddEdit, RemoveEdit, ReplaceEdit, ReplaceEdits
from dimitra_studio.studio.session import Session

NEUTRAL = "Neutral"
_MOODS: dict[str, Callable[[TimeRange], Edit]] = {
    **{expression.title: expression.edit for expression in EXPRESSIONS},
    NEUTRAL: calm,
}
MOODS = tuple(_MOODS)
_LOOK = 0.6  # of the way that eyes go
_BLEND = 0.2  # seconds in which another take comes and goes
_GLANCE = 1.0  # seconds that a look lasts where no stretch is selected


class Hand(QObject):
    """Everything concerns the selected stretch of time, or the whole take where none is selected."""

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)
        self._session = session
        self._before: Project | None = None  # while something is dragged

    @property
    def scope(self) -> TimeRange | None:
        """The stretch that is changed; None without a take. A whole take's is open: what lies on it grows with it."""
        take = self._session.take
        return None if take is None else self._part(take) or TimeRange(0.0, OPEN_END)

    @property
    def is_part(self) -> bool:
        """Whether a part of the take is selected."""
        take = self._session.take
        return take is not None and self._part(take) is not None

    # Sliders.

    def value_of(self, macro: Macro) -> float:
        """Where a slider stands."""
        edit = self._edit_of(macro)
        return macro.rest if edit is None else macro.read(edit)

    def grip(self) -> None:
        """A drag begins: what comes until `release` is one step."""
        if self._before is None and self._session.take is not None:
            self._session.begin_gesture()
            self._before = self._session.project

    def release(self) -> None:
        """The drag ends."""
        before, self._before = self._before, None
        if before is not None and _edits(before) == _edits(self._session.project):
            self._session.cancel_gesture()  # there and back again
        elif before is not None:
            self._session.end_gesture()

    def give_up(self) -> None:
        """The drag is given up: all is as before it."""
        before, self._before = self._before, None
        if before is not None:
            self._session.cancel_gesture()

    def turn(self, macro: Macro, value: float) -> None:
        """Puts a slider somewhere."""
        take, scope, edit = self._session.take, self.scope, self._edit_of(macro)
        if take is None or scope is None:
            return
        if edit is not None and value == macro.rest:
            self._session.do(RemoveEdit(take.id, edit.id))
        elif edit is not None:
            turned = macro.edit(value, scope).only(edit.channels)
            assert turned is not None  # what it reads is on its channels
            self._session.do(ReplaceEdit(take.id, replace(edit, operation=turned.operation, muted=False)))
        elif value != macro.rest:
            whole = not self.is_part and all(each.id != macro.edit_id for each in take.edits)
            edit_id = macro.edit_id if whole else f"{macro.edit_id} {secrets.token_hex(4)}"
            self._session.do(AddEdit(take.id, macro.edit(value, scope, edit_id), self._place(take, macro)))

    def put(self, edit: Edit) -> None:
        """An edit in place of the one with its id, or on top of all."""
        take = self._session.take
        if take is not None:
            known = any(each.id == edit.id for each in take.edits)
            self._session.do(ReplaceEdit(take.id, edit) if known else AddEdit(take.id, edit))

    def take_off(self, edit_id: str) -> None:
        """Without an edit, where there is one."""
        take = self._session.take
        if take is not None and any(each.id == edit_id for each in take.edits):
            self._session.do(RemoveEdit(take.id, edit_id))

    def weigh(self, edit_id: str, amount: float) -> None:
        """How much of an edit counts, 1 being all of it."""
        take = self._session.take
        edit = next((each for each in take.edits if each.id == edit_id), None) if take else None
        if take is not None and edit is not None and edit.amount != amount:
            self._session.do(ReplaceEdit(take.id, replace(edit, amount=amount)))

    # Expressions and eyes.

    @property
    def mood(self) -> str:
        """The expression that is laid over the stretch; empty for none."""
        return next((edit.name for edit in self._moods()), "")

    def wear(self, mood: str) -> None:
        """Another expression in place of the one that is worn; the same one again takes it off."""
        take, scope = self._session.take, self.scope
        if take is None or scope is None:
            return
        worn = self._moods()
        kept = tuple(edit for edit in take.edits if edit not in worn)
        if any(edit.name == mood for edit in worn):
            self._session.do(ReplaceEdits(take.id, kept, f"No {mood}"))
        else:
            self._session.do(ReplaceEdits(take.id, (*kept, _MOODS[mood](scope)), mood))

    def blink(self) -> None:
        """Both lids close at the playhead."""
        take = self._session.take
        if take is not None:
            self._add(eyes.blink(min(self._session.playhead, take.motion.duration - 1 / take.motion.fps)))

    def stop_blinking(self) -> None:
        """No blinks in the stretch."""
        if self.scope is not None:
            self._add(eyes.without_blinks(self.scope))

    def steady_gaze(self) -> None:
        """The eyes stay where they look when the stretch begins."""
        if self.scope is not None:
            self._add(eyes.steady_gaze(self.scope))

    def look_left(self) -> None:
        """The eyes go to the picture's left."""
        self._look(-_LOOK)

    def look_right(self) -> None:
        """The eyes go to the picture's right."""
        self._look(_LOOK)

    def blend_to(self, other: Take) -> None:
        """The stretch as another take is, now and later; the edit's strength says how far."""
        if self.scope is not None:
            channels, name = tuple(range(CHANNEL_COUNT)), f"Blend to {other.name}"
            operation = BlendToTake(other.id)
            self._add(Edit(secrets.token_hex(4), operation, channels, self.scope, _BLEND, _BLEND, name=name))

    def _look(self, right: float) -> None:
        take, scope = self._session.take, self.scope
        if take is not None and scope is not None:
            end = take.motion.duration
            start = min(self._session.playhead, end - 1 / take.motion.fps)
            span = scope if self.is_part else TimeRange(start, min(start + _GLANCE, end))
            self._add(eyes.look(right, 0.0, span))

    def _add(self, edit: Edit) -> None:
        if self._session.take is not None:
            self._session.do(AddEdit(self._session.take.id, edit))

    def _part(self, take: Take) -> TimeRange | None:
        selected, end, frame = self._session.selection, take.motion.duration, 1 / take.motion.fps
        if selected is None or selected.start >= end or (selected.start < frame / 2 and selected.end > end - frame / 2):
            return None
        return TimeRange(selected.start, min(selected.end, end))

    def _edit_of(self, macro: Macro) -> Edit | None:
        take = self._session.take
        for edit in take.edits if take else ():
            whole = edit.id == macro.edit_id and not self.is_part
            if (whole or (edit.id.startswith(f"{macro.edit_id} ") and self._is_of_scope(edit))) and _reads(macro, edit):
                return edit
        return None

    def _place(self, take: Take, macro: Macro) -> int | None:
        """Where a slider's edit was when the drag began: one that passes its rest shall not come out on top."""
        before = {} if self._before is None else _edits(self._before)
        ids = [edit.id for edit in before.get(take.id, ())]
        return ids.index(macro.edit_id) if macro.edit_id in ids and len(ids) == len(take.edits) + 1 else None

    def _moods(self) -> tuple[Edit, ...]:
        take = self._session.take
        return tuple(edit for edit in take.edits if edit.name in _MOODS and self._is_of_scope(edit)) if take else ()

    def _is_of_scope(self, edit: Edit) -> bool:
        """Whether it lies on the stretch that is changed; one that ends with the take lies on all of it, too."""
        take, scope = self._session.take, self.scope
        if take is None or scope is None:
            return False
        return edit.span.within(take.motion.duration) == scope.within(take.motion.duration)


def _edits(project: Project) -> dict[str, tuple[Edit, ...]]:
    """Every take's, by its id."""
    return {take.id: take.edits for take in project.takes}


def _reads(macro: Macro, edit: Edit) -> bool:
    """Whether an edit is still what the slider made: others may have changed it."""
    try:
        macro.read(edit)
    except ValueError:
        return False
    return True
