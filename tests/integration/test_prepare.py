"""`dimitra train prepare` with the installed models in processes of its own, on a corpus made of the sample."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from dimitra_studio.core.events import finish
from dimitra_studio.core.paths import resource
from dimitra_studio.export.video import write_video
from dimitra_studio.motion.clips import load_clip


@pytest.fixture
def corpus(tmp_path, portrait) -> Path:
    """The sample's portrait and two seconds of its voice, and a clip whose files are missing."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    picture = Image.open(portrait).convert("RGB")
    picture.thumbnail((512, 512))
    finish(write_video(folder / "still.mp4", iter([np.asarray(picture)] * 15), 15, 25.0))
    samples, rate = soundfile.read(resource("sample/voice.flac"), stop=96_000)
    soundfile.write(folder / "still.flac", samples, rate)
    lines = [
        "clip\tsplit\tspeaker\tsource\tlicence\tvideo\tvoice",
        "still\ttrain\tann\thome\tCC0\tstill.mp4\tstill.flac",
        "gone\ttrain\tbob\thome\tCC0\tgone.mp4\tgone.flac",
    ]
    (folder / "index.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_corpus_becomes_clips_and_a_report(dimitra, corpus, tmp_path) -> None:
    out = tmp_path / "prepared"
    told = dimitra("train", "prepare", corpus, "-o", out, "--jobs", "1")
    assert told.status == 0, told.err
    assert told.json["prepared"] == 1, told.json["left_out"]
    assert "does not exist" in told.json["left_out"]["gone"]
    clip = load_clip(out / "still.npz")
    assert clip.motion.seen.all()
    assert clip.speech.words
    assert json.loads((out / "still.json").read_text(encoding="utf-8"))["measures"]["face_width"] > 60
    assert (out / "report.md").exists()
    assert not list(out.rglob(".dimitra-*"))


def test_no_processes_is_refused(dimitra, corpus, tmp_path) -> None:
    dimitra("train", "prepare", corpus, "-o", tmp_path / "out", "--jobs", "0").assert_refused("--jobs")


def test_a_folder_without_an_index_is_refused(dimitra, tmp_path) -> None:
    dimitra("train", "prepare", tmp_path, "-o", tmp_path / "out").assert_refused("index.tsv")


def test_a_corpus_of_which_nothing_can_be_used_is_refused(dimitra, corpus, tmp_path) -> None:
    for name in ("still.mp4", "still.flac"):
        (corpus / name).unlink()
    out = tmp_path / "prepared"
    dimitra("train", "prepare", corpus, "-o", out, "--jobs", "1").assert_refused("None of the 2 clips can be used")
    assert (out / "report.md").exists()
