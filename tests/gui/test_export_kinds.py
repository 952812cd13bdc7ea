"""Every format of `dimitra export` leaves the window, and what `dimitra import` reads comes in."""

import json
import re
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from dimitra_studio.core.events import finish
from dimitra_studio.core.lane import Lane
from dimitra_studio.core.requests import FilmKind, FitPortrait
from dimitra_studio.core.speech import Phoneme, Utterance, Word
from dimitra_studio.engine.conversion import Conversion, convert_motion, convert_speech
from dimitra_studio.export.formats import Formats
from dimitra_studio.export.incoming import read_motion_file, read_speech_file
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.project.speech_commands import CorrectSpeech
from dimitra_studio.studio.dialogs.export import ExportDialog
from dimitra_studio.studio.export_kinds import KINDS, Purpose, kind_named
from dimitra_studio.studio.files import motion_filter, words_filter
from dimitra_studio.studio.settings import EXPORT_FOLDER, EXPORT_KIND

SAID = Utterance(
    (Word(0.2, 0.6, "one"), Word(1.0, 1.5, "two")),
    (
        *(Phoneme(0.0, 0.2, "SIL"), Phoneme(0.2, 0.4, "W"), Phoneme(0.4, 0.6, "AH"), Phoneme(0.6, 1.0, "SIL")),
        *(Phoneme(1.0, 1.2, "T"), Phoneme(1.2, 1.5, "UW"), Phoneme(1.5, 2.0, "SIL")),
    ),
)


head_model = cache(load_head_model)


@pytest.fixture
def dialog(window, opened, tmp_path, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    opened.do(CorrectSpeech(SAID))
    (tmp_path / "out").mkdir()
    opened.settings.set(EXPORT_FOLDER, str(tmp_path / "out"))
    window.actions_by_id["export"].trigger()
    return window.findChildren(ExportDialog)[-1]


def undated(content):
    """A file's bytes without the moment at which MATLAB's format says that it was written."""
    return re.sub(rb"Created on: [^\0]{24}", b"", content)


def offered(dialog):
    """Names of kinds by purpose."""
    found = {}
    for place, purpose in enumerate(Purpose):
        dialog.purpose.setCurrentIndex(place)
        found[purpose] = [dialog.kind.itemData(item) for item in range(dialog.kind.count())]
    return found


def test_every_film_and_every_format_is_offered_by_what_it_is_for(dialog):
    found = offered(dialog)
    assert found[Purpose.VIDEO] == [kind.name for kind in KINDS if kind.film]
    assert {FilmKind(name) for name in found[Purpose.VIDEO]} == set(FilmKind)
    assert set(found[Purpose.MOTION]) == {"motion", *(each.value.name for each in Formats if not each.value.spoken)}
    assert set(found[Purpose.SPEECH]) == {each.value.name for each in Formats if each.value.spoken}


def test_each_says_what_it_is_good_for_in_a_sentence(dialog):
    for kind in KINDS:
        dialog.choose(kind)
        assert dialog.about.text().startswith(kind.about)
        assert kind.about.endswith(".")
        assert len(kind.about) < 110
        assert dialog.path.text().endswith(kind.suffix)


def test_the_measure_of_the_papers_map_is_shown(dialog):
    for name in ("deng", "sadtalker", "dreamtalk"):
        dialog.choose(kind_named(name))
        assert "R² 0.46" in dialog.about.text()
        assert dialog.height() >= dialog.layout().totalHeightForWidth(dialog.width())  # it is read whole
    dialog.choose(kind_named("gltf"))
    assert "R²" not in dialog.about.text()


def test_what_a_kind_has_no_use_for_is_not_asked(dialog):
    seen = {}
    for kind in KINDS:
        dialog.choose(kind)
        rows = (dialog.size_choice, dialog.quality, dialog.even, dialog.fps)
        seen[kind.name] = tuple(row.isVisible() for row in rows)
    assert seen["mp4"] == seen["hevc"] == seen["webm"] == (True, True, True, False)
    assert seen["prores"] == seen["pictures"] == seen["exr"] == (True, False, True, False)
    assert seen["gif"] == seen["webp"] == (True, False, False, False)
    assert seen["moho"] == seen["papagayo"] == (False, False, False, True)
    assert {seen[each] for each in ("motion", "live-link", "gltf", "srt", "rhubarb")} == {(False, False, False, False)}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.form], ids=lambda kind: kind.name)
def test_the_window_writes_what_the_command_line_writes(dialog, window, opened, tmp_path, qtbot, kind):
    dialog.choose(kind)
    dialog.part.choice.setCurrentIndex(dialog.part.choice.findData("typed"))
    dialog.part.end.setValue(1.5)
    path = tmp_path / "out" / f"mine{kind.suffix}"
    dialog.path.setText(str(path))
    assert dialog.go.isEnabled(), dialog.said.text()
    wish = dialog.wish
    dialog.accept()
    qtbot.waitUntil(lambda: any(notice.file == path for notice in window.notices.notices), timeout=20_000)
    other = tmp_path / "theirs" / f"mine{kind.suffix}"
    other.parent.mkdir()
    conversion = Conversion(kind.form, other, wish.part)
    sitter, take = opened.media.sitter, opened.take

    if kind.form.value.spoken:
        finish(convert_speech(conversion, SAID, 2.0, sound=opened.project.voice.path.name))
    else:
        portrait = FitPortrait(opened.project.portrait.path)
        loader = SimpleNamespace(head=head_model(), lane=Lane())
        finish(convert_motion(loader, conversion, take.motion, portrait, sitter=sitter))
        loader.lane.close()
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        twin = other / one.relative_to(path) if path.is_dir() else other
        assert undated(one.read_bytes()) == undated(twin.read_bytes())
    assert opened.settings.text(EXPORT_KIND) == kind.name


def test_a_part_of_the_words_begins_at_0(dialog, window, tmp_path, qtbot):
    dialog.choose(kind_named("textgrid"))
    dialog.part.choice.setCurrentIndex(dialog.part.choice.findData("typed"))
    dialog.part.start.setValue(0.4)
    dialog.part.end.setValue(1.2)
    dialog.path.setText(str(tmp_path / "a.textgrid"))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(window.notices.notices))
    found = read_speech_file(tmp_path / "a.textgrid")
    assert [(word.text, round(word.start, 3), round(word.end, 3)) for word in found.words] == [
        ("one", 0.0, 0.2),
        ("two", 0.6, 0.8),
    ]
    assert found.duration == pytest.approx(0.8)


def test_words_that_are_not_known_are_told_inline(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    opened.do(CorrectSpeech(Utterance()))
    window.actions_by_id["export"].trigger()
    dialog = window.findChildren(ExportDialog)[-1]
    dialog.choose(kind_named("srt"))
    assert not dialog.go.isEnabled()
    assert dialog.said.text() == "No words are known of this voice."


def test_other_programs_motion_becomes_takes(window, opened, tmp_path, qtbot):
    rows = {"exportFps": 25.0, "numFrames": 10, "numPoses": 1, "facsNames": ["jawOpen"], "weightMat": [[0.5]] * 10}
    (tmp_path / "theirs.json").write_text(json.dumps(rows))
    np.save(tmp_path / "paper.npy", np.zeros((20, 73), np.float32))
    window.desk.open_paths([tmp_path / "theirs.json", tmp_path / "paper.npy"])
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2, timeout=20_000)
    theirs, paper = opened.project.takes
    assert (theirs.name, paper.name) == ("theirs", "paper")
    meant = read_motion_file(tmp_path / "theirs.json").motion
    np.testing.assert_array_equal(theirs.motion.values, meant.values)
    assert theirs.recipe["imported"]["name"] == "theirs.json"
    assert any("R²" in notice.text for notice in opened.notices)
    opened.undo()
    assert len(opened.project.takes) == 1


def test_captions_become_the_words_in_one_step(window, opened, tmp_path, qtbot):
    opened.do(CorrectSpeech(SAID))
    (tmp_path / "a.srt").write_text("1\n00:00:00,300 --> 00:00:00,700\nuno\n\n2\n00:00:01,000 --> 00:00:01,400\ndos\n")
    window.desk.open_paths([tmp_path / "a.srt"])
    qtbot.waitUntil(lambda: opened.media.spoken.words[0].text == "uno", timeout=20_000)
    assert [(word.text, word.start) for word in opened.media.spoken.words] == [("uno", 0.3), ("dos", 1.0)]
    assert opened.undo_title == "Import Words"
    opened.undo()
    assert opened.media.spoken == SAID


def test_mouth_shapes_become_the_phones_in_one_step(window, opened, tmp_path, qtbot):
    """Rhubarb's JSON is told from motion by what is in it."""
    opened.do(CorrectSpeech(SAID))
    cues = [{"start": 0.0, "end": 0.5, "value": "A"}, {"start": 0.5, "end": 2.0, "value": "D"}]
    (tmp_path / "cues.json").write_text(json.dumps({"metadata": {"duration": 2.0}, "mouthCues": cues}))
    window.desk.open_paths([tmp_path / "cues.json"])
    qtbot.waitUntil(lambda: opened.media.spoken.phonemes[0].symbol == "M", timeout=20_000)
    assert [phone.symbol for phone in opened.media.spoken.phonemes[:2]] == ["M", "AA"]
    assert opened.media.spoken.words == SAID.words
    assert any("Each mouth shape became one phone: A is M, D is AA." in notice.text for notice in opened.notices)
    assert opened.undo_title == "Import Words"
    opened.undo()
    assert opened.media.spoken == SAID


def test_the_dialogs_filters_name_every_file_that_is_read():
    for form in Formats:
        for ending in form.value.endings:
            assert f"*{ending}" in (words_filter() if form.value.spoken else motion_filter())


def test_captions_wait_for_the_voice_that_they_came_with(window, session, voice, tmp_path, qtbot):
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:00.300 --> 00:00.700\nuno\n")
    window.desk.open_paths([tmp_path / "a.vtt"])
    assert any("there is no voice yet" in notice.text for notice in session.notices)
    window.desk.open_paths([tmp_path / "a.vtt", voice])
    qtbot.waitUntil(lambda: session.media.spoken is not None and session.media.spoken.words[0].text == "uno")


def test_a_damaged_file_is_told_in_a_sentence(window, opened, tmp_path, qtbot):
    (tmp_path / "bad.srt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "bad.glb").write_bytes(b"glTF nonsense")
    before = opened.project
    window.desk.open_paths([tmp_path / "bad.srt", tmp_path / "bad.glb"])
    qtbot.waitUntil(lambda: sum("cannot be used" in notice.text for notice in opened.notices) == 2, timeout=20_000)
    assert opened.project == before


def test_the_person_can_be_cut_out_where_the_kind_can_be_transparent(dialog):
    dialog.matte.setChecked(True)
    for kind in KINDS:
        dialog.choose(kind)
        can = kind.film is not None and kind.film.has_alpha
        assert (dialog.matte.isVisible(), dialog.wish.matte) == (can, can)


def test_names_are_looked_at_as_those_of_films(dialog, opened, tmp_path):
    dialog.choose(kind_named("gltf"))
    dialog.path.setText(str(tmp_path / "a.csv"))
    assert not dialog.go.isEnabled()
    assert "is a .glb file" in dialog.said.text()
    dialog.choose(kind_named("obj"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    dialog.path.setText(str(tmp_path / "full"))
    assert "holds something already" in dialog.said.text()
    dialog.choose(kind_named("usd"))
    (tmp_path / "me_skin.jpg").hardlink_to(opened.project.portrait.path)
    dialog.path.setText(str(tmp_path / "me.usda"))
    assert not dialog.go.isEnabled()
    assert "one of the inputs" in dialog.said.text()
