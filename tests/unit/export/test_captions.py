import re
from contextlib import suppress

import pysubs2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from praatio import textgrid as praat

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.export.captions import CaptionKind, captions, read_captions, write_captions
from dimitra_studio.export.textgrid import read_textgrid, write_textgrid
from dimitra_studio.export.transcription import into_analysis

KINDS = list(CaptionKind)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.reader(kind.lstrip("."), "pysubs2")) for kind in KINDS]
)
def test_another_program_reads_the_captions(tmp_path, words, kind):
    path = tmp_path / f"a{kind}"
    write_captions(path, words, kind)
    lines = [(event.start / 1000, event.end / 1000, event.plaintext) for event in pysubs2.load(str(path))]
    # In SRT what looks like a tag cannot be told from one; of WebVTT this reader leaves stamps and escapes as they are.
    hello = re.sub(r"<[\d:.]+>", "", lines[0][2]).replace("&lt;", "<").replace("&gt;", ">").replace("<big> ", "")
    assert [(*lines[0][:2], " ".join(hello.split())), *lines[1:]] == [(0.1, 1.5, "Hello, world."), (3.25, 3.6, "Bye")]


@pytest.mark.parametrize(("kind", "precision"), [(CaptionKind.VTT, 0.0006), (CaptionKind.ASS, 0.006)])
def test_words_come_back_with_their_times(tmp_path, words, kind, precision):
    path = tmp_path / f"a{kind}"
    write_captions(path, words, kind)
    found = read_captions(path, kind).words
    assert [word.text for word in found] == [word.text for word in words]
    for one, other in zip(found, words, strict=True):
        assert one.start == pytest.approx(other.start, abs=precision)
        assert one.end == pytest.approx(other.end, abs=precision)


def test_srt_keeps_lines(tmp_path):
    spoken = (Word(1.0, 1.4, "One"), Word(1.4, 2.0, "two"))
    write_captions(tmp_path / "a.srt", spoken, CaptionKind.SRT)
    assert (tmp_path / "a.srt").read_text() == "1\n00:00:01,000 --> 00:00:02,000\nOne two\n\n"
    found = read_captions(tmp_path / "a.srt", CaptionKind.SRT).words
    assert found == (Word(1.0, 1.5, "One"), Word(1.5, 2.0, "two"))


def test_lines_are_short_and_end_at_pauses_and_sentences():
    spoken = [Word(i / 2, i / 2 + 0.4, "syllables" + "." * (i == 2)) for i in range(12)]
    lines = captions(spoken)
    assert [word for line in lines for word in line.words] == spoken
    assert len(lines[0].words) == 3
    assert all(len(line.text) <= 42 and line.end - line.start <= 6 for line in lines)


def test_captions_of_other_programs(tmp_path):
    path = tmp_path / "a.vtt"
    path.write_text(
        "WEBVTT - made elsewhere\n\nNOTE\nnot spoken\n\nSTYLE\n::cue {}\n\nid7\n00:01.000 --> 00:02.000 align:left\n"
        "<v Ann>Tom &amp; <i>I</i>\n\n00:02.000 --> 00:03.000\nleft\n"
    )
    assert [word.text for word in read_captions(path, CaptionKind.VTT).words] == ["Tom", "&", "I", "left"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.srt", "", "empty"),
        ("a.srt", "hello", "no captions"),
        ("a.vtt", "00:01.000 --> 00:02.000\nx", "WEBVTT"),
        ("a.ass", "[Events]", "no captions"),
    ],
)
def test_captions_that_cannot_be_used_say_why(tmp_path, name, text, told):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        read_captions(path, CaptionKind(path.suffix))


PIECES = st.sampled_from(
    ["WEBVTT\n\n", "00:00:01,000 --> 00:00:02,000\n", "00:01.5 --> 9999999999999999:00:00.0\n",
     "Dialogue: 0,0:00:01.00,0:00:00.50,a,,0,0,0,,",
     "{\\k99999999999999}", "<99:99:99.9>", "word ", "\n", "\n\n", "&", "{", "<", "--> "]
)  # fmt: skip


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(pieces=st.lists(PIECES, max_size=12), kind=st.sampled_from(KINDS))
def test_no_captions_crash_the_reader(tmp_path, pieces, kind):
    path = tmp_path / f"fuzz{kind}"
    path.write_text("".join(pieces))
    with suppress(InputError):
        assert read_captions(path, kind).words


@pytest.fixture
def grid(tmp_path, words, phones):
    path = tmp_path / "a.TextGrid"
    write_textgrid(path, words, phones, 4.0)
    return path


@pytest.mark.reader("textgrid", "praatio")
def test_praats_grid_is_read_elsewhere(grid, words, phones):
    found = praat.openTextgrid(str(grid), includeEmptyIntervals=False)
    assert found.tierNames == ("words", "phones")
    assert [tuple(entry) for entry in found.getTier("words").entries] == [(w.start, w.end, w.text) for w in words]
    spoken = [(p.start, p.end, p.symbol) for p in phones if p.symbol != "SIL"]
    assert [tuple(entry) for entry in found.getTier("phones").entries] == spoken
    assert found.maxTimestamp == 4.0


def test_a_grid_comes_back(grid, words, phones):
    found = read_textgrid(grid)
    assert found.words == words
    assert found.phonemes == phones
    assert found.duration == 4.0


@pytest.mark.parametrize("form", ["short_textgrid", "long_textgrid"])
def test_grids_of_another_program(tmp_path, form):
    tiers = [
        praat.IntervalTier("Ann - words", [(0.2, 0.6, 'say "hi"')], 0, 1),
        praat.IntervalTier("Ann - phones", [(0.2, 0.4, "EY1"), (0.4, 0.6, "spn")], 0, 1),
        praat.PointTier("bell", [(0.5, "ding")], 0, 1),
    ]
    made = praat.Textgrid()
    for tier in reversed(tiers):
        made.addTier(tier)
    path = tmp_path / "b.TextGrid"
    made.save(str(path), form, includeBlankSpaces=True)
    for encoding in ("utf-8", "utf-16"):
        path.write_text(path.read_text(encoding="utf-8"), encoding=encoding) if encoding == "utf-16" else None
        found = read_textgrid(path)
        assert [word.text for word in found.words] == ['say "hi"']
        assert [phone.symbol for phone in found.phonemes] == ["SIL", "EY", "NSN", "SIL"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('"ooTextFile"', '"x"'), "no TextGrid"),
        (('"phones"', '"x"'), None),
        (('"AY"', '"ə"'), "not ARPAbet"),
        (("size = 2", "size = 3"), "too early"),
        (("xmax = 0.42", "xmax = -1"), "time"),
        (("xmin = 3.25", "xmin = 1"), "before the end"),
    ],
)
def test_grids_that_cannot_be_used_say_why(grid, change, told):
    grid.write_text(grid.read_text().replace(*change))
    if told is None:
        assert read_textgrid(grid).phonemes == ()
        return
    with pytest.raises(InputError, match=told):
        read_textgrid(grid)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    at=st.integers(0, 3000),
    change=st.sampled_from(['"', "9e9", "-", "<x>", "[", " 1e999 ", "\n", ""]),
    length=st.integers(0, 40),
)
def test_no_grid_crashes_the_reader(tmp_path, words, phones, at, change, length):
    path = tmp_path / "fuzz.textgrid"
    write_textgrid(path, words, phones, 4.0)
    text = path.read_text()
    path.write_text(text[:at] + change + text[at + length :])
    with suppress(InputError):
        assert read_textgrid(path).duration > 0


def test_words_and_phones_enter_an_analysis(grid, tmp_path):
    alone = into_analysis(read_textgrid(grid), None)
    assert alone.text == "Hello, <big> world. Bye"
    assert alone.phonemes[0] == Phoneme(0.0, 0.1, "SIL")
    write_captions(tmp_path / "b.vtt", (Word(0.5, 0.9, "Other"),), CaptionKind.VTT)
    joined = into_analysis(read_captions(tmp_path / "b.vtt", CaptionKind.VTT), alone)
    assert joined.text == "Other"
    assert joined.phonemes == alone.phonemes
    assert joined.duration == alone.duration
