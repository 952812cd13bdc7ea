import pytest
import torch

from dimitra_studio.training.losses import LossWeights, masked_mean, motion_loss

B, N, C = 2, 6, 3
CLEAN = torch.randn(B, N, C, generator=torch.Generator().manual_seed(0))
ALL, STARTS = torch.ones(B, N, dtype=torch.bool), torch.tensor([True, False])


def _loss(predicted: torch.Tensor, mask: torch.Tensor = ALL, shape=None, **weights: float) -> float:
    return float(motion_loss(predicted, CLEAN, mask, STARTS, weights=LossWeights(**weights), shape=shape))


def test_truth_costs_nothing() -> None:
    assert _loss(CLEAN, first=1, velocity=1, shape=torch.ones(C, 2)) == 0


def test_diffusion_loss_is_six_times_the_mean_square() -> None:
    assert _loss(CLEAN + 0.5) == pytest.approx(6 * 0.25)


def test_first_frame_counts_where_the_window_starts() -> None:
    predicted = CLEAN.clone()
    predicted[:, 0] += 1.0
    assert _loss(predicted, first=2.0) - _loss(predicted) == pytest.approx(2.0)
    predicted[0, 0] -= 1.0  # now only the window that does not start is wrong
    assert _loss(predicted, first=2.0) - _loss(predicted) == 0


def test_velocity_ignores_a_constant_shift_and_sees_a_jump() -> None:
    assert _loss(CLEAN + 1, velocity=3.0) == pytest.approx(_loss(CLEAN + 1))
    jump = CLEAN.clone()
    jump[:, 3:] += 1.0
    assert _loss(jump, velocity=3.0) - _loss(jump) == pytest.approx(3.0 / (N - 1))


def test_shape_sees_only_its_measures() -> None:
    shape = torch.tensor([[1.0], [1.0], [0.0]])
    cancelling = CLEAN + torch.tensor([1.0, -1.0, 5.0])
    assert motion_loss(cancelling, CLEAN, ALL, STARTS, weights=LossWeights(shape=4.0), shape=shape) == pytest.approx(
        _loss(cancelling)
    )
    opening = CLEAN + torch.tensor([1.0, 1.0, 0.0])
    found = motion_loss(opening, CLEAN, ALL, STARTS, weights=LossWeights(shape=4.0), shape=shape)
    assert float(found) - _loss(opening) == pytest.approx(16.0)


def test_padding_costs_nothing() -> None:
    mask = ALL.clone()
    mask[:, 4:] = False
    predicted = CLEAN.clone()
    predicted[:, 4:] += 100.0
    assert _loss(predicted, mask, velocity=1.0) == 0


def test_an_empty_mask_gives_zero() -> None:
    assert masked_mean(torch.ones(2, 3), torch.zeros(2, 3, dtype=torch.bool)) == 0


def test_closed_lips_count_more() -> None:
    closed = torch.zeros(B, N, dtype=torch.bool)
    closed[:, 2] = True
    shape, predicted = torch.tensor([[1.0], [0.0], [0.0]]), CLEAN.clone()
    predicted[:, 2, 0] += 1.0

    def loss(weight: float) -> float:
        weights = LossWeights(shape=1.0, closed=weight)
        return float(motion_loss(predicted, CLEAN, ALL, STARTS, weights=weights, shape=shape, closed=closed))

    assert loss(3.0) - loss(0.0) == pytest.approx(3.0 / N)


def test_mesh_is_a_quadratic_form_of_the_error() -> None:
    root = torch.randn(C, C, generator=torch.Generator().manual_seed(1))
    error = torch.tensor([0.5, -1.0, 2.0])

    def loss(weight: float) -> float:
        weights = LossWeights(mesh=weight)
        return float(motion_loss(CLEAN + error, CLEAN, ALL, STARTS, weights=weights, mesh=root @ root.T))

    assert loss(2.0) - loss(0.0) == pytest.approx(2 * float((root.T @ error).square().sum()), rel=1e-4)


def test_the_mean_over_equal_shares_is_the_whole_batchs() -> None:
    """What several processes rely on: windows of one length, as many of which start in either share."""
    error = torch.randn(2, N, C, generator=torch.Generator().manual_seed(2))
    weights = LossWeights(first=2.0, velocity=1.0, shape=3.0, mesh=1.0)
    measures = {"shape": torch.ones(C, 2), "mesh": torch.eye(C)}

    def loss(rows: slice) -> float:
        start = torch.ones(2, dtype=torch.bool)[rows]
        return float(motion_loss((CLEAN + error)[rows], CLEAN[rows], ALL[rows], start, weights=weights, **measures))

    assert (loss(slice(0, 1)) + loss(slice(1, 2))) / 2 == pytest.approx(loss(slice(0, 2)), rel=1e-5)
