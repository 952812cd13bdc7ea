"""Takes made of parts of two others: on the drawing thread, which knows the face model."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.document import Take
from dimitra_studio.project.mixing import mixed
from dimitra_studio.studio.board import Asker, JobBoard
from dimitra_studio.studio.notices import Notice, Place


def mix_takes(base: Take, shown: Take, other: Take, group: Group, loader: Loader) -> Job[Take]:
    """`base`, which its edits make `shown`, with a group of channels of `other`, as `project.mixing` does it. Raises
    InputError."""
    from dimitra_studio.motion.jaw import give_back, jaw_share
    from dimitra_studio.motion.lip_shape import measure_lips

    yield Progress("mix", 0, 1)
    return mixed(base, shown, other, [group], partial(give_back, share=jaw_share(measure_lips(loader.head))))


KIND = "mix"


class Mixing(QObject):
    """Mixes takes. `made` carries the Take, `noticed` a Notice."""

    made = Signal(object)
    noticed = Signal(object)

    def __init__(self, board: JobBoard) -> None:
        super().__init__()
        self._board = board

    def ask(self, base: Take, shown: Take, other: Take, group: Group) -> None:
        """A take like `base`, which its edits make `shown`, with a group of channels of `other`, edited too."""
        request = JobRequest("Mix takes", KIND, partial(mix_takes, base, shown, other, group))
        self._board.submit(request, Asker(self.made.emit, self._fail, self._forget, self._forget_note))

    def forget(self) -> None:
        """Another document is open, which has no use for what is being mixed."""
        self._board.drop(lambda kind: kind == KIND)

    def _fail(self, error: StudioError) -> None:
        self.noticed.emit(Notice.of(error, Place.TAKES))

    def _forget(self) -> None:
        """Nobody waits for it."""

    def _forget_note(self, _note: str) -> None:
        """There is nothing to tell."""
