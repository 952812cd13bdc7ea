"""A take leaves the window as a file."""

import threading
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Progress
from dimitra_studio.core.requests import QUALITIES, FilmKind
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.export.motion_files import load_motion
from dimitra_studio.project.commands import DeleteTake
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import Outcome
from dimitra_studio.studio.dialogs.export import ExportDialog
from dimitra_studio.studio.export_kinds import kind_named
from dimitra_studio.studio.notices import Level
from dimitra_studio.studio.settings import EXPORT_FOLDER, EXPORT_MARK, Settings


@pytest.fixture
def take(opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    return opened.take


@pytest.fixture
def ask(window, take, opened, tmp_path):
    """Opens the dialog."""
    (tmp_path / "out").mkdir()
    opened.settings.set(EXPORT_FOLDER, str(tmp_path / "out"))

    def opened_dialog() -> ExportDialog:
        window.actions_by_id["export"].trigger()
        return window.findChildren(ExportDialog)[-1]

    return opened_dialog


@pytest.fixture
def dialog(ask):
    return ask()


@pytest.fixture
def films(monkeypatch):
    """Exports of films that wait at their first step until they may go on; `asked` are their requests."""

    films = SimpleNamespace(asked=[], may_end=threading.Event(), error=None)

    def export_film(request, take, sitter, _loader):
        films.asked.append((request, take, sitter))
        while not films.may_end.is_set():
            yield Progress("render", 1, 9)
            films.may_end.wait(0.01)
        if films.error is not None:
            raise films.error
        request.output.write_text("a film")
        return "Wrote it."

    monkeypatch.setattr(jobs, "export_film", export_film)
    yield films
    films.may_end.set()


@pytest.fixture(autouse=True)
def stopping(monkeypatch):
    """Answers whether exports may be stopped; also when a test is over and its window is closed."""

    answers = SimpleNamespace(answer=True, asked=[])

    def ask_to_stop(_parent, count):
        answers.asked.append(count)
        return answers.answer

    monkeypatch.setattr("dimitra_studio.studio.dialogs.stopping.ask_to_stop", ask_to_stop)
    return answers


VIDEO, EDITING, PICTURES, MOTION = (kind_named(name) for name in ("mp4", "prores", "pictures", "motion"))


def choose(combo, data):
    place = combo.findData(data)
    assert place >= 0
    combo.setCurrentIndex(place)


def export(dialog, path=None):
    if path is not None:
        dialog.path.setText(str(path))
    assert dialog.go.isEnabled(), dialog.said.text()
    dialog.accept()


def test_a_take_becomes_a_motion_file(dialog, window, opened, tmp_path, qtbot):
    dialog.choose(MOTION)
    assert dialog.path.text().endswith("Untitled Take 1.npz")
    dialog.path.setText(str(tmp_path / "take.npz"))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.notices.notices))
    assert window.notices.notices[0].file == tmp_path / "take.npz"
    file = load_motion(tmp_path / "take.npz")
    assert (file.motion.values == opened.take.motion.values).all()
    assert file.meta["voice"]["sha256"] == opened.project.voice.sha256
    assert "part" not in file.meta


def test_a_part_of_a_take_becomes_a_motion_file(dialog, window, opened, tmp_path, qtbot):
    dialog.choose(MOTION)
    choose(dialog.part.choice, "typed")
    dialog.part.start.setValue(0.41)
    dialog.part.end.setValue(1.2)
    assert "0.80 s" in dialog.facts.text()
    export(dialog, tmp_path / "take.npz")
    qtbot.waitUntil(lambda: bool(window.notices.notices))
    file = load_motion(tmp_path / "take.npz")
    assert (file.motion.values == opened.take.motion.values[10:30]).all()
    assert file.meta["part"] == [0.4, 1.2]


@pytest.mark.parametrize(
    ("kind", "film", "suffix"),
    [
        (VIDEO, FilmKind.MP4, ".mp4"),
        (EDITING, FilmKind.PRORES, ".mov"),
        (PICTURES, FilmKind.PICTURES, ""),
    ],
)
def test_a_film_is_asked_for_with_all_that_was_chosen(dialog, opened, films, tmp_path, qtbot, kind, film, suffix):
    dialog.choose(kind)
    choose(dialog.size_choice, "512")
    choose(dialog.quality.choice, QUALITIES["small"])
    choose(dialog.part.choice, "typed")
    dialog.part.end.setValue(1.0)
    path = tmp_path / f"film{suffix}"
    dialog.path.setText(str(path))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(films.asked))
    request, take, sitter = films.asked[0]
    assert (request.portrait.portrait, request.sound) == (opened.project.portrait.path, opened.project.voice.path)
    assert (request.output, request.kind, request.size) == (path, film, 512)
    assert (request.crf, request.part) == (QUALITIES["small"], TimeRange(0.0, 1.0))
    assert (take, sitter) == (opened.take, opened.media.sitter)


def test_the_take_is_the_one_of_the_asking(ask, opened, films, take, portrait, tmp_path, qtbot):
    """Another project, another take, no portrait: the exports that wait are of what was shown."""
    dialog, sitter = ask(), opened.media.sitter
    export(dialog)
    second = ask()
    opened.do(DeleteTake(take.id))
    export(second, tmp_path / "out" / "b.mp4")
    opened.new_project()
    films.may_end.set()
    qtbot.waitUntil(lambda: len(films.asked) == 2 and not opened.jobs.lines)
    assert [asked[1:] for asked in films.asked] == [(take, sitter)] * 2
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"Untitled Take 1.mp4", "b.mp4"}


def test_kind_size_quality_and_folder_are_remembered(ask, films, tmp_path):
    dialog = ask()
    dialog.choose(VIDEO)
    choose(dialog.size_choice, "720")
    dialog.quality.number.setValue(20)
    export(dialog, tmp_path / "x.mp4")
    (tmp_path / "Untitled Take 1.mp4").write_text("mine")
    again = ask()
    assert (again.kind.currentData(), again.size_choice.currentData()) == ("mp4", "720")
    assert again.quality.crf == 20
    assert again.quality.advanced.isChecked()
    assert again.path.text() == str(tmp_path / "Untitled Take 1 2.mp4")  # nothing is proposed that is there
    assert Settings(tmp_path / "studio.ini").text(EXPORT_FOLDER) == str(tmp_path)


def test_words_and_number_of_the_quality_are_one(dialog):
    quality = dialog.quality
    for word, crf in QUALITIES.items():
        choose(quality.choice, crf)
        assert (quality.crf, quality.number.value()) == (crf, crf), word
    quality.number.setValue(40)
    assert quality.choice.currentData() is None
    assert quality.choice.count() == len(QUALITIES) + 1
    quality.number.setValue(QUALITIES["high"])
    assert quality.choice.currentData() == QUALITIES["high"]
    assert quality.choice.count() == len(QUALITIES)


def test_what_a_kind_has_no_use_for_is_not_asked(dialog):
    for kind, size, quality in ((VIDEO, True, True), (EDITING, True, False),
                                (PICTURES, True, False), (MOTION, False, False)):  # fmt: skip
        dialog.choose(kind)
        assert (dialog.size_choice.isVisible(), dialog.quality.isVisible()) == (size, quality)


def test_loop_and_selection_can_be_chosen_where_there_are_any(ask, opened):
    choices = ask().part.choice
    assert [choices.itemData(place) for place in range(choices.count())] == ["whole", "typed"]
    opened.set_loop(TimeRange(0.5, 1.0))
    opened.select(TimeRange(1.5, 60.0))
    part = ask().part
    assert part.part is None
    choose(part.choice, "loop")
    assert part.part == TimeRange(0.5, 1.0)
    choose(part.choice, "selection")
    assert part.part == TimeRange(1.5, opened.take.motion.duration)


def test_a_range_that_is_none_is_told_inline(dialog):
    choose(dialog.part.choice, "typed")
    dialog.part.start.setValue(1.5)
    dialog.part.end.setValue(1.0)
    assert not dialog.go.isEnabled()
    assert dialog.said.text() == "The range must end after its beginning."
    dialog.accept()
    assert dialog.isVisible()
    dialog.part.end.setValue(2.0)
    assert dialog.go.isEnabled()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("video.avi", "does not end so"),
        (".mp4", "Give it a name"),
        ("none/video.mp4", "the folder does not exist"),
        ("folder.mp4", "it is a folder"),
        ("x" * 300 + ".mp4", "the name is too long"),
    ],
)
def test_a_name_that_cannot_be_written_is_told_inline(dialog, tmp_path, name, sentence):
    (tmp_path / "folder.mp4").mkdir()
    dialog.path.setText(str(tmp_path / name))
    assert not dialog.go.isEnabled()
    assert sentence in dialog.said.text()
    assert dialog.said.property("level") == "error"
    dialog.path.setText(str(tmp_path / "good.mp4"))
    assert dialog.go.isEnabled()
    assert dialog.said.text() == ""


def test_inputs_are_never_written_over(dialog, opened, voice, tmp_path):
    dialog.choose(MOTION)
    link = tmp_path / "link.npz"
    link.hardlink_to(voice)
    dialog.path.setText(str(link))
    assert not dialog.go.isEnabled()
    assert "one of the inputs" in dialog.said.text()


def test_a_file_that_is_there_is_replaced_only_knowingly(dialog, tmp_path):
    (tmp_path / "old.mp4").write_text("old")
    dialog.path.setText(str(tmp_path / "old.mp4"))
    assert dialog.said.text() == "old.mp4 is there already and will be replaced."
    assert (dialog.said.property("level"), dialog.go.text()) == ("warning", "Replace")
    dialog.path.setText(str(tmp_path / "new.mp4"))
    assert (dialog.said.text(), dialog.go.text()) == ("", "Export")


def test_pictures_go_into_a_folder_of_their_own(dialog, tmp_path):
    dialog.choose(PICTURES)
    assert dialog.path.text() == str(tmp_path / "out" / "Untitled Take 1")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    dialog.path.setText(str(tmp_path / "full"))
    assert not dialog.go.isEnabled()
    assert "holds something already" in dialog.said.text()


def test_two_exports_do_not_write_the_same_file(ask, films):
    first = ask()
    export(first)
    second = ask()
    second.path.setText(first.path.text())
    assert not second.go.isEnabled()
    assert "Another export is writing" in second.said.text()


def test_a_tilde_is_the_home_and_nobody_elses(dialog, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    dialog.path.setText("~/film.mp4")
    assert dialog.wish.path == tmp_path / "film.mp4"
    dialog.path.setText("~nobody at all/film.mp4")
    assert not dialog.go.isEnabled()
    assert "the folder does not exist" in dialog.said.text()


def test_a_name_without_a_folder_goes_where_the_last_export_went(dialog, films, tmp_path, qtbot):
    export(dialog, "short.mp4")
    qtbot.waitUntil(lambda: bool(films.asked))
    assert films.asked[0][0].output == tmp_path / "out" / "short.mp4"


def test_a_failed_export_is_told_and_can_be_done_again(dialog, window, opened, films, tmp_path, qtbot):
    films.error = InputError("The disk is full.", "Free some space.")
    films.may_end.set()
    export(dialog)
    qtbot.waitUntil(lambda: bool(opened.jobs.ended))
    (failed,) = opened.jobs.ended
    assert (failed.outcome, failed.error) == (Outcome.FAILED, "The disk is full. Free some space.")
    assert any(notice.level is Level.ERROR for notice in window.notices.notices)
    films.error = None
    opened.jobs.retry(failed.id)
    qtbot.waitUntil(lambda: [line.outcome for line in opened.jobs.ended] == [Outcome.DONE])
    assert (tmp_path / "out" / "Untitled Take 1.mp4").read_text() == "a film"


def test_closing_asks_while_an_export_is_not_done(dialog, window, opened, films, stopping, qtbot):
    export(dialog)
    qtbot.waitUntil(lambda: bool(films.asked))
    stopping.answer = False
    assert not window.close()
    assert opened.jobs.lines
    stopping.answer = True
    assert window.close()
    assert stopping.asked == [1, 1]


@pytest.mark.parametrize("marked", [True, False])
def test_films_are_marked_as_the_settings_say(ask, window, opened, films, tmp_path, qtbot, marked):
    window._session.settings.set(EXPORT_MARK, marked)
    export(ask(), tmp_path / "film.mp4")
    qtbot.waitUntil(lambda: bool(films.asked))
    assert films.asked[0][0].mark is marked
    films.may_end.set()
    qtbot.waitUntil(lambda: bool(window.notices.notices))
