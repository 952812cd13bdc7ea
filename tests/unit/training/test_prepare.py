import dataclasses
from pathlib import Path

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.core.face import Camera, FaceTrack
from dimitra_studio.core.media import AudioClip
from dimitra_studio.motion.clips import ClipFacts, load_clip
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.prepare import ClipReaders, loudness, prepare_corpus


def _row(name: str, in_sync: bool = True) -> CorpusRow:
    return CorpusRow(ClipFacts(name, "train", "s", "talk", "CC0"), Path(f"{name}.mp4"), Path(f"{name}.flac"), in_sync)


@pytest.fixture
def readers(clips):
    """Readers that make up a clip, and count what they were asked for."""
    made = clips.one()
    asked: list[str] = []

    def track(path: Path):
        asked.append(path.stem)
        if path.stem == "faceless":
            raise InputError("No face is seen.", "Use another video.")
        blank = np.full((60, 478, 2), np.nan)
        return FaceTrack(made.motion, np.zeros(80), Camera(1000, 1, 1, 9, 9), blank, np.zeros(60))
        yield

    def speech(clip: AudioClip):
        return made.speech
        yield

    return ClipReaders(track, lambda path: AudioClip(np.ones(38400) / 10, 16_000, path.name, ""), speech), asked


def test_writes_one_file_a_clip(readers, tmp_path) -> None:
    result = finish(prepare_corpus((_row("talk/a.b"), _row("talk/c")), readers[0], tmp_path))
    assert (result.done, result.there, result.left_out) == (2, 0, {})
    clip = load_clip(tmp_path / "talk" / "a.b.npz")
    assert clip.facts.name == "talk/a.b"
    np.testing.assert_allclose(clip.loudness, -20.0, atol=0.01)


def test_goes_on_where_it_stopped(readers, tmp_path) -> None:
    finish(prepare_corpus((_row("a"),), readers[0], tmp_path))
    result = finish(prepare_corpus((_row("a"), _row("b")), readers[0], tmp_path))
    assert (result.done, result.there) == (1, 1)
    assert readers[1] == ["a", "b"]


def test_clips_that_cannot_be_used_are_told(readers, tmp_path) -> None:
    events = []
    job = prepare_corpus((_row("faceless"), _row("late", in_sync=False), _row("a")), readers[0], tmp_path)
    while True:
        try:
            events.append(next(job))
        except StopIteration as stop:
            result = stop.value
            break
    assert result.done == 1
    assert result.left_out["faceless"] == "No face is seen."
    assert "late" in result.left_out
    assert any("faceless" in event.note for event in events)
    assert events[-1].done == 3


def test_loudness_follows_the_level() -> None:
    samples = np.concatenate((np.zeros(8000), np.full(8000, 0.5)))
    level = loudness(AudioClip(samples, 16_000, "x", ""))
    assert len(level) == 50
    assert level[:23].max() == -80.0
    np.testing.assert_allclose(level[27:], 20 * np.log10(0.5), atol=0.01)


def test_facts_are_the_rows(readers, tmp_path) -> None:
    row = dataclasses.replace(_row("a"), facts=ClipFacts("a", "val", "someone", "GRID", "CC BY 4.0", lag=3))
    finish(prepare_corpus((row,), readers[0], tmp_path))
    assert load_clip(tmp_path / "a.npz").facts == row.facts
