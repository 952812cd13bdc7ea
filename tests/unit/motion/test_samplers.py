from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from dimitra_studio.core.channels import Group
from dimitra_studio.motion.noise import TakeNoise
from dimitra_studio.motion.samplers import Denoiser, Estimate, Sample, ancestral, ddim
from dimitra_studio.motion.schedule import linear_schedule, respaced

SCHEDULE = linear_schedule()
TRUTH = torch.sin(torch.arange(60.0))[:, None] * torch.ones(6)
NOISE = TakeNoise(4, Group.POSE, 60)


def at_once(estimate: Callable[[Tensor, int], Tensor]) -> Denoiser:
    """A denoiser whose work is one part."""

    def denoise(x: Tensor, step: int) -> Estimate:
        yield from ()
        return estimate(x, step)

    return denoise


@at_once
def _know_it(_x: Tensor, _step: int) -> Tensor:
    return TRUTH


def _last(samples) -> Sample:
    *_, last = samples
    return last


@pytest.mark.parametrize("count", [1, 5, 25])
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_ddim_with_the_true_denoiser_returns_the_truth(count: int, eta: float) -> None:
    torch.testing.assert_close(_last(ddim(_know_it, NOISE, SCHEDULE, respaced(SCHEDULE, count), eta)).x, TRUTH)


@pytest.mark.parametrize("count", [1, 7, 500])
def test_ancestral_with_the_true_denoiser_returns_the_truth(count: int) -> None:
    torch.testing.assert_close(_last(ancestral(_know_it, NOISE, SCHEDULE, respaced(SCHEDULE, count))).x, TRUTH)


def test_yields_every_step() -> None:
    samples = list(ddim(_know_it, NOISE, SCHEDULE, respaced(SCHEDULE, 4)))
    assert [(sample.done, sample.total) for sample in samples] == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_denoiser_is_asked_at_the_steps_noisiest_first() -> None:
    asked: list[int] = []

    @at_once
    def denoise(x: Tensor, step: int) -> Tensor:
        asked.append(step)
        return TRUTH

    _last(ddim(denoise, NOISE, SCHEDULE, (499, 200, 3)))
    assert asked == [499, 200, 3]


@pytest.mark.parametrize("sampler", ["ddim", "eta", "ancestral"])
def test_gaussian_data_is_sampled_with_its_variance(sampler: str) -> None:
    """For x0 ~ N(0, s^2) the best denoiser is known in closed form; the samples must come out with variance s^2."""
    spread, frames = 0.5, 4000

    @at_once
    def denoise(x: Tensor, step: int) -> Tensor:
        abar = SCHEDULE.signal(step)
        return abar**0.5 * spread**2 / (abar * spread**2 + 1 - abar) * x

    noise = TakeNoise(0, Group.POSE, frames)
    steps = respaced(SCHEDULE, 250)
    runs = {
        "ddim": ddim(denoise, noise, SCHEDULE, steps),
        "eta": ddim(denoise, noise, SCHEDULE, steps, eta=1.0),
        "ancestral": ancestral(denoise, noise, SCHEDULE, steps),
    }
    assert _last(runs[sampler]).x.std().item() == pytest.approx(spread, rel=0.03)


def test_eta_one_is_ancestral_sampling() -> None:
    """Song et al. §4.1: the same posterior, so with the same noise the same samples."""

    @at_once
    def denoise(x: Tensor, step: int) -> Tensor:
        return 0.3 * torch.tanh(x)

    steps = respaced(SCHEDULE, 20)
    for one, other in zip(
        ddim(denoise, NOISE, SCHEDULE, steps, eta=1.0), ancestral(denoise, NOISE, SCHEDULE, steps), strict=True
    ):
        torch.testing.assert_close(one.x, other.x, rtol=1e-4, atol=1e-5)


def test_ancestral_noise_has_the_posterior_variance() -> None:
    """One step from a fixed point: what varies over seeds is sqrt(variance) times standard normal noise."""
    steps = (499, 250)
    outcomes = []
    for seed in range(40):
        source = TakeNoise(seed, Group.POSE, 60)

        def noise(step: int, source: TakeNoise = source) -> Tensor:
            return source(step) if step else torch.zeros(60, 6)

        outcomes.append(next(ancestral(_know_it, noise, SCHEDULE, steps)).x)
    expected = SCHEDULE.posterior(499, 250)[2]
    assert torch.stack(outcomes).var(dim=0).mean().item() == pytest.approx(expected, rel=0.03)


def test_can_be_stopped_between_steps() -> None:
    samples = ddim(_know_it, NOISE, SCHEDULE, respaced(SCHEDULE, 25))
    next(samples)
    samples.close()
    assert list(samples) == []


@pytest.mark.parametrize("sampler", [ddim, ancestral])
def test_tells_the_parts_of_a_step(sampler) -> None:
    def denoise(x: Tensor, step: int) -> Estimate:
        yield 0.25
        yield 0.5
        return TRUTH

    samples = list(sampler(denoise, NOISE, SCHEDULE, respaced(SCHEDULE, 2)))
    assert [sample.done for sample in samples] == [0.25, 0.5, 1, 1.25, 1.5, 2]
    assert torch.equal(samples[0].x, NOISE(0))
    assert torch.equal(samples[3].x, samples[2].x)
    torch.testing.assert_close(samples[-1].x, TRUTH)
