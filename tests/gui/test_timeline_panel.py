"""The timeline shows the session, and what is done there reaches it."""

import numpy as np
import pytest
import soundfile

from dimitra_studio.project.document import Marker, TakeSettings, TimeRange


@pytest.fixture
def timeline(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    return window.timeline.timeline


def test_it_lasts_as_long_as_the_voice_and_follows_the_playhead(timeline, opened):
    assert timeline.scale.duration == pytest.approx(opened.duration)
    opened.seek(1.25)
    assert timeline.overlay.playhead == pytest.approx(1.25)


def test_another_voice_is_shown_from_its_start_to_its_end(timeline, opened, tmp_path, qtbot):
    timeline.zoom_in()
    assert not timeline.scale.shows_all
    opened.star_take()
    assert not timeline.scale.shows_all  # the same voice
    longer = tmp_path / "longer.wav"
    soundfile.write(longer, 0.1 * np.sin(np.arange(40_000) / 9), 8000)
    opened.open_voice(longer)
    qtbot.waitUntil(lambda: opened.media.voice is not None and opened.media.voice.path == longer)
    assert timeline.scale.duration == pytest.approx(5.0)
    assert timeline.scale.shows_all


def test_a_click_seeks_and_a_drag_scrubs_with_playing_going_on_afterwards(timeline, opened):
    timeline.seek_requested.emit(0.75)
    assert opened.playhead == pytest.approx(0.75)
    opened.transport.play()
    timeline.scrubbing_changed.emit(True)
    timeline.seek_requested.emit(0.5)
    assert not opened.transport.is_playing
    timeline.scrubbing_changed.emit(False)
    assert opened.transport.is_playing


def test_loop_selection_and_markers_go_both_ways(timeline, opened):
    timeline.loop_changed.emit(TimeRange(0.25, 1.0))
    assert opened.project.loop == timeline.overlay.loop == TimeRange(0.25, 1.0)
    timeline.range_selected.emit(TimeRange(0.5, 0.75))
    assert opened.selection == timeline.overlay.selection == TimeRange(0.5, 0.75)
    timeline.marker_wanted.emit(1.5)
    (marker,) = opened.project.markers
    assert timeline.overlay.markers == (1.5,)
    timeline.marker_edited.emit(Marker(marker.id, 0.5, "here"))
    assert opened.project.markers == (Marker(marker.id, 0.5, "here"),)
    timeline.marker_removed.emit(marker.id)
    assert opened.project.markers == ()
    opened.undo()
    assert timeline.overlay.markers == (0.5,)


def test_the_film_is_drawn_for_the_take_that_is_shown(window, timeline, qtbot):
    film = window.timeline._film
    qtbot.waitUntil(lambda: film.picture(0.0, 40) is not None and film.picture(1.9, 40) is not None)
    first, last = film.picture(0.0, 40), film.picture(1.9, 40)
    assert first.width() == first.height()
    assert last.pixelColor(1, 1).red() > first.pixelColor(1, 1).red() + 50


def test_an_empty_project_shows_an_empty_timeline(timeline, opened):
    opened.new_project()
    assert timeline.overlay.markers == ()
    assert timeline.overlay.loop is None
