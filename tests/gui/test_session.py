"""What the widgets ask for happens: files, takes, undo, time."""

import threading
import time

import numpy as np
import pytest
import soundfile
from PIL import Image

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Progress
from dimitra_studio.project.document import TakeSettings, TimeRange
from dimitra_studio.studio import jobs
from dimitra_studio.studio.moments import Moments
from dimitra_studio.studio.notices import Level, Place


def test_a_portrait_and_a_voice_are_opened_and_understood(opened, portrait, voice):
    assert opened.project.portrait.path == portrait
    assert opened.project.voice.name == "voice.wav"
    assert [word.text for word in opened.media.heard.speech.words] == ["one", "two"]
    assert opened.duration == pytest.approx(2.0)
    assert not opened.is_saved


def test_a_picture_without_a_face_is_told_where_it_was_dropped_and_changes_nothing(session, faceless, qtbot):
    session.open_portrait(faceless)
    qtbot.waitUntil(lambda: bool(session.notices))
    notice = session.notices[0]
    assert (notice.level, notice.place) == (Level.ERROR, Place.PREVIEW)
    assert "black.png" in notice.text
    assert notice.hint
    assert session.project.portrait is None
    assert session.media.opening_portrait is None


def test_a_file_that_holds_no_sound_is_told(session, portrait, qtbot):
    session.open_voice(portrait)
    qtbot.waitUntil(lambda: bool(session.notices))
    assert session.notices[0].place is Place.TIMELINE
    assert session.project.voice is None


def test_a_recording_that_is_too_short_leaves_the_voice_that_there_is(opened, voice, tmp_path, qtbot):
    blip = tmp_path / "blip.wav"
    soundfile.write(blip, np.ones(100), 8000)
    opened.open_voice(blip)
    qtbot.waitUntil(lambda: bool(opened.notices))
    assert "blip.wav is only 0.01 s long" in opened.notices[0].text
    assert opened.project.voice.path == voice
    assert opened.media.voice.path == voice
    assert opened.duration == pytest.approx(2.0)


def test_variations_are_takes_with_the_next_seeds(opened, qtbot):
    opened.generate(TakeSettings(steps=5), seed=7, count=3)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 3)
    assert [take.seed for take in opened.project.takes] == [7, 8, 9]
    assert [take.name for take in opened.project.takes] == ["Take 1", "Take 2", "Take 3"]
    assert opened.take.settings.steps == 5
    assert not opened.project.is_stale(opened.take)


def test_a_take_that_is_asked_for_before_the_voice_is_understood_waits_for_it(session, portrait, voice, qtbot):
    session.open_portrait(portrait)
    session.open_voice(voice)
    qtbot.waitUntil(lambda: session.project.portrait is not None and session.project.voice is not None)
    session.generate(TakeSettings(), seed=1)
    qtbot.waitUntil(lambda: len(session.project.takes) == 1)


def test_without_a_voice_it_is_said_what_is_missing(session):
    session.generate(TakeSettings(), seed=1)
    assert "portrait" in session.notices[0].text
    assert not session.jobs.lines


def test_cancel_stops_the_take_at_once_and_leaves_all_usable(opened, tiny_jobs, qtbot):
    working = threading.Event()
    tiny_jobs.steps, steps = 10_000, []

    def pause():
        steps.append(opened.jobs.lines)
        working.set()
        time.sleep(0.01)

    tiny_jobs.pause = pause
    opened.generate(TakeSettings(), seed=1, count=2)
    qtbot.waitUntil(working.is_set)
    opened.cancel_jobs()
    done = len(steps)
    qtbot.waitUntil(lambda: not opened.jobs.lines)
    assert len(steps) <= done + 1  # the one in which it was
    assert not opened.project.takes
    assert not opened.notices  # a cancel is no error
    tiny_jobs.steps = 1
    opened.generate(TakeSettings(), seed=2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 1)


@pytest.mark.parametrize("step", ["fit_portrait", "analyse_voice"])
def test_what_was_cancelled_is_taken_up_again_for_a_take(step, session, portrait, voice, monkeypatch, qtbot):
    once = getattr(jobs, step)

    def endless(_request, _loader):
        while True:
            yield Progress(step, 0, 1)

    monkeypatch.setattr(jobs, step, endless)
    session.open_voice(voice)
    qtbot.waitUntil(lambda: session.project.voice is not None)
    session.open_portrait(portrait)
    qtbot.waitUntil(lambda: any(line.running for line in session.jobs.lines))
    session.cancel_jobs()
    qtbot.waitUntil(lambda: not session.jobs.lines)
    monkeypatch.setattr(jobs, step, once)
    if session.project.portrait is None:
        session.open_portrait(portrait)
        qtbot.waitUntil(lambda: session.project.portrait is not None)
    session.generate(TakeSettings(), seed=1)
    qtbot.waitUntil(lambda: len(session.project.takes) == 1)


def test_a_job_that_fails_is_told_among_the_takes(opened, tiny_jobs, qtbot):
    tiny_jobs.error = InputError("The motion is broken.", "Mend it.")
    opened.generate(TakeSettings(), seed=1)
    qtbot.waitUntil(lambda: bool(opened.notices))
    assert (opened.notices[0].text, opened.notices[0].place) == ("The motion is broken.", Place.TAKES)
    assert not opened.project.takes


def test_undo_brings_the_former_portrait_back_and_opens_it(opened, tmp_path, qtbot):
    first = opened.media.sitter
    other = tmp_path / "other.png"
    Image.new("RGB", (32, 32), (9, 9, 9)).save(other)
    opened.open_portrait(other)
    qtbot.waitUntil(lambda: opened.project.portrait.name == "other.png")
    opened.undo()
    assert opened.project.portrait.name == "portrait.png"
    qtbot.waitUntil(lambda: opened.media.sitter is not None)
    assert opened.media.sitter.portrait.sha256 == first.portrait.sha256
    assert opened.redo_title == "Change Portrait"  # opening it again was no new step


def test_a_saved_project_opens_again_with_its_take(opened, tmp_path, qtbot):
    opened.generate(TakeSettings(), seed=1)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 1)
    made = opened.take.motion.values
    opened.save(tmp_path / "p.dimitra")
    assert opened.finish_saving()
    opened.new_project()
    assert opened.media.sitter is None
    assert opened.duration == 0
    assert opened.open_project(tmp_path / "p.dimitra")
    qtbot.waitUntil(lambda: opened.media.sitter is not None and opened.media.heard is not None)
    assert (opened.take.motion.values == made).all()
    assert opened.is_saved
    assert opened.title == "p"
    assert opened.settings.recent_files()[0].name == "p.dimitra"


def test_a_project_that_is_none_leaves_the_open_one(opened, tmp_path):
    (tmp_path / "bad.dimitra").write_text("no")
    assert not opened.open_project(tmp_path / "bad.dimitra")
    assert opened.project.portrait is not None
    assert "bad.dimitra" in opened.notices[-1].text


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_called_saved(opened, tmp_path):
    opened.save(tmp_path / "missing" / "p.dimitra")
    assert not opened.finish_saving()
    assert "cannot be written" in opened.notices[-1].text
    assert not opened.is_saved


def test_the_places_of_words_and_markers_are_walked(opened):
    moments = Moments(opened)
    opened.seek(1.2)
    moments.put_marker()
    opened.seek(0.0)
    stops = []
    for _ in range(4):
        moments.next_place()
        stops.append(round(opened.playhead, 3))
    assert stops == [0.2, 1.0, 1.2, 2.0]
    moments.previous_place()
    assert opened.playhead == pytest.approx(1.2)


def test_the_loop_is_set_from_playhead_or_selection_and_undone(opened):
    moments = Moments(opened)
    opened.seek(0.5)
    moments.loop_from_here()
    opened.seek(1.5)
    moments.loop_to_here()
    assert opened.project.loop == TimeRange(0.5, 1.5)
    opened.undo()
    assert opened.project.loop == TimeRange(0.5, opened.duration)
    moments.toggle_loop()
    assert opened.project.loop is None
    opened.select(TimeRange(0.2, 0.4))
    moments.toggle_loop()
    assert opened.project.loop == TimeRange(0.2, 0.4)


def test_a_drag_is_undone_as_one(opened):
    moments = Moments(opened)
    opened.begin_gesture()
    for seconds in (0.2, 0.4, 0.6):
        opened.seek(seconds)
        moments.loop_from_here()
    opened.end_gesture()
    opened.undo()
    assert opened.project.loop is None


def test_a_group_of_another_take_makes_a_third_that_can_be_undone(opened, qtbot):
    opened.generate(TakeSettings(), seed=1, count=2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2)
    first = opened.project.takes[0]
    opened.mix(first.id, Group.LIPS)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 3)
    assert opened.take.name == "Take 2 + lips of Take 1"
    assert len(opened.project.takes) == 3
    opened.undo()
    assert len(opened.project.takes) == 2
