import dataclasses
import json

import pytest

from dimitra_studio.training.fingerprint import difference, fingerprint


def _print(small_run, clips=None, validation=(), processes: int = 1, **recipe: object) -> dict:
    clips = small_run.clips(2) if clips is None else clips
    return fingerprint(clips, validation, small_run.config(), small_run.recipe(**recipe), processes)


def test_the_same_run_has_the_same_fingerprint_in_a_file_too(small_run) -> None:
    one, other = _print(small_run), _print(small_run)
    assert one == other == json.loads(json.dumps(one))
    assert difference(one, other) == ""


def test_a_longer_run_is_the_same(small_run) -> None:
    assert _print(small_run, steps=5) == _print(small_run, steps=50)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"seed": 2}, "seed 0 instead of 2"), ({"processes": 2}, "processes 1 instead of 2"),
     ({"loss_mesh": 0.5}, "loss mesh 0.0 instead of 0.5"), ({"cooldown": 0.5}, "cooldown 0.3 instead of 0.5")],
)  # fmt: skip
def test_what_differs_is_told_in_words(small_run, change: dict, words: str) -> None:
    assert difference(_print(small_run), _print(small_run, **change)) == words


def test_many_differences_are_counted(small_run) -> None:
    words = difference(_print(small_run), _print(small_run, processes=2, seed=2, batch=4, rate=1.0, warmup=0))
    assert words.startswith("processes 1 instead of 2, batch 8 instead of 4, rate ")
    assert words.endswith(" and 2 more differences")


def test_every_part_of_a_clip_counts(small_run, clips) -> None:
    clip = clips.one()
    speech, motion = clip.speech, clip.motion
    changed = [
        dataclasses.replace(clip, facts=dataclasses.replace(clip.facts, lag=1.0)),
        dataclasses.replace(clip, motion=dataclasses.replace(motion, values=motion.values + 0.01)),
        dataclasses.replace(clip, speech=dataclasses.replace(speech, features=speech.features + 0.01)),
        dataclasses.replace(clip, speech=dataclasses.replace(speech, phonemes=speech.phonemes[:1])),
        dataclasses.replace(clip, speech=dataclasses.replace(speech, silences=())),
    ]
    prints = [_print(small_run, (each,))["training clips"] for each in (clip, *changed)]
    assert len(set(prints)) == len(prints)
    assert "validation clips 0 (" in difference(_print(small_run), _print(small_run, validation=(clip,)))
