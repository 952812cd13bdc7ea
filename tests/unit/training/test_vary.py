import os

import numpy as np
import pytest

from dimitra_studio.core.events import finish
from dimitra_studio.engine.crew import Broken
from dimitra_studio.motion.clips import load_clip, load_clips, save_clip
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.variants import vary_clip
from dimitra_studio.training.vary import vary_corpus


def _make(tasks):
    """Variants of a made voice, heard as zeros; the clip named bad cannot be made."""

    def listen(samples):
        count = int(np.ceil(len(samples) / 320))
        return np.zeros((count, 12), np.float32), np.zeros(count, np.float32)

    for task in tasks:
        clip = load_clip(task.clip)
        broken = Broken("its voice is damaged", lasting=True)
        samples = np.zeros(round(clip.motion.duration * 16_000), np.float32)
        yield task, broken if clip.facts.name == "bad" else vary_clip(clip, samples, task.variant, listen)


@pytest.fixture
def corpus(clips, tmp_path):
    named = {"a/one.x": "train", "bad": "train", "judged": "val"}
    made = [clips.one(name, split=split, seed=index) for index, (name, split) in enumerate(named.items())]
    for clip in made:
        save_clip(tmp_path / f"{clip.facts.name}.npz", clip)
    return tuple(CorpusRow(clip.facts, tmp_path / "v.mp4", tmp_path / "v.flac", in_sync=True) for clip in made)


def test_clips_to_learn_from_get_variants_beside_them(corpus, tmp_path) -> None:
    told = finish(vary_corpus(corpus, tmp_path, 2, _make))
    assert (told.done, told.there) == (2, 0)
    assert set(told.left_out) == {"bad~1", "bad~2"}
    variants = {clip.facts.variant for clip in load_clips(tmp_path) if clip.facts.name == "a/one.x"}
    assert variants == {"", "1", "2"}
    assert not list(tmp_path.glob("judged~*"))


def test_variants_are_made_once_and_anew_when_their_clip_changes(corpus, tmp_path) -> None:
    finish(vary_corpus(corpus, tmp_path, 1, _make))
    again = finish(vary_corpus(corpus, tmp_path, 2, _make))
    assert (again.done, again.there) == (1, 1)
    clip = tmp_path / "a/one.x.npz"
    later = (tmp_path / "a/one.x~2.npz").stat().st_mtime + 10
    os.utime(clip, (later, later))
    assert finish(vary_corpus(corpus, tmp_path, 2, _make)).done == 2
