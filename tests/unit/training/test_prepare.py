import dataclasses
from pathlib import Path

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.core.face import Camera, FaceTrack
from dimitra_studio.core.media import AudioClip
from dimitra_studio.engine.crew import Broken
from dimitra_studio.motion.clips import ClipFacts, load_clip, save_clip
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.analysis import ClipReaders, analyse_clip, loudness
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.prepare import prepare_corpus
from dimitra_studio.training.quality import QualityLimits
from dimitra_studio.training.records import load_record, other_clips, variant_path

FRAMES = 250
LIPS = LipShape(np.eye(64)[0], np.eye(64)[1])


class Bench:
    """Prepares made-up clips in this process, and counts what was analysed."""

    def __init__(self, clips, folder: Path) -> None:
        self.folder, self.media = folder / "prepared", folder / "media"
        self.media.mkdir()
        self.asked: list[str] = []
        self.clips = clips
        self.delays: dict[str, int] = {}
        self.strange: set[str] = set()

    def row(self, name: str, in_sync: bool = True, **facts) -> CorpusRow:
        video, voice = (self.media / f"{name.replace('/', '_')}.{kind}" for kind in ("mp4", "flac"))
        video.write_bytes(b"video")
        voice.write_bytes(b"voice")
        told = {"split": "train", "speaker": "s", "source": "talk", "licence": "CC0"} | facts
        return CorpusRow(ClipFacts(name, **told), video, voice, in_sync)

    def prepare(self, *rows: CorpusRow, limits: QualityLimits | None = None):
        job = prepare_corpus(rows, self.folder, limits or QualityLimits(), self._analyse, LIPS)
        return finish(job)

    def _analyse(self, rows):
        for row in rows:
            self.asked.append(row.facts.name)
            try:
                yield row, analyse_clip(row, self._readers(row.facts.name))
            except InputError as error:
                yield row, Broken(error.message, lasting=True)
            except ZeroDivisionError as error:
                yield row, Broken(str(error), lasting=False)

    def _readers(self, name: str) -> ClipReaders:
        made = self.clips.one(name, frames=FRAMES, seed=len(name) + ord(name[-1]))
        late = np.roll(made.speech.features, 2 * self.delays.get(name, 0), axis=0)
        other = self.clips.one(name, frames=FRAMES, seed=1000).speech.features
        speech = dataclasses.replace(made.speech, features=other if name in self.strange else late)

        def track(path: Path):
            if name == "faceless":
                raise InputError("No face is seen.", "Use another video.")
            if name == "unlucky":
                raise ZeroDivisionError("a fault of ours")
            marks = np.zeros((FRAMES, 478, 2))
            marks[:, 0, 0] = 60.0 if name == "small" else 150.0
            return FaceTrack(made.motion, np.zeros(80), Camera(1000, 1, 1, 9, 9), marks, np.full(FRAMES, 0.01))
            yield

        def hear(clip: AudioClip):
            return speech
            yield

        return ClipReaders(track, lambda path: (), _hiss, hear)


def _hiss(path: Path) -> AudioClip:
    return AudioClip(np.random.default_rng(0).standard_normal(6 * 16_000) / 10, 16_000, path.name, "")


@pytest.fixture
def bench(clips, tmp_path) -> Bench:
    return Bench(clips, tmp_path)


def test_writes_one_file_a_clip(bench) -> None:
    result = bench.prepare(bench.row("talk/a.b", speaker="someone", lag=3), bench.row("talk/c", split="val"))
    assert (result.done, result.there, result.left_out) == (2, 0, {})
    assert load_clip(bench.folder / "talk" / "a.b.npz").facts == bench.row("talk/a.b", speaker="someone", lag=3).facts
    np.testing.assert_allclose(load_clip(bench.folder / "talk" / "c.npz").loudness[5:-5].mean(), -20.0, atol=0.5)


def test_goes_on_where_it_stopped(bench) -> None:
    bench.prepare(bench.row("a"), bench.row("faceless"), bench.row("small"))
    result = bench.prepare(bench.row("a"), bench.row("faceless"), bench.row("small"), bench.row("b"))
    assert (result.done, result.there) == (1, 1)
    assert set(result.left_out) == {"faceless", "small"}
    assert bench.asked == ["a", "faceless", "small", "b"]


def test_clips_that_cannot_be_used_are_told(bench) -> None:
    job = prepare_corpus(
        (bench.row("faceless"), bench.row("late", in_sync=False), bench.row("a"), bench.row("small")),
        bench.folder, QualityLimits(), bench._analyse, LIPS,
    )  # fmt: skip
    events = []
    while True:
        try:
            events.append(next(job))
        except StopIteration as stop:
            result = stop.value
            break
    assert result.done == 1
    assert result.left_out["faceless"] == "No face is seen."
    assert "60 px" in result.left_out["small"]
    assert "late" in result.left_out
    assert any("faceless" in event.note for event in events)
    assert [event.done for event in events if event.stage == "prepare"][-1] == 4
    assert {path.name for path in bench.folder.glob("*.npz")} == {"a.npz"}


def test_a_fault_of_ours_is_tried_again(bench) -> None:
    assert bench.prepare(bench.row("unlucky")).left_out == {"unlucky": "a fault of ours"}
    bench.prepare(bench.row("unlucky"))
    assert bench.asked == ["unlucky", "unlucky"]


def test_other_limits_judge_anew(bench) -> None:
    wide = QualityLimits(smallest_face=200.0)
    assert set(bench.prepare(bench.row("a"), bench.row("small"), limits=wide).left_out) == {"a", "small"}
    assert bench.prepare(bench.row("a"), bench.row("small")).done == 1
    assert bench.asked == ["a", "small", "a"]  # what is dropped either way is not looked at again
    result = bench.prepare(bench.row("a"), limits=wide)
    assert (result.there, set(result.left_out)) == (0, {"a"})
    assert not (bench.folder / "a.npz").exists()
    assert load_record(bench.folder, "a").limits == wide


def test_other_media_under_the_same_name_are_analysed(bench) -> None:
    row = bench.row("a")
    bench.prepare(row)
    row.video.write_bytes(b"another video")
    assert bench.prepare(row).done == 1


def test_a_clip_that_turns_out_bad_does_not_stay(bench) -> None:
    row = bench.row("a")
    bench.prepare(row, bench.row("b"))
    bench.prepare(bench.row("a", in_sync=False), bench.row("b"))
    assert {path.name for path in bench.folder.glob("*.npz")} == {"b.npz"}


def _variants(bench, name: str) -> list[str]:
    return sorted(path.name for path in bench.folder.glob(f"{name}~*.npz"))


def _vary(bench, *names: str) -> None:
    for name in names:
        for number in (1, 2):
            save_clip(variant_path(bench.folder, name, number), load_clip(bench.folder / f"{name}.npz"))


def test_variants_of_a_clip_go_when_it_is_dropped_or_changes(bench) -> None:
    rows = {name: bench.row(name) for name in ("a", "b", "c", "d", "a.b")}
    bench.prepare(*rows.values())
    _vary(bench, *rows)
    bench.prepare(*rows.values())
    assert all(len(_variants(bench, name)) == 2 for name in rows)
    rows["b"].video.write_bytes(b"another video")
    changed = (bench.row("a", in_sync=False), rows["b"], bench.row("c", lag=1), rows["d"], rows["a.b"])
    bench.prepare(*changed)
    assert {name: len(_variants(bench, name)) for name in rows} == {"a": 0, "b": 0, "c": 0, "d": 2, "a.b": 2}
    bench.prepare(*changed, limits=QualityLimits(smallest_face=200.0))
    assert not list(bench.folder.glob("*.npz"))


def test_clips_of_no_row_are_counted(bench) -> None:
    rows = [bench.row("talk/a"), bench.row("b.c")]
    bench.prepare(*rows)
    _vary(bench, "b.c")
    assert [other_clips(bench.folder, some) for some in (rows, rows[:1], [])] == [0, 1, 2]
    assert other_clips(bench.folder / "none", rows) == 0


def test_a_folder_that_cannot_be_made_is_one_sentence(bench) -> None:
    bench.folder.write_bytes(b"a file")
    with pytest.raises(InputError, match="there is a file of that name"):
        bench.prepare(bench.row("a"))


def test_a_changed_clip_that_cannot_be_analysed_now_does_not_stay(bench) -> None:
    row = bench.row("unlucky")
    save_clip(bench.folder / "unlucky.npz", bench.clips.one("unlucky"))
    assert set(bench.prepare(row).left_out) == {"unlucky"}
    assert not (bench.folder / "unlucky.npz").exists()


def test_facts_follow_the_index(bench) -> None:
    bench.prepare(bench.row("a"))
    result = bench.prepare(bench.row("a", split="val", lag=2))
    assert (result.there, bench.asked) == (1, ["a"])
    facts = load_clip(bench.folder / "a.npz").facts
    assert (facts.split, facts.lag) == ("val", 2)


def test_lags_are_taken_out_of_training_clips_alone(bench) -> None:
    names = [f"talk/{letter}" for letter in "abcdefghij"]
    rows = [bench.row(name, speaker=name, split="val" if name == "talk/j" else "train") for name in names]
    bench.delays = {"talk/c": 3, "talk/j": 4}
    assert bench.prepare(*rows).lags == {"talk/c": 3}
    lags = {name: load_clip(bench.folder / f"{name}.npz").facts.lag for name in names}
    assert lags == dict.fromkeys(names, 0) | {"talk/c": 3}
    # Again, and with one more clip: lags count from the index and do not add up.
    assert bench.prepare(*rows).lags == {"talk/c": 3}
    assert bench.prepare(*rows, bench.row("talk/k", speaker="k")).lags == {"talk/c": 3}
    assert load_clip(bench.folder / "talk" / "c.npz").facts.lag == 3


def test_a_voice_that_is_not_the_faces_is_left_out(bench) -> None:
    names = [f"talk/{letter}" for letter in "abcdefghij"]
    bench.strange = {"talk/d"}
    rows = [bench.row(name, speaker=name) for name in names]
    result = bench.prepare(*rows)
    assert "no lag" in result.left_out["talk/d"]
    assert set(result.left_out) == {"talk/d"}
    assert not (bench.folder / "talk" / "d.npz").exists()
    assert bench.prepare(*rows).there == 9
    assert bench.asked.count("talk/d") == 1
    # Clips to be judged by are not asked.
    rows[3] = bench.row("talk/d", speaker="talk/d", split="val")
    assert bench.prepare(*rows).left_out == {}
    assert load_clip(bench.folder / "talk" / "d.npz").facts.split == "val"


def test_a_cancel_leaves_whole_clips(bench) -> None:
    closed = []

    def analyse(rows):
        try:
            yield from bench._analyse(rows)
        finally:
            closed.append(True)

    job = prepare_corpus((bench.row("a"), bench.row("b")), bench.folder, QualityLimits(), analyse, LIPS)
    while next(job).done < 1:
        pass
    job.close()
    assert closed
    assert {path.name for path in bench.folder.iterdir()} == {"a.npz", "a.json"}
    assert bench.prepare(bench.row("a"), bench.row("b")).there == 1


def test_a_damaged_record_is_told(bench) -> None:
    bench.prepare(bench.row("a"))
    (bench.folder / "a.json").write_text("[1]")
    with pytest.raises(InputError, match=r"a\.json"):
        bench.prepare(bench.row("a"))


def test_loudness_follows_the_level() -> None:
    samples = np.concatenate((np.zeros(8000), np.full(8000, 0.5)))
    level = loudness(AudioClip(samples, 16_000, "x", ""))
    assert len(level) == 50
    assert level[:23].max() == -80.0
    np.testing.assert_allclose(level[27:], 20 * np.log10(0.5), atol=0.01)
