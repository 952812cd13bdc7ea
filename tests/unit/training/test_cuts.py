import numpy as np

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.training.cuts import blank_cuts, find_cuts


def _take(seed: int, frames: int = 30) -> list[np.ndarray]:
    """A textured picture that drifts a pixel a frame."""
    blocks = np.random.default_rng(seed).integers(0, 255, (16, 40))
    wide = np.kron(blocks, np.ones((8, 8))).astype(np.uint8)
    return [np.repeat(wide[:, at : at + 128, None], 3, axis=2) for at in range(frames)]


def test_finds_where_another_take_begins() -> None:
    assert find_cuts(_take(0) + _take(1) + _take(2)) == (30, 60)


def test_one_take_has_no_cut() -> None:
    assert find_cuts(_take(0)) == ()
    assert find_cuts(_take(0, 1)) == ()


def test_quick_motion_is_no_cut() -> None:
    shaken = [np.roll(picture, 12 * (index % 2), axis=1) for index, picture in enumerate(_take(0))]
    assert find_cuts(shaken) == ()


def test_a_still_picture_that_flickers_is_no_cut() -> None:
    grey = np.full((128, 128, 3), 100, np.uint8)
    assert find_cuts([grey] * 10 + [grey + 2] + [grey] * 10) == ()


def test_blanks_what_smoothing_mixed() -> None:
    motion = MotionSequence(np.ones((30, 70)))
    seen = blank_cuts(motion, (2, 15)).seen
    assert set(np.flatnonzero(~seen)) == {*range(6), *range(11, 19)}
    assert blank_cuts(motion, ()).seen.all()
