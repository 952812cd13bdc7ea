"""The channels that the user has locked: no way to change a take reaches them."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.channels import CHANNEL_COUNT, Group
from dimitra_studio.editing.locks import held_by
from dimitra_studio.project.commands import Command
from dimitra_studio.project.document import Project, Take
from dimitra_studio.project.locks import Guarded
from dimitra_studio.studio.notices import Notice, Place
from dimitra_studio.studio.settings import LOCKED_CURVES, Settings
from dimitra_studio.studio.timeline.channel_names import told_channels, told_locked


class Locks(QObject):
    """`noticed` carries a Notice that tells which channels were left as they are, `kept` comes with it."""

    noticed = Signal(object)
    kept = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    @property
    def channels(self) -> frozenset[int]:
        """The locked ones."""
        return frozenset(channels_of(self._settings.text(LOCKED_CURVES)))

    def permitted(self, command: Command, project: Project) -> Command | None:
        """The command without what it would do to locked channels, which is told; None where nothing is left of it."""
        locked = self.channels
        if not locked:
            return command
        guarded = Guarded(command, locked)
        held = guarded.held_back(project)
        if not held:
            return command
        self.tell(held)
        return None if guarded.does_nothing(project) else guarded

    def held_in(self, take: Take, groups: Sequence[Group]) -> tuple[int, ...]:
        """The channels of these groups that stay as they are where the take is made anew."""
        held = held_by(take.edits, self.channels)
        return tuple(channel for group in groups for channel in range(CHANNEL_COUNT)[group.columns] if channel in held)

    def tell(self, channels: Sequence[int]) -> None:
        """Says that these channels were left as they are."""
        locked = self.channels
        mirrored = [channel for channel in channels if channel not in locked]
        hint = f"A locked curve mirrors {told_channels(mirrored)}." if mirrored else ""
        named = [channel for channel in channels if channel in locked] or sorted(locked)
        self.noticed.emit(Notice(told_locked(named), hint, place=Place.TIMELINE))
        self.kept.emit()


def channels_of(kept: str) -> tuple[int, ...]:
    """The columns of the motion that a setting names; those that there are not are left out."""
    return tuple(int(number) for number in kept.split(",") if number.isdigit() and int(number) < CHANNEL_COUNT)
