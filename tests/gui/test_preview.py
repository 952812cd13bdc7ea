"""What of a take the preview shows, and how."""

import importlib
from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import RendererName
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.project.commands import AddTake
from dimitra_studio.project.document import Take, TakeSettings
from dimitra_studio.studio.comparison import Compare
from dimitra_studio.studio.preview.lens import Zoom
from dimitra_studio.studio.preview.scene import face_square, set_scene
from dimitra_studio.studio.preview.stage import _MODULES
from dimitra_studio.studio.preview.view import PictureView


@pytest.fixture
def view(theme, qtbot):
    view = PictureView(theme)
    qtbot.addWidget(view)
    view.resize(400, 300)
    original = QImage(200, 100, QImage.Format.Format_RGB888)
    original.fill(QColor(200, 0, 0))
    view.show_original(original, QRectF(0.45, 0.6, 0.1, 0.05))
    view.show_frame(np.full((50, 100, 3), (0, 200, 0), np.uint8))
    return view


def colour(view, x, y):
    shown = view.grab().toImage()
    ratio = shown.devicePixelRatio()
    picked = shown.pixelColor(int(x * ratio), int(y * ratio))
    return "red" if picked.red() > 150 else "green" if picked.green() > 150 else "ground"


def test_the_picture_is_fitted_whole(view):
    assert colour(view, 200, 150) == "green"
    assert colour(view, 2, 60) == "green"
    assert colour(view, 200, 30) == "ground"


def test_at_full_size_a_pixel_is_a_pixel(view):
    view.set_zoom(Zoom.FULL)
    assert colour(view, 200, 150) == "green"
    assert colour(view, 50, 150) == "ground"
    assert view.longer_side() == 200


def test_the_original_stands_left_of_the_wipe_beside_or_alone(view, qtbot):
    view.set_compare(Compare.WIPE)
    assert (colour(view, 100, 150), colour(view, 300, 150)) == ("red", "green")
    view.set_compare(Compare.BESIDE)
    assert (colour(view, 100, 150), colour(view, 300, 150)) == ("red", "green")
    view.set_compare(Compare.OFF)
    view.hold_other()
    assert colour(view, 300, 150) == "red"
    qtbot.keyRelease(view, Qt.Key.Key_QuoteLeft)
    assert colour(view, 300, 150) == "green"


def test_the_mouth_fills_the_view(view):
    view.set_zoom(Zoom.MOUTH)
    assert {colour(view, x, y) for x in (5, 200, 395) for y in (5, 150, 295)} == {"green"}


def test_a_picture_larger_than_the_view_is_drawn_along_as_far_as_its_edges(view, qtbot):
    original = QImage(2000, 1000, QImage.Format.Format_RGB888)
    original.fill(QColor(200, 0, 0))
    original.setPixelColor(0, 0, QColor(0, 0, 0))
    view.show_original(original, QRectF(0.45, 0.6, 0.1, 0.05))
    view.set_zoom(Zoom.FULL)
    before = view._place(view._areas()[0])
    assert abs(before.left() + before.width() / 2 - 200) < 1  # the mouth is in the middle
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.mouseMove(view, QPoint(80, 70))
    after = view._place(view._areas()[0])
    assert (after.left() - before.left(), after.top() - before.top()) == pytest.approx((30, 20))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(80, 70))
    for _ in range(5):
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
        qtbot.mouseMove(view, QPoint(390, 290))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(390, 290))
    edge = view._place(view._areas()[0])
    assert (edge.left(), edge.top()) == pytest.approx((0, 0))
    view.set_zoom(Zoom.FIT)
    assert not view._is_large()


@pytest.fixture
def sitter(opened):
    return opened.media.sitter


def test_a_head_that_turns_too_far_is_eased_and_said(sitter):
    values = np.zeros((4, 70), np.float32)
    values[2, 65] = 1.0  # yaw, far beyond 15 degrees
    scene = set_scene(sitter, MotionSequence(values), own=True, longer_side=64)
    assert scene.eased == {2}
    assert "turning" in scene.warning
    assert 0.26 < scene.values[2, 65] < 0.35


def test_motion_of_another_head_is_shown_about_this_ones_pose(sitter):
    values = np.zeros((3, 70), np.float32)
    values[:, 64] = 0.1
    assert set_scene(sitter, MotionSequence(values), own=False, longer_side=64).values[0, 64] == pytest.approx(0.0)
    assert set_scene(sitter, MotionSequence(values), own=True, longer_side=64).values[0, 64] == pytest.approx(0.1)


def test_frames_are_found_again_by_what_they_show(sitter):
    values = np.zeros((2, 70), np.float32)
    values[1, 0] = 0.5
    one, again = (set_scene(sitter, MotionSequence(values), own=True, longer_side=64) for _ in range(2))
    other = set_scene(sitter, MotionSequence(values), own=True, longer_side=32)
    cache = FrameCache(1 << 20)
    cache.put(one.key(1), np.zeros((2, 2, 3), np.uint8))
    assert cache.get(again.key(1)) is not None
    assert cache.get(one.key(0)) is None
    assert cache.get(other.key(1)) is None


def test_the_square_of_the_face_lies_inside_the_frame(sitter):
    square = face_square(set_scene(sitter, None, own=True, longer_side=64))
    assert 0 <= square.left <= 64 - square.side
    assert 0 <= square.top <= 48 - square.side


def test_what_comes_is_drawn_ahead_so_that_playing_waits_for_nothing(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    source = window.preview.source
    qtbot.waitUntil(lambda: source.scene is not None and source._cache.get(source.scene.key(49)) is not None)
    opened.seek(1.0)
    assert window.preview.is_drawn  # at once


def test_what_is_shown_otherwise_is_told_under_the_picture(window, opened, qtbot):
    bar = window.preview.bar
    assert bar._told.isHidden()
    values = np.zeros((4, 70), np.float32)
    values[2, 65] = 1.0
    take = Take("far", "Far", 0, TakeSettings(), MotionSequence(values), datetime.now(UTC))
    opened.do(AddTake(take))
    assert not bar._told.isHidden()
    assert "turning" in bar._told.toolTip()
    assert bar._warning.text()


def test_focus_and_words_leave_the_picture_as_bright_as_it_is(view, qtbot):
    """The ground behind a name once filled the whole view of whoever had clicked it."""
    view.say_aside("half size while playing")
    view.show()
    qtbot.waitExposed(view)
    plain = view.grab().toImage().pixelColor(200, 150)
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert view.grab().toImage().pixelColor(200, 150) == plain


def test_every_renderer_that_can_be_chosen_is_loaded_before_it_draws():
    assert set(_MODULES) == set(RendererName) - {RendererName.AUTO}
    for module in _MODULES.values():
        importlib.import_module(module)
