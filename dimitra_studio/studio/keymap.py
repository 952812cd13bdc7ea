"""Which keys stand for which action: the table's or a preset's, and those that the user gave instead."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from dimitra_studio.studio.actions import TABLE, Action
from dimitra_studio.studio.key_presets import PRESETS, Preset
from dimitra_studio.studio.settings import KEY_PRESET, Setting, Settings

_GROUP = "own_keys"
_APART = " ; "  # between the keys of one action in the file


class Keymap(QObject):
    """The keys in force, kept in the settings; `changed` when some are others.

    `problems` says in sentences which keys in the file could not be used.
    """

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.problems: list[str] = []
        self._own: dict[str, tuple[str, ...]] = {}
        kept = settings.kept(_GROUP)
        for row in TABLE:
            if row.id in kept:
                self._read(row, kept[row.id])
        settings.changed.connect(self._set)

    def keys(self, row: Action) -> tuple[str, ...]:
        """The keys that stand for the action, in Qt's portable spelling.

        A preset's keys yield to those that the user gave another action.
        """
        if row.id in self._own:
            return self._own[row.id]
        given = {key for other in self._overlapping(row) for key in self._own.get(other.id, ())}
        return tuple(key for key in self.usual(row) if key not in given)

    def usual(self, row: Action) -> tuple[str, ...]:
        """The preset's keys for the action."""
        preset = PRESETS[Preset(self._settings.text(KEY_PRESET))]
        return tuple(portable(key) for key in preset.get(row.id, row.keys))

    def is_own(self, row: Action) -> bool:
        """Whether the user gave the action its keys."""
        return row.id in self._own

    @property
    def has_own(self) -> bool:
        """Whether the user gave any."""
        return bool(self._own)

    def holder(self, key: str, row: Action) -> Action | None:
        """The other action that has the key where `row`'s keys are in force; None where it is free."""
        return next((other for other in self._overlapping(row) if key in self.keys(other)), None)

    def assign(self, row: Action, keys: Iterable[str]) -> None:
        """Gives the action these keys, and takes them from those that had them."""
        wanted = tuple(dict.fromkeys(portable(key) for key in keys))
        for other in self._overlapping(row):
            own = self._own.get(other.id, ())
            if set(own) & set(wanted):
                self._give(other, tuple(key for key in own if key not in wanted))
        self._give(row, wanted)
        self.changed.emit()

    def reset(self, row: Action) -> None:
        """The usual keys again; they are taken from the actions that got them meanwhile."""
        self.assign(row, self.usual(row))

    def reset_all(self) -> None:
        """The usual keys for every action."""
        for row in TABLE:
            self._forget(row)
        self.changed.emit()

    def _give(self, row: Action, keys: tuple[str, ...]) -> None:
        if keys == self.usual(row):
            self._forget(row)
        else:
            self._own[row.id] = keys
            self._settings.keep(_GROUP, row.id, _APART.join(keys))

    def _forget(self, row: Action) -> None:
        if self._own.pop(row.id, None) is not None:
            self._settings.keep(_GROUP, row.id, None)

    def _read(self, row: Action, text: str) -> None:
        keys = tuple(text.split(_APART)) if text else ()
        if any(not key or portable(key) != key for key in keys):
            self.problems.append(f"The keys {text!r} of {row.name} cannot be: it has its usual ones now.")
            return
        for other in self._overlapping(row):
            if shared := set(keys) & set(self._own.get(other.id, ())):
                self.problems.append(
                    f"{other.name} and {row.name} cannot both have {shared.pop()}: {other.name} has it now."
                )
                return
        self._own[row.id] = keys

    def _overlapping(self, row: Action) -> Iterable[Action]:
        """The other actions that may not have the same keys."""
        return (other for other in TABLE if other is not row and other.scope.overlaps(row.scope))

    def _set(self, setting: Setting) -> None:
        if setting is KEY_PRESET:
            self.changed.emit()


def portable(key: str) -> str:
    """Qt's portable spelling of a key; empty for one that does not exist."""
    sequence = QKeySequence(key, QKeySequence.SequenceFormat.PortableText)
    return str(sequence.toString(QKeySequence.SequenceFormat.PortableText))


def told(keys: Iterable[str]) -> str:
    """Keys as the system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key, QKeySequence.SequenceFormat.PortableText).toString(native) for key in keys)
