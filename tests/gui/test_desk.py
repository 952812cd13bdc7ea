"""Files come in by hand and go out again: dropped, pasted, chosen, saved."""

import threading
import zipfile
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QLabel, QListWidget

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.motion_files import save_motion
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.project.commands import SetNotes
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.project.storage import load_project, read_thumbnail
from dimitra_studio.studio.dialogs.leaving import Leaving
from dimitra_studio.studio.notices import Level, Place
from dimitra_studio.studio.settings import Settings


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """The file that the save dialog answers with."""
    path = tmp_path / "mine.dimitra"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


@pytest.fixture
def clip(tmp_path):
    """A video of a second with a tone."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as file:
        sound = file.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(0.1 * np.sin(np.arange(16000, dtype=np.float32) / 9)[None], "fltp", "mono")
        frame.sample_rate = 16000
        picture = file.add_stream("mpeg4", rate=Fraction(25))
        picture.width = picture.height = 64
        for _ in range(5):
            shown = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            file.mux(picture.encode(shown))
        file.mux(sound.encode(frame))
        for stream in (picture, sound):
            file.mux(stream.encode(None))
    return path


def test_saving_asks_where_once_and_the_file_holds_document_and_picture(window, opened, chosen, qtbot):
    opened.generate(TakeSettings(), seed=4)
    qtbot.waitUntil(lambda: opened.take is not None and window.preview.is_drawn)
    window.actions_by_id["save"].trigger()
    assert opened.finish_saving()
    assert not opened.notices
    assert opened.path == chosen
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("mine")
    kept = load_project(chosen, chosen.parent / "media").project
    assert [take.seed for take in kept.takes] == [4]
    with Image.open(BytesIO(read_thumbnail(chosen))) as picture:
        assert max(picture.size) == 128
    opened.star_take()
    window.actions_by_id["save"].trigger()
    assert opened.finish_saving()
    assert load_project(chosen, chosen.parent / "media").project.takes[0].starred


def test_a_project_that_the_dialog_has_not_asked_about_is_replaced_only_when_it_is_wanted(
    window, session, chosen, monkeypatch
):
    session.do(SetNotes("precious"))
    session.save(chosen)
    assert session.finish_saving()
    session.new_project()
    session.do(SetNotes("new"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chosen.with_suffix("")), ""))
    window.actions_by_id["save_as"].trigger()
    assert not session.finish_saving()
    assert load_project(chosen, chosen.parent / "media").project.notes == "precious"
    (notice,) = window.notices.notices
    assert "mine.dimitra is there already" in notice.text
    notice.offers[0].accept()
    assert session.finish_saving()
    assert load_project(chosen, chosen.parent / "media").project.notes == "new"
    session.do(SetNotes("newer"))
    window.actions_by_id["save_as"].trigger()  # its own file
    assert session.finish_saving()


def test_saving_under_another_name_begins_beside_the_file(window, session, chosen, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *how: asked.append(how[2]) or ("", ""))
    window.desk.save_as()
    session.save(chosen)
    assert session.finish_saving()
    window.desk.save_as()
    session.new_project()
    window.desk.save_as()
    assert asked == ["Untitled.dimitra", str(chosen), "Untitled.dimitra"]


def test_recent_projects_are_looked_for_only_where_they_are_shown(window, opened, chosen, monkeypatch):
    looked, recent_files = [], Settings.recent_files
    monkeypatch.setattr(Settings, "recent_files", lambda settings: looked.append(1) or recent_files(settings))
    opened.do(SetNotes("a change"))
    assert not looked
    opened.save(chosen)
    assert opened.finish_saving()
    opened.new_project()
    assert looked
    assert window.preview.welcome.findChild(QListWidget).item(0).text() == "mine"


def test_a_save_that_is_given_up_changes_nothing(window, opened, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window.actions_by_id["save"].trigger()
    assert opened.path is None
    assert window.isWindowModified()


def test_leaving_by_saving_saves(window, opened, chosen, leaving):
    leaving.answer = Leaving.SAVE
    assert window.close()
    assert load_project(chosen, chosen.parent / "media").project.portrait is not None


def test_a_pasted_picture_becomes_the_portrait(window, session, qtbot):
    picture = QImage(64, 48, QImage.Format.Format_RGB888)
    picture.fill(QColor(200, 150, 100))
    QGuiApplication.clipboard().setImage(picture)
    window.actions_by_id["paste"].trigger()
    qtbot.waitUntil(lambda: session.media.sitter is not None)
    assert not session.notices
    assert session.media.sitter.portrait.size == (64, 48)


def test_copied_files_are_pasted_as_if_dropped(window, session, portrait, voice, qtbot):
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in (portrait, voice)])
    QGuiApplication.clipboard().setMimeData(content)
    window.actions_by_id["paste"].trigger()
    qtbot.waitUntil(lambda: session.media.heard is not None and session.media.sitter is not None)


def test_a_clipboard_without_a_picture_is_told(window, session):
    QGuiApplication.clipboard().setText("words")
    window.actions_by_id["paste"].trigger()
    assert "no picture" in window.notices.notices[0].text
    assert session.project.portrait is None


def _errors(session):
    return [notice.text for notice in session.notices if notice.level is Level.ERROR]


def test_a_dropped_video_lends_its_voice(window, session, clip, qtbot):
    window.desk.open_paths([clip])
    qtbot.waitUntil(lambda: session.media.heard is not None or bool(_errors(session)))
    assert not _errors(session)
    assert session.project.voice.name == "clip.mp4"
    assert session.media.voice.seconds == pytest.approx(1, abs=0.1)


def test_a_dropped_project_opens_when_nothing_is_lost_by_it(window, opened, chosen, leaving, qtbot):
    opened.save(chosen)
    assert opened.finish_saving()
    opened.new_project()
    window.desk.open_paths([chosen])
    qtbot.waitUntil(lambda: opened.media.sitter is not None)
    assert not leaving.asked
    assert opened.path == chosen
    assert opened.is_saved


def test_a_project_is_not_opened_over_changes_that_the_user_wants(window, opened, chosen, leaving, portrait, qtbot):
    opened.save(chosen)
    assert opened.finish_saving()
    opened.new_project()
    opened.open_portrait(portrait)
    qtbot.waitUntil(lambda: opened.project.portrait is not None)
    leaving.answer = Leaving.STAY
    window.desk.open_paths([chosen])
    assert leaving.asked == 1
    assert opened.path is None


def test_nonsense_is_told_in_the_window_and_nothing_happens(window, session, tmp_path, qtbot):
    nonsense = tmp_path / "letter.doc"
    nonsense.write_text("words, no portrait")
    window.desk.open_paths([nonsense])
    qtbot.waitUntil(lambda: bool(session.notices))
    notice = session.notices[0]
    assert notice.level is Level.ERROR
    assert notice.place in (Place.WINDOW, Place.PREVIEW, Place.TIMELINE)
    assert "letter.doc" in notice.text
    assert session.project.portrait is session.project.voice is None


def test_where_media_are_kept_is_chosen_in_the_menu_and_undone(window, opened, chosen, qtbot):
    actions = window.actions_by_id

    def ticked():
        return [each for each in ("keep_by_size", "keep_inside", "keep_linked") if actions[each].isChecked()]

    assert ticked() == ["keep_by_size"]
    actions["keep_linked"].trigger()
    actions["keep_linked"].trigger()
    assert ticked() == ["keep_linked"]
    opened.save(chosen)
    assert opened.finish_saving()
    with zipfile.ZipFile(chosen) as archive:
        assert not [name for name in archive.namelist() if name.startswith("media/")]
    actions["undo"].trigger()
    assert ticked() == ["keep_by_size"]


def test_a_text_without_a_voice_is_told_with_the_mend(window, session, tmp_path):
    text = tmp_path / "letter.txt"
    text.write_text("one two")
    window.desk.open_paths([text])
    assert (session.notices[0].place, session.notices[0].hint) == (Place.TIMELINE, "Drop the recording, too.")


def test_what_is_said_comes_with_the_voice_in_one_step(window, session, portrait, voice, tmp_path, qtbot):
    text = tmp_path / "script.txt"
    text.write_text("three four")
    window.desk.open_paths([text, voice, portrait])
    qtbot.waitUntil(lambda: session.media.heard is not None and session.media.sitter is not None)
    assert session.project.script == "three four"
    assert [word.text for word in session.media.spoken.words] == ["three", "four"]
    titles = []
    while session.undo_title:
        titles.append(session.undo_title)
        session.undo()
    assert sorted(titles) == ["Change Portrait", "Change Voice"]


def test_a_text_that_is_dropped_later_is_heard_in_the_voice_and_undone(window, opened, tmp_path, qtbot):
    text = tmp_path / "script.txt"
    text.write_text("\ufeffthree four")
    window.desk.open_paths([text])
    qtbot.waitUntil(lambda: opened.media.heard is not None)
    assert [word.text for word in opened.media.spoken.words] == ["three", "four"]
    assert opened.undo_title == "Change Script"
    opened.undo()
    qtbot.waitUntil(lambda: opened.media.heard is not None)
    assert [word.text for word in opened.media.spoken.words] == ["one", "two"]


def test_a_text_that_is_none_changes_nothing(window, opened, tmp_path):
    text = tmp_path / "script.txt"
    text.write_bytes(b"\xff\xfe\x00")
    before = opened.project
    window.desk.open_paths([text])
    assert opened.project is before
    assert opened.notices[-1].level is Level.ERROR
    assert opened.media.heard is not None


def test_motion_files_become_takes_with_their_names(window, opened, tmp_path, qtbot):
    values = np.zeros((50, 70), np.float32)
    made = {"seed": 7, "steps": 20, **{name: {"lips": 0.5} for name in ("guidance", "strength", "temperature")}}
    for name, meta in (("wave", {"motion": made}), ("nod", {"motion": "?"})):
        save_motion(tmp_path / f"{name}.npz", MotionSequence(values), COMPONENT_NAMES, meta)
    window.desk.open_paths([tmp_path / "wave.npz", tmp_path / "nod.npz"])
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2)
    wave, nod = opened.project.takes
    assert (wave.name, wave.seed, wave.settings.steps, wave.settings.guidance.lips) == ("wave", 7, 20, 0.5)
    assert (nod.name, nod.settings) == ("nod", TakeSettings())
    assert wave.recipe["file"]["name"] == "wave.npz"
    assert opened.undo_title == "Add Take"


def test_frames_without_a_face_in_a_motion_file_are_bridged_and_told(window, opened, tmp_path, qtbot):
    values = np.ones((50, 70), np.float32)
    values[10:20] = np.nan
    save_motion(tmp_path / "film.npz", MotionSequence(values), COMPONENT_NAMES)
    window.desk.open_paths([tmp_path / "film.npz"])
    qtbot.waitUntil(lambda: opened.take is not None)
    assert opened.take.motion.seen.all()
    assert "10 of 50 frames" in opened.notices[-1].text


@pytest.mark.parametrize("kind", ["face model", "channels", "zip"])
def test_motion_that_does_not_fit_is_refused_in_a_sentence(window, opened, tmp_path, qtbot, kind):
    path = tmp_path / "other.npz"
    names = COMPONENT_NAMES if kind == "face model" else tuple(f"other{i}" for i in range(64))
    save_motion(path, MotionSequence(np.zeros((5, 70), np.float32), face_model="FLAME"), names)
    if kind == "zip":
        path.write_bytes(path.read_bytes()[:100])
    window.desk.open_paths([path])
    qtbot.waitUntil(lambda: bool(opened.notices))
    assert (opened.notices[-1].level, opened.notices[-1].place) == (Level.ERROR, Place.TAKES)
    assert opened.notices[-1].hint
    assert not opened.project.takes


def test_of_several_pictures_each_bad_one_is_told_and_the_good_one_is_opened(window, session, tmp_path, qtbot):
    names = {"wide.png": (200, 150, 100), "good.png": (200, 150, 100), "dark.png": (0, 0, 0), "night.png": (0, 0, 0)}
    for name, colour in names.items():
        Image.new("RGB", (64, 48), colour).save(tmp_path / name)
    window.desk.open_paths([tmp_path / name for name in names])
    qtbot.waitUntil(lambda: session.project.portrait is not None)
    assert session.project.portrait.name == "good.png"
    assert [notice.text for notice in session.notices if notice.place is Place.PREVIEW] == [
        "No face was found in night.png.",
        "No face was found in dark.png.",
        "There is room for one portrait: good.png is opened, not wide.png.",
    ]
    shown = " ".join(label.text() for label in window.preview.notices.findChildren(QLabel))
    assert "night.png" in shown
    assert "dark.png" in shown  # that the next one is tried has not cleared it away
    session.notices.clear()
    window.desk.open_paths([tmp_path / "dark.png", tmp_path / "night.png"])
    qtbot.waitUntil(lambda: len(session.notices) == 2 and session.media.opening_portrait is None)
    assert session.project.portrait.name == "good.png"


def test_leaving_names_a_take_that_is_being_made(window, opened, chosen, leaving, tiny_jobs, qtbot):
    gate = threading.Event()
    tiny_jobs.pause = lambda: gate.wait(10)
    leaving.answer = Leaving.STAY
    window.desk.save()
    assert opened.finish_saving()
    assert window.desk.may_leave()
    assert not leaving.asked
    opened.generate(TakeSettings(), 1)
    assert not window.desk.may_leave()  # saved, and yet something would be lost
    assert leaving.making == "Take 1 is"
    opened.generate(TakeSettings(), 2)
    opened.do(SetNotes("words"))
    assert not window.close()
    assert (leaving.making, leaving.asked) == ("2 takes are", 2)
    gate.set()
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2)
    assert not window.desk.may_leave()
    assert leaving.making == ""
    leaving.answer = Leaving.DISCARD


def test_of_two_voices_one_is_opened_and_the_other_told(window, session, voice, tmp_path, qtbot):
    other = tmp_path / "other.wav"
    other.write_bytes(voice.read_bytes())
    window.desk.open_paths([other, voice])
    assert session.notices[0].text == "There is room for one voice: voice.wav is opened, not other.wav."
    qtbot.waitUntil(lambda: session.media.heard is not None)
    assert session.project.voice.name == "voice.wav"
