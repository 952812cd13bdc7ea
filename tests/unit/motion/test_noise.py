import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.motion.noise import TakeNoise


def test_is_the_same_for_the_same_take_and_differs_for_any_other() -> None:
    base = TakeNoise(1, Group.POSE, 50)(0)
    assert base.dtype == torch.float32
    assert torch.equal(base, TakeNoise(1, Group.POSE, 50)(0))
    assert not torch.equal(base, TakeNoise(2, Group.POSE, 50)(0))
    assert not torch.equal(base, TakeNoise(1, Group.POSE, 50)(1))
    assert not torch.equal(base[:, :6], TakeNoise(1, Group.LIPS, 50)(0)[:, :6])


def test_a_longer_take_starts_with_the_shorter_ones_noise() -> None:
    assert torch.equal(TakeNoise(1, Group.LIPS, 500)(3)[:37], TakeNoise(1, Group.LIPS, 37)(3))


def test_is_standard_normal() -> None:
    noise = TakeNoise(7, Group.EXPRESSION, 4000)(0)
    assert abs(noise.mean().item()) < 0.01
    assert abs(noise.std().item() - 1) < 0.01


def test_temperature_scales_it() -> None:
    warm, cool = (TakeNoise(7, Group.LIPS, 40, temperature)(0) for temperature in (1.0, 0.25))
    torch.testing.assert_close(cool, 0.25 * warm)


def test_its_bits_never_change() -> None:
    """A project saved today must open to the same take tomorrow."""
    expected = torch.tensor([0.4283439, -0.2376089, 0.9759929, -0.1931066, -0.2206491, -1.6250981])
    torch.testing.assert_close(TakeNoise(2026, Group.POSE, 1)(0)[0], expected, rtol=0, atol=1e-6)


def test_seeds_beyond_64_bits_and_below_zero_are_taken() -> None:
    assert torch.equal(TakeNoise(-1, Group.POSE, 3)(0), TakeNoise(2**64 - 1, Group.POSE, 3)(0))
