"""The frame cache: never another frame, never over its budget."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.requests import RendererName
from dimitra_studio.engine.cache import FrameCache, FrameKey, FrameKeys
from dimitra_studio.engine.renderers import WARP

PORTRAIT = Portrait(np.zeros((4, 4, 3), np.uint8), "p.png", "abc")
FIT = FaceFit(
    identity=np.zeros(80),
    expression=np.zeros(64),
    pose=np.zeros(6),
    camera=Camera(500.0, 2.0, 2.0, 4, 4),
    landmarks=np.zeros((478, 2)),
    error=0.0,
)
VALUES = np.linspace(0, 1, 70, dtype=np.float32)


def frame(value, pixels=4):
    return np.full((1, pixels, 3), value, np.uint8)


def key(number):
    return FrameKey(bytes([number]))


def test_a_key_depends_on_everything_that_is_seen_and_on_nothing_else():
    def keys(portrait=PORTRAIT, fit=FIT, rendering=WARP, size=(512, 512)):
        return FrameKeys(portrait, fit, rendering, size)

    def key_of(values=VALUES, **changed):
        return keys(**changed).of(np.stack([VALUES - 1, values, VALUES + 1]), 1)

    same = key_of()
    assert key_of(VALUES.astype(np.float64), portrait=replace(PORTRAIT, name="other name.png")) == same
    others = [
        key_of(portrait=replace(PORTRAIT, sha256="abd")),
        key_of(fit=replace(FIT, identity=np.eye(1, 80)[0])),
        key_of(fit=replace(FIT, expression=np.eye(1, 64)[0])),
        key_of(fit=replace(FIT, pose=np.eye(1, 6)[0])),
        key_of(fit=replace(FIT, landmarks=np.eye(478, 2))),
        key_of(fit=replace(FIT, camera=replace(FIT.camera, focal=501.0))),
        key_of(fit=replace(FIT, face_model="deng")),
        key_of(rendering=replace(WARP, name=RendererName.NEURAL)),
        key_of(rendering=replace(WARP, digests=("a",))),
        key_of(rendering=replace(WARP, device="cuda")),
        key_of(size=(512, 511)),
        *(key_of(np.where(np.arange(70) == i, np.nextafter(VALUES, np.float32(2)), VALUES)) for i in range(70)),
    ]
    assert len({same, *others}) == len(others) + 1
    with pytest.raises(ValueError, match="motion values"):
        keys().of(VALUES[None, :64], 0)


def test_a_key_depends_on_the_frames_that_its_renderer_looks_at():
    looking = FrameKeys(PORTRAIT, FIT, replace(WARP, reach=2), (512, 512))
    values = np.tile(VALUES, (9, 1))
    for other in range(9):
        changed = values.copy()
        changed[other] += 1
        assert (looking.of(changed, 4) != looking.of(values, 4)) == (abs(other - 4) <= 2)


def test_the_least_recently_used_frame_goes_first():
    cache = FrameCache(3 * 12)
    for number in (1, 2, 3):
        cache.put(key(number), frame(number))
    cache.get(key(1))
    cache.put(key(4), frame(4))
    assert [cache.get(key(number)) is not None for number in (1, 2, 3, 4)] == [True, False, True, True]
    assert (cache.counts.hits, cache.counts.misses) == (4, 1)


def test_a_kept_frame_cannot_be_changed_from_outside():
    cache, mine = FrameCache(1000), frame(5)
    kept = cache.put(key(1), mine)
    mine[:] = 9
    assert (cache.get(key(1)) == 5).all()
    with pytest.raises(ValueError, match="read-only"):
        kept[:] = 9


def test_a_view_of_something_large_does_not_keep_it():
    """Its own bytes are all that the cache holds, so that the budget is true."""
    kept = FrameCache(1000).put(key(1), np.zeros((1000, 1000, 3), np.uint8)[:1, :4])
    assert kept.base is None


def test_a_frame_larger_than_the_budget_is_given_back_but_not_kept():
    cache = FrameCache(20)
    cache.put(key(1), frame(1))
    assert (cache.put(key(2), frame(2, pixels=8)) == 2).all()
    assert cache.get(key(2)) is None
    assert cache.get(key(1)) is not None


def test_a_smaller_budget_and_clearing_take_effect_at_once():
    cache = FrameCache(100)
    for number in range(5):
        cache.put(key(number), frame(number))
    cache.resize(30)
    assert cache.counts.bytes == 24
    assert cache.get(key(4)) is not None
    cache.clear()
    assert (cache.counts.frames, cache.counts.bytes) == (0, 0)


@settings(deadline=None)
@given(
    st.integers(0, 100),
    st.lists(st.tuples(st.sampled_from(["put", "get", "resize"]), st.integers(0, 5), st.integers(0, 12))),
)
def test_no_sequence_of_uses_breaks_the_budget_or_shows_another_frame(budget, uses):
    cache, latest = FrameCache(budget), {}
    for use, number, size in uses:
        if use == "put":
            latest[number] = frame(10 * number + size, pixels=size)
            cache.put(key(number), latest[number])
        elif use == "resize":
            budget = 10 * size
            cache.resize(budget)
        else:
            found = cache.get(key(number))
            assert found is None or np.array_equal(found, latest[number])
        counts = cache.counts
        assert counts.bytes <= budget
        assert counts.bytes == sum(f.nbytes for n, f in latest.items() if cache.get(key(n)) is not None)
