"""What is opened, mixed and stopped while other things are on their way; loops that are no loops."""

import threading
import time
from dataclasses import replace

import pytest
from PIL import Image

from dimitra_studio.core.channels import Group
from dimitra_studio.core.events import Progress
from dimitra_studio.project.commands import SetLoop
from dimitra_studio.project.document import TakeSettings, TimeRange
from dimitra_studio.studio import jobs, mixing
from dimitra_studio.studio.moments import Moments


def slow(job, steps=20):
    """The job, after some steps in which it can be stopped."""

    def start(*wishes):
        for step in range(steps):
            yield Progress("slow", step, steps)
            time.sleep(0.005)
        return (yield from job(*wishes))

    return start


def ended(job):
    """What comes of a job, in one step."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_files_opened_twice_appear(times, session, portrait, voice, monkeypatch, qtbot):
    monkeypatch.setattr(jobs, "fit_portrait", slow(jobs.fit_portrait))
    monkeypatch.setattr(jobs, "open_voice", slow(jobs.open_voice))
    for _ in range(times):
        session.open_portrait(portrait)
        qtbot.wait(20)  # so that it runs
    qtbot.waitUntil(lambda: session.media.sitter is not None)
    for _ in range(times):
        session.open_voice(voice)
        qtbot.wait(20)
    qtbot.waitUntil(lambda: session.media.voice is not None)
    assert session.project.portrait.path == portrait
    assert session.project.voice.path == voice


def test_a_project_that_is_opened_again_meanwhile_shows_its_face(opened, monkeypatch, tmp_path, qtbot):
    path = tmp_path / "p.dimitra"
    opened.save(path)
    assert opened.finish_saving()
    opened.new_project()
    monkeypatch.setattr(jobs, "fit_portrait", slow(jobs.fit_portrait))
    opened.open_project(path)
    qtbot.wait(20)
    opened.open_project(path)
    qtbot.waitUntil(lambda: opened.media.sitter is not None)


def test_a_project_that_is_opened_again_meanwhile_is_listened_to(opened, monkeypatch, tmp_path, qtbot):
    """As where unsaved work is restored while its file, with the same voice, is listened to."""
    path = tmp_path / "p.dimitra"
    opened.save(path)
    assert opened.finish_saving()
    opened.new_project()
    monkeypatch.setattr(jobs, "analyse_voice", slow(jobs.analyse_voice, 200))
    opened.open_project(path)
    qtbot.waitUntil(lambda: any(line.kind == "speech" for line in opened.jobs.lines))
    opened.open_project(path)
    qtbot.waitUntil(lambda: opened.media.heard is not None)


def test_media_inside_a_project_are_told_by_their_names(opened, monkeypatch, tmp_path, qtbot):
    path = tmp_path / "p.dimitra"
    opened.save(path)
    assert opened.finish_saving()
    opened.new_project()
    told = []
    opened.jobs.changed.connect(lambda: told.extend(line.title for line in opened.jobs.lines))
    opened.open_project(path)
    qtbot.waitUntil(lambda: opened.media.sitter is not None and opened.media.heard is not None)
    assert opened.project.voice.path.stem == opened.project.voice.sha256
    assert {"Look for the face in portrait.png", "Open voice.wav", "Listen to voice.wav"} == set(told)


def test_a_face_that_comes_late_is_not_anothers(session, portrait, tmp_path, monkeypatch, qtbot):
    """The first one is in its last step when the second is opened."""
    other, going_on, fit = tmp_path / "other.png", threading.Event(), jobs.fit_portrait
    Image.new("RGB", (64, 48), (20, 150, 200)).save(other)
    begun = threading.Event()

    def held(request, loader):
        yield Progress("face", 0, 1)
        if request.portrait == portrait:
            begun.set()
            going_on.wait(5)
            return ended(fit(request, loader))
        return (yield from fit(request, loader))

    monkeypatch.setattr(jobs, "fit_portrait", held)
    opened_portraits = []
    session.media.portrait_opened.connect(lambda opened, _face: opened_portraits.append(opened))
    session.open_portrait(portrait)
    qtbot.waitUntil(begun.is_set)
    session.open_portrait(other)
    going_on.set()
    qtbot.waitUntil(lambda: session.media.sitter is not None)
    assert [(each.path, each.name) for each in opened_portraits] == [(other, "other.png")]


@pytest.mark.parametrize("last", [False, True])
def test_a_mix_does_not_come_into_another_project(last, opened, monkeypatch, qtbot):
    opened.generate(TakeSettings(), 1, count=2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2)
    begun, going_on = threading.Event(), threading.Event()

    def mix(base, shown, other, group, loader):
        begun.set()
        if last:
            going_on.wait(5)
        else:
            yield from slow(lambda *_: iter(()))()
        yield Progress("mix", 0, 1)
        return replace(base, id="mixed", name="mixed of the former project")

    monkeypatch.setattr(mixing, "mix_takes", mix)
    opened.mix(opened.project.takes[0].id, Group.LIPS)
    qtbot.waitUntil(begun.is_set)
    opened.new_project()
    going_on.set()
    qtbot.waitUntil(lambda: not opened.drawing.lines)
    qtbot.wait(50)
    assert not opened.project.takes


def test_a_take_at_its_end_does_not_come_into_another_project(opened, monkeypatch, qtbot):
    begun, going_on, made = threading.Event(), threading.Event(), []
    opened.generation.made.connect(made.append)

    def write_take(*_wishes):
        begun.set()
        going_on.wait(5)
        yield from ()

    monkeypatch.setattr(jobs, "write_take", write_take)
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(begun.is_set)
    opened.new_project()
    going_on.set()
    qtbot.waitUntil(lambda: not opened.jobs.lines)
    assert not made


@pytest.mark.parametrize("stop", ["open_sample", "cancel_jobs"])
def test_starting_up_goes_on_whatever_is_opened_or_stopped(stop, window, session, monkeypatch, qtbot):
    monkeypatch.setattr(jobs, "look_around", slow(jobs.look_around))
    window.status.look_around()
    qtbot.waitUntil(lambda: any(line.running for line in session.jobs.lines))
    assert not window.status.cancel.isVisible()  # there is nothing that it would stop
    getattr(session, stop)()
    qtbot.waitUntil(lambda: session.surroundings is not None)
    assert "Processor" in window.status._device.text()


def test_a_loop_under_a_frame_is_told_and_not_set(window, opened):
    opened.select(TimeRange(0.5, 0.52))
    Moments(opened).toggle_loop()
    assert opened.project.loop is None
    assert not opened.undo_title.startswith("Set Loop")
    assert "too short" in opened.notices[-1].text
    opened.select(TimeRange(0.48, 0.52))
    Moments(opened).toggle_loop()
    assert opened.project.loop == TimeRange(0.48, 0.52)


def test_a_file_with_a_loop_under_a_frame_can_be_used(opened, tmp_path, qtbot):
    opened.do(SetLoop(TimeRange(0.5, 0.52)))
    path = tmp_path / "p.dimitra"
    opened.save(path)
    assert opened.finish_saving()
    opened.new_project()
    with qtbot.capture_exceptions() as faults:
        opened.open_project(path)
        qtbot.waitUntil(lambda: opened.media.heard is not None)
        opened.transport.play()
        qtbot.waitUntil(lambda: opened.playhead > 0.6)
    assert not faults
