from collections import OrderedDict

import numpy as np
import pytest
import torch

from dimitra_studio.core.errors import ModelError
from dimitra_studio.evaluation.syncnet import SyncNet, load_syncnet, score_sync, shift_distances

# The layers of the published file, by name.
PUBLISHED = {
    "netcnnaud.0.weight": (64, 1, 3, 3),
    "netcnnaud.4.weight": (192, 64, 3, 3),
    "netcnnaud.8.weight": (384, 192, 3, 3),
    "netcnnaud.11.weight": (256, 384, 3, 3),
    "netcnnaud.14.weight": (256, 256, 3, 3),
    "netcnnaud.18.weight": (512, 256, 5, 4),
    "netfcaud.0.weight": (512, 512),
    "netfcaud.3.weight": (1024, 512),
    "netfclip.0.weight": (512, 512),
    "netfclip.3.weight": (1024, 512),
    "netcnnlip.0.weight": (96, 3, 5, 7, 7),
    "netcnnlip.4.weight": (256, 96, 1, 5, 5),
    "netcnnlip.8.weight": (256, 256, 1, 3, 3),
    "netcnnlip.11.weight": (256, 256, 1, 3, 3),
    "netcnnlip.14.weight": (256, 256, 1, 3, 3),
    "netcnnlip.18.weight": (512, 256, 1, 6, 6),
}


@pytest.fixture(scope="module")
def network() -> SyncNet:
    torch.manual_seed(0)
    return SyncNet().eval()


def test_layers_are_the_published_ones(network) -> None:
    state = network.state_dict()
    weights = {name: tuple(value.shape) for name, value in state.items() if name.endswith("weight") and value.ndim > 1}
    assert weights == PUBLISHED
    norms = [name for name in state if name.endswith("running_mean")]
    assert len(norms) == 14


def test_a_strip_gives_what_its_windows_give_one_by_one(network) -> None:
    faces = torch.randint(0, 256, (1, 3, 6, 224, 224)).float()
    with torch.inference_mode():
        strip = network.see(faces)
        alone = torch.cat([network.see(faces[:, :, first : first + 5]) for first in range(2)])
    assert strip.shape == (2, 1024)
    torch.testing.assert_close(strip, alone, rtol=1e-3, atol=1e-4)
    assert (strip[0] - strip[1]).abs().max() > 1e-3


@pytest.mark.parametrize("zipped", [True, False])
def test_state_dicts_are_read_old_and_new(network, tmp_path, zipped) -> None:
    path = tmp_path / "syncnet_v2.model"
    kept = OrderedDict((name, value) for name, value in network.state_dict().items() if "num_batches" not in name)
    torch.save(kept, path, _use_new_zipfile_serialization=zipped)
    loaded = load_syncnet(path)
    sound = torch.randn(2, 1, 13, 20)
    with torch.inference_mode():
        torch.testing.assert_close(loaded.hear(sound), network.hear(sound))
    assert not loaded.training


def test_what_is_no_state_dict_of_it_is_refused(network, tmp_path) -> None:
    whole, other, short = (tmp_path / name for name in ("whole", "other", "short"))
    torch.save(torch.nn.Linear(1, 1), whole)  # a pickled module, as some pass it on
    torch.save({"weight": torch.ones(2)}, other)
    state = network.state_dict()
    del state["netfclip.3.bias"]
    torch.save(state, short)
    torch.save(torch.ones(3), tmp_path / "tensor")
    (tmp_path / "text").write_text("no weights")
    with pytest.raises(ModelError, match="no SyncNet weights") as caught:
        load_syncnet(whole)
    assert "state_dict" in caught.value.hint
    for path, words in ((other, "netcnnaud.0.weight is missing"), (short, "netfclip.3.bias is missing")):
        with pytest.raises(ModelError, match=words):
            load_syncnet(path)
    for name in ("tensor", "text"):
        with pytest.raises(ModelError, match="holds no SyncNet weights"):
            load_syncnet(tmp_path / name)
    with pytest.raises(ModelError, match="no SyncNet file"):
        load_syncnet(tmp_path / "missing")


def test_distances_are_least_at_the_shift() -> None:
    seen = torch.randn(60, 8)
    early = torch.roll(seen, -3, dims=0)  # the sound of frame i + 3 is heard at frame i
    distances = shift_distances(seen, early)
    assert distances.shape == (31,)
    assert int(distances.argmin()) == 15 - 3
    assert distances.min() < 0.3 * distances.median()


class Flashes:
    """Stands in for the networks: brightness of the middle frame, and loudness."""

    def see(self, faces: torch.Tensor) -> torch.Tensor:
        light = faces[0].mean(dim=(0, 2, 3))
        return light[2:-2, None] / 255

    def hear(self, sound: torch.Tensor) -> torch.Tensor:
        return (sound[:, 0, 0, 8:12].mean(dim=1, keepdim=True) > 10).float()


@pytest.mark.parametrize("late", [-4, 0, 6])
def test_sound_and_picture_are_compared_frame_by_frame(late) -> None:
    rng = np.random.default_rng(0)
    bright = rng.random(80) < 0.4
    faces = np.zeros((80, 224, 224, 3), np.uint8)
    faces[bright] = 255
    loud = np.roll(bright, late).repeat(640)
    samples = (0.3 * loud * rng.standard_normal(80 * 640)).astype(np.float32)
    score = score_sync(Flashes(), faces, samples)
    assert score.offset == -late
    assert score.distance < 0.3
    assert score.confidence > 0.2
    assert score.confidence == pytest.approx(np.median(score.distances) - score.distance)


def test_the_real_networks_run_to_the_end(network) -> None:
    faces = np.random.default_rng(0).integers(0, 256, (8, 224, 224, 3)).astype(np.uint8)
    samples = np.random.default_rng(1).normal(0, 0.1, 8 * 640).astype(np.float32)
    score = score_sync(network, faces, samples)
    assert np.isfinite(score.distances).all()
    with pytest.raises(ValueError, match="six frames"):
        score_sync(network, faces[:5], samples)
