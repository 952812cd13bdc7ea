"""The open document and everything that belongs to it: the one thing that widgets read, listen to and ask.

Widgets never talk to each other, to the engine or to the document: they call the session's verbs and draw what its
signals tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal

from dimitra_studio.audio.microphone import NO_INPUTS, Inputs
from dimitra_studio.audio.scripts import read_script
from dimitra_studio.audio.sink import OpenSink
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT, Group
from dimitra_studio.core.errors import InputError, StudioError
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.commands import (
    AddTake,
    ChooseFace,
    Command,
    SetPortrait,
    SetVoice,
)
from dimitra_studio.project.document import MediaRef, Take, TakeSettings, TimeRange
from dimitra_studio.project.edit_commands import ReplaceEdits
from dimitra_studio.project.edited import EditedTakes
from dimitra_studio.project.speech_commands import SetScript
from dimitra_studio.project.stale_parts import StaleParts
from dimitra_studio.studio.alternatives import Alternatives
from dimitra_studio.studio.autosave import Autosave
from dimitra_studio.studio.board import EXPORT, SURROUNDINGS, JobBoard
from dimitra_studio.studio.booth import Booth
from dimitra_studio.studio.comparison import Comparison
from dimitra_studio.studio.correcting import Correcting
from dimitra_studio.studio.errands import Errands
from dimitra_studio.studio.generation import Generation, Wish, next_name
from dimitra_studio.studio.incoming import Incoming
from dimitra_studio.studio.incoming_words import IncomingWords
from dimitra_studio.studio.jobs import PartOfTake, Surroundings
from dimitra_studio.studio.locks import Locks
from dimitra_studio.studio.lost_media import LostMedia
from dimitra_studio.studio.media import Media
from dimitra_studio.studio.mixing import Mixing
from dimitra_studio.studio.notices import Level, Notice, Place
from dimitra_studio.studio.open_document import OpenDocument
from dimitra_studio.studio.project_file import Opened, ProjectFile
from dimitra_studio.studio.settings import CACHE_FOLDER, DEVICE, Setting, Settings
from dimitra_studio.studio.sound import Speaker
from dimitra_studio.studio.transport import Transport
from dimitra_studio.studio.volume import Volume

if TYPE_CHECKING:
    from dimitra_studio.audio.recordings import Recording

_NO_FACE = np.zeros(CHANNEL_COUNT, np.float32)  # at rest, until the portrait's face is known


@dataclass(frozen=True)
class Engines:
    """The two threads: `models` runs networks, `drawing` renders what is looked at, so that it never waits for them."""

    models: JobBoard
    drawing: JobBoard


class Session(OpenDocument):
    """One window's session: the open document, and what is known of it, heard and made for it.

    Signals beside the document's: `analysis_changed` comes when face, sound or words are known or gone (`media`),
    `view_range_changed` carries a TimeRange, `job_event` an engine event; `surroundings_changed` when it is known what
    takes are made with.
    """

    analysis_changed = Signal()
    view_range_changed = Signal(object)
    job_event = Signal(object)
    surroundings_changed = Signal()

    def __init__(
        self, engines: Engines, settings: Settings, folder: Path, open_sink: OpenSink, inputs: Inputs = NO_INPUTS
    ) -> None:
        """`folder` is the user's own, for media taken out of projects, decoded sound and recordings."""
        super().__init__()
        self.jobs, self.drawing = engines.models, engines.drawing
        self.settings = settings
        self.surroundings: Surroundings | None = None
        self.folder = folder
        self.media = Media(self.jobs, self.sound_folder)
        self.comparison = Comparison()
        self.volume = Volume(settings)
        self._speaker = Speaker(self.transport, open_sink, self.volume)
        self._speaker.told.connect(self._tell_of_sound)
        listening_back = Speaker(Transport(), open_sink, self.volume)
        self.booth = Booth(inputs, listening_back, folder / "recordings", folder / "media")
        self.locks = Locks(settings)
        self.locks.noticed.connect(self.notice)
        self._edited = EditedTakes()
        self._performed: Take | None = None
        self.errands = Errands()
        self.autosave = Autosave(settings, folder / "recovery", self.errands)
        self.file = ProjectFile(settings, self.errands, self.autosave, folder / "media")
        self.file.opened.connect(self._open)
        self.file.saved.connect(self._mark_saved)
        self.file.changed.connect(self.file_changed)
        self.file.noticed.connect(self.notice)
        self.autosave.noticed.connect(self.notice)
        self.jobs.told.connect(self.job_event)
        self.media.changed.connect(self._take_media)
        self.media.portrait_opened.connect(self._set_portrait)
        self.media.voice_opened.connect(self._set_voice)
        self.media.noticed.connect(self.notice)
        self.lost = LostMedia(self.media, self.errands)
        self.lost.commanded.connect(self._do_in_turn)
        self.lost.noticed.connect(self.notice)
        settings.changed.connect(self._set)
        self.generation = Generation(self.jobs, self.media)
        self.generation.made.connect(self._add_take)
        self.incoming = Incoming(self.drawing)
        self.incoming.made.connect(self._add_other)
        self.words = IncomingWords(self.drawing, self.media)
        self.words.commanded.connect(self._do_in_turn)
        self.alternatives = Alternatives(self.jobs, self.media)
        self.alternatives.kept.connect(self.do)
        self.alternatives.shown_changed.connect(self.document_changed)
        self.correcting = Correcting(self.jobs, self.media)
        self.correcting.commanded.connect(self.do)
        self._stale = StaleParts()
        self.mixing = Mixing(self.drawing)
        self.mixing.made.connect(self._add_other)
        for maker in (self.generation, self.incoming, self.words, self.alternatives, self.correcting, self.mixing):
            maker.noticed.connect(self.notice)

    # What widgets read.

    @property
    def shown(self) -> Take | None:
        """The take that is shown, its motion as its edits make it, or as it is performed just now; the same object
        until one of them changes."""
        performed = self._performed
        if self.take is None:
            return None
        return performed if performed and performed.id == self.take.id else self.edited(self.take)

    def edited(self, take: Take) -> Take:
        """A take of the document with the motion that its edits make of it, and with the alternative that is shown in
        place of a part of it."""
        return self._edited.edited(self.project, self.alternatives.standing_in(take), self.rest)

    @property
    def rest(self) -> FloatArray:
        """The face at rest [70]."""
        sitter = self.media.sitter
        return _NO_FACE if sitter is None else np.concatenate((sitter.fit.expression, sitter.fit.pose))

    def stale_parts(self, take: Take) -> tuple[TimeRange, ...]:
        """Where the take was made with other words than there are now."""
        return () if self.project.is_stale(take) else self._stale.of(take, self.media.spoken)

    @property
    def sound_folder(self) -> Path:
        """Where decoded sound is kept; a cache."""
        chosen = self.settings.text(CACHE_FOLDER)
        return (Path(chosen) if chosen else self.folder) / "sound"

    @property
    def path(self) -> Path | None:
        """The document's file; None where it was never saved."""
        return self.file.path

    @property
    def title(self) -> str:
        """What the window is called."""
        return self.file.title

    # Takes.

    def generate(self, settings: TakeSettings, seed: int, count: int = 1) -> None:
        """Makes takes of the portrait and the voice, with so many seeds from `seed` on; they appear one by one."""
        if self.project.portrait is None or self.project.voice is None:
            missing = "portrait" if self.project.portrait is None else "voice"
            self.notice.emit(
                Notice(f"A take needs a {missing}.", "Drop one into the window.", Level.WARNING, Place.TAKES)
            )
            return
        device = self.settings.text(DEVICE)
        self.generation.ask(*(Wish(each, settings, device) for each in range(seed, seed + count)))

    def regenerate(self, spans: tuple[TimeRange, ...], groups: tuple[Group, ...], seeds: Sequence[int]) -> None:
        """Makes a part of the take that is shown anew, once with each of the seeds, to choose from; what is locked
        stays."""
        if self.take is None:
            return
        kept = self.locks.held_in(self.take, groups)
        if kept:
            self.locks.tell(kept)
        if len(kept) < sum(group.width for group in groups):
            self.alternatives.ask(PartOfTake(self.take, spans, groups, kept), seeds, self.settings.text(DEVICE))

    def cancel_jobs(self) -> None:
        """Stops what is being made and forgets what waits."""
        self.generation.forget()
        self.jobs.cancel_all()

    def mix(self, take_id: str, group: Group) -> None:
        """A new take: the one that is shown, with a group of channels of another."""
        if self.take is not None:
            shown, other = (
                self._edited.edited(self.project, take, self.rest)
                for take in (self.take, self.project.find_take(take_id))
            )
            self.mixing.ask(self.take, shown, other, group)

    # A hand that performs on the take that is shown.

    @property
    def in_gesture(self) -> bool:
        """Whether something is dragged or performed."""
        return super().in_gesture or self._performed is not None

    def perform(self, take: Take, change: Change) -> None:
        """Shows `take` in place of the one that is shown, with the motion that is performed, until
        `end_performance`."""
        self._performed = take
        self.document_changed.emit(change)

    def end_performance(self, command: Command | None, change: Change) -> None:
        """What was performed is kept by a command, or not at all."""
        self._performed = None
        if command is None or not self.do(command):
            self.document_changed.emit(change)
        self.gesture_ended.emit()

    # Files. All of them raise nothing: what is wrong is told in a notice.

    def new_project(self) -> None:
        """An empty document."""
        self.file.create()

    def open_project(self, path: Path) -> bool:
        """Opens a project file; False where it cannot be used."""
        return self.file.open(path)

    def open_sample(self) -> None:
        """Opens the sample with its ready take, as a document without a file."""
        self.file.open_sample()

    def save(self, path: Path, thumbnail: bytes = b"") -> None:
        """Writes the document to `path`, its file from now on, while it may be changed further."""
        self.file.save(self.project, path, thumbnail)

    def finish_saving(self) -> bool:
        """Waits for files that are being written; whether nothing would be lost then."""
        self.errands.wait()
        return self.is_saved

    def open_portrait(self, path: Path, others: tuple[Path, ...] = ()) -> None:
        """Takes a picture as the portrait, when a face is found in it; else the last of the `others` that has one."""
        self.media.open_portrait(path, others)

    def open_voice(self, path: Path) -> None:
        """Takes a recording as the voice, when it holds sound."""
        self.media.open_voice(path)

    def open_script(self, path: Path) -> None:
        """Takes a text as what is said in the voice: the one that is being opened, else the project's."""
        try:
            script = read_script(path)
        except InputError as error:
            self.notice.emit(Notice.of(error, Place.TIMELINE))
            return
        if self.media.take_script(script):
            return
        if self.project.voice is None:
            text = f"{path.name} is taken as what is said in a voice, and there is no voice yet."
            self.notice.emit(Notice(text, "Drop the recording, too.", Level.WARNING, Place.TIMELINE))
        elif script != self.project.script:
            self.do(SetScript(script, self.media.spoken))

    def open_booth(self) -> None:
        """The microphone listens. Playback lets its device go, so that those connected since are seen."""
        self._speaker.rest()
        self.booth.open()

    def use_recording(self, recording: "Recording") -> bool:
        """Takes a recording as the voice; False where that fails."""
        try:
            self.open_voice(self.booth.take(recording))
        except StudioError as error:
            self.notice.emit(Notice.of(error, Place.TIMELINE))
            return False
        return True

    def show_range(self, shown: TimeRange) -> None:
        """The timeline shows this stretch."""
        self.view_range_changed.emit(shown)

    def tell_surroundings(self, found: Surroundings) -> None:
        """What takes are made with, as the engine found it."""
        self.surroundings = found
        self.surroundings_changed.emit()

    def keep_work(self) -> None:
        """Keeps unsaved work now: the program met a fault and may end."""
        if not self.errands.stopped:
            self.autosave.flush()

    def close(self, *, keep: bool = False) -> None:
        """Ends the threads; waits for the step that each is in, and for files to be written. Unsaved work is wanted no
        longer, or where it is to be kept, is offered at the next start."""
        if not self.errands.stopped:
            self.autosave.leave() if keep and not self.is_saved else self.autosave.forget()
            self.errands.stop()
            self.file.close()
        self.booth.close()
        self._speaker.stop()
        self.jobs.stop()
        self.drawing.stop()

    def _open(self, opened: Opened) -> None:
        self.generation.forget()
        self.mixing.forget()
        self.incoming.forget()
        self.words.forget()
        self.jobs.drop(_is_of_a_document)
        self.media.give_up()
        self._show_document(opened.project, saved=opened.saved)

    def _count(self, change: Change) -> None:
        self.file.count_change(self.project)
        super()._count(change)

    def _tell(self, change: Change) -> None:
        if change.touches(Part.PORTRAIT | Part.VOICE | Part.SPEECH):
            self.lost.follow(self.project)
            self.media.follow(self.project)
        self.alternatives.follow(self.project)
        if change.touches(Part.CURRENT | Part.VOICE):
            self._choose_player()
        others_edits = change.touches(Part.EDITS) and change.take_id != self.project.current
        if change.touches(Part.TAKES | Part.CURRENT) or others_edits:
            self.comparison.follow(self.project)
        super()._tell(change)

    def _permitted(self, command: Command) -> Command | None:
        return self.locks.permitted(command, self.project)

    def _keepers(self, gone: Take) -> tuple[ReplaceEdits, ...]:
        return self._edited.keepers(self.project, gone, self.rest)

    def _do_in_turn(self, command: Command) -> None:
        self.do_in_turn(partial(self.do, command))

    def _add_take(self, take: Take) -> None:
        self.do_in_turn(lambda: self.do(AddTake(replace(take, name=next_name(self.project)))))

    def _add_other(self, take: Take) -> None:
        self._do_in_turn(AddTake(take))

    def _set_portrait(self, portrait: MediaRef, face: int) -> None:
        known = self.project.portrait
        same = known is not None and known.sha256 == portrait.sha256
        self._do_in_turn(ChooseFace(face) if same else SetPortrait(portrait, face))

    def _set_voice(self, voice: MediaRef, script: str | None) -> None:
        self._do_in_turn(SetVoice(voice, script))

    def _take_media(self) -> None:
        self._choose_player()
        self.analysis_changed.emit()

    def _choose_player(self) -> None:
        voice = self.media.voice
        self._speaker.follow(voice.sound if voice else None, self.take.motion.duration if self.take else 0.0)

    def _set(self, setting: Setting) -> None:
        if setting is CACHE_FOLDER:
            self.media.sound_folder = self.sound_folder

    def _tell_of_sound(self, sentence: str) -> None:
        self.notice.emit(Notice(sentence, place=Place.TIMELINE))


def _is_of_a_document(kind: str) -> bool:
    """Whether jobs of this kind are done for the document that is open; exports write takes as they were."""
    return kind != SURROUNDINGS and not kind.startswith(EXPORT)
