"""The jobs behind `dimitra export` and `dimitra import`, in the window too: takes and speech into the formats of other
programs, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dimitra_studio import __version__
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import sha256_of
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import FitPortrait
from dimitra_studio.core.speech import SpeechAnalysis, Utterance
from dimitra_studio.core.timebase import MOTION_FPS, TimeRange, frame_count, frames_within
from dimitra_studio.engine.hearing import tell
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.outputs import check_exchange
from dimitra_studio.engine.pipeline import Sitter, fit
from dimitra_studio.export.exchange import resample
from dimitra_studio.export.formats import DRAWN_FPS, Formats
from dimitra_studio.export.incoming import read_motion_file, read_speech_file, readable_format
from dimitra_studio.export.outgoing import takes_a_head, write_motion, write_speech
from dimitra_studio.export.transcription import into_analysis

_STAGE = "export"


@dataclass(frozen=True)
class Conversion:
    """What to write where: `part` is the stretch of it (None = all), `fps` the rate of drawn animation."""

    kind: Formats
    output: Path
    part: TimeRange | None = None
    fps: int = DRAWN_FPS


@dataclass(frozen=True)
class ReadMotion:
    """Motion of another program's file at the studio's rate, and the recipe that says where it is from."""

    kind: Formats
    motion: MotionSequence
    recipe: Mapping[str, Any]


def convert_motion(
    loader: Loader,
    wish: Conversion,
    motion: MotionSequence,
    portrait: FitPortrait | None = None,
    *,
    sitter: Sitter | None = None,
    inputs: tuple[Path, ...] = (),
) -> Job[int]:
    """Writes motion, and returns how many frames; a format that holds a head gets the `portrait`'s, where there is one:
    `sitter` where it is fitted already. Raises InputError."""
    shaped = takes_a_head(wish.kind)
    given = (*inputs, *([portrait.portrait] if portrait else []))
    output = check_exchange(wish.output, wish.kind, given, skinned=shaped and portrait is not None)
    shown = motion.cut(frames_within(len(motion), wish.part, motion.fps))
    if shaped and portrait is not None and sitter is None:
        sitter = yield from fit(loader, portrait)
    fitted, picture = (sitter.fit, sitter.portrait) if sitter and shaped and portrait is not None else (None, None)
    model = yield from loader.lane.call(lambda: loader.head, Progress(_STAGE, 0, 0))
    notes = yield from write_motion(wish.kind, output, shown, model, fit=fitted, portrait=picture)
    yield from tell(_STAGE, *notes)
    return len(shown)


def convert_speech(
    wish: Conversion, said: Utterance, duration: float, *, sound: str = "", inputs: tuple[Path, ...] = ()
) -> Job[float]:
    """Writes words and phones of a voice of `duration` seconds, and returns the seconds written; a part is that of the
    frames that it touches, as in a film. `sound` is the recording's name. Raises InputError."""
    output = check_exchange(wish.output, wish.kind, inputs)
    yield Progress(_STAGE, 0, 1)
    if wish.part is not None:
        frames = frames_within(frame_count(duration), wish.part)
        start, end = frames.start / MOTION_FPS, min(frames.stop / MOTION_FPS, duration)
        said, duration = said.cut(start, end), end - start
    write_speech(wish.kind, output, said.words, said.phonemes, duration, fps=wish.fps, sound=sound)
    yield Progress(_STAGE, 1, 1)
    return duration


def read_motion(loader: Loader, path: Path, fps: float | None = None) -> Job[ReadMotion]:
    """The motion in another program's file; `fps` for those that do not say theirs. Raises InputError."""
    here = Progress("import", 0, 1)
    kind = readable_format(path)
    found = yield from loader.lane.call(partial(read_motion_file, path, fps), here)
    rate = found.motion.fps
    resampled = f"{rate:g} frames a second became {MOTION_FPS:g}, the studio's rate." if rate != MOTION_FPS else ""
    yield from tell("import", *found.notes, resampled)
    sha256 = yield from loader.lane.call(partial(sha256_of, path), here)
    made = {"name": path.name, "sha256": sha256, "kind": kind.value.name, "fps": rate}
    recipe = {"program": "Dimitra Studio", "version": __version__, "imported": made}
    return ReadMotion(kind, resample(found.motion, MOTION_FPS), recipe)


def read_speech(
    loader: Loader, path: Path, analysis: SpeechAnalysis | None, fps: float | None = None
) -> Job[SpeechAnalysis]:
    """`analysis` with the words and phones in another program's file; without one, an analysis that knows these alone.
    `fps` for files that count frames and do not say theirs. Raises InputError."""
    found = yield from loader.lane.call(partial(read_speech_file, path, fps), Progress("import", 0, 1))
    lacking = [name for name, spans in (("words", found.words), ("phones", found.phonemes)) if not spans]
    kept = f"The file has no {lacking[0]}; those of the voice were kept." if analysis and lacking else ""
    yield from tell("import", *found.notes, kept)
    return into_analysis(found, analysis)
