from pathlib import Path

import pytest
from openfacefx.importers import parse_moho_dat, parse_pgo, parse_rhubarb_json, parse_rhubarb_tsv

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.speech import PHONEMES, Phoneme
from dimitra_studio.export.lip_files import write_moho, write_papagayo, write_rhubarb_json, write_rhubarb_tsv
from dimitra_studio.export.mouth_shapes import MouthCue, MouthSet, mouth_cues

SHAPES = [(0.0, 0.1, "X"), (0.1, 0.2, "B"), (0.2, 0.42, "C"), (0.42, 0.7, "A"), (0.7, 0.9, "B"), (0.9, 1.05, "X"),
          (1.05, 1.3, "F"), (1.3, 1.5, "H"), (1.5, 3.25, "X"), (3.25, 3.6, "D"), (3.6, 4.0, "X")]  # fmt: skip


@pytest.mark.parametrize("shapes", list(MouthSet))
def test_every_phone_has_a_shape(shapes):
    assert set(shapes.shape_of) == set(PHONEMES)
    assert shapes.shape_of["SIL"] == shapes.rest


def test_closed_lips_are_closed():
    for phone in "PBM":
        assert MouthSet.RHUBARB.shape_of[phone] == "A"
        assert MouthSet.PRESTON_BLAIR.shape_of[phone] == "MBP"


def test_cues_cover_the_whole_without_a_gap():
    spoken = (Phoneme(0.5, 0.7, "AA"), Phoneme(0.7, 0.8, "AY"), Phoneme(0.75, 1.2, "M"))
    assert mouth_cues(spoken, 1.0, MouthSet.RHUBARB) == (
        MouthCue(0.0, 0.5, "X"), MouthCue(0.5, 0.8, "D"), MouthCue(0.8, 1.0, "A"),
    )  # fmt: skip


@pytest.mark.reader("rhubarb", "openfacefx")
def test_rhubarb_json_is_read_elsewhere(tmp_path, phones):
    write_rhubarb_json(tmp_path / "a.json", phones, 4.0, "voice.wav")
    cues, duration = parse_rhubarb_json((tmp_path / "a.json").read_text())
    assert duration == 4.0
    assert cues == SHAPES


@pytest.mark.reader("rhubarb-tsv", "openfacefx")
def test_rhubarb_tsv_is_read_elsewhere(tmp_path, phones):
    write_rhubarb_tsv(tmp_path / "a.tsv", phones, 4.0)
    cues, duration = parse_rhubarb_tsv((tmp_path / "a.tsv").read_text())
    assert duration == 4.0
    assert cues == SHAPES


@pytest.mark.reader("moho", "openfacefx")
def test_moho_is_read_elsewhere(tmp_path, phones):
    write_moho(tmp_path / "a.dat", phones, 4.0, 24)
    cues, _ = parse_moho_dat((tmp_path / "a.dat").read_text(), 24)
    assert [shape for _, _, shape in cues] == [
        "rest",
        "etc",
        "AI",
        "MBP",
        "etc",
        "rest",
        "WQ",
        "L",
        "rest",
        "AI",
        "rest",
    ]
    for (start, _, _), (truth, _, _) in zip(cues, SHAPES, strict=True):
        assert truth - 1 / 24 < start <= truth


@pytest.mark.reader("papagayo", "openfacefx")
def test_papagayo_is_read_elsewhere(tmp_path, words, phones):
    path = tmp_path / "a.pgo"
    write_papagayo(path, words, phones, 4.0, fps=24, sound="voice.wav")
    cues, duration, fps = parse_pgo(path.read_text())
    assert (duration, fps) == (4.0, 24)
    assert [shape for _, _, shape in cues] == ["etc", "AI", "MBP", "etc", "rest", "WQ", "L", "rest", "AI", "rest"]
    # This reader counts frames from 1; Papagayo itself (LipsyncDoc) from 0.
    assert cues[0][0] + 1 / 24 == pytest.approx(0.1, abs=1 / 24)


def papagayo_counts(path: Path):
    """Reads the nested counts as Papagayo does: each says how many lines of its kind follow."""
    lines = iter(path.read_text().splitlines())
    head = [next(lines) for _ in range(5)]
    next(lines), next(lines)
    words = []
    for _ in range(int(next(lines))):
        _, start, end, count = next(lines), int(next(lines)), int(next(lines)), int(next(lines))
        for _ in range(count):
            word, begin, stop, shapes = next(lines).split()
            frames = [int(next(lines).split()[0]) for _ in range(int(shapes))]
            assert all(start <= frame <= end for frame in frames)
            assert all(int(begin) <= frame <= int(stop) for frame in frames)
            words.append((word, int(begin), int(stop)))
    assert next(lines, None) is None
    return head, words


def test_papagayos_counts_add_up(tmp_path, words, phones):
    write_papagayo(tmp_path / "a.pgo", words, phones, 4.0, fps=24)
    head, spoken = papagayo_counts(tmp_path / "a.pgo")
    assert head[0] == "lipsync version 1"
    assert [word for word, _, _ in spoken] == ["Hello,", "<big>", "world.", "Bye"]
    assert spoken[-1][1:] == (78, 86)


def test_a_broken_rate_is_refused(tmp_path, phones):
    with pytest.raises(InputError, match="0 frames"):
        write_moho(tmp_path / "a.dat", phones, 4.0, 0)
    assert not (tmp_path / "a.dat").exists()
