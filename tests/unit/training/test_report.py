import dataclasses
import json

import numpy as np
import pytest

from dimitra_studio.core.events import finish
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.motion.clips import ClipFacts, save_clip
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.quality import ClipMeasures, QualityLimits
from dimitra_studio.training.records import ClipRecord, clip_path, save_record
from dimitra_studio.training.report import write_report
from dimitra_studio.training.survey import survey_corpus

LIPS = LipShape(np.eye(64)[0], np.eye(64)[1])
LIMITS = QualityLimits()
MEASURES = ClipMeasures(
    seconds=4.0, face_width=140.0, unseen=0.0, error=0.01, cuts=0, yaw=5.0, loudness=-15.0, clipped=0.0, spoken=0.8
)


@pytest.fixture(scope="module")
def corpus(clips, tmp_path_factory):
    """Rows of three kept clips of two speakers and two that were left out; the folder that holds what was prepared."""
    tmp_path = tmp_path_factory.mktemp("prepared")
    rows = []
    for name, speaker, split in (
        ("a", "ann", "train"),
        ("b", "ann", "val"),
        ("c", "bob", "train"),
        ("d", "bob", "val"),
    ):
        facts = ClipFacts(name, split, speaker, "talk", "CC0")
        rows.append(CorpusRow(facts, tmp_path / f"{name}.mp4", tmp_path / f"{name}.flac", True, 5.0))
        fits = np.zeros(13)
        fits[9 if name == "c" else 6] = 0.8
        faults = {"yaw": "the face is turned aside"} if name == "d" else {}
        record = ClipRecord(facts, (1, 1), MEASURES, faults, LIMITS, tuple(fits) if split == "train" else None)
        save_record(tmp_path, record)
        if not faults:
            made = clips.one(name, frames=100, seed=ord(name))
            save_clip(clip_path(tmp_path, name), dataclasses.replace(made, facts=facts))
    gone = ClipFacts("e", "train", "eve", "talk", "CC0")
    rows.append(CorpusRow(gone, tmp_path / "e.mp4", tmp_path / "e.flac", True, 5.0))
    return tuple(rows), tmp_path, {"d": "the face is turned aside", "e": "its process died"}


def test_the_report_says_what_there_is(corpus) -> None:
    rows, folder, left_out = corpus
    path = finish(write_report(rows, folder, left_out, LIPS, LIMITS))
    text = path.read_text(encoding="utf-8")
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [clip["clip"] for clip in told["kept"]] == ["a", "b", "c"]
    assert told["left_out"] == left_out
    assert set(told["speakers"]["bob"]["neutral"]) == set(COMPONENT_NAMES)
    assert "3 clips, 0.2 minutes of 2 speakers, are kept; 2 clips, 0.1 minutes" in text
    assert "| d | 4.0 | the face is turned aside |" in text
    assert "| e | 5.0 | its process died |" in text
    assert "| c | +3 | 0.00 | 0.80 |" in text
    assert "| ann | 2 | 0.1 |" in text
    for name in ("left-out", "measures", "mouth", "lips", "expression", "pose"):
        assert f"](report/{name}.png)" in text
        assert (folder / "report" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_a_face_at_rest_is_the_median_of_silence(corpus, clips) -> None:
    rows, folder, left_out = corpus
    survey = finish(survey_corpus(rows, folder, left_out))
    # The made-up clips are silent in their second half.
    silent = [clips.one(name, frames=100, seed=ord(name)).motion.values[50:, :64] for name in "ab"]
    np.testing.assert_allclose(survey.speakers["ann"].neutral, np.median(np.concatenate(silent), axis=0), atol=1e-6)
    assert len(survey.motion) == 300


def test_nothing_kept_is_a_report_too(corpus) -> None:
    rows, folder, _ = corpus
    left_out = {row.facts.name: "not today" for row in rows}
    text = finish(write_report(rows, folder, left_out, LIPS, LIMITS)).read_text(encoding="utf-8")
    assert "0 clips, 0.0 minutes of 0 speakers, are kept; 5 clips" in text
