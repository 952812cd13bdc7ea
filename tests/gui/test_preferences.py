"""The settings dialog: what is chosen is in force at once, folders can be changed and emptied."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QProgressBar, QWidget

from dimitra_studio.studio import caches
from dimitra_studio.studio.dialogs.preferences import Preferences
from dimitra_studio.studio.settings import (
    AUTOSAVE_SECONDS,
    CACHE_FOLDER,
    CACHE_MB,
    COMPARE,
    CURVES,
    HEAD_WIRES,
    KEY_PRESET,
    OPEN_FOLDER,
    REDUCED_MOTION,
    RENDERER,
    SPECTRUM,
    STREAM_HOST,
    TEXT_SCALE,
    ZOOM,
    Settings,
)


@pytest.fixture
def preferences(window, qtbot) -> Preferences:
    window.show_preferences()
    return window.findChild(Preferences)


def copy_of_sound(folder, name: str, size: int = 1000):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name * 64}.flac"
    path.write_bytes(bytes(size))
    return path


def test_every_page_has_its_fields_with_name_and_help(preferences):
    titles = [preferences.pages.item(row).text() for row in range(preferences.pages.count())]
    assert titles == ["General", "Engine", "Project", "Live Stream", "Shortcuts"]
    assert {TEXT_SCALE, REDUCED_MOTION, CACHE_MB, AUTOSAVE_SECONDS, KEY_PRESET} <= set(preferences.fields)
    for setting, field in preferences.fields.items():
        assert field.accessibleName() == setting.label
        assert field.accessibleDescription() == setting.help


def test_a_text_that_a_setting_may_not_be_gives_way_to_what_it_was(preferences, session):
    field = preferences.fields[STREAM_HOST]
    for typed, kept in (("studio-2.local", "studio-2.local"), ("two words", "studio-2.local"), ("", "studio-2.local")):
        field.setText(typed)
        field.editingFinished.emit()
        assert (session.settings.text(STREAM_HOST), field.text()) == (kept, kept)
    session.settings.set(STREAM_HOST, "::1")
    assert field.text() == "::1"


def test_fields_set_at_once_and_follow_what_is_set_elsewhere(preferences, session):
    settings = session.settings
    preferences.fields[TEXT_SCALE].setValue(110)
    assert settings.number(TEXT_SCALE) == pytest.approx(1.1)
    preferences.fields[TEXT_SCALE].setValue(100)
    preferences.fields[AUTOSAVE_SECONDS].setValue(30)
    assert settings.number(AUTOSAVE_SECONDS) == 30
    settings.set(AUTOSAVE_SECONDS, 12)
    assert preferences.fields[AUTOSAVE_SECONDS].value() == 12
    assert preferences.fields[AUTOSAVE_SECONDS].suffix() == " s"


def test_the_frames_in_memory_are_told_as_time(preferences, session):
    preferences.fields[CACHE_MB].setValue(300)
    assert "16 s" in preferences.engine.lasting.text()  # 300 MB / (512 * 512 * 3 B) = 400 frames
    assert session.settings.number(CACHE_MB) == 300


def test_the_device_that_was_found_is_told(preferences, window, qtbot):
    window.status.look_around()
    qtbot.waitUntil(lambda: "processor was asked for" in preferences.engine.found.text())


@pytest.mark.parametrize(("kept", "chosen"), [(False, False), (True, False), (False, True)])
def test_pirenderer_is_a_choice_where_its_weights_are_or_it_was_chosen(
    window, session, tmp_path, monkeypatch, kept, chosen
):
    monkeypatch.setenv("DIMITRA_HOME", str(tmp_path / "home"))
    if kept:
        weights = tmp_path / "home" / "models" / "pirenderer" / f"{'0' * 64}.safetensors"
        weights.parent.mkdir(parents=True)
        weights.touch()
    if chosen:
        session.settings.set(RENDERER, "pirenderer")
    window.show_preferences()
    field = window.findChild(Preferences).engine.pictures.fields[RENDERER]
    offered = [field.itemData(index) for index in range(field.count())]
    assert offered == ["auto", "neural", "warp"] + ["pirenderer"] * (kept or chosen)
    assert field.currentData() == session.settings.text(RENDERER)
    field.setCurrentIndex(field.findData("warp"))
    assert session.settings.text(RENDERER) == "warp"


def test_frames_are_forgotten_on_demand(window, opened, preferences, qtbot):
    qtbot.waitUntil(lambda: window.preview.is_drawn)
    forgotten = []
    window.preview.source.resize = forgotten.append
    qtbot.mouseClick(preferences.engine.forget, Qt.MouseButton.LeftButton)
    assert forgotten == [0, 1024 << 20]


def test_decoded_sound_is_kept_elsewhere_and_emptied_but_for_what_is_open(preferences, session, tmp_path, qtbot):
    old = session.sound_folder
    assert old.parent == session.folder
    preferences.engine.keep_sound_in(tmp_path / "elsewhere")
    assert session.sound_folder == tmp_path / "elsewhere" / "sound"
    assert session.media.sound_folder == session.sound_folder
    gone, own = copy_of_sound(session.sound_folder, "a"), session.sound_folder / "mine.flac"
    own.touch()
    qtbot.mouseClick(preferences.engine.empty, Qt.MouseButton.LeftButton)
    assert not gone.exists()
    assert own.exists()
    qtbot.mouseClick(preferences.engine.usual, Qt.MouseButton.LeftButton)
    assert session.sound_folder == old


def test_a_folder_that_cannot_be_used_is_told_and_the_former_stays(preferences, session, tmp_path):
    (tmp_path / "file").touch()
    preferences.engine.keep_sound_in(tmp_path / "file")
    assert "cannot be used" in preferences.engine.told.text()
    assert session.settings.text(CACHE_FOLDER) == ""


def test_emptying_keeps_the_open_recording_and_counts_the_rest(tmp_path):
    opened, other = copy_of_sound(tmp_path, "a", 10), copy_of_sound(tmp_path, "b", 20)
    assert caches.held(tmp_path) == 30
    assert caches.empty(tmp_path, opened.stem) == 20
    assert opened.exists()
    assert not other.exists()
    assert caches.held(tmp_path / "none") == 0


def test_looks_and_curves_are_there_the_next_time(window, session, tmp_path):
    window.actions_by_id["spectrum"].trigger()
    window.actions_by_id["head_wires"].setEnabled(True)
    window.actions_by_id["head_wires"].trigger()
    window.timeline.timeline.channels_changed.emit((3, 1))
    session.settings.sync()
    again = Settings(tmp_path / "studio.ini")
    assert (again.flag(SPECTRUM), again.flag(HEAD_WIRES), again.text(CURVES)) == (True, True, "3,1")
    assert window.actions_by_id["spectrum"].isChecked()
    session.settings.set(SPECTRUM, False)
    assert not window.actions_by_id["spectrum"].isChecked()


def test_with_less_motion_nothing_wanders_nor_slides(window, session, theme, qtbot):
    bar = QProgressBar()
    qtbot.addWidget(bar)
    theme.show_share(bar, None)
    assert bar.maximum() == 0  # Qt lets it wander
    session.settings.set(REDUCED_MOTION, True)
    assert not window.isAnimated()
    theme.show_share(bar, None)
    assert (bar.value(), bar.maximum()) == (0, 1)
    theme.show_share(bar, (3, 4))
    assert (bar.value(), bar.maximum()) == (3, 4)
    session.settings.set(REDUCED_MOTION, False)


def test_larger_text_asks_for_a_larger_window_and_grows_in_headings_and_clock(window, session, theme):
    least = window.minimumSize()
    title = window.preview.welcome.findChild(QLabel, options=Qt.FindChildOption.FindChildrenRecursively)
    assert title is not None
    heights = [label.sizeHint().height() for label in window.preview.welcome.findChildren(QLabel) if label.text()]
    session.settings.set(TEXT_SCALE, 2.0)
    grown = [label.sizeHint().height() for label in window.preview.welcome.findChildren(QLabel) if label.text()]
    session.settings.set(TEXT_SCALE, 1.0)
    assert all(after > before for before, after in zip(heights, grown, strict=True))
    assert window.minimumSize() == least
    assert least == QSize(720, 480)


def test_what_is_clicked_is_24_px_high(window, opened, preferences, qtbot):
    for root in (window, preferences):
        for widget in root.findChildren(QAbstractButton) + root.findChildren(QComboBox):
            if widget.isVisible() and not _within_a_field(widget):
                assert widget.height() >= 24, (widget, widget.toolTip())


def _within_a_field(widget: QWidget) -> bool:
    """The cross that empties a field for text is as high as the text; Escape or Delete do the same."""
    return widget.metaObject().className() == "QLineEditIconButton"


def test_zoom_comparison_and_folder_are_there_the_next_time(window, session, monkeypatch, portrait, tmp_path, qtbot):
    window.preview.bar.zoom.setCurrentText("Mouth")
    assert window.actions_by_id["zoom_mouth"].isChecked()
    window.actions_by_id["zoom_mouth"].setEnabled(True)
    window.actions_by_id["zoom_mouth"].trigger()  # again: fit
    assert window.preview.bar.zoom.currentText() == "Fit"
    session.settings.set(ZOOM, "100 %")
    session.comparison.cycle()
    assert "wipe with" in window.preview.view.accessibleDescription()
    asked = []
    monkeypatch.setattr(
        "dimitra_studio.studio.desk.QFileDialog.getOpenFileName",
        lambda _window, _title, folder, _kinds: asked.append(folder) or (str(portrait), ""),
    )
    window.desk.choose_portrait()
    window.desk.choose_portrait()
    assert asked == ["", str(tmp_path)]
    session.settings.sync()
    again = Settings(tmp_path / "studio.ini")
    assert (again.text(ZOOM), again.text(COMPARE), again.text(OPEN_FOLDER)) == ("100 %", "Wipe", str(tmp_path))
    qtbot.waitUntil(lambda: session.media.sitter is not None)


def test_the_keys_walk_from_panel_to_panel(window, opened, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    seen = set()
    for _ in range(6):
        window.actions_by_id["next_panel"].trigger()
        focused = window.focusWidget()
        seen |= {
            name
            for name in ("preview", "takes", "inspector", "head", "timeline")
            if getattr(window, name).isAncestorOf(focused) or getattr(window, name) is focused
        }
    assert seen >= {"preview", "inspector", "head", "timeline"}
    last = window.focusWidget()
    window.actions_by_id["next_panel"].trigger()
    window.actions_by_id["last_panel"].trigger()
    assert window.focusWidget() is last
