"""Frames while playing: which are drawn next, how large, and that what is late is left out."""

import numpy as np
import pytest

from dimitra_studio.core.events import Progress
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.engine.renderers import WARP
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio.preview.pace import FULL, LEVELS, Pace
from dimitra_studio.studio.preview.plan import Plan
from dimitra_studio.studio.preview.scene import Pair, set_scene
from dimitra_studio.studio.preview.stage import Show, Stage


def named(plan, count=100):
    return [frame for frame in (plan.next() for _ in range(count)) if frame is not None]


def test_at_rest_what_follows_comes_first_then_what_is_before():
    assert named(Plan(6, 10, 2)) == [2, 3, 4, 5, 0, 1]
    assert named(Plan(6, 3, 2)) == [2, 3, 4]


def test_while_playing_what_would_come_too_late_is_left_out():
    plan = Plan(20, 20, 5)
    plan.play(25.0, None, 0.1)  # a frame takes as long as two and a half
    assert plan.next() == 8
    plan.place = 12  # the clock went on
    assert plan.next() == 15


def test_backwards_the_frames_before_come_first():
    plan = Plan(20, 4, 10)
    plan.play(-25.0, None, 0.04)
    assert named(plan) == [9, 8, 7, 6]


def test_round_a_loop_its_start_follows_its_end():
    plan = Plan(20, 20, 8)
    plan.play(25.0, (6, 10), 0.04)
    assert named(plan) == [9, 6, 7]


def test_a_frame_that_was_driven_out_is_drawn_again():
    plan = Plan(4, 4, 0)
    assert named(plan) == [0, 1, 2, 3]
    plan.forget(2)
    assert named(plan) == [2]


def test_what_frames_take_is_learned():
    plan = Plan(4, 4, 0)
    before = plan.seconds
    for _ in range(30):
        plan.took(0.5)
    assert before < plan.seconds <= 0.5


def test_frames_get_quicker_and_smaller_only_where_the_machine_falls_behind():
    pace = Pace(LEVELS)
    assert not any(pace.took(met=index % 6 != 0) for index in range(300))  # one in six is late
    assert pace.level == LEVELS[0]
    assert any(pace.took(met=index % 2 == 0) for index in range(100))
    assert pace.level != LEVELS[0]
    for _ in range(100):
        pace.took(met=False)
    assert pace.level == LEVELS[-1]
    pace.begin()
    assert pace.level == LEVELS[-2]  # what was in the way may be over


@pytest.fixture
def pairs(opened):
    values = np.zeros((10, 70), np.float32)
    values[:, 0] = np.linspace(0, 1, 10)
    pair = Pair(set_scene(opened.media.sitter, MotionSequence(values), own=True, longer_side=64))
    return pair, pair.drawn(32, WARP)


def test_a_single_full_frame_among_smaller_ones_would_flash(pairs):
    full, small = pairs
    cache = FrameCache(1 << 20)
    stage, show = Stage(cache), Show(full, small, LEVELS[-1], 1)

    def keep(pair, frame, side):
        cache.put(pair.keys(frame)[0], np.zeros((side, side, 3), np.uint8))

    assert stage.find(show, 4) is None
    keep(full, 4, 64)
    assert stage.find(show, 4) is None
    keep(small, 4, 32)
    assert stage.find(show, 4).level == show.level
    keep(full, 5, 64)
    assert stage.find(show, 4).level == FULL  # the next is full too


def test_many_hands_draw_what_one_would(pairs):
    class Shade:
        def show(self, values, frame):
            return np.full((48, 64, 3), int(200 * values[frame, 0]), np.uint8)

    pair, _ = pairs
    stage = Stage(FrameCache(1 << 20))
    stage._set = lambda _scene, _loader: iter_of(Shade())
    for _ in stage.run(Show(pair, pair), Plan(10, 10, 0), 3, None):
        pass
    shades = [int(stage.kept(pair, frame)[0][0, 0, 0]) for frame in range(10)]
    assert shades == [int(200 * value) for value in pair.lead.values[:, 0]]


def iter_of(renderer):
    yield Progress("stage", 0, 1)
    return renderer


@pytest.fixture
def playing(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None and window.preview.is_drawn)
    return window


def test_playing_shows_frames_of_the_moment_and_never_older_ones(playing, opened, qtbot):
    late = []
    scene = playing.preview.source.scene
    playing.preview.source.ready.connect(lambda shown: late.append(scene.frame_at(opened.playhead) - shown.frame))
    opened.seek(0.0)
    opened.transport.play()
    qtbot.waitUntil(lambda: not opened.transport.is_playing, timeout=10_000)
    assert len(late) > 10
    assert max(late) <= 1


def test_at_rest_the_picture_has_its_full_size_again(playing, opened, qtbot, monkeypatch):
    monkeypatch.setattr("dimitra_studio.studio.preview.source._SMALLEST", 16)  # the tiny engine's frames are small
    source = playing.preview.source
    opened.transport.play()
    source._pace._index = 1
    source.play(25.0, None)
    assert source._show.small.lead.size < source._show.full.lead.size
    opened.transport.pause()
    assert source._show.small is source._show.full
    qtbot.waitUntil(lambda: playing.preview.is_drawn)
