"""What the recording panel has to say: one sentence, and what to do about it."""

from typing import TYPE_CHECKING

from dimitra_studio.studio.notices import Level, Notice

if TYPE_CHECKING:
    from dimitra_studio.audio.recording import RecorderState

_QUIET = -30.0  # dB: a recording that never gets louder is heard badly, its noise well
_DEAD = 2.0  # seconds without even noise
_LOOKING = Notice("Looking for microphones…")
_SAVING = Notice("A recording that was cut off when the program ended is being saved…")
_NOTHING = Notice(
    "This microphone gives nothing at all, not even noise.",
    "Unmute it, let this program use it in the system's settings, or choose another.",
    Level.WARNING,
)
_TOO_LOUD = Notice(
    "It was too loud and is distorted there.",
    "Turn the input down in the system's settings or move away, and record again.",
    Level.WARNING,
)
_LOST = Notice("Some sound was lost: this machine was too busy.", "Let jobs end and record again.", Level.WARNING)
_RECORDING = Notice("Recording.")
_TOO_QUIET = Notice("This recording is very quiet.", "Come closer or turn the input up.", Level.WARNING)
_MADE = Notice("Listen to it, use it, or record again.")
_SAVED = Notice("A recording that was cut off when the program ended is saved: choose it below.")
_SPEAK = Notice("Speak as you will: the bar should reach its yellow part now and then, never the red one.")


def advice(state: "RecorderState", trouble: str) -> Notice:
    """The one thing that matters most now; `trouble` is what is wrong with the sound output, if anything."""
    if state.problem is not None:
        return Notice(state.problem.message, state.problem.hint, Level.ERROR)
    reasons = (
        (state.saving, _SAVING),
        (not state.listening, _LOOKING),
        (state.level.dead > _DEAD, _NOTHING),
        (state.level.clipped, _TOO_LOUD),
        (state.lost > 0, _LOST),
        (state.recording, _RECORDING),
        (trouble != "", Notice(trouble, level=Level.WARNING)),
        (state.seconds > 0 and state.loudest < _QUIET, _TOO_QUIET),
        (state.seconds > 0, _MADE),
        (state.saved > 0, _SAVED),
    )
    return next((notice for applies, notice in reasons if applies), _SPEAK)
