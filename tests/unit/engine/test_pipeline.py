"""Where motion is made when memory is short."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Progress
from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.core.lane import Lane
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.engine import pipeline
from dimitra_studio.engine.devices import Device
from dimitra_studio.engine.hearing import HeardVoice
from dimitra_studio.engine.pipeline import Sitter
from dimitra_studio.engine.registry import open_registry
from dimitra_studio.export.motion_files import MotionFile
from dimitra_studio.motion.inpaint import part_of

SPEECH = SpeechAnalysis(2.0, (), (), "", "", np.zeros((100, 12)), "f", np.zeros(10), "e", silences=())
FIT = FaceFit(np.zeros(80), np.zeros(64), np.zeros(6), Camera(1000.0, 1, 1, 2, 2), np.zeros((478, 2)), 0.01)
SITTER = Sitter(Portrait(np.zeros((2, 2, 3), np.uint8), "p.png", "p"), FIT)
VOICE = HeardVoice("v.wav", "v", SPEECH)
TAKE = MotionSequence(np.zeros((50, 70)))
WISH = GenerateMotion(FitPortrait(Path("p.png")), AnalyseVoice(Path("v.wav")))


@pytest.fixture
def crowd(monkeypatch):
    """A loader of a machine with a GPU; its networks take `fits` windows at once, by device. Tells what was `tried`."""
    machine = SimpleNamespace(fits={"cuda": 8, "cpu": 8}, tried=[], registry=open_registry(), lane=Lane())
    machine.motion = lambda wish: (SimpleNamespace(place=wish), Device(wish, f"Using {wish}."))
    monkeypatch.setattr(pipeline, "choose_device", lambda wish: Device("cuda" if wish == "auto" else wish, "A GPU."))

    def made(models, batch):
        machine.tried.append((models.place, batch))
        yield Progress("motion", 1, 2)
        if batch > machine.fits[models.place]:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        return TAKE

    for name in ("generate.generate_motion", "inpaint.regenerate_motion"):
        monkeypatch.setattr(f"dimitra_studio.motion.{name}", lambda models, *what, batch, **how: made(models, batch))
    return machine


def whole(machine):
    return pipeline.motion_with(machine, WISH, SITTER, VOICE)


def part(machine):
    source = MotionFile(TAKE, (), {})
    wanted = part_of(TAKE, ((0.0, 1.0),), tuple(Group))
    return pipeline.regenerate_with(machine, WISH, wanted, source, sitter=SITTER, voice=VOICE)


def outcome(job):
    notes = []
    try:
        while True:
            notes.append(next(job).note)
    except StopIteration as stop:
        return stop.value, [note for note in notes if note]


@pytest.mark.parametrize("write", [whole, part])
@pytest.mark.parametrize(
    ("fits", "tried"),
    [
        ({"cuda": 8, "cpu": 8}, [("cuda", 8)]),
        ({"cuda": 2, "cpu": 8}, [("cuda", 8), ("cuda", 2)]),
        ({"cuda": 0, "cpu": 2}, [("cuda", 8), ("cuda", 2), ("cpu", 8), ("cpu", 2)]),
    ],
)
def test_motion_is_made_with_what_fits_and_says_so(crowd, write, fits, tried) -> None:
    crowd.fits = fits
    take, notes = outcome(write(crowd))
    assert crowd.tried == tried
    assert take.motion is TAKE
    assert notes[0] == "A GPU."
    assert len(notes) == len(tried)
    recipe = take.recipe["regenerated"][-1] if "regenerated" in take.recipe else take.recipe
    assert recipe["motion"]["device"] == tried[-1][0]


def test_too_little_memory_for_the_least_is_one_sentence(crowd) -> None:
    crowd.fits = {"cuda": 0, "cpu": 0}
    with pytest.raises(StudioError, match="too little memory"):
        outcome(whole(crowd))
