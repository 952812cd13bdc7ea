"""A take leaves the window as a file."""

import pytest
from PySide6.QtCore import Qt

from dimitra_studio.core.requests import RenderVideo
from dimitra_studio.export.motion_files import load_motion
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio import jobs
from dimitra_studio.studio.dialogs.export import ExportDialog
from dimitra_studio.studio.notices import Level
from dimitra_studio.studio.settings import Settings


@pytest.fixture
def dialog(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    window.actions_by_id["export"].trigger()
    return window.findChild(ExportDialog)


def test_a_take_becomes_a_motion_file(dialog, window, opened, tmp_path, qtbot):
    dialog.kind.setCurrentIndex(1)
    assert dialog.path.text().endswith("Untitled Take 1.npz")
    dialog.path.setText(str(tmp_path / "take.npz"))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.notices.notices))
    assert window.notices.notices[0].file == tmp_path / "take.npz"
    file = load_motion(tmp_path / "take.npz")
    assert (file.motion.values == opened.take.motion.values).all()
    assert file.meta["voice"]["sha256"] == opened.project.voice.sha256


def test_a_video_is_asked_for_with_portrait_voice_and_size(dialog, opened, tmp_path, monkeypatch, qtbot):
    asked = []

    def export_video(request, take, _loader):
        asked.append((request, take))
        yield from ()
        return "Wrote it."

    monkeypatch.setattr(jobs, "export_video", export_video)
    dialog.size_choice.setCurrentIndex(dialog.size_choice.findData("512"))
    dialog.path.setText(str(tmp_path / "video.mp4"))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked))
    request, take = asked[0]
    assert isinstance(request, RenderVideo)
    assert (request.portrait.portrait, request.sound) == (opened.project.portrait.path, opened.project.voice.path)
    assert (request.output, request.size, take) == (tmp_path / "video.mp4", 512, opened.take)


def test_size_and_folder_are_remembered(dialog, window, opened, tmp_path):
    dialog.size_choice.setCurrentIndex(dialog.size_choice.findData("720"))
    dialog.kind.setCurrentIndex(1)
    dialog.path.setText(str(tmp_path / "x.npz"))
    dialog.accept()
    again = ExportDialog("y", Settings(tmp_path / "studio.ini"), window)
    assert again.size_choice.currentData() == "720"
    assert again.path.text() == str(tmp_path / "y.mp4")


def test_a_name_that_says_something_else_cannot_be_exported(dialog):
    dialog.path.setText("/somewhere/video.avi")
    assert not dialog.go.isEnabled()


def test_a_place_that_cannot_be_written_is_told(dialog, window, tmp_path, qtbot):
    dialog.kind.setCurrentIndex(1)
    dialog.path.setText(str(tmp_path / "missing" / "x.npz"))
    dialog.accept()
    qtbot.waitUntil(lambda: any(notice.level is Level.ERROR for notice in window.notices.notices))
