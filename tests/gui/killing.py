"""Kills a session that edits, saves and autosaves, at random moments, and looks at what is left.

    python tests/gui/killing.py --kills 50

Each time: the file opens, or there is none yet; what is restored at the next start is a whole document, and no edit in
it is missing that is older than the seconds that the user allows to be lost. Exits with 1 where that is not so.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from PySide6.QtCore import QCoreApplication, QTimer

from dimitra_studio.audio.sink import SilentSink
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.project.commands import AddTake, DeleteTake, SetNotes
from dimitra_studio.project.document import Project, Take, TakeSettings
from dimitra_studio.project.journal import find_leftovers
from dimitra_studio.project.storage import load_project
from dimitra_studio.studio.board import JobBoard
from dimitra_studio.studio.engine_thread import EngineThread
from dimitra_studio.studio.session import Engines, Session
from dimitra_studio.studio.settings import AUTOSAVE_SECONDS, Settings

ALLOWED = 2  # seconds of edits that may be lost, as the setting says
EVERY_TAKE = 15  # edits
FRAMES = 2000
MOST_TAKES = 3


def edit_until_killed(folder: Path, saves: bool) -> None:
    """The window's own session, without its window: edits every 20 ms; saves all the time, or never."""
    application = QCoreApplication([])
    settings = Settings(folder / "studio.ini")
    settings.set(AUTOSAVE_SECONDS, ALLOWED)
    engines = Engines(JobBoard(EngineThread()), JobBoard(EngineThread()))
    session = Session(engines, settings, folder / "user", SilentSink)
    count = 0

    def edit() -> None:
        nonlocal count
        count += 1
        if count % EVERY_TAKE:
            session.do(SetNotes(str(count)))
        else:
            session.do(AddTake(numbered_take(count)))
            if len(session.project.takes) > MOST_TAKES:
                session.do(DeleteTake(session.project.takes[0].id))
        print("edit", count, time.monotonic(), flush=True)

    def save() -> None:
        session.save(folder / "p.dimitra")

    def tell(project: Project) -> None:
        print("saved", edits_in(project), time.monotonic(), flush=True)

    session.file.saved.connect(tell)
    editing, saving = QTimer(interval=20), QTimer(interval=300)
    editing.timeout.connect(edit)
    saving.timeout.connect(save)
    editing.start()
    if saves:
        saving.start()
    application.exec()


def numbered_take(number: int) -> Take:
    """A take in whose every value stands its number."""
    motion = MotionSequence(np.full((FRAMES, 70), number / 1e5, np.float32))
    return Take(str(number), f"Take {number}", number, TakeSettings(), motion, datetime(2026, 1, 1, tzinfo=UTC))


def edits_in(project: Project) -> int:
    """How many edits a document has seen; AssertionError where it is none that there ever was."""
    for take in project.takes:
        assert (take.motion.values == np.float32(int(take.id) / 1e5)).all(), f"the motion of take {take.id} is wrong"
    numbers = [int(take.id) for take in project.takes]
    assert numbers == list(range(numbers[0], numbers[-1] + 1, EVERY_TAKE)) if numbers else True, f"takes {numbers}"
    notes = int(project.notes or 0)
    last = numbers[-1] if numbers else 0
    assert last - EVERY_TAKE < notes < last + EVERY_TAKE, f"notes {notes} with takes {numbers}"
    return max(notes, last)


def kill_once(folder: Path, seconds: float, saves: bool) -> tuple[float, str]:
    """Seconds of edits that were lost, and from where the document came. Raises AssertionError."""
    command = [sys.executable, __file__, "--edit", str(folder), *(["--saves"] if saves else [])]
    editor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert editor.stdout is not None
    first = editor.stdout.readline()
    time.sleep(seconds)
    editor.send_signal(signal.SIGKILL)
    lines = [first, *editor.communicate()[0].splitlines()]
    told = [line.split() for line in lines if line.count(" ") == 2]
    edits = {int(number): float(when) for what, number, when in told if what == "edit"}
    saved = max((int(number) for what, number, _ in told if what == "saved"), default=0)
    path = folder / "p.dimitra"
    opened = load_project(path, folder / "own") if path.exists() else None
    assert opened is None or not opened.damaged, f"takes are damaged: {opened.damaged}"
    best = edits_in(opened.project) if opened else 0
    assert best >= saved, f"the file has {best} edits, {saved} were saved"
    source = "file"
    for leftover in find_leftovers(folder / "user" / "recovery"):
        if leftover.needs_rescue:
            assert leftover.kept is not None, "the journal cannot be read"
            best, source = max(best, edits_in(leftover.kept.project)), "journal"
        leftover.lock.release()
    killed = max(edits.values())
    lost = max((killed - when for number, when in edits.items() if number > best), default=0.0)
    assert lost <= ALLOWED, f"{lost:.2f} s of edits are lost"
    return lost, source


def main() -> int:
    """Runs either side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--edit", type=Path)
    parser.add_argument("--saves", action="store_true")
    wanted = parser.parse_args()
    if wanted.edit:
        edit_until_killed(wanted.edit, wanted.saves)
        return 0
    chance = random.Random(wanted.seed)
    losses, sources, failures = [], [], 0
    for number in range(wanted.kills):
        with tempfile.TemporaryDirectory() as folder:
            try:
                lost, source = kill_once(Path(folder), chance.uniform(0.1, 4.0), saves=number % 2 == 0)
            except AssertionError as error:
                failures += 1
                print(f"kill {number}: {error}", flush=True)
            else:
                losses.append(lost)
                sources.append(source)
    lost = f"{np.median(losses):.2f} s of edits lost in the middle, {max(losses):.2f} s at most" if losses else ""
    print(f"{wanted.kills} kills, {failures} failures; {lost}; {sources.count('journal')} from the journal, "
          f"{sources.count('file')} from the file")  # fmt: skip
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
