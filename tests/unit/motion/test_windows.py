import numpy as np
import pytest
import torch
from torch import Tensor

from dimitra_studio.motion.windows import WindowPlan
from dimitra_studio.motion.windows import denoise_together as parts_of


def denoise_together(*arguments: object) -> Tensor:
    """Run to the end."""
    parts = parts_of(*arguments)
    while True:
        try:
            next(parts)
        except StopIteration as stop:
            return stop.value


@pytest.mark.parametrize("frames", [1, 30, 99, 100, 101, 175, 176, 1234])
def test_windows_cover_every_frame_and_overlap(frames: int) -> None:
    plan = WindowPlan.over(frames, 100, 25)
    covered = torch.zeros(max(frames, 100))
    for start in plan.starts:
        covered[start : start + 100] += 1
    assert covered[:frames].min() >= 1
    assert plan.starts[0] == 0
    assert plan.starts[-1] == max(frames - 100, 0)
    assert all(b - a <= 75 for a, b in zip(plan.starts, plan.starts[1:], strict=False))


def test_no_more_windows_than_needed() -> None:
    assert len(WindowPlan.over(100, 100, 25).starts) == 1
    assert len(WindowPlan.over(175, 100, 25).starts) == 2
    assert len(WindowPlan.over(176, 100, 25).starts) == 3


def test_impossible_overlap_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        WindowPlan.over(500, 100, 100)


@pytest.mark.parametrize("frames", [13, 100, 263])
@pytest.mark.parametrize("batch", [1, 2, 32])
def test_a_frame_by_frame_denoiser_is_unchanged(frames: int, batch: int) -> None:
    """What does not depend on the window must come out as if there were none."""
    x = torch.randn(frames, 3, generator=torch.Generator().manual_seed(0))
    together = denoise_together(lambda windows, _s, _t: 2 * windows + 1, x, 5, WindowPlan.over(frames, 100, 25), batch)
    torch.testing.assert_close(together, 2 * x + 1)


def test_a_denoiser_that_knows_the_truth_leaves_no_seam() -> None:
    truth = torch.sin(torch.arange(500.0) / 9)[:, None].repeat(1, 2)

    def denoise(windows: Tensor, starts: tuple[int, ...], _step: int) -> Tensor:
        return torch.stack([truth[start : start + 100] for start in starts])

    together = denoise_together(denoise, torch.zeros(500, 2), 0, WindowPlan.over(500, 100, 25), 4)
    torch.testing.assert_close(together, truth)


def test_windows_that_disagree_are_joined_smoothly() -> None:
    """Every window says its own constant: the result must not jump, while plain concatenation would jump by 1."""

    def denoise(windows: Tensor, starts: tuple[int, ...], _step: int) -> Tensor:
        return torch.stack([torch.full_like(windows[0], float(start >= 75)) for start in starts])

    together = denoise_together(denoise, torch.zeros(175, 1), 0, WindowPlan.over(175, 100, 25), 8)
    assert together[:75].abs().max() == 0
    assert together[100:].min() == 1
    assert together.diff(dim=0).abs().max() < 0.08


def test_frames_beyond_the_end_are_zero_and_do_not_come_back() -> None:
    seen: list[Tensor] = []

    def denoise(windows: Tensor, starts: tuple[int, ...], _step: int) -> Tensor:
        seen.append(windows)
        return windows

    assert denoise_together(denoise, torch.ones(30, 2), 0, WindowPlan.over(30, 100, 25), 8).shape == (30, 2)
    assert seen[0].shape == (1, 100, 2)
    assert seen[0][0, 30:].abs().max() == 0


def test_an_hour_is_denoised_a_batch_at_a_time() -> None:
    sizes: list[int] = []

    def denoise(windows: Tensor, starts: tuple[int, ...], _step: int) -> Tensor:
        sizes.append(len(windows))
        return windows

    denoise_together(denoise, torch.zeros(90_000, 2), 0, WindowPlan.over(90_000, 100, 25), 32)
    assert max(sizes) == 32
    assert sum(sizes) == 1200


def test_work_can_be_stopped_between_batches() -> None:
    parts = list(parts_of(lambda windows, _s, _t: windows, torch.zeros(1000, 2), 0, WindowPlan.over(1000, 100, 25), 4))
    assert parts == pytest.approx([0.25, 0.5, 0.75])


@pytest.mark.parametrize(("first", "last"), [(0, 1), (0, 1000), (60, 80), (500, 525), (299, 301), (999, 1000)])
def test_windows_that_see_a_part_are_the_whole_plans(first: int, last: int) -> None:
    """Frames of the part have all their windows, and a second of neighbours to look at where there are any."""
    plan, wanted = WindowPlan.over(1000, 100, 25), np.zeros(1000, dtype=bool)
    wanted[first:last] = True
    (part,) = plan.touching(wanted)
    for start in plan.starts:
        assert (start in part.starts) == (start < last and start + 100 > first)
    assert part.frames == slice(part.starts[0], part.starts[-1] + 100)
    assert part.begin <= max(first - 25, 0)
    assert part.end >= min(last + 25, 1000)


def test_a_part_is_denoised_as_in_the_whole() -> None:
    """A window's result depends on where it starts; what the part's frames get is nevertheless the whole plan's."""

    def denoise(windows: Tensor, starts: tuple[int, ...], _step: int) -> Tensor:
        return torch.stack([window * (1 + start / 100) for window, start in zip(windows, starts, strict=True)])

    x = torch.randn(1000, 2, generator=torch.Generator().manual_seed(0))
    plan, wanted = WindowPlan.over(1000, 100, 25), np.zeros(1000, dtype=bool)
    wanted[430:470] = True
    (part,) = plan.touching(wanted)
    alone = denoise_together(denoise, x[part.frames], 0, part, 2)
    torch.testing.assert_close(
        alone[430 - part.begin : 470 - part.begin], denoise_together(denoise, x, 0, plan, 2)[430:470]
    )


def test_parts_far_apart_are_apart() -> None:
    wanted = np.zeros(3000, dtype=bool)
    wanted[[100, 2000]] = True
    one, other = WindowPlan.over(3000, 100, 25).touching(wanted)
    assert one.end < other.begin
