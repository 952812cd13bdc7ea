"""Of several faces in a picture one is chosen; that is a step like others, and the project file keeps it."""

import pytest
from PIL import Image

from dimitra_studio.core.errors import InputError
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio import jobs


@pytest.fixture
def two(window, opened, tmp_path, qtbot):
    """A window whose portrait shows two faces, and its choice of one."""
    path = tmp_path / "two.png"
    picture = Image.new("RGB", (64, 64), (200, 150, 100))
    picture.paste((40, 90, 160), (36, 10, 58, 38))
    picture.save(path)
    opened.open_portrait(path)
    qtbot.waitUntil(lambda: opened.media.sitter is not None and opened.media.sitter.fit.faces == 2)
    return window.preview.bar.face


def choose(choice, row: int) -> None:
    choice.setCurrentIndex(row)
    choice.activated.emit(row)


def test_one_face_asks_for_no_choice(window, opened):
    assert window.preview.bar.face.isHidden()


def test_another_face_is_one_step_and_marks_takes_of_the_first(two, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    assert not two.isHidden()
    assert [two.itemText(row) for row in range(two.count())] == ["Face 1 of 2", "Face 2 of 2"]
    colours = [two.itemIcon(row).pixmap(24, 24).toImage().pixelColor(12, 12).name() for row in range(2)]
    assert colours == ["#c89664", "#285aa0"]  # each shows its own
    choose(two, 1)
    qtbot.waitUntil(lambda: opened.media.sitter is not None and opened.media.sitter.fit.face == 1)
    assert (opened.project.face, opened.undo_title) == (1, "Choose Face")
    assert opened.project.is_stale(opened.take)
    opened.undo()
    assert (opened.project.face, two.currentIndex()) == (0, 0)
    qtbot.waitUntil(lambda: opened.media.sitter is not None and opened.media.sitter.fit.face == 0)
    assert not opened.project.is_stale(opened.take)
    opened.redo()
    qtbot.waitUntil(lambda: opened.media.sitter is not None and opened.media.sitter.fit.face == 1)
    assert two.currentIndex() == 1


def test_the_choice_is_saved_and_another_picture_begins_with_its_largest_face(two, opened, portrait, tmp_path, qtbot):
    choose(two, 1)
    qtbot.waitUntil(lambda: opened.project.face == 1)
    opened.save(tmp_path / "p.dimitra")
    assert opened.finish_saving()
    opened.new_project()
    assert opened.open_project(tmp_path / "p.dimitra")
    assert opened.project.face == 1
    qtbot.waitUntil(lambda: opened.media.sitter is not None and opened.media.sitter.fit.face == 1)
    opened.open_portrait(portrait)
    qtbot.waitUntil(lambda: opened.project.portrait.name == portrait.name)
    assert opened.project.face == 0
    assert two.isHidden()


def test_a_face_that_is_no_good_changes_nothing(two, opened, monkeypatch, qtbot):
    fit = jobs.fit_portrait

    def refuse(request, loader):
        if request.face:
            raise InputError("The face in two.png is only 20 px wide.", "Use a larger picture.")
        return (yield from fit(request, loader))

    monkeypatch.setattr(jobs, "fit_portrait", refuse)
    choose(two, 1)
    qtbot.waitUntil(lambda: opened.media.opening_portrait is None)
    assert "only 20 px wide" in opened.notices[-1].text
    assert (opened.project.face, two.currentIndex(), opened.media.sitter.fit.face) == (0, 0, 0)
