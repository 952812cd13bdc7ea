"""Where the memory runs out, the window says what is done instead; it never ends, and what was made before stays."""

import pytest

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.engine.fallback import ladder, step_down
from dimitra_studio.engine.pipeline import Take as MadeTake
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio import jobs
from dimitra_studio.studio.notices import Level, NoticeBar


@pytest.fixture
def card(monkeypatch, tiny_jobs):
    """A graphics card that holds so many windows at once: `fits` on "cuda" and on "cpu"."""
    fits = {"cuda": 0, "cpu": 8}
    made = jobs.write_take

    def write_take(request, sitter, voice, loader):
        def attempt(placement):
            if placement.batch > fits[placement.device]:
                raise RuntimeError("CUDA error: out of memory")
            return (yield from made(request, sitter, voice, loader))

        (take,) = yield from step_down("motion", [attempt], ladder("auto", "cuda", 8))
        assert isinstance(take, MadeTake)
        assert isinstance(take.motion, MotionSequence)
        return take

    monkeypatch.setattr(jobs, "write_take", write_take)
    return fits


def shown(window, level):
    return [notice.text for bar in window.findChildren(NoticeBar) for notice in bar.notices if notice.level is level]


def test_a_smaller_attempt_is_told_and_the_take_is_made(card, window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 1)
    told = shown(window, Level.WARNING)
    assert any("The memory ran out: it goes on with 2 at once on the GPU, which is slower." in text for text in told)
    assert any("8 at once on the processor" in text for text in told)
    assert not shown(window, Level.ERROR)


def test_too_little_memory_for_anything_is_told_with_its_mend_and_the_next_take_is_made(card, window, opened, qtbot):
    card["cpu"] = 0
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: bool(shown(window, Level.ERROR)))
    assert "There is too little memory, even with 2 at once on the processor." in shown(window, Level.ERROR)
    card["cpu"] = 8
    opened.generate(TakeSettings(), 2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 1)


def test_memory_that_runs_out_elsewhere_fails_the_job_and_not_the_window(tiny_jobs, window, opened, qtbot):
    tiny_jobs.error = MemoryError()
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: bool(shown(window, Level.ERROR)))
    assert "the memory ran out" in shown(window, Level.ERROR)[0]
    tiny_jobs.error = None
    opened.generate(TakeSettings(), 2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 1)
