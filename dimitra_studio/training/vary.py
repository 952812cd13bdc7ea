"""Variants of all of a corpus's prepared clips that are learned from: NAME~1.npz, NAME~2.npz ... beside NAME.npz."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from dimitra_studio.audio.files import read_voice
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.events import Job, Progress, finish
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.timebase import SPEECH_RATE
from dimitra_studio.engine.crew import Broken
from dimitra_studio.engine.loader import Loader
from dimitra_studio.motion.clips import TalkingClip, load_clip, save_clip
from dimitra_studio.training.analysis import loudness
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.records import clip_path, variant_path
from dimitra_studio.training.variants import vary_clip

MODELS = ("whisper-tiny.en", "g2p", "minilm")


@dataclass(frozen=True)
class VariantTask:
    """The prepared `clip`, its `voice` recording, which `variant` to make of them, and where it goes."""

    clip: Path
    voice: Path
    variant: int
    output: Path

    @property
    def done(self) -> bool:
        """Whether it was made from the clip as it is now."""
        return self.output.exists() and self.output.stat().st_mtime >= self.clip.stat().st_mtime


@dataclass
class Varied:
    """What came of it: variants `done` now, those `there` from before, and why others were `left_out`."""

    done: int = 0
    there: int = 0
    left_out: dict[str, str] = field(default_factory=dict)


# Makes variants of tasks in whatever order they are done.
MakeVariants: TypeAlias = Callable[
    [Sequence[VariantTask]], Generator[tuple[VariantTask, TalkingClip | Broken], None, None]
]


def vary_corpus(rows: tuple[CorpusRow, ...], folder: Path, variants: int, make: MakeVariants) -> Job[Varied]:
    """Makes `variants` of every clip of the train split that `folder` holds; a clip that cannot be varied is told."""
    learned = [row for row in rows if row.facts.split == "train" and clip_path(folder, row.facts.name).exists()]
    tasks = [
        VariantTask(
            clip_path(folder, row.facts.name), row.voice, variant, variant_path(folder, row.facts.name, variant)
        )
        for variant in range(1, variants + 1)
        for row in learned
    ]
    waiting = [task for task in tasks if not task.done]
    result = Varied(there=len(tasks) - len(waiting))
    yield Progress("vary", result.there, len(tasks))
    with closing(make(waiting)) as made:
        for count, (task, told) in enumerate(made, result.there + 1):
            note = ""
            if isinstance(told, Broken):
                result.left_out[task.output.stem] = told.message
                note = f"{task.output.stem} is left out: {told.message}"
            else:
                save_clip(task.output, told)
                result.done += 1
            yield Progress("vary", count, len(tasks), note)
    return result


@contextmanager
def variant_maker() -> Iterator[Callable[[VariantTask], TalkingClip]]:
    """Makes one variant with the installed speech model, which is loaded at the first."""
    with Loader() as loader:

        def listen(samples: FloatArray) -> tuple[FloatArray, FloatArray]:
            features = finish(loader.speech.features.extract(samples))
            return features, loudness(AudioClip(samples, SPEECH_RATE, "", ""))

        yield lambda task: vary_clip(load_clip(task.clip), read_voice(task.voice).samples, task.variant, listen)
