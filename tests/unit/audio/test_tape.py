"""Recordings on the disk: exact, whole under their name, and saved where they were cut off."""

import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from dimitra_studio.audio.tape import PART, RESERVE, Tape, salvage
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish

RATE = 16_000
CUT_OFF = """
import os, sys
from pathlib import Path
import numpy as np
from dimitra_studio.audio.tape import Tape
tape = Tape(Path(sys.argv[1]), 16_000)
for start in range(0, 80_000, 800):
    tape.write((np.arange(start, start + 800) / 100_000).astype(np.float32))
while tape._written < 80_000:
    pass
os.kill(os.getpid(), 9)
"""


def blocks(count):
    return [np.random.default_rng(number).uniform(-1, 1, 700).astype(np.float32) for number in range(count)]


def test_holds_what_was_written_and_has_its_name_when_it_is_whole(tmp_path):
    path = tmp_path / "new" / "voice.flac"
    tape = Tape(path, RATE)
    sound = blocks(40)
    for block in sound:
        tape.write(block)
    assert not path.exists()
    assert tape.finish() == path
    heard, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    np.testing.assert_allclose(heard, np.concatenate(sound), atol=2**-23)
    assert list(path.parent.iterdir()) == [path]


def test_nothing_recorded_leaves_nothing(tmp_path):
    assert Tape(tmp_path / "voice.flac", RATE).finish() is None
    assert not list(tmp_path.iterdir())


def test_a_disk_without_room_is_told_before_and_while_it_fills(tmp_path):
    with pytest.raises(InputError, match="nearly full"):
        Tape(tmp_path / "voice.flac", RATE, lambda _: RESERVE - 1)
    rooms = iter([RESERVE, RESERVE - 1])
    tape = Tape(tmp_path / "voice.flac", RATE, lambda _: next(rooms))
    for _ in range(7):
        tape.write(np.zeros(RATE, np.float32))
    assert tape.finish() == tmp_path / "voice.flac"
    assert "nearly full" in tape.problem.message
    assert soundfile.info(tape.path).duration == pytest.approx(5, abs=0.1)  # what came until it was seen


def test_a_disk_that_refuses_is_told_and_what_it_took_is_kept(tmp_path):
    resource = pytest.importorskip("resource", reason="only Unix limits a file's size")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    tape = Tape(tmp_path / "voice.flac", RATE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        for block in blocks(200):
            tape.write(block)
        with_end = tape.finish()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert tape.problem is not None
    assert with_end == tape.path
    heard = soundfile.read(tape.path, dtype="float32")[0]
    assert len(heard) > 50_000
    np.testing.assert_allclose(heard, np.concatenate(blocks(200))[: len(heard)], atol=2**-23)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError):
        Tape(tmp_path / "file" / "voice.flac", RATE)


def test_a_recording_whose_program_was_killed_is_saved(tmp_path):
    path = tmp_path / "voice.flac"
    killed = subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(path)], check=False, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    assert killed.returncode < 0
    assert not path.exists()
    assert finish(salvage(tmp_path / f"voice.flac{PART}")) == path
    heard = soundfile.read(path, dtype="float32")[0]
    assert len(heard) > 80_000 - 3 * 4096  # the blocks that the encoder holds are lost
    np.testing.assert_allclose(heard, np.arange(len(heard)) / 100_000, atol=2**-22)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"fLaC and then nothing"])
def test_a_rest_without_sound_is_removed(tmp_path, content):
    part = tmp_path / f"voice.flac{PART}"
    part.write_bytes(content)
    assert finish(salvage(part)) is None
    assert not list(tmp_path.iterdir())


def test_saving_may_be_stopped_and_is_done_the_next_time(tmp_path):
    part = tmp_path / f"voice.flac{PART}"
    with soundfile.SoundFile(part, "w", RATE, 1, format="FLAC", subtype="PCM_24") as file:
        file.write(np.zeros(5 * RATE))
    job = salvage(part)
    next(job)
    job.close()
    assert list(tmp_path.iterdir()) == [part]
    assert finish(salvage(part)) == tmp_path / "voice.flac"
