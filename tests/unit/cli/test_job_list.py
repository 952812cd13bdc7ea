"""Lists of jobs: what a row says is what `dimitra generate` would be told."""

import json
from pathlib import Path

import pytest

from dimitra_studio.cli.job_list import columns, read_jobs
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.requests import FilmKind, GenerateVideo


@pytest.fixture
def rows(tmp_path):
    """Reads a list: text as CSV, anything else as JSON."""

    def read(content, suffix=""):
        path = tmp_path / f"jobs{suffix or ('.csv' if isinstance(content, str) else '.json')}"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return read_jobs(path, Path("out"))

    return read


def test_every_option_of_generate_is_a_column():
    assert set(columns()) >= {
        "portrait", "voice", "output", "motion", "text", "face", "frames", "quality", "range", "renderer", "size",
        "seed", "steps", "guidance", "strength", "temperature", "device",
    }  # fmt: skip


def test_a_row_says_what_the_command_says(rows, tmp_path):
    (tmp_path / "said.txt").write_text("Hello there.", encoding="utf-8")
    (row,) = rows(
        "Portrait,voice,output,text,seed,strength,range,quality,size,renderer,motion\n"
        'a.png,-v.wav,anna/one.mp4,said.txt,7,"lips=1.2,pose=0.5",0:2,high,256,warp,anna/one.npz\n'
    )
    request = row.asked
    assert isinstance(request, GenerateVideo), request
    assert (row.number, row.name, row.portrait, row.voice) == (1, "anna/one.mp4", "a.png", "-v.wav")
    motion, render = request.motion, request.render
    assert (motion.portrait.portrait, motion.voice.voice) == (tmp_path / "a.png", tmp_path / "-v.wav")
    assert (motion.voice.text, motion.seed, motion.strength.lips, motion.strength.pose) == ("Hello there.", 7, 1.2, 0.5)
    assert (render.output, request.motion_output) == (Path("out/anna/one.mp4"), Path("out/anna/one.npz"))
    assert (render.crf, render.size, render.renderer, render.part.end) == (12, 256, "warp", 2.0)
    assert render.sound == tmp_path / "-v.wav"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_spreadsheets_write_is_read(rows, separator):
    text = separator.join(("portrait", "voice", "seed")) + "\r\n" + separator.join(("ä.png", "v.wav", "2")) + "\r\n"
    (row,) = rows(f"\ufeff{text}{separator * 2}\r\n")
    assert (row.portrait, row.name) == ("ä.png", "ä-v-seed2.mp4")


def test_portraits_meet_voices(rows, tmp_path):
    for name in ("b.wav", "a.wav", "a[1].wav"):
        (tmp_path / name).touch()
    found = rows({"portraits": ["x.png", "y.png"], "voices": ["a[1]*.wav", "b.wav"], "options": {"size": 128}})
    assert [row.name for row in found] == ["x-a[1].mp4", "x-b.mp4", "y-a[1].mp4", "y-b.mp4"]
    assert all(row.asked.render.size == 128 for row in found)
    assert len(rows({"portraits": ["x.png"], "voices": ["*.wav"]})) == 3


def test_rows_of_json_have_options_and_folders_of_pictures(rows):
    pictures, film = rows(
        {"options": {"seed": 3, "size": None}, "rows": [{"portrait": "a.png", "voice": "v.wav", "frames": True},
                                                        {"portrait": "a.png", "voice": "v.wav", "output": "f.mov"}]}
    )  # fmt: skip
    assert (pictures.name, pictures.asked.render.kind) == ("a-v-seed3", FilmKind.PICTURES)
    assert (film.name, film.asked.render.kind, film.asked.motion.seed) == ("f.mov", FilmKind.PRORES, 3)
    assert rows([{"portrait": "a.png", "voice": "v.wav", "output": "p/"}])[0].asked.render.kind is FilmKind.PICTURES


def test_folders_of_exr_are_named_as_folders(rows):
    (row,) = rows([{"portrait": "a.png", "voice": "v.wav", "exr": True}])
    assert (row.name, row.asked.render.kind, row.asked.render.output) == ("a-v", FilmKind.EXR, Path("out/a-v"))


def test_rows_leave_the_mark_out_one_by_one(rows):
    """A row's own word counts more than what holds for all."""
    pair = {"portrait": "a.png", "voice": "v.wav"}
    told = rows({"options": {"unmarked": True}, "rows": [pair, {**pair, "output": "b.mp4", "unmarked": "no"}]})
    assert [row.asked.render.mark for row in told] == [False, True]
    assert rows([pair])[0].asked.render.mark


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"voice": "v.wav"}, "names no portrait"),
        ({"seed": "x"}, "argument --seed: 'x' is not a whole number"),
        ({"output": "f.avi"}, "does not say what to write"),
        ({"output": "../f.mp4"}, "does not lie in the batch's folder"),
        ({"output": "/f.mp4"}, "does not lie in the batch's folder"),
        ({"frames": "perhaps"}, "Write yes or no"),
        ({"text": "none.txt"}, "none.txt cannot be read"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_the_others_stay(rows, row, sentence):
    usual = {"portrait": "a.png", "voice": "v.wav"}
    bad, good = rows([row if "voice" in row else {**usual, **row}, {**usual, "output": "good.mp4"}])
    assert isinstance(bad.asked, InputError)
    assert sentence in str(bad.asked)
    assert isinstance(good.asked, GenerateVideo)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("portrait,voice\n", "has no rows"),
        ("portrait,voice,sedd\na.png,v.wav,1\n", "'sedd', which nobody knows"),
        ("portrait,voice,voice\na.png,v.wav,1\n", "have the same name"),
        ("portrait,voice\na.png,v.wav,lips=1,pose=2\n", "more cells than the first line"),
        ('portrait,voice\n"a.png,v.wav\n', "is damaged"),
        ("portrait,voice\na.png,v.wav\na.png,v.wav\n", "Row 1 and row 2 would both write a-v.mp4"),
        ("portrait,voice,motion\na.png,v.wav,m.npz\nA.png,v.wav,M.npz\n", "would both write A-v.mp4"),
        ("portrait,voice,output,frames\na.png,v.wav,report.json,yes\n", "the batch's own file"),
        ({}, "another shape"),
        ({"portraits": ["a.png"]}, "another shape"),
        ({"portraits": "a.png", "voices": []}, "no list of file names"),
        ({"portraits": ["*.png"], "voices": ["v.wav"]}, "No file fits '*.png'"),
        ({"rows": [], "portraits": []}, "another shape"),
        ([1], "another shape"),
        ([{"portrait": "a.png", "voice": "v.wav", "strength": {"lips": 1}}], "neither text nor a number"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(rows, content, sentence):
    with pytest.raises(InputError) as refusal:
        rows(content)
    assert sentence in str(refusal.value)


def test_damaged_files_are_refused(rows, tmp_path):
    for content, sentence in ((b"[" * 100_000, "is no JSON"), (b"\xff\xfe", "not UTF-8")):
        (tmp_path / "jobs.json").write_bytes(content)
        with pytest.raises(InputError, match=sentence):
            read_jobs(tmp_path / "jobs.json", tmp_path)
