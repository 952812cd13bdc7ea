import pytest

from dimitra_studio.core.events import Progress
from dimitra_studio.engine.eta import Eta, StageTimes


def test_says_nothing_before_it_knows():
    left = Eta(10.0).update(Progress("render", 0, 100), 0.0)
    assert (left.stage, left.job) == (None, None)


def test_takes_the_pace_after_the_warm_up():
    eta = Eta(10.0)
    eta.update(Progress("render", 0, 100), 0.0)
    eta.update(Progress("render", 1, 100), 30.0)
    assert eta.update(Progress("render", 11, 100), 31.0).stage == pytest.approx(8.9)


def test_follows_a_pace_that_changes():
    eta = Eta(10.0)
    for second in range(20):
        eta.update(Progress("render", 1 + second, 1000), float(second))
    for step in range(1, 21):
        left = eta.update(Progress("render", 20 + 10 * step, 1000), 20.0 + step)
    assert left.stage == pytest.approx((1000 - 220) / 10, rel=0.05)


def test_adds_the_later_stages_as_they_took_before():
    eta = Eta(10.0, {"face": 1.0, "motion": 0.5, "render": 2.0})
    assert eta.update(Progress("face", 0, 1), 0.0).job == pytest.approx(1 + 5 + 20)
    assert eta.update(Progress("motion", 0, 30), 1.0).job == pytest.approx(5 + 20)
    eta.update(Progress("motion", 10, 30), 11.0)
    assert eta.update(Progress("motion", 20, 30), 21.0).job == pytest.approx(10 + 20)


def test_remembers_what_the_stages_took():
    eta = Eta(10.0, {"face": 1.0})
    eta.update(Progress("face", 0, 1), 0.0)
    eta.update(Progress("render", 0, 1), 2.0)
    assert eta.finish(32.0) == pytest.approx({"face": 1.5, "render": 3.0})


def test_a_stage_that_does_not_depend_on_the_length_is_not_scaled_by_it():
    short = Eta(0.2)
    short.update(Progress("face", 0, 1), 0.0)
    short.update(Progress("render", 0, 1), 2.0)
    hour = Eta(3600.0, short.finish(2.4))
    assert hour.update(Progress("face", 0, 1), 0.0).stage == pytest.approx(2.0)
    assert hour.update(Progress("face", 0, 1), 0.5).job == pytest.approx(1.5 + 2.0 * 3600)


def test_keeps_times_by_kind(tmp_path):
    times = StageTimes(tmp_path / "new" / "times.json")
    assert times.recall("a") == {}
    times.keep("a", {"face": 1.0})
    times.keep("b", {"face": 2.0})
    assert times.recall("a") == {"face": 1.0}
    assert times.recall("b") == {"face": 2.0}


@pytest.mark.parametrize("content", ["", "[1]", '{"a": 3}', '{"a": {"face": "soon"}}'])
def test_shrugs_at_a_damaged_file(tmp_path, content):
    path = tmp_path / "times.json"
    path.write_text(content)
    assert StageTimes(path).recall("a") == {}
