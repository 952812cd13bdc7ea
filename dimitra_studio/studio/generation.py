"""Takes: asked for, waited for, added to the document."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.project.document import Project, Take, TakeSettings
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import Asker, JobBoard, Keepsake
from dimitra_studio.studio.media import Media
from dimitra_studio.studio.notices import Level, Notice, Place

if TYPE_CHECKING:
    from dimitra_studio.engine.hearing import HeardVoice
    from dimitra_studio.engine.pipeline import Sitter
    from dimitra_studio.engine.pipeline import Take as MadeTake

KIND = "motion"


@dataclass(frozen=True)
class Wish:
    """A take to be made, when face and words are known."""

    seed: int
    settings: TakeSettings
    device: str


class Generation(QObject):
    """Makes takes of what `media` holds.

    `made` carries a Take without a name, `noticed` a Notice, `changed` comes when takes wait or no longer do.
    """

    made = Signal(object)
    noticed = Signal(object)
    changed = Signal()

    def __init__(self, board: JobBoard, media: Media) -> None:
        super().__init__()
        self._board, self._media = board, media
        self._wishes: list[Wish] = []
        media.changed.connect(self._go_on)

    @property
    def waiting(self) -> int:
        """Takes that wait for the face or the words."""
        return len(self._wishes)

    def in_progress(self, project: Project) -> str:
        """What is being made or waits, by its name or number and with its verb; empty for nothing."""
        count = len(self._wishes) + sum(line.kind == KIND for line in self._board.lines)
        if count > 1:
            return f"{count} takes are"
        return f"{next_name(project)} is" if count else ""

    def ask(self, *wishes: Wish) -> None:
        """Makes takes, at once or when face and words are known; where finding them was cancelled, they are found."""
        self._media.resume()
        self._wishes.extend(wishes)
        self._go_on()

    def forget(self) -> None:
        """Makes none of those that wait."""
        self._wishes.clear()
        self.changed.emit()

    def _go_on(self) -> None:
        media = self._media
        if media.sitter is not None and media.said is not None and media.voice is not None:
            wishes, self._wishes = self._wishes, []
            for wish in wishes:
                self._submit(wish, media.sitter, media.said, media.voice)
        elif self._is_hopeless():
            self._wishes.clear()
        self.changed.emit()

    def _is_hopeless(self) -> bool:
        """Nothing is on its way that would bring the face or the words."""
        return not any(line.kind in ("fit", "sound", "speech") for line in self._board.lines)

    def _submit(self, wish: Wish, sitter: "Sitter", heard: "HeardVoice", voice: jobs.OpenedVoice) -> None:
        request = GenerateMotion(
            FitPortrait(Path(sitter.portrait.name), sitter.fit.face),
            AnalyseVoice(voice.path, self._media.script),
            wish.seed,
            wish.settings.steps,
            wish.settings.guidance,
            wish.settings.strength,
            wish.settings.temperature,
            wish.device,
        )
        notes: list[str] = []
        self._board.submit(
            JobRequest(
                f"Generate take (seed {wish.seed})",
                KIND,
                partial(jobs.write_take, request, sitter, heard),
                seconds=voice.seconds,
            ),
            Asker(
                partial(self._finished, wish, notes),
                self._failed,
                self.changed.emit,
                partial(self._noted, notes),
                Keepsake(partial(self.ask, wish)),
            ),
        )

    def _finished(self, wish: Wish, notes: list[str], result: object) -> None:
        made = cast("MadeTake", result)
        take = Take(
            secrets.token_hex(4), "", wish.seed, wish.settings, made.motion, datetime.now(UTC), recipe=made.recipe,
            speech=made.voice.put_right or made.voice.speech.utterance,
        )  # fmt: skip
        self.made.emit(take)
        for note in notes:  # the new take has cleared away what was told before it
            self._tell(note)
        self.changed.emit()

    def _failed(self, error: StudioError) -> None:
        self.noticed.emit(Notice.of(error, Place.TAKES))
        self.changed.emit()

    def _noted(self, notes: list[str], note: str) -> None:
        notes.append(note)
        self._tell(note)

    def _tell(self, note: str) -> None:
        """What was done with less than was asked for: it stays until it is read."""
        self.noticed.emit(Notice(note, level=Level.WARNING, place=Place.TAKES))


def next_name(project: Project) -> str:
    """ "Take 3" where two were made, whatever they are called now."""
    numbers = [
        int(take.name[5:]) for take in project.takes if take.name.startswith("Take ") and take.name[5:].isdigit()
    ]
    return f"Take {max([len(project.takes), *numbers]) + 1}"
