"""Pairs on disk, batches of them, and a repairing network that learns from tiny ones."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.engine.crew import Broken
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.mirror import mirror_of
from dimitra_studio.motion.clips import ClipFacts
from dimitra_studio.render.neural.config import RepairConfig
from dimitra_studio.render.neural.network import MOTION, WINDOW, Repair, RepairNetwork
from dimitra_studio.render.neural.part import Part
from dimitra_studio.render.neural.sight import LABELS
from dimitra_studio.render.neural.weights import RepairModel, load_repair
from dimitra_studio.render.perceptual import Trunk
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.renderer.alignment import Aligner
from dimitra_studio.training.renderer.batches import PairShelf, mirrored
from dimitra_studio.training.renderer.loop import STATE, judge, train_repair
from dimitra_studio.training.renderer.losses import RepairWeights, glimpse, repair_loss
from dimitra_studio.training.renderer.making import make_all
from dimitra_studio.training.renderer.pair_files import (
    PairFile,
    PairIndex,
    load_index,
    pair_path,
    save_index,
    save_pairs,
)
from dimitra_studio.training.renderer.pairs import PartPairs
from dimitra_studio.training.renderer.recipe import RepairRecipe
from dimitra_studio.training.renderer.trainer import RepairTrainer, repaired, run_of

SIDE = 32
CONFIG = RepairConfig(Part.MOUTH, 1.6, SIDE, (4, 8, 8), residuals=1, descriptor=8)
MIRROR = mirror_of(COMPONENT_NAMES)
CLIPS = tuple(ClipFacts(name, "train", name[0], "made", "CC0") for name in ("a.1", "a.2", "b.1"))


def tiny_pairs(seed: int, frames: int = 4) -> PartPairs:
    """Warped mouths are grey where true ones are red: easily mended."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(60, 200, (frames, SIDE, SIDE, 3), np.uint8)
    label = np.full((frames, SIDE, SIDE), LABELS.index("skin"), np.uint8)
    label[:, 10:22, 8:24] = LABELS.index("mouth_bag")
    truth[:, 10:22, 8:24] = (200, 40, 40)
    picture = truth.copy()
    picture[:, 10:22, 8:24] = 120
    return PartPairs(
        truth[:2], label[:2], np.arange(frames) % 2, picture, label,
        chance.integers(-127, 127, (frames, SIDE, SIDE, 5)).astype(np.int8),
        chance.integers(-16000, 16000, (frames, SIDE, SIDE, 2)).astype(np.int16), truth,
        np.full(frames, 0.5, np.float32), np.ones(frames, np.float32),
        chance.normal(size=(frames, MOTION, WINDOW)).astype(np.float16),
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("pairs")
    for number, clip in enumerate(CLIPS):
        save_pairs(path, clip.name, {"mouth": tiny_pairs(number)})
    save_index(path, PairIndex((CONFIG,), CLIPS))
    return path


@pytest.fixture(scope="module")
def shelf(folder):
    return PairShelf(folder, CLIPS, Part.MOUTH, MIRROR)


def recipe(steps=6, **changes):
    return RepairRecipe(steps, twos=2, warmup=1, judge_every=3, **changes)


def trainer(shelf, **changes):
    return RepairTrainer(shelf, CONFIG, recipe(**changes), None)


def test_pairs_and_index_come_back(folder):
    pairs, original = PairFile(folder, "a.1", Part.MOUTH), tiny_pairs(0)
    assert len(pairs) == len(original.source)
    np.testing.assert_array_equal(pairs.trust, original.trust)
    square = pairs.read(1)
    np.testing.assert_array_equal(square.source[0], original.source_picture[original.source[1]])
    np.testing.assert_array_equal(square.source[1], original.source_label[original.source[1]])
    for name in ("picture", "label", "surface", "places"):
        np.testing.assert_array_equal(getattr(square.sight, name), getattr(original, name)[1])
    for name in ("truth", "departure", "motion"):
        np.testing.assert_array_equal(getattr(square, name), getattr(original, name)[1])
    assert load_index(folder) == PairIndex((CONFIG,), CLIPS)
    with pytest.raises(InputError, match="not of the face"):
        load_index(folder).config(Part.FACE)


def test_damage_is_told(tmp_path):
    save_pairs(tmp_path, "a", {"mouth": tiny_pairs(0)})
    path = pair_path(tmp_path, "a", "mouth")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="no pairs that can be read"):
        PairFile(tmp_path, "a", Part.MOUTH)
    with pytest.raises(InputError, match="holds no pairs"):
        load_index(tmp_path)


def test_pairs_that_lack_something_are_told(tmp_path):
    path = pair_path(tmp_path, "a", "mouth")
    save_file({"truth": np.zeros((1, 2), np.uint8)}, path)
    with pytest.raises(InputError, match=r"it lacks .*trust"):
        PairFile(tmp_path, "a", Part.MOUTH)


def test_mirroring_twice_changes_nothing_and_once_swaps_sides(folder):
    square = PairFile(folder, "a.1", Part.MOUTH).read(1)
    once = mirrored(square, MIRROR)
    twice = mirrored(once, MIRROR)
    np.testing.assert_array_equal(once.truth[:, 0], square.truth[:, -1])
    assert not np.allclose(once.motion, square.motion)
    np.testing.assert_allclose(twice.motion, square.motion)
    np.testing.assert_array_equal(twice.sight.places, square.sight.places)
    np.testing.assert_array_equal(twice.sight.surface, square.sight.surface)


def test_batches_are_twos_of_one_light_and_come_again(shelf):
    batch, again = (shelf.draw(3, np.random.default_rng(7)) for _ in range(2))
    assert batch.seen.shape == (6, 15, SIDE, SIDE)
    assert all(torch.equal(getattr(batch, name), getattr(again, name)) for name in batch.__dataclass_fields__)
    mouth = batch.truth[:, :, 12:20, 12:20].mean(dim=(2, 3))
    assert torch.allclose(mouth[0::2], mouth[1::2], atol=0.02)


def face_and_label():
    """A smooth picture with a mouth drawn in it, and the mouth's label."""
    noise = np.random.default_rng(0).integers(60, 200, (16, 16, 3), np.uint8)
    picture = cv2.resize(noise, (96, 96), interpolation=cv2.INTER_CUBIC)
    label = np.full((96, 96), LABELS.index("skin"), np.uint8)
    label[44:52, 30:66] = LABELS.index("mouth_bag")
    picture[label != LABELS.index("skin")] = 20
    return picture, label


def test_a_misplaced_truth_is_moved_to_where_the_mesh_has_it():
    picture, label = face_and_label()
    misplaced = np.roll(picture, (2, -1), axis=(0, 1))
    moved, trust = Aligner().align(picture, label, misplaced)
    middle = np.s_[16:-16, 16:-16]
    before, after = (np.abs(each[middle].astype(int) - picture[middle]).mean() for each in (misplaced, moved))
    assert after < before / 4
    assert trust > 0.9


def test_a_truth_that_fits_stays():
    picture, label = face_and_label()
    moved, trust = Aligner().align(picture, label, picture)
    assert np.abs(moved.astype(int) - picture).max() <= 1
    assert trust == pytest.approx(1, abs=0.01)


def test_a_truth_that_is_too_far_away_is_not_trusted():
    picture, label = face_and_label()
    _, trust = Aligner().align(picture, label, np.roll(picture, 16, axis=0))
    assert trust < 0.3


def test_an_exact_repair_costs_less_than_none(shelf):
    batch = shelf.all_of(0)
    repair, _ = repaired(trainer(shelf).average, batch)
    weights = RepairWeights(gate=0, warping=0)
    right, wrong = (repair_loss(out, repair, batch, weights, None) for out in (batch.truth, batch.warped))
    assert float(right) == 0
    assert float(wrong) > 0


def test_looks_are_judged_on_the_same_part_of_every_second_frame():
    truth = torch.rand(4, 3, 160, 160)
    seen = []

    class Distance:
        def __init__(self, trunk):
            self.trunk = trunk

        def __call__(self, one, other):
            seen.append(one.shape)
            return (one - other).abs().mean(dim=(1, 2, 3))

    for trunk in Trunk:
        look = glimpse(Distance(trunk), np.random.default_rng(0))
        assert float(look(truth, truth).sum()) == 0
    assert seen == [(2, 3, 112, 112), (2, 3, 80, 80)]


@pytest.mark.parametrize("half", [False, True])
def test_it_learns(shelf, half):
    learner = trainer(shelf, steps=60, rate=5e-3, ema=0.9, half=half)
    before = judge(learner, shelf)
    for _ in range(60):
        learner.advance()
    after = judge(learner, shelf)
    assert before["psnr"] == pytest.approx(before["warp_psnr"], abs=0.7)
    assert after["psnr"] > after["warp_psnr"] + 2


def test_a_stopped_run_goes_on_exactly(shelf, tmp_path):
    whole, stopped, resumed = (trainer(shelf, weights=RepairWeights(adversarial=0.03)) for _ in range(3))
    run = run_of(CONFIG, whole.recipe, ("a",))
    for _ in range(6):
        whole.advance()
    for _ in range(4):  # the critic has joined
        stopped.advance()
    stopped.save(tmp_path / STATE, run)
    resumed.resume(tmp_path / STATE, run)
    while resumed.step < 6:
        resumed.advance()
    for one, other in zip(whole.average.parameters(), resumed.average.parameters(), strict=True):
        assert torch.equal(one, other)
    with pytest.raises(InputError, match="clips"):
        resumed.resume(tmp_path / STATE, run_of(CONFIG, whole.recipe, ("a", "b")))


def test_a_run_begins_with_other_weights_of_the_same_network_only(shelf):
    learner, begun = trainer(shelf, steps=8, rate=5e-3), trainer(shelf)
    for _ in range(8):
        learner.advance()
    begun.begin(RepairModel(learner.average))
    for one, other in zip(begun.network.parameters(), learner.average.parameters(), strict=True):
        assert torch.equal(one, other)
    with pytest.raises(InputError, match="of a face of 32 samples"):
        begun.begin(RepairModel(RepairNetwork(replace(CONFIG, part=Part.FACE))))


def test_what_the_flow_alone_makes_is_judged_too(shelf):
    batch = shelf.all_of(0)
    repair, _ = repaired(trainer(shelf).average, batch)
    still = Repair(torch.zeros_like(repair.flow), batch.truth, torch.ones_like(repair.gate))
    weights = RepairWeights(gate=0)
    assert float(repair_loss(batch.truth, still, batch, weights, None)) > 0
    assert float(repair_loss(batch.truth, still, batch, replace(weights, warping=0), None)) == 0


def test_a_run_leaves_weights_scores_and_a_sheet(shelf, tmp_path):
    learner = trainer(shelf)
    run = run_of(CONFIG, learner.recipe, ("a",))
    path = finish(train_repair(learner, shelf, tmp_path, run, {"clips": 3}))
    assert load_repair(path).facts == {"clips": 3, "steps": 6}
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 2
    assert (tmp_path / "sheet.png").stat().st_size > 1000


def test_making_tells_what_is_left_out_and_goes_on(tmp_path):
    rows = tuple(CorpusRow(clip, tmp_path / "v", tmp_path / "a", True) for clip in CLIPS)
    asked = []

    def work(waiting):
        for row in waiting:
            asked.append(row.facts.name)
            broken = row.facts.name == "b.1"
            yield row, Broken("no face", lasting=True) if broken else {"mouth": tiny_pairs(1)}

    for _ in range(2):
        made, left_out = finish(make_all(rows, tmp_path, (CONFIG,), work))
        assert (made, left_out) == (2, {"b.1": "no face"})
    assert asked == ["a.1", "a.2", "b.1", "b.1"]
    assert load_index(tmp_path).clips == CLIPS[:2]
