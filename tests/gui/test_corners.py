"""Corners that are reached seldom: long names, ranges that are none, no panel at all."""

import pytest
from PySide6.QtWidgets import QFileDialog

from dimitra_studio.project.commands import RenameTake
from dimitra_studio.project.document import TakeSettings, TimeRange
from dimitra_studio.studio.dialogs.export import ExportDialog
from dimitra_studio.studio.export_kinds import kind_named
from dimitra_studio.studio.settings import EXPORT_FOLDER


@pytest.fixture
def ask(window, opened, tmp_path, qtbot):
    """Opens the dialog for a take."""
    opened.settings.set(EXPORT_FOLDER, str(tmp_path))
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 1)

    def ask():
        window.export()
        return window.findChild(ExportDialog)

    return ask


def test_a_take_with_a_long_name_can_be_exported(ask, opened):
    opened.do(RenameTake(opened.take.id, "ä" * 300))
    dialog = ask()
    assert dialog.go.isEnabled(), dialog.said.text()


def test_a_name_that_another_export_writes_is_not_proposed(ask, window):
    first = ask()
    path = first._path
    first.close()
    window._exports._writing.append(path)
    subject = window._exports.subject()
    window._exports._writing.clear()
    dialog = ExportDialog(subject, window._session.settings, window)
    assert dialog._path != path
    assert dialog.go.isEnabled(), dialog.said.text()


def test_a_folder_is_chosen_although_the_range_is_none(ask, monkeypatch, tmp_path):
    dialog = ask()
    dialog.choose(kind_named("pictures"))
    dialog.part.choice.setCurrentIndex(dialog.part.choice.findData("typed"))
    dialog.part.start.setValue(1.5)
    dialog.part.end.setValue(1.0)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    dialog._browse()
    assert dialog._path.parent == tmp_path
    assert not dialog.go.isEnabled()


def test_a_selection_at_the_very_end_is_told(ask, opened):
    seconds = opened.take.motion.duration
    opened.select(TimeRange(seconds - 1e-8, seconds + 1))
    dialog = ask()
    dialog.part.choice.setCurrentIndex(dialog.part.choice.findData("selection"))
    assert not dialog.go.isEnabled()
    assert "not within" in dialog.said.text()


def test_without_panels_the_keys_stay_where_they_are(window):
    window.docks.hide_all()
    window.docks.next_panel()
    window.docks.previous_panel()
