"""The published network: shapes and names as in the weights that people have, and what its parts must do."""

from dataclasses import replace

import pytest
import torch

from dimitra_studio.core.errors import ModelError
from dimitra_studio.render.pirenderer.network import COEFFICIENTS, WINDOW, PIRenderer, Sizes, warp
from dimitra_studio.render.pirenderer.network import PUBLISHED as PUBLISHED_SIZES
from dimitra_studio.render.pirenderer.weights import load_pirenderer, read_published, to_bytes

SMALL = Sizes(descriptor=8, widest=16, warp_base=4, edit_base=4)
# Some of the published file's entries, from its own configuration (config/face.yaml) and layer names.
PUBLISHED = {
    "mapping_net.first.0.weight": (256, 73, 7),
    "mapping_net.encoder2.1.weight": (256, 256, 3),
    "warpping_net.hourglass.encoder.input_layer.weight": (32, 3, 7, 7),
    "warpping_net.hourglass.encoder.encoder0.conv_0.weight": (64, 32, 4, 4),
    "warpping_net.hourglass.encoder.encoder4.norm_1.mlp_gamma.weight": (256, 128),
    "warpping_net.hourglass.decoder.decoder4.conv_0.weight": (256, 256, 3, 3),
    "warpping_net.hourglass.decoder.decoder3.conv_s.weight": (512, 256, 3, 3),
    "warpping_net.hourglass.decoder.decoder2.conv_1.bias": (128,),
    "warpping_net.flow_out.0.weight": (256, 1, 1),
    "warpping_net.flow_out.2.weight": (2, 256, 7, 7),
    "editing_net.encoder.first.model.0.weight": (64, 6, 7, 7),
    "editing_net.encoder.down2.model.1.bias": (256, 1, 1),
    "editing_net.decoder.res2.res1.norm2.mlp_shared.0.weight": (128, 256),
    "editing_net.decoder.res0.res0.conv1.weight": (128, 128, 3, 3),
    "editing_net.decoder.up1.model.0.weight": (128, 256, 3, 3),
    "editing_net.decoder.jump0.model.0.weight": (64, 64, 3, 3),
    "editing_net.decoder.final.model.0.weight": (3, 64, 7, 7),
}


@pytest.fixture
def network():
    torch.manual_seed(0)
    return PIRenderer(SMALL).eval()


def test_entries_are_those_of_the_published_file():
    with torch.device("meta"):
        state = PIRenderer().state_dict()
    assert {name: tuple(state[name].shape) for name in PUBLISHED} == PUBLISHED


@torch.inference_mode()
def test_picture_and_window_give_a_picture_of_the_same_size(network):
    for size in (64, 96):
        out = network(torch.rand(2, 3, size, size), torch.randn(2, COEFFICIENTS, WINDOW))
        assert out.shape == (2, 3, size, size)
        assert out.abs().max() <= 1


@torch.inference_mode()
def test_motion_moves_the_picture(network):
    picture = torch.rand(1, 3, 64, 64)
    one, other = (network(picture, torch.full((1, COEFFICIENTS, WINDOW), value)) for value in (0.0, 1.0))
    assert not torch.allclose(one, other)


def test_flow_is_in_pixels_of_its_own_grid():
    """On a ramp, one step of a grid of n places from edge to edge is n / (n - 1) px of the picture."""
    ramp = torch.arange(9.0).view(1, 1, 1, 9).expand(1, 1, 9, 9)
    flow = torch.zeros(1, 2, 9, 9)
    still = warp(ramp, flow)
    flow[:, 0] = 1
    moved = warp(ramp, flow)
    assert torch.allclose((moved - still)[..., 1:-2, 1:-2], torch.tensor(9 / 8), atol=1e-5)


def test_a_small_flow_moves_a_large_picture_alike():
    ramp = torch.arange(64.0).view(1, 1, 1, 64).expand(1, 1, 64, 64)
    flow = torch.zeros(1, 2, 16, 16)
    still = warp(ramp, flow)
    flow[:, 0] = 1
    moved = warp(ramp, flow)
    assert torch.allclose((moved - still)[..., 8:-12, 8:-12], torch.tensor(64 / 15), atol=1e-3)


@pytest.mark.parametrize("wrap", [
    lambda state: state,
    lambda state: {"net_G": {}, "net_G_ema": state, "iteration": 3},
    lambda state: {"net_G": {f"module.{name}": tensor for name, tensor in state.items()}},
], ids=["state", "snapshot", "distributed"])  # fmt: skip
def test_weights_come_back(network, tmp_path, wrap):
    path = tmp_path / "snapshot.pt"
    torch.save(wrap(network.state_dict()), path)
    loaded = read_published(path, (SMALL,))
    assert all(torch.equal(tensor, network.state_dict()[name]) for name, tensor in loaded.state_dict().items())


class Runs:
    """What a file of an attacker would hold."""

    def __reduce__(self):
        return print, ("run",)


def broken(network, name, change):
    state = dict(network.state_dict())
    state[name] = change(state[name])
    return state


@pytest.mark.parametrize("make", [
    lambda network: {"weight": torch.zeros(3)},
    lambda network: [1, 2],
    lambda network: {"net_G_ema": {"mapping_net.first.0.bias": 8}},
    lambda network: {name: tensor for name, tensor in network.state_dict().items() if "jump0" not in name},
    lambda network: broken(network, "mapping_net.first.0.bias", lambda tensor: torch.zeros(9)),
    lambda network: broken(network, "editing_net.decoder.final.model.0.bias", lambda tensor: tensor[:2]),
    lambda network: broken(network, "mapping_net.first.0.bias", lambda tensor: tensor * torch.nan),
], ids=["other network", "list", "no tensors", "a layer less", "other width", "other shape", "no numbers"])  # fmt: skip
def test_files_of_other_things_are_refused(network, tmp_path, make):
    path = tmp_path / "snapshot.pt"
    torch.save(make(network), path)
    with pytest.raises(ModelError, match=r"snapshot\.pt is not PIRenderer's published face model"):
        read_published(path, (SMALL,))


@pytest.mark.parametrize("content", [b"nonsense", b"", None], ids=["nonsense", "empty", "runs code"])
def test_files_without_plain_weights_are_refused_and_run_nothing(tmp_path, capsys, content):
    path = tmp_path / "snapshot.pt"
    if content is None:
        torch.save({"net_G_ema": Runs()}, path)
    else:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"snapshot\.pt holds no weights"):
        read_published(path, (SMALL,))
    assert capsys.readouterr().out == ""


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ModelError, match="There is no"):
        read_published(tmp_path / "none.pt")
    with pytest.raises(ModelError, match="cannot be read"):
        load_pirenderer(tmp_path / "none.safetensors")


def test_what_is_kept_is_the_network_again_by_the_same_bytes(network, tmp_path):
    content = to_bytes(network)
    path = tmp_path / "kept.safetensors"
    path.write_bytes(content)
    loaded = load_pirenderer(path, known=(SMALL,))
    assert to_bytes(loaded) == content
    assert not loaded.training
    path.write_bytes(content[:-40])
    with pytest.raises(ModelError, match="cannot be read"):
        load_pirenderer(path, known=(SMALL,))


def test_of_several_sizes_the_weights_say_which(tmp_path):
    wider = replace(SMALL, side=64, descriptor=16, widest=32)
    path = tmp_path / "wider.pt"
    torch.save(PIRenderer(wider).state_dict(), path)
    assert read_published(path, (SMALL, wider)).sizes == wider
    with pytest.raises(ModelError, match="not PIRenderer's published face model"):
        read_published(path, (SMALL,))


def test_the_wider_network_has_the_shapes_of_its_configuration():
    with torch.device("meta"):
        state = PIRenderer(PUBLISHED_SIZES[1]).state_dict()
    assert state["mapping_net.first.0.weight"].shape == (512, 73, 7)
    assert state["warpping_net.hourglass.encoder.encoder4.conv_0.weight"].shape == (512, 512, 4, 4)
    assert state["editing_net.decoder.up2.model.0.weight"].shape == (256, 512, 3, 3)
    assert PUBLISHED_SIZES[1].side == 512
