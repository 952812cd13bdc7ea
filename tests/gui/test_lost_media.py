"""Files that go missing or are replaced: told at their place, mended with a click, never taken silently."""

import os
import shutil

import numpy as np
import pytest
import soundfile
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPushButton

from dimitra_studio.core.files import sha256_of
from dimitra_studio.project.commands import SetKeeping
from dimitra_studio.project.document import Keeping, TakeSettings
from dimitra_studio.studio.notices import Level, Place


@pytest.fixture
def linked(opened, tmp_path, qtbot):
    """A saved project with links to its media, and a take."""
    opened.generate(TakeSettings(), seed=1)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 1)
    opened.do(SetKeeping(Keeping.LINKED))
    opened.save(tmp_path / "p.dimitra")
    assert opened.finish_saving()
    opened.new_project()
    return opened


def texts(session, place):
    return [notice.text for notice in session.notices if notice.place is place]


def press(session, label):
    (offer,) = [offer for notice in session.notices for offer in notice.offers if offer.label.startswith(label)]
    offer.accept()


def write_other(path):
    soundfile.write(path, np.zeros(16000), 8000)


def test_a_missing_voice_is_told_at_its_place_and_located_by_its_content(linked, voice, portrait, tmp_path, qtbot):
    elsewhere = tmp_path.with_name(tmp_path.name + "-elsewhere")
    elsewhere.mkdir()
    shutil.move(voice, elsewhere / "renamed.wav")
    shutil.move(portrait, elsewhere / "portrait.png")
    linked.open_project(tmp_path / "p.dimitra")
    qtbot.waitUntil(lambda: bool(texts(linked, Place.TIMELINE)) and bool(texts(linked, Place.PREVIEW)))
    assert "voice.wav is missing" in texts(linked, Place.TIMELINE)[0]
    assert not [notice for notice in linked.notices if notice.level is Level.ERROR]
    assert linked.take is not None
    linked.lost.locate(linked.project.voice, elsewhere / "renamed.wav")
    qtbot.waitUntil(lambda: linked.media.voice is not None and linked.media.sitter is not None)
    assert linked.project.voice.path == elsewhere / "renamed.wav"
    assert linked.project.portrait.path == elsewhere / "portrait.png"  # it was found beside it
    assert not linked.project.is_stale(linked.take)


def test_the_wrong_file_is_taken_only_when_it_is_wanted(linked, voice, tmp_path, qtbot):
    voice.unlink()
    write_other(tmp_path / "other.wav")
    linked.open_project(tmp_path / "p.dimitra")
    linked.lost.locate(linked.project.voice, tmp_path / "other.wav")
    qtbot.waitUntil(lambda: any("is not the file" in text for text in texts(linked, Place.TIMELINE)))
    assert linked.project.voice.path == voice
    press(linked, "Use it")
    qtbot.waitUntil(lambda: linked.project.voice.name == "other.wav")
    assert linked.project.is_stale(linked.take)


def test_a_voice_that_was_replaced_on_the_disk_is_told_and_not_taken(linked, voice, tmp_path, qtbot):
    write_other(voice)
    linked.open_project(tmp_path / "p.dimitra")
    qtbot.waitUntil(lambda: bool(texts(linked, Place.TIMELINE)))
    assert "was changed on the disk" in texts(linked, Place.TIMELINE)[0]
    assert linked.media.voice is None
    assert linked.is_saved
    press(linked, "Use it as it is now")
    qtbot.waitUntil(lambda: linked.media.voice is not None)
    assert linked.project.is_stale(linked.take)
    linked.undo()
    assert not linked.project.is_stale(linked.take)


def test_a_voice_that_changes_while_it_is_open_is_noticed_when_the_user_comes_back(opened, voice, qtbot):
    QGuiApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    opened.errands.wait()
    assert not opened.notices
    write_other(voice)
    QGuiApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: bool(texts(opened, Place.TIMELINE)))
    assert "was changed on the disk" in texts(opened, Place.TIMELINE)[0]


def test_a_portrait_that_was_taken_back_is_not_used_and_never_as_the_voice(opened, portrait, qtbot):
    Image.new("RGB", (64, 48), (20, 150, 200)).save(portrait)
    os.utime(portrait, (1, 1))
    opened.lost.look()
    qtbot.waitUntil(lambda: bool(texts(opened, Place.PREVIEW)))
    while opened.project.portrait is not None:
        opened.undo()
    before = opened.project
    press(opened, "Use it as it is now")
    opened.errands.wait()
    assert opened.project is before
    assert "does not use portrait.png any more" in opened.notices[-1].text


def test_a_file_that_changes_again_is_used_as_it_is_when_the_button_is_pressed(window, opened, portrait, qtbot):
    for colour in (20, 220):
        Image.new("RGB", (64, 48), (colour, 150, 200)).save(portrait)
        os.utime(portrait, (colour, colour))
        opened.lost.look()
        opened.errands.wait()
    (notice,) = window.preview.notices.notices
    notice.offers[0].accept()
    opened.errands.wait()
    assert opened.project.portrait.sha256 == sha256_of(portrait)


def test_a_file_that_is_located_after_its_place_was_given_up_is_told(opened, portrait, tmp_path):
    media = opened.project.portrait
    moved = shutil.move(portrait, tmp_path / "moved.png")
    while opened.project.portrait is not None:
        opened.undo()
    opened.lost.locate(media, moved)
    opened.errands.wait()
    assert "any more" in opened.notices[-1].text
    assert opened.project.portrait is None


def test_locate_asks_for_the_file(window, linked, voice, tmp_path, monkeypatch, qtbot):
    moved = tmp_path / "moved.wav"
    shutil.move(voice, moved)
    write_other(voice)  # another file lies where it lay
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(moved), ""))
    linked.open_project(tmp_path / "p.dimitra")
    qtbot.waitUntil(lambda: bool(texts(linked, Place.TIMELINE)))
    buttons = [each for each in window.findChildren(QPushButton) if each.text() == "Locate…" and each.isVisible()]
    assert len(buttons) == 1
    buttons[0].click()
    qtbot.waitUntil(lambda: linked.media.voice is not None)
    assert linked.project.voice.path == moved
    assert not window.preview.notices.notices
