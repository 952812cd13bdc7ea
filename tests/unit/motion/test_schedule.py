import itertools

import numpy as np
import pytest
import torch

from dimitra_studio.motion.schedule import linear_schedule, respaced

SCHEDULE = linear_schedule()
BETAS = np.linspace(2e-4, 4e-2, 500)


def test_is_the_papers() -> None:
    assert len(SCHEDULE) == 500
    np.testing.assert_allclose(1 - SCHEDULE.abar[1:] / SCHEDULE.abar[:-1], BETAS[1:], rtol=1e-10)
    assert SCHEDULE.abar[0] == 1 - 2e-4
    assert SCHEDULE.abar[-1] < 1e-4  # nothing of the motion is left to see
    assert SCHEDULE.signal(-1) == 1.0


def test_posterior_is_the_published_one() -> None:
    for t in (1, 2, 40, 499):
        abar, before, beta = SCHEDULE.abar[t], SCHEDULE.abar[t - 1], BETAS[t]
        of_clean, of_noisy, variance = SCHEDULE.posterior(t, t - 1)
        assert of_clean == pytest.approx(np.sqrt(before) * beta / (1 - abar), rel=1e-9)
        assert of_noisy == pytest.approx(np.sqrt(1 - beta) * (1 - before) / (1 - abar), rel=1e-9)
        assert variance == pytest.approx((1 - before) / (1 - abar) * beta, rel=1e-9)


def test_posterior_of_the_last_step_is_the_estimate() -> None:
    assert SCHEDULE.posterior(0, -1) == pytest.approx((1.0, 0.0, 0.0))
    assert SCHEDULE.posterior(300, -1) == pytest.approx((1.0, 0.0, 0.0))


@pytest.mark.parametrize(("step", "to"), [(499, 450), (250, 249), (30, 5)])
def test_posterior_keeps_the_forward_marginal(step: int, to: int) -> None:
    """E and Var of x_to, from x_step drawn forward, are those of the forward process: sqrt(abar), 1 - abar."""
    of_clean, of_noisy, variance = SCHEDULE.posterior(step, to)
    abar = SCHEDULE.abar[step]
    assert of_clean + of_noisy * np.sqrt(abar) == pytest.approx(np.sqrt(SCHEDULE.abar[to]), rel=1e-9)
    assert of_noisy**2 * (1 - abar) + variance == pytest.approx(1 - SCHEDULE.abar[to], rel=1e-9)


def test_diffuse_and_noise_in_are_inverse() -> None:
    generator = torch.Generator().manual_seed(0)
    clean, noise = torch.randn(3, 8, 2, generator=generator), torch.randn(3, 8, 2, generator=generator)
    noisy = SCHEDULE.diffuse(clean, noise, torch.tensor([5, 120, 499]))
    for row, step in enumerate((5, 120, 499)):
        torch.testing.assert_close(SCHEDULE.noise_in(noisy[row], clean[row], step), noise[row], atol=1e-4, rtol=1e-3)


def test_diffuse_keeps_unit_variance() -> None:
    generator = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(1, 20_000, 2, generator=generator) for _ in range(2))
    for step in (0, 100, 499):
        assert SCHEDULE.diffuse(clean, noise, torch.tensor([step])).var().item() == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("count", [1, 5, 10, 25, 333, 500])
def test_respaced_steps_fall_from_the_last(count: int) -> None:
    steps = respaced(SCHEDULE, count)
    assert len(steps) == count
    assert steps[0] == 499
    assert all(a > b >= 0 for a, b in itertools.pairwise(steps))
    if count == 500:
        assert steps == tuple(range(499, -1, -1))


@pytest.mark.parametrize("count", [0, -3, 501])
def test_impossible_counts_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="steps"):
        respaced(SCHEDULE, count)
