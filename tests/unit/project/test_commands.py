import pytest

from dimitra_studio.project.commands import AddTake, DeleteTake, PutMarker, SelectTake, StarTake
from dimitra_studio.project.document import Marker, MediaRef, Project, TimeRange


@pytest.fixture
def project(make_take):
    return Project(takes=tuple(make_take(name) for name in "abc"), current="b")


def test_a_new_take_is_shown(project, make_take):
    after, change = AddTake(make_take("d")).apply(project)
    assert [take.id for take in after.takes] == list("abcd")
    assert after.take.id == "d" == change.take_id


@pytest.mark.parametrize(("deleted", "current"), [("a", "b"), ("b", "c"), ("c", "b")])
def test_deleting_the_shown_take_shows_its_neighbour(project, deleted, current):
    after, _ = DeleteTake(deleted).apply(project)
    assert deleted not in [take.id for take in after.takes]
    assert after.current == current


def test_deleting_the_last_take_shows_none(make_take):
    after, _ = DeleteTake("a").apply(Project(takes=(make_take("a"),), current="a"))
    assert after.take is None


def test_only_the_named_take_changes(project):
    after, _ = StarTake("c", True).apply(project)
    assert [take.starred for take in after.takes] == [False, False, True]
    assert after.takes[0] is project.takes[0]


def test_a_take_that_is_not_there_is_refused(project):
    with pytest.raises(LookupError, match="no take z"):
        SelectTake("z").apply(project)


def test_markers_stay_in_order_and_move_by_their_id():
    project = Project()
    for marker in (Marker("x", 2.0), Marker("y", 1.0), Marker("x", 0.5, "start")):
        project, _ = PutMarker(marker).apply(project)
    assert [(marker.id, marker.seconds) for marker in project.markers] == [("x", 0.5), ("y", 1.0)]


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-1, 1), (0, float("inf")), (float("nan"), 1)])
def test_a_range_runs_forwards(start, end):
    with pytest.raises(ValueError, match="no stretch of time"):
        TimeRange(start, end)


def test_a_take_is_stale_when_its_portrait_or_voice_was_changed(make_take, tmp_path):
    take = make_take("a", recipe={"portrait": {"sha256": "p"}, "voice": {"sha256": "v"}})
    portrait, voice = MediaRef(tmp_path, "p", "p"), MediaRef(tmp_path, "v", "v")
    assert not Project(portrait, voice).is_stale(take)
    assert Project(portrait, MediaRef(tmp_path, "w", "w")).is_stale(take)
    assert Project(MediaRef(tmp_path, "q", "q"), voice).is_stale(take)
    assert not Project().is_stale(take)
