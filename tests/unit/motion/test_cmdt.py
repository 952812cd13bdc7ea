import dataclasses

import pytest
import torch
from torch import Tensor

from dimitra_studio.core.channels import Group
from dimitra_studio.motion.cmdt import CMDT, FrameWindow
from dimitra_studio.motion.config import CMDTConfig, embedded, paper

CONDITIONS = {"features": 0, "phonemes": 1, "text": 2, "first": 3}


def _motion(config: CMDTConfig, batch: int, frames: int | None = None, seed: int = 9) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, frames or config.frames, config.channels, generator=generator)


def _steps(batch: int) -> Tensor:
    return torch.arange(batch) * 100 + 7


@pytest.mark.parametrize("group", list(Group))
def test_writes_its_groups_channels_and_starts_at_the_mean(small, group: Group) -> None:
    config = small.config(group)
    out = CMDT(config).eval()(_motion(config, 2), _steps(2), small.conditions(config, 2))
    assert torch.equal(out, torch.zeros(2, config.frames, group.width))


def test_every_parameter_receives_a_gradient(small) -> None:
    config = small.config()
    network = small.network(config)
    x = _motion(config, 3)
    network(x, _steps(3), small.conditions(config, 3)).square().sum().backward()
    without = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().max() > 0]
    assert without == []


def test_one_step_of_training_wakes_every_parameter(small) -> None:
    """From the zero-initialised start: after two updates nothing is cut off from the loss."""
    torch.manual_seed(0)
    config = small.config()
    network, given, x = CMDT(config), small.conditions(config, 3), _motion(config, 3)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.5)
    for _ in range(3):
        optimiser.zero_grad()
        (network(x, _steps(3), given) - 1).square().mean().backward()
        optimiser.step()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().max() > 0] == []


@pytest.mark.parametrize("name", CONDITIONS)
def test_absent_condition_has_no_influence_and_a_present_one_has(small, network_and_given, name: str) -> None:
    network, given, x = network_and_given
    other = dataclasses.replace(given, **{name: getattr(given, name) + 1.0})
    present = given.present.clone()
    assert not torch.allclose(network(x, _steps(2), given), network(x, _steps(2), other), atol=1e-3)
    present[:, CONDITIONS[name]] = False
    blind, blind_other = (dataclasses.replace(each, present=present) for each in (given, other))
    assert torch.equal(network(x, _steps(2), blind), network(x, _steps(2), blind_other))


def test_absence_is_per_sequence(small, network_and_given) -> None:
    network, given, x = network_and_given
    present = given.present.clone()
    present[0] = False
    mixed = network(x, _steps(2), dataclasses.replace(given, present=present))
    torch.testing.assert_close(mixed[1], network(x, _steps(2), given)[1])
    assert not torch.allclose(mixed[0], network(x, _steps(2), given)[0], atol=1e-3)


def test_nothing_at_all_to_go_by_is_finite(small, network_and_given) -> None:
    network, given, x = network_and_given
    blind = dataclasses.replace(given, present=torch.zeros_like(given.present))
    assert network(x, _steps(2), blind).isfinite().all()


def test_without_speech_keeps_the_first_frame_only(network_and_given) -> None:
    assert network_and_given[1].without_speech().present.tolist() == [[False, False, False, True]] * 2


def test_start_flag_and_step_matter(network_and_given) -> None:
    network, given, x = network_and_given
    out = network(x, _steps(2), given)
    later = dataclasses.replace(given, starts=torch.zeros(2, dtype=torch.bool))
    assert not torch.allclose(out, network(x, _steps(2), later), atol=1e-4)
    assert not torch.allclose(out, network(x, _steps(2) + 50, given), atol=1e-4)


def test_padding_has_no_influence(small) -> None:
    """13 frames alone, and the same 13 in a longer window whose other frames hold rubbish."""
    config = small.config()
    network, real = small.network(config), 13
    given, x = small.conditions(config, 2), _motion(config, 2)
    short = dataclasses.replace(
        given,
        features=given.features[:, : 2 * real + config.feature_window - 2],
        phonemes=given.phonemes[:, : real + 2 * config.phoneme_reach],
        mask=given.mask[:, :real],
    )
    mask = given.mask.clone()
    mask[:, real:] = False
    padded = network(x, _steps(2), dataclasses.replace(given, mask=mask))
    torch.testing.assert_close(padded[:, :real], network(x[:, :real], _steps(2), short), rtol=1e-4, atol=1e-5)
    assert torch.equal(padded[:, real:], torch.zeros(2, config.frames - real, config.channels))


def test_a_sequence_does_not_depend_on_its_batch(small) -> None:
    config = small.config()
    network, given, x = small.network(config), small.conditions(config, 4), _motion(config, 4)
    together = network(x, _steps(4), given)
    for row in range(4):
        alone = network(x[row : row + 1], _steps(4)[row : row + 1], given.rows(slice(row, row + 1)))
        torch.testing.assert_close(alone[0], together[row], rtol=1e-4, atol=1e-5)


def test_conditions_encoded_once_serve_every_step(small) -> None:
    config = small.config()
    network, given, x = small.network(config), small.conditions(config, 2), _motion(config, 2)
    encoded = network.encode(given)
    for step in (_steps(2), _steps(2) + 3):
        assert torch.equal(network.denoise(x, step, encoded), network(x, step, given))


def test_frame_window_equals_a_strided_convolution() -> None:
    layer = FrameWindow(window=5, stride=2, inputs=3, outputs=4)
    x = torch.randn(2, 21, 3, generator=torch.Generator().manual_seed(0))
    kernel = layer.linear.weight.view(4, 5, 3).transpose(1, 2)
    expected = torch.nn.functional.conv1d(x.transpose(1, 2), kernel, layer.linear.bias, stride=2).transpose(1, 2)
    torch.testing.assert_close(layer(x), expected)


def test_a_frame_hears_features_about_its_own_time(small) -> None:
    """Only the first layer's input is local, so it is asked directly."""
    config = small.config(feature_before=4, feature_after=5)
    network, given = small.network(config), small.conditions(config, 1)
    plain = network.conditions.feature_window(network.conditions.feature_in(given.features))
    changed = given.features.clone()
    frame = 6
    changed[:, 2 * frame] += 1.0  # the first of the ten features that frame 6 hears
    other = network.conditions.feature_window(network.conditions.feature_in(changed))
    touched = (plain - other).abs().amax(dim=(0, 2)) > 1e-6
    assert touched.nonzero()[:, 0].tolist() == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("group", list(Group))
def test_embedded_models_ship_and_the_papers_has_its_size(group: Group) -> None:
    sizes = {preset: sum(p.numel() for p in CMDT(preset(group)).parameters()) for preset in (embedded, paper)}
    assert 2 * sizes[embedded] <= 16e6
    assert paper(group).layers == 8
    assert paper(group).width == 512
    assert paper(group).frames == 100
    assert sizes[paper] > 40e6


@pytest.fixture
def network_and_given(small):
    config = small.config()
    return small.network(config), small.conditions(config, 2), _motion(config, 2)
