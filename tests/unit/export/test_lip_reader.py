import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfacefx import export_cues
from openfacefx.importers import build_cue_track

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.speech import Word
from dimitra_studio.export.formats import Formats, format_of_file
from dimitra_studio.export.incoming import read_speech_file
from dimitra_studio.export.lip_files import write_moho, write_papagayo, write_rhubarb_json, write_rhubarb_tsv
from dimitra_studio.export.lip_reader import read_moho, read_papagayo, read_rhubarb_json, read_rhubarb_tsv
from dimitra_studio.export.mouth_shapes import MouthSet, mouth_cues
from dimitra_studio.export.transcription import into_analysis

RHUBARB = {"metadata": {"duration": 1.0}, "mouthCues": [{"start": 0.2, "end": 0.5, "value": "D"}]}
PAPAGAYO = """lipsync version 1
voice.wav
10
30
2
\tAnn
\tHi there|
\t2
\t\tHi
\t\t2
\t\t6
\t\t1
\t\t\tHi 2 6 2
\t\t\t\t2 etc
\t\t\t\t4 AI
\t\tthere
\t\t10
\t\t19
\t\t1
\t\t\tthere 10 19 2
\t\t\t\t10 L
\t\t\t\t12 E
\tBob
\t
\t0
"""


def spans(phones):
    return [(round(phone.start, 4), round(phone.end, 4), phone.symbol) for phone in phones]


@pytest.mark.parametrize("shapes", list(MouthSet))
def test_a_shape_comes_out_of_the_phone_that_stands_for_it(shapes):
    assert {shapes.shape_of[phone]: phone for phone in shapes.phone_of.values()} == shapes.phone_of


@pytest.mark.parametrize("ending", ["json", "tsv"])
def test_rhubarbs_shapes_come_back(tmp_path, phones, ending):
    path = tmp_path / f"a.{ending}"
    if ending == "json":
        write_rhubarb_json(path, phones, 4.0)
    else:
        write_rhubarb_tsv(path, phones, 4.0)
    found = read_speech_file(path)
    assert (found.duration, found.words) == (4.0, ())
    assert mouth_cues(found.phonemes, 4.0, MouthSet.RHUBARB) == mouth_cues(phones, 4.0, MouthSet.RHUBARB)
    said = "Each mouth shape became one phone: A is M, B is S, C is EH, D is AA, F is UW, H is L, X is SIL."
    assert found.notes == (said,)


def test_rhubarbs_own_file_without_an_idle_shape(tmp_path):
    """Its table then ends with the closed mouth, A."""
    (tmp_path / "a.tsv").write_text("0.00\tA\n0.35\tD\n0.71\tB\n1.00\tA\n")
    found = read_rhubarb_tsv(tmp_path / "a.tsv")
    assert spans(found.phonemes) == [(0, 0.35, "M"), (0.35, 0.71, "AA"), (0.71, 1, "S")]


@pytest.mark.parametrize(("fps", "rate"), [(None, 24), (12.5, 12.5)])
def test_moho_counts_frames_from_1(tmp_path, fps, rate):
    (tmp_path / "a.dat").write_text("MohoSwitch1\n1 rest\n7 MBP\n13 AI\n25 rest\n")
    found = read_moho(tmp_path / "a.dat", fps)
    ends = [round(frames / rate, 4) for frames in (0, 6, 12, 24)]
    assert spans(found.phonemes) == [(*ends[:2], "SIL"), (*ends[1:3], "M"), (*ends[2:], "AA")]
    assert any("24 was taken" in note for note in found.notes) == (fps is None)


def test_moho_with_rhubarbs_letters(tmp_path):
    """As Rhubarb writes it without --datUsePrestonBlair; both sets know an E."""
    (tmp_path / "a.dat").write_text("MohoSwitch1\n1 X\n7 E\n13 A\n25 X\n")
    assert [phone.symbol for phone in read_moho(tmp_path / "a.dat").phonemes] == ["SIL", "AO", "M"]
    (tmp_path / "a.dat").write_text("MohoSwitch1\n1 rest\n7 E\n13 mbp\n25 rest\n")
    assert [phone.symbol for phone in read_moho(tmp_path / "a.dat").phonemes] == ["SIL", "EH", "M"]


def test_what_another_program_writes_for_moho(tmp_path):
    track = build_cue_track([(0.0, 0.5, "sil"), (0.5, 1.0, "PP"), (1.0, 2.0, "aa")], 24)
    export_cues.write_moho_dat(track, str(tmp_path / "a.dat"), fps=24)
    found = read_moho(tmp_path / "a.dat", 24)
    assert spans(found.phonemes)[:3] == [(0, 0.5, "SIL"), (0.5, 1.0, "M"), (1.0, 2.0, "AA")]


def test_mohos_shapes_come_back_to_a_frame(tmp_path, phones):
    write_moho(tmp_path / "a.dat", phones, 4.0, 24)
    found = read_moho(tmp_path / "a.dat", 24)
    ours, theirs = (mouth_cues(each, 4.0, MouthSet.PRESTON_BLAIR) for each in (phones, found.phonemes))
    assert [cue.shape for cue in theirs] == [cue.shape for cue in ours]
    assert all(abs(one.start - other.start) <= 1 / 24 for one, other in zip(ours, theirs, strict=True))


def test_papagayos_words_and_shapes_come_back_to_a_frame(tmp_path, words, phones):
    write_papagayo(tmp_path / "a.pgo", words, phones, 4.0, fps=24)
    found = read_papagayo(tmp_path / "a.pgo")
    assert [word.text for word in found.words] == [word.text for word in words]
    for one, other in zip(found.words, words, strict=True):
        assert one.start == pytest.approx(other.start, abs=1 / 24)
        assert one.end == pytest.approx(other.end, abs=1.01 / 24)
    ours, theirs = (mouth_cues(each, 4.0, MouthSet.PRESTON_BLAIR) for each in (phones, found.phonemes))
    assert [cue.shape for cue in theirs] == [cue.shape for cue in ours]
    assert all(abs(one.start - other.start) <= 1 / 24 for one, other in zip(ours, theirs, strict=True))


def test_papagayos_own_rules(tmp_path):
    """Frames count from 0, a word's last one is its own, and the mouth rests between words."""
    (tmp_path / "a.pgo").write_text(PAPAGAYO)
    found = read_papagayo(tmp_path / "a.pgo")
    assert found.words == (Word(0.2, 0.7, "Hi"), Word(1.0, 2.0, "there"))
    assert spans(found.phonemes) == [
        *((0, 0.2, "SIL"), (0.2, 0.4, "S"), (0.4, 0.7, "AA"), (0.7, 1.0, "SIL")),
        *((1.0, 1.2, "L"), (1.2, 2.0, "EH"), (2.0, 3.0, "SIL")),
    ]
    assert found.notes[0] == "Of 2 voices the first was read."


def test_papagayos_words_may_lack_shapes_and_lie_over_each_other(tmp_path):
    text = PAPAGAYO.replace("Hi 2 6 2", "Hi 2 12 0").replace("\t\t\t\t2 etc\n\t\t\t\t4 AI\n", "")
    (tmp_path / "a.pgo").write_text(text)
    found = read_papagayo(tmp_path / "a.pgo")
    assert found.words == (Word(0.2, 1.0, "Hi"), Word(1.0, 2.0, "there"))
    assert spans(found.phonemes)[:2] == [(0, 1, "SIL"), (1, 1.2, "L")]
    bare = text.replace("there 10 19 2", "there 10 19 0").replace("\t\t\t\t10 L\n\t\t\t\t12 E\n", "")
    (tmp_path / "a.pgo").write_text(bare)
    found = read_papagayo(tmp_path / "a.pgo")
    assert (len(found.words), found.phonemes, found.notes) == (2, (), ("Of 2 voices the first was read.",))


def test_json_is_told_by_what_is_in_it(tmp_path):
    (tmp_path / "cues.json").write_text(json.dumps(RHUBARB))
    (tmp_path / "take.json").write_text('{"facsNames": [], "weightMat": []}')
    assert format_of_file(tmp_path / "cues.json") is Formats.RHUBARB
    assert format_of_file(tmp_path / "take.json") is format_of_file(tmp_path / "none.json") is Formats.WEIGHTS


def test_shapes_enter_an_analysis_and_leave_its_words(tmp_path, words, phones):
    write_papagayo(tmp_path / "a.pgo", words, phones, 4.0)
    alone = into_analysis(read_papagayo(tmp_path / "a.pgo"), None)
    (tmp_path / "b.json").write_text(json.dumps(RHUBARB))
    joined = into_analysis(read_rhubarb_json(tmp_path / "b.json"), alone)
    assert joined.words == alone.words
    assert spans(joined.phonemes) == [(0, 0.2, "SIL"), (0.2, 0.5, "AA"), (0.5, 4, "SIL")]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.tsv", "0.00\tX\n", "no mouth shapes"),
        ("a.tsv", "0.00 X\nhello\n", "not a time and a mouth shape"),
        ("a.tsv", "0.5\tA\n0.2\tB\n1\tX\n", "time"),
        ("a.tsv", "0\tA\n1\tQ\n2\tX\n", "mouth shape 'Q'"),
        ("a.dat", "hello\n", "MohoSwitch1"),
        ("a.dat", "MohoSwitch1\n1 MBP\n5 C\n9 D\n", "mixes"),
        ("a.dat", "MohoSwitch1\n", "no mouth shapes"),
        ("a.pgo", "hello\n", "lipsync version 1"),
        ("a.pgo", PAPAGAYO[: PAPAGAYO.index("\t\t\t\t4")], "too early"),
        ("a.pgo", PAPAGAYO.replace("\n10\n", "\nten\n", 1), "whole number"),
        ("a.pgo", PAPAGAYO.replace("Hi 2 6 2", "Hi 2 6"), "a word's line"),
        ("a.pgo", PAPAGAYO.replace("\n10\n", "\n0\n", 1), "frames a second"),
        ("a.json", '{"mouthCues": [{"start": 0, "end": 1}]}', "no value"),
        ("a.json", '{"mouthCues": [{"start": "0", "end": 1, "value": "A"}]}', "seconds"),
        ("a.json", '{"mouthCues": [{"start": 0, "end": 1e999, "value": "A"}]}', "seconds"),
        ("a.json", '{"mouthCues": 3}', "no mouthCues"),
        ("a.json", '{"mouthCues"', "not JSON"),
    ],
)
def test_files_that_cannot_be_used_say_why(tmp_path, name, text, told):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=told):
        read_speech_file(tmp_path / name)


PIECES = st.sampled_from(
    ["MohoSwitch1\n", "lipsync version 1\n", "\n", "1 rest\n", "9 MBP\n", "3\n", "24\n", "0\n", "999999999\n",
     "\t\tHi\n", "Hi 0 3 1\n", "Hi 9 3 0\n",
     "0.5\tA\n", "1e9\tX\n", "-1 E\n", '{"mouthCues": [', '{"start": 1, "end": 0}', "]}"]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(pieces=st.lists(PIECES, max_size=16), ending=st.sampled_from(["json", "tsv", "dat", "pgo"]))
def test_no_shapes_crash_the_reader(tmp_path, pieces, ending):
    path = tmp_path / f"fuzz.{ending}"
    start = {"dat": "MohoSwitch1\n", "pgo": "lipsync version 1\n\n24\n9\n1\n\n\n"}.get(ending, "")
    path.write_text((start if len(pieces) % 2 else "") + "".join(pieces))
    with suppress(InputError):
        assert read_speech_file(path).phonemes
