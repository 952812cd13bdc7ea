"""What repairing networks see, what they may change, and that they come back from disk."""

import numpy as np
import pytest
import torch

from dimitra_studio.core.errors import ModelError
from dimitra_studio.render.neural.config import LARGE, SMALL, RepairConfig
from dimitra_studio.render.neural.network import (
    MOTION,
    SEEN,
    WINDOW,
    Repair,
    RepairNetwork,
    identity_places,
    look_up,
)
from dimitra_studio.render.neural.part import Crop, Framing, Part
from dimitra_studio.render.neural.pasting import paste_repair
from dimitra_studio.render.neural.renderer import NeuralRenderer, as_samples
from dimitra_studio.render.neural.sight import LABELS, Viewer, unpack_places
from dimitra_studio.render.neural.tensors import motion_window
from dimitra_studio.render.neural.weights import RepairModel, load_repair, save_repair
from dimitra_studio.render.warp import WarpRenderer

from .conftest import INSIDE

TINY = RepairConfig(Part.MOUTH, 1.6, 32, (4, 8, 8), residuals=1, descriptor=8)
INSIDE_LABELS = [LABELS.index(name) for name in ("mouth_bag", "teeth_upper", "teeth_lower", "tongue")]


@pytest.fixture(scope="module")
def renderer(head, closed):
    return WarpRenderer(closed.portrait, closed.fit, head)


@pytest.fixture(scope="module")
def framing(renderer):
    return Framing(renderer.geometry, Part.MOUTH, 1.6, 64)


def inputs(count=2, side=32):
    generator = torch.Generator().manual_seed(3)
    seen = torch.rand(count, SEEN, side, side, generator=generator) * 2 - 1
    places = identity_places(seen).expand(count, -1, -1, -1)
    source = torch.rand(count, 3 + len(LABELS), side, side, generator=generator)
    return seen, places, source, torch.randn(count, MOTION, WINDOW, generator=generator)


def look(renderer, framing, components, pose):
    posed = renderer.geometry.pose(components, pose)
    drawn = renderer.draw(posed)
    crop = framing.crop(posed)
    return Viewer(renderer.geometry, framing).look(drawn, posed, crop), crop, posed


def test_a_crop_of_whole_pixels_is_the_picture():
    picture = np.random.default_rng(0).integers(0, 255, (40, 50, 3), np.uint8)
    np.testing.assert_array_equal(Crop(7, 5, 1.0, 16).cut(picture), picture[5:21, 7:23])


def test_a_coarse_crop_keeps_the_mean():
    picture = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    cut = Crop(20.5, 30.5, 4.0, 32).cut(picture)
    assert abs(cut.mean() - picture[30:158, 20:148].mean()) < 3
    assert cut.std() < 0.5 * picture.std()


def test_a_sight_knows_the_inside_of_an_open_mouth(renderer, framing, closed):
    sight, _, _ = look(renderer, framing, closed.components(jawOpen=0.5), closed.fit.pose)
    inside = np.isin(sight.label, INSIDE_LABELS)
    assert 0.02 < inside.mean() < 0.5
    middle = np.argwhere(inside).mean(axis=0)
    assert np.abs(middle - 32).max() < 8
    assert sight.picture.shape == (64, 64, 3)


def test_places_lead_back_to_the_portrait(renderer, framing, closed):
    """What a sample shows is what its place shows in the portrait's own square, where skin was seen in both."""
    sight, _, _ = look(renderer, framing, closed.fit.expression, closed.pose(yaw=6))
    own = framing.source.cut(renderer.picture).astype(np.float32)
    looked = look_up(
        torch.from_numpy(own).permute(2, 0, 1)[None], torch.from_numpy(unpack_places(sight.places))[None]
    )[0].permute(1, 2, 0).numpy()  # fmt: skip
    skin = sight.label == LABELS.index("skin")
    assert np.abs(looked - sight.picture)[skin].mean() < 4


def test_nothing_departs_in_the_portrait_itself(renderer, framing, closed):
    assert framing.departure(renderer.geometry.source) == 0
    _, _, moved = look(renderer, framing, closed.components(jawOpen=0.5), closed.fit.pose)
    assert framing.departure(moved) == 1


def test_the_faces_square_holds_brows_and_chin(renderer):
    framing = Framing(renderer.geometry, Part.FACE, 3.4, 96)
    points = framing.source.place(renderer.geometry.fit.landmarks.astype(np.float32))
    assert points[[10, 152]].min() > -20
    assert points[[70, 300, 152]].min() > 0
    assert points[[70, 300, 152]].max() < 96


def test_motion_windows_repeat_the_ends_and_are_relative():
    values = np.arange(5 * 70, dtype=np.float32).reshape(5, 70)
    window = motion_window(values, 0, values[0])
    assert window.shape == (MOTION, WINDOW)
    assert np.all(window[:70, : WINDOW // 2 + 1] == 0)
    np.testing.assert_array_equal(window[:64, WINDOW // 2 + 1], (values[1] - values[0])[:64])
    np.testing.assert_array_equal(window[70:, 0], values[0, :64])


@torch.inference_mode()
def test_a_new_network_changes_little():
    torch.manual_seed(0)
    network = RepairNetwork(TINY).eval()
    seen, places, source, motion = inputs()
    out = network(seen, places, network.source(source), motion).held(torch.ones(2)).apply(seen[:, :3])
    assert (out - seen[:, :3]).abs().mean() < 0.05


@torch.inference_mode()
def test_without_departure_and_at_the_border_nothing_changes():
    warped = torch.rand(2, 3, 32, 32) * 2 - 1
    repair = Repair(torch.full((2, 2, 32, 32), 0.2), torch.ones(2, 3, 32, 32), torch.ones(2, 1, 32, 32))
    out = repair.held(torch.tensor([0.0, 1.0])).apply(warped)
    assert torch.allclose(out[0], warped[0], atol=1e-5)
    assert torch.allclose(out[1, :, 0], warped[1, :, 0], atol=1e-5)
    assert torch.allclose(out[1, :, 14:18, 14:18], torch.tensor(1.0), atol=1e-5)


@torch.inference_mode()
def test_an_open_mouth_stays_where_the_motion_has_it():
    torch.manual_seed(0)
    network = RepairNetwork(TINY).eval()
    seen, places, source, motion = inputs()
    seen[:, [3 + label for label in INSIDE_LABELS]] = 0
    seen[0, 3 + LABELS.index("mouth_bag"), 14:18, 12:20] = 1
    flow = network(seen, places, network.source(source), motion).flow
    assert float(flow[0, :, 13:19, 11:21].abs().max()) == 0
    assert float(flow[0, :, :4].abs().min()) > 0
    assert float(flow[1].abs().min()) > 0, "lips that are shut may be moved"


@torch.inference_mode()
def test_motion_and_portrait_matter():
    torch.manual_seed(0)
    network = RepairNetwork(TINY).eval()
    seen, places, source, motion = inputs()
    first = network(seen, places, network.source(source), motion).colour
    assert torch.allclose(first, network(seen, places, network.source(source), motion + 1).colour), "where it is"
    assert not torch.allclose(first, network(seen, places, network.source(source), 2 * motion).colour), "how it moves"
    assert not torch.allclose(first, network(seen, places, network.source(source.flip(3)), motion).colour)


@pytest.mark.parametrize("config", [*SMALL, *LARGE], ids=lambda config: f"{config.part}-{config.side}")
def test_shipped_sizes_fit_into_a_file(config):
    with torch.device("meta"):
        network = RepairNetwork(config)
    assert 2 * sum(parameter.numel() for parameter in network.parameters()) < 16e6


def test_weights_come_back_in_half_precision(tmp_path):
    network = RepairNetwork(TINY)
    save_repair(tmp_path / "repair.safetensors", RepairModel(network, {"clips": 3}))
    loaded = load_repair(tmp_path / "repair.safetensors")
    assert loaded.config == TINY
    assert loaded.facts == {"clips": 3}
    for name, tensor in loaded.network.state_dict().items():
        assert torch.equal(tensor, network.state_dict()[name].half().float())


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "repair.safetensors"
    with pytest.raises(ModelError, match="is missing"):
        load_repair(path)
    path.write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="cannot be read"):
        load_repair(path)


def test_the_drawn_mouth_is_inside_colour(open_mouth, head):
    """The fixture's own truth: labels lie where the picture shows the inside."""
    renderer = WarpRenderer(open_mouth.portrait, open_mouth.fit, head)
    framing = Framing(renderer.geometry, Part.MOUTH, 1.6, 64)
    sight, crop, _ = look(renderer, framing, open_mouth.fit.expression, open_mouth.fit.pose)
    pink = np.abs(crop.cut(open_mouth.portrait.pixels).astype(int) - INSIDE).sum(axis=2) < 60
    inside = np.isin(sight.label, INSIDE_LABELS)
    assert (pink & inside).sum() > 0.8 * inside.sum()


def tiny_models(gate=None):
    """Untrained networks of both parts; with a `gate` their colours are laid over in full or not at all."""
    torch.manual_seed(1)
    models = []
    for part, extent in ((Part.MOUTH, 1.6), (Part.FACE, 3.4)):
        network = RepairNetwork(RepairConfig(part, extent, 32, (4, 8, 8), residuals=1, descriptor=8)).eval()
        if gate is not None:
            weight, bias = (each.data.view(6, 4, -1) for each in (network.head.weight, network.head.bias))
            weight[[0, 1, 5]] = 0
            bias[[0, 1, 5]] = torch.tensor([0.0, 0.0, 9.0 if gate else -9.0]).view(3, 1, 1)
        models.append(RepairModel(network))
    return tuple(models)


def motion_of(closed, **changes):
    return np.concatenate([closed.components(**changes), closed.fit.pose]).astype(np.float32)[None]


def test_the_portrait_itself_comes_back_bit_by_bit(renderer, closed):
    shown = NeuralRenderer(renderer, tiny_models(gate=True)).show(motion_of(closed), 0)
    np.testing.assert_array_equal(shown, closed.portrait.pixels)


def test_half_precision_shows_the_same_picture(renderer, closed):
    values = motion_of(closed, jawOpen=0.5)
    models = tiny_models()
    whole, half = (NeuralRenderer(renderer, models, half=each).show(values, 0).astype(int) for each in (False, True))
    assert (whole != renderer.show(values, 0)).any()
    assert np.abs(whole - half).max() <= 3
    assert np.abs(whole - half).mean() < 0.1


def test_a_shut_gate_is_the_warp_and_an_open_one_changes_only_its_squares(renderer, closed):
    values = motion_of(closed, jawOpen=0.5)
    warped = renderer.show(values, 0)
    np.testing.assert_array_equal(NeuralRenderer(renderer, tiny_models(gate=False)).show(values, 0), warped)
    mended = NeuralRenderer(renderer, tiny_models(gate=True)).show(values, 0)
    changed = (mended != warped).any(axis=2)
    posed = renderer.geometry.pose(values[0, :64], values[0, 64:])
    crop = Framing(renderer.geometry, Part.FACE, 3.4, 32).crop(posed)
    rows, columns = np.nonzero(changed)
    end = crop.spacing * (crop.side - 1)
    assert changed.any()
    assert crop.x < columns.min()
    assert columns.max() < crop.x + end
    assert crop.y < rows.min()
    assert rows.max() < crop.y + end


def test_the_faces_network_spares_what_is_the_mouths(renderer, closed):
    values = motion_of(closed, browInnerUp=0.8)
    (mouth, _), (_, face) = tiny_models(gate=False), tiny_models(gate=True)
    alone, both = (NeuralRenderer(renderer, models).show(values, 0) for models in ((face,), (mouth, face)))
    posed = renderer.geometry.pose(values[0, :64], values[0, 64:])
    crop = Framing(renderer.geometry, Part.MOUTH, 1.6, 32).crop(posed)
    quarter = crop.spacing * crop.side / 4
    rows, columns = (slice(int(start + quarter), int(start + 3 * quarter)) for start in (crop.y, crop.x))
    warped = renderer.show(values, 0)
    assert (alone[rows, columns] != warped[rows, columns]).any()
    np.testing.assert_array_equal(both[rows, columns], warped[rows, columns])
    assert (both != warped).any()


def test_pasting_is_what_the_network_learned_with():
    """At one sample a pixel the frame is changed as `Repair.apply` changes the square."""
    generator = np.random.default_rng(4)
    frame = generator.integers(0, 255, (40, 40, 3), np.uint8)
    crop = Crop(6, 4, 1.0, 24)
    flow = torch.from_numpy(generator.uniform(-0.1, 0.1, (1, 2, 24, 24)).astype(np.float32))
    colour = torch.from_numpy(generator.uniform(-1, 1, (1, 3, 24, 24)).astype(np.float32))
    gate = torch.from_numpy(generator.uniform(0, 1, (1, 1, 24, 24)).astype(np.float32))
    repair = Repair(flow, colour, gate).held(torch.ones(1))
    square = torch.from_numpy(crop.cut(frame)).permute(2, 0, 1)[None] / 127.5 - 1
    expected = (repair.apply(square)[0].permute(1, 2, 0).numpy() + 1) * 127.5
    paste_repair(frame, crop, as_samples(repair, crop))
    np.testing.assert_allclose(frame[4:28, 6:30].astype(float), expected, atol=1.5)


def test_a_new_tone_keeps_the_detail_of_a_frame_finer_than_the_samples():
    generator = np.random.default_rng(5)
    frame = (120 + generator.integers(-20, 20, (96, 96, 3))).astype(np.uint8)
    crop = Crop(0, 0, 4.0, 24)
    repair = np.zeros((24, 24, 6), np.float32)
    coarse = crop.cut(frame).astype(np.float32)
    repair[..., 2:5], repair[..., 5] = coarse + 30, 1  # all is repainted, brighter
    lost, kept = frame.copy(), frame.copy()
    paste_repair(lost, crop, repair)
    paste_repair(kept, crop, repair, np.concatenate([coarse, np.ones((24, 24, 1), np.float32)], axis=2))
    assert lost[8:88, 8:88].std() < 0.5 * frame.std()
    np.testing.assert_allclose(kept[8:88, 8:88].astype(float), frame[8:88, 8:88].astype(float) + 30, atol=1.5)


def test_a_square_beyond_the_picture_is_cut_off(renderer):
    frame = np.zeros((20, 20, 3), np.uint8)
    repair = np.full((16, 16, 6), 1, np.float32)
    for x, y in ((-10.5, -8.2), (12.3, 15.1), (50, 50)):
        paste_repair(frame, Crop(x, y, 1.0, 16), repair)
