"""Parts of a take made anew: several, looked at in place one after the other, until one is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion
from dimitra_studio.core.speech import Utterance
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Project, Take
from dimitra_studio.project.edit_commands import ReplaceBase
from dimitra_studio.project.locks import kept_motion
from dimitra_studio.speech.corrections import spliced
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import Asker, JobBoard, Keepsake
from dimitra_studio.studio.jobs import PartOfTake
from dimitra_studio.studio.media import Media
from dimitra_studio.studio.notices import Level, Notice, Place

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Take as MadeTake

KIND = "regenerate"


@dataclass(frozen=True)
class Audition:
    """What is being looked at: `part` of a take as it was. `made` are the take with that part anew, `place` is the one
    that is shown, 0 for the take as it was; `coming` are still made."""

    part: PartOfTake
    made: tuple[Take, ...] = ()
    place: int = 0
    coming: int = 0

    @property
    def shown(self) -> Take:
        """The take as it is shown, but for its edits."""
        return self.made[self.place - 1] if self.place else self.part.take


class Alternatives(QObject):
    """Makes alternatives and shows them in the take's place; the document changes when one is kept.

    `changed` when another is there or shown, `shown_changed` carries the Change that views see then, `kept` the command
    that keeps one, `noticed` a Notice.
    """

    changed = Signal()
    shown_changed = Signal(object)
    kept = Signal(object)
    noticed = Signal(object)

    def __init__(self, board: JobBoard, media: Media) -> None:
        super().__init__()
        self._board, self._media = board, media
        self._jobs: list[int] = []
        self._stand_in: tuple[Take, Take, Take] | None = None  # document's take, the one made, both in one
        self.audition: Audition | None = None

    def ask(self, part: PartOfTake, seeds: Sequence[int], device: str) -> None:
        """Makes a part of a take anew with each of the seeds; the first one is shown as soon as it is there."""
        self.discard()
        media = self._media
        if media.sitter is None or media.said is None or media.voice is None:
            media.resume()
            text = "The face and the words are still being looked for."
            self._tell(Notice(text, "Try it again when they are there.", Level.WARNING, Place.TIMELINE))
            return
        self.audition = Audition(part, coming=len(seeds))
        settings, spoken = part.take.settings, media.spoken
        for seed in seeds:
            request = GenerateMotion(
                FitPortrait(Path(media.sitter.portrait.name), media.sitter.fit.face),
                AnalyseVoice(media.voice.path, media.script),
                seed, settings.steps, settings.guidance, settings.strength, settings.temperature, device,
            )  # fmt: skip
            again = partial(self.ask, part, [seed], device)
            self._jobs.append(
                self._board.submit(
                    JobRequest(
                        f"Regenerate {_told(part)} (seed {seed})", KIND,
                        partial(jobs.rewrite_part, request, part, media.sitter, media.said),
                        seconds=sum(span.duration for span in part.spans),
                    ),
                    Asker(
                        partial(self._take, part, spoken), partial(self._fail, part), partial(self._end_one, part),
                        self._note, Keepsake(again),
                    ),
                )
            )  # fmt: skip
        self.changed.emit()

    def standing_in(self, take: Take) -> Take:
        """The take of the document, or the alternative that is shown in its place, with its edits; the same object
        until one of them changes."""
        audition = self.audition
        if audition is None or audition.part.take.id != take.id or not audition.place:
            return take
        known = self._stand_in
        if known is None or known[0] is not take or known[1] is not audition.shown:
            shown = audition.shown
            joined = replace(take, motion=shown.motion, recipe=shown.recipe, speech=shown.speech)
            known = self._stand_in = (take, shown, joined)
        return known[2]

    def show(self, place: int) -> None:
        """Shows one of them; 0 is the take as it was."""
        if self.audition is not None and 0 <= place <= len(self.audition.made) and place != self.audition.place:
            self.audition = replace(self.audition, place=place)
            self._show()

    def next(self) -> None:
        """The one behind; after the last the take as it was."""
        if self.audition is not None:
            self.show((self.audition.place + 1) % (len(self.audition.made) + 1))

    def previous(self) -> None:
        """The one before."""
        if self.audition is not None:
            self.show((self.audition.place - 1) % (len(self.audition.made) + 1))

    def keep(self) -> None:
        """The one that is shown becomes the take's; the others go."""
        audition = self.audition
        if audition is None:
            return
        shown, place = audition.shown, audition.place
        self._end()
        if place:
            self.kept.emit(ReplaceBase(audition.part.take.id, shown.motion, shown.recipe, shown.speech))

    def discard(self) -> None:
        """All as it was."""
        audition = self.audition
        self._end()
        if audition is not None and audition.place:
            self.shown_changed.emit(_seen(audition))

    def follow(self, project: Project) -> None:
        """Gives up what is about another motion than the document's, or about a take that is not shown."""
        audition = self.audition
        if audition is None:
            return
        take = project.take
        if take is None or take.id != audition.part.take.id or take.motion is not audition.part.take.motion:
            self.discard()

    def _take(self, part: PartOfTake, spoken: Utterance | None, result: object) -> None:
        audition = self.audition
        if audition is None or audition.part is not part:
            return  # given up meanwhile
        made, take = cast("MadeTake", result), audition.part.take
        speech = take.speech
        if Group.LIPS in part.groups and speech is not None and spoken is not None:
            speech = spliced(speech, spoken, part.spans)
        motion = kept_motion(take.motion, made.motion, part.kept)
        new = replace(take, motion=motion, recipe=made.recipe, speech=speech)
        first = not audition.made
        self.audition = replace(
            audition, made=(*audition.made, new), coming=audition.coming - 1, place=1 if first else audition.place
        )
        self._show() if first else self.changed.emit()

    def _fail(self, part: PartOfTake, error: StudioError) -> None:
        self._tell(Notice.of(error, Place.TIMELINE))
        self._end_one(part)

    def _end_one(self, part: PartOfTake) -> None:
        if self.audition is None or self.audition.part is not part:
            return
        self.audition = replace(self.audition, coming=self.audition.coming - 1)
        if not self.audition.coming and not self.audition.made:
            self.audition = None
        self.changed.emit()

    def _end(self) -> None:
        waiting, self._jobs = self._jobs, []
        self.audition = self._stand_in = None
        for job_id in waiting:
            self._board.cancel(job_id)
        self.changed.emit()

    def _show(self) -> None:
        if self.audition is not None:
            self.shown_changed.emit(_seen(self.audition))
        self.changed.emit()

    def _note(self, note: str) -> None:
        self._tell(Notice(note, place=Place.TIMELINE))

    def _tell(self, notice: Notice) -> None:
        self.noticed.emit(notice)


def _seen(audition: Audition) -> Change:
    return Change(Part.EDITS, audition.part.take.id)


def _told(part: PartOfTake) -> str:
    return ", ".join(f"{span.start:.1f}–{span.end:.1f} s" for span in part.spans[:2]) + (
        "…" if len(part.spans) > 2 else ""
    )
