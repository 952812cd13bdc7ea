"""What a user does to the words and phones of the voice."""

from dataclasses import dataclass, replace
from typing import ClassVar

from dimitra_studio.core.speech import Utterance
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Project


@dataclass(frozen=True)
class SetScript:
    """What is said in the voice; None: what is heard in it. What was put right by hand is given up.

    `heard` are the words and phones until now, for takes of which it is not known what they were made with.
    """

    script: str | None
    heard: Utterance | None = None
    title: ClassVar[str] = "Change Script"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102 - as in Command
        return replace(_remembered(project, self.heard), script=self.script, speech=None), Change(Part.SPEECH)


@dataclass(frozen=True)
class CorrectSpeech:
    """Other words and phones than were heard; `title` is what was done. `heard` as in SetScript."""

    speech: Utterance
    heard: Utterance | None = None
    title: str = "Change Words"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        return replace(_remembered(project, self.heard), speech=self.speech), Change(Part.SPEECH)


def _remembered(project: Project, heard: Utterance | None) -> Project:
    if heard is None or all(take.speech is not None for take in project.takes):
        return project
    return replace(project, takes=tuple(replace(take, speech=take.speech or heard) for take in project.takes))
