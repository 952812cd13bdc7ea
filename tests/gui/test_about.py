"""What the user is told at the first start, and kept in the settings."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QLabel

from dimitra_studio.engine.registry import Model, ModelFile, Registry
from dimitra_studio.studio.dialogs import about
from dimitra_studio.studio.dialogs.about import About
from dimitra_studio.studio.jobs import Surroundings
from dimitra_studio.studio.settings import EXPORT_MARK, NOTICE_READ

GONE = Model("gone", "finding what is gone", "MIT", (ModelFile("gone.bin", 1, "0" * 64, "p/gone.bin"),), "p==1")


@pytest.fixture
def greeted(window, session, qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(about, "open_registry", lambda: Registry((GONE,), tmp_path))
    session.settings.set(NOTICE_READ, False)
    window.greet()
    dialog = window.findChild(About)
    qtbot.waitUntil(lambda: not session.errands.busy)
    return dialog


def said(dialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_it_tells_of_privacy_consent_machine_models_and_folders(greeted, session):
    session.tell_surroundings(Surroundings("cpu", "The processor was asked for.", ""))
    told = said(greeted)
    for words in (
        "no telemetry", "Ask before you use a face", "cores", "The processor was asked for.", "Finding what is gone",
        "MIT", "Run: dimitra models install gone", str(session.folder), str(session.sound_folder),
    ):  # fmt: skip
        assert words in told
    assert "Looking at" not in told


def test_it_comes_until_it_was_read_and_then_only_when_asked_for(greeted, window, session, qtbot):
    greeted.close()
    qtbot.waitUntil(lambda: window.findChild(About) is None)
    assert not session.settings.flag(NOTICE_READ)
    window.greet()
    again = window.findChild(About)
    (read,) = again.findChild(QDialogButtonBox).buttons()
    qtbot.mouseClick(read, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(About) is None)
    assert session.settings.flag(NOTICE_READ)
    window.greet()
    assert window.findChild(About) is None
    window.actions_by_id["about"].trigger()
    assert window.findChild(About) is not None


def test_it_may_be_closed_before_the_models_are_known(window, session, qtbot):
    begun, may_end = threading.Event(), threading.Event()
    session.errands.send(lambda: begun.set() or may_end.wait(10), lambda _: None, lambda _: None)
    window.show_about()
    window.findChild(About).close()
    qtbot.waitUntil(lambda: window.findChild(About) is None)
    assert begun.wait(10)
    may_end.set()
    qtbot.waitUntil(lambda: not session.errands.busy)


def test_films_are_marked_until_it_is_switched_off_here(greeted, session):
    box = greeted.findChild(QCheckBox)
    assert box.isChecked()
    assert session.settings.flag(EXPORT_MARK)
    box.click()
    assert not session.settings.flag(EXPORT_MARK)
