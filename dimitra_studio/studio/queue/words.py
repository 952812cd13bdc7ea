"""A job's state in words, the same in the list and in the status bar."""

from dimitra_studio.engine.eta import TimeLeft
from dimitra_studio.engine.jobs import JobState
from dimitra_studio.studio.board import EndedLine, JobLine, Outcome

_STAGES = {
    "face": "looking for the face",
    "sound": "reading the sound",
    "waveform": "drawing the waveform",
    "speech": "listening to the words",
    "motion": "writing the motion",
    "device": "loading",
    "render": "drawing the pictures",
    "export": "writing the file",
}
_OUTCOMES = {Outcome.DONE: "done", Outcome.CANCELLED: "stopped", Outcome.FAILED: "failed"}


def told_state(line: JobLine) -> str:
    """What a job is at, and how long it still takes where that is known."""
    if line.state is JobState.WAITING:
        return "waiting"
    if line.state is JobState.PAUSED:
        return "stands still for a more urgent job"
    if line.progress is None:
        return "begins"
    stage = _STAGES.get(line.progress.stage, line.progress.stage)
    left = _told_left(line.left) if line.left is not None else ""
    return f"{stage} · {left}" if left else stage


def _told_left(left: TimeLeft) -> str:
    """Where the whole job's time is not known, that of its present step."""
    seconds, of_what = (left.stage, " in this step") if left.job is None else (left.job, "")
    if seconds is None or seconds < 1:
        return ""
    return f"about {f'{seconds:.0f} s' if seconds < 90 else f'{seconds / 60:.0f} min'} left{of_what}"


def told_end(line: EndedLine) -> str:
    """How a job ended."""
    return line.error if line.error else _OUTCOMES[line.outcome]


def share_done(line: JobLine) -> tuple[int, int] | None:
    """Steps done and in all of the present stage; None where they are not counted."""
    progress = line.progress
    return (progress.done, progress.total) if progress is not None and progress.total > 1 else None
