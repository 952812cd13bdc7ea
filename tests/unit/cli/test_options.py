import argparse
from pathlib import Path

import pytest

from dimitra_studio.cli.options import (
    add_device,
    add_film,
    add_motion_settings,
    add_part,
    add_portrait,
    by_group,
    film_request,
    joined,
    voice_request,
)
from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.requests import DEFAULT_TEMPERATURE, USUAL_CRF, ByGroup, FilmKind
from dimitra_studio.core.timebase import TimeRange


def asked(text):
    return voice_request(argparse.Namespace(voice=Path("v.wav"), text=text))


def test_the_text_is_read_whatever_it_begins_with(tmp_path):
    path = tmp_path / "said.txt"
    path.write_bytes("\N{BYTE ORDER MARK}Hello, Zoë.\r\n".encode())
    assert asked(path).text == "Hello, Zoë."
    assert asked(None).text is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no text"),
        (b" \n", "holds no text"),
        (b"a\0b", "holds no text"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a" * 1_000_001, "longer than"),
        (None, "No such file"),
    ],
)
def test_texts_that_cannot_be_used_are_refused(tmp_path, content, sentence):
    path = tmp_path / "said.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        asked(path)


def test_a_number_is_for_all_groups_and_named_ones_leave_the_others():
    usual = ByGroup(0.5, 1.0, 2.0)
    assert by_group("0.8", usual) == ByGroup(0.8, 0.8, 0.8)
    assert by_group("pose=0", usual) == ByGroup(0.5, 1.0, 0.0)
    assert by_group("pose=0.1,lips=3", usual) == ByGroup(3.0, 1.0, 0.1)


@pytest.mark.parametrize(
    "word", ["", "x", "-1", "11", "nan", "inf", "lips", "lips=", "head=1", "lips=1,", "lips=1;pose=2"]
)
def test_other_scales_are_refused(word):
    with pytest.raises(argparse.ArgumentTypeError):
        by_group(word, ByGroup())


def parsed(*words):
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_part(parser)
    add_motion_settings(parser)
    return parser.parse_args(words)


def test_parts_and_settings_as_typed():
    given = parsed("--range", "2.0:3.5", "--range", "7:8", "--groups", "pose,lips", "--strength", "pose=0.5")
    assert given.ranges == [TimeRange(2.0, 3.5), TimeRange(7.0, 8.0)]
    assert given.groups == (Group.LIPS, Group.POSE)
    assert given.strength == ByGroup(pose=0.5)
    assert given.temperature == DEFAULT_TEMPERATURE
    assert parsed("--range", "0:1").groups == tuple(Group)


@pytest.mark.parametrize("words", [("--range", "2"), ("--range", "a:b"), ("--range", "1:2:3"), ("--range", "0:inf"),
                                   ("--range", "0:1", "--groups", "hair")])  # fmt: skip
def test_parts_that_are_none_are_refused(words):
    with pytest.raises(argparse.ArgumentError):
        parsed(*words)


def film(*words):
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_portrait(parser)
    add_film(parser)
    add_device(parser)
    return film_request(parser.parse_args(["p.png", *words]), Path("v.wav"))


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        (("-o", "a.mp4"), FilmKind.MP4, "a.mp4"),
        (("-o", "a.MOV"), FilmKind.PRORES, "a.MOV"),
        (("-o", "a/"), FilmKind.PICTURES, "a"),
        (("-o", "a.mp4/"), FilmKind.PICTURES, "a.mp4"),
        (("-o", "a", "--frames"), FilmKind.PICTURES, "a"),
        (("-o", "a/", "--exr"), FilmKind.EXR, "a"),
        (("-o", "a.mp4", "--h265"), FilmKind.HEVC, "a.mp4"),
        (("-o", "a.webm"), FilmKind.WEBM, "a.webm"),
        (("-o", "a.gif"), FilmKind.GIF, "a.gif"),
        (("-o", "a.WEBP"), FilmKind.WEBP, "a.WEBP"),
    ],
)
def test_the_name_says_what_is_written(words, kind, name):
    request = film(*words)
    assert (request.kind, request.output, request.sound) == (kind, Path(name), Path("v.wav"))
    assert (request.size, request.crf, request.part) == (None, USUAL_CRF, None)


def test_a_film_as_typed():
    request = film("-o", "a.mp4", "--quality", "small", "--size", "720", "--range", "1:2.5")
    assert request.crf > USUAL_CRF
    assert (request.size, request.part) == (720, TimeRange(1.0, 2.5))
    assert film("-o", "a.mp4", "--quality", "30").crf == 30
    assert film("-o", "a.mp4", "--size", "native").size is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-o", "a.mov", "--quality", "good"), "has a quality"),
        (("-o", "a.gif", "--even"), "no sound"),
        (("-o", "a.mov", "--h265"), "H.265 is written into an MP4"),
        (("-o", "a.avi"), "does not say what to write"),
    ],
)
def test_wishes_that_do_not_go_together_are_one_sentence(words, told):
    with pytest.raises(InputError, match=told):
        film(*words)


def test_a_range_may_begin_with_a_minus_to_be_refused_in_words():
    assert joined(["render", "--range", "-1:2", "-o", "x"]) == ["render", "--range=-1:2", "-o", "x"]
    assert joined(["--range", "1:2"]) == ["--range", "1:2"]
    assert joined(["--", "--range", "-1"]) == ["--", "--range", "-1"]
    assert joined(["--range"]) == ["--range"]
