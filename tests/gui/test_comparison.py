"""The take beside another one: in the preview, behind the curves, by menu and keys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dimitra_studio.project.document import Project, TakeSettings
from dimitra_studio.studio.comparison import Against, Compare, Comparison


@pytest.fixture
def window_with_takes(window, opened, qtbot):
    opened.generate(TakeSettings(), 5, count=2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2 and window.preview.is_drawn)
    return window


@pytest.fixture
def takes(window_with_takes, opened):
    return opened.project.takes


def named(comparison):
    return comparison.take.name if comparison.take else "portrait"


def test_the_other_one_is_the_portrait_until_another_is_chosen(opened, takes):
    comparison = opened.comparison
    assert named(comparison) == "portrait"
    comparison.choose(Against.PREVIOUS)
    assert named(comparison) == "Take 1"
    opened.select_take(takes[0].id)
    assert named(comparison) == "Take 2"  # what was shown before


def test_a_take_by_name_changes_places_with_it_when_it_is_shown(opened, takes):
    opened.comparison.choose(Against.NAMED, takes[0].id)
    assert named(opened.comparison) == "Take 1"
    opened.select_take(takes[0].id)
    assert named(opened.comparison) == "Take 2"


def test_a_deleted_take_is_compared_with_no_longer_and_undo_brings_the_next_best(opened, takes):
    opened.comparison.choose(Against.NAMED, takes[0].id)
    opened.select_take(takes[1].id)
    opened.select_take(takes[0].id)
    opened.delete_take()
    assert opened.comparison.take is None  # there is no other
    opened.undo()
    assert opened.comparison.take is not None


def test_without_takes_there_is_nothing_to_compare(qapp):
    comparison = Comparison()
    comparison.follow(Project())
    comparison.choose(Against.PREVIOUS)
    assert comparison.take is None
    assert comparison.ghost is None


def test_both_sides_are_drawn_at_the_same_moment(window_with_takes, opened, qtbot):
    view, comparison = window_with_takes.preview.view, opened.comparison
    comparison.choose(Against.PREVIOUS)
    comparison.choose_way(Compare.BESIDE)
    opened.seek(1.0)
    qtbot.waitUntil(lambda: window_with_takes.preview.is_drawn)
    assert view.other.pixelColor(5, 5) == view.frame.pixelColor(5, 5)  # the tiny engine's takes are alike
    opened.seek(0.2)
    qtbot.waitUntil(lambda: window_with_takes.preview.is_drawn)
    assert view.other.pixelColor(5, 5) == view.frame.pixelColor(5, 5)
    comparison.choose(Against.PORTRAIT)
    qtbot.waitUntil(lambda: window_with_takes.preview.is_drawn)
    assert view.other.pixelColor(5, 5).getRgb()[:3] == (200, 150, 100)


def test_the_bar_offers_the_portrait_the_previous_take_and_the_others_by_name(window_with_takes, opened, takes):
    bar = window_with_takes.preview.bar
    offered = [bar.against.itemText(row) for row in range(bar.against.count())]
    assert offered == ["with portrait", "with previous take", "with Take 1"]
    bar.against.setCurrentIndex(2)
    bar.against.activated.emit(2)
    assert opened.comparison.way is Compare.WIPE  # it is seen at once
    opened.comparison.choose_way(Compare.OFF)
    bar.way.activated.emit(1)
    assert opened.comparison.take is takes[0]
    assert opened.comparison.way is Compare.WIPE
    assert bar.way.currentText() == "Wipe"


def test_the_compared_take_stands_behind_the_curves_while_two_are_seen(window_with_takes, opened, takes):
    timeline = window_with_takes.timeline.timeline
    opened.comparison.choose(Against.PREVIOUS)
    assert timeline._ghost is None
    opened.comparison.cycle()
    assert timeline._ghost is takes[0].motion
    opened.comparison.choose_way(Compare.OFF)
    assert timeline._ghost is None


def test_the_key_shows_the_other_one_wherever_the_focus_is(window_with_takes, opened, qtbot):
    window, view = window_with_takes, window_with_takes.preview.view
    opened.comparison.choose(Against.PREVIOUS)
    window.activateWindow()
    window.takes.list.setFocus()
    qtbot.waitUntil(window.takes.list.hasFocus)
    qtbot.keyPress(window.takes.list, Qt.Key.Key_QuoteLeft)
    assert view.is_held
    qtbot.waitUntil(lambda: window.preview.is_drawn and view.other is not None)
    qtbot.keyRelease(view, Qt.Key.Key_QuoteLeft)
    assert not view.is_held
    assert window.takes.list.hasFocus()


def test_the_divider_moves_by_hand_and_by_keys(window_with_takes, opened, qtbot):
    view = window_with_takes.preview.view
    opened.comparison.choose_way(Compare.WIPE)
    middle = view.rect().center()
    before = view._divider()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, middle + type(middle)(20, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle)
    assert view._divider() > before
    for way, name in ((-1, "wipe_left"), (1, "wipe_right")):
        before = view._divider()
        window_with_takes.actions_by_id[name].trigger()
        assert np.sign(view._divider() - before) == way
