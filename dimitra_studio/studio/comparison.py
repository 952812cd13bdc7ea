"""What the take that is shown is compared with, and how: the portrait, the take seen before it, any take by name."""

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from dimitra_studio.project.document import Project, Take


class Compare(StrEnum):
    """How the two are seen."""

    OFF = "Off"
    WIPE = "Wipe"
    BESIDE = "Side by side"


class Against(StrEnum):
    """What the other one is."""

    PORTRAIT = "portrait"
    PREVIOUS = "previous take"
    NAMED = "take"


class Comparison(QObject):
    """Follows a document; `changed` when the other one, or the way to see it, is another."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._project = Project()
        self._way, self._against, self._named = Compare.OFF, Against.PORTRAIT, ""
        self._shown: str | None = None
        self._before: str | None = None  # the take that was shown before

    @property
    def way(self) -> Compare:
        """How it is seen."""
        return self._way

    @property
    def against(self) -> Against:
        """Which kind of other one was chosen."""
        return self._against

    @property
    def previous(self) -> Take | None:
        """The take that was shown before the present one, else its neighbour in the list."""
        takes = self._project.takes
        for take in takes:
            if take.id == self._before and take.id != self._project.current:
                return take
        place = next((index for index, take in enumerate(takes) if take.id == self._project.current), None)
        if place is None or len(takes) < 2:
            return None
        return takes[place - 1] if place else takes[1]

    @property
    def take(self) -> Take | None:
        """The other one; None for the portrait."""
        if self._against is Against.NAMED:
            return next((take for take in self._project.takes if take.id == self._named), None)
        return self.previous if self._against is Against.PREVIOUS else None

    @property
    def ghost(self) -> Take | None:
        """The take whose curves stand behind those of the present one, while two are compared."""
        return None if self._way is Compare.OFF else self.take

    def names(self, take_id: str) -> bool:
        """Whether that take was chosen by name."""
        return self._against is Against.NAMED and self._named == take_id

    def choose_way(self, way: Compare) -> None:
        """Another way to see it."""
        self._way = way
        self.changed.emit()

    def cycle(self) -> None:
        """The next way; after the last, off."""
        ways = list(Compare)
        self.choose_way(ways[(ways.index(self._way) + 1) % len(ways)])

    def choose(self, against: Against, take_id: str = "") -> None:
        """Another one to compare with; `take_id` where it is a take by name."""
        self._against, self._named = against, take_id
        self.changed.emit()

    def follow(self, project: Project) -> None:
        """The document as it is now. Where the compared take itself is shown, the two change places.

        That another take is shown is told by the document itself: `changed` comes where the other one alone changed.
        """
        before, self._project = (self.take, self.previous), project
        moved = project.current != self._shown
        if moved:
            self._before, self._shown = self._shown, project.current
        gone = self._against is Against.NAMED and self._named not in [take.id for take in project.takes]
        if gone or (self._against is Against.NAMED and self._named == project.current):
            self._against = Against.PREVIOUS
        if not moved and before != (self.take, self.previous):
            self.changed.emit()
