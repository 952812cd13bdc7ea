"""Right after the window is painted the engine loads what will be needed, behind everything that is asked for."""

import pytest

from dimitra_studio.core.events import Progress
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio import jobs
from dimitra_studio.studio.notices import Level


@pytest.fixture
def warming(tiny_jobs, monkeypatch):
    """How far the warm-up is, and how far it may go."""

    class Warming:
        steps, reached, ended = 400, 0, False

    state = Warming()

    def warm_up(_wish, _loader):
        while state.reached < state.steps:
            yield Progress("device", state.reached, state.steps)
            state.reached += 1
        state.ended = True

    monkeypatch.setattr(jobs, "warm_up", warm_up)
    return state


def test_what_a_user_asks_for_is_done_in_its_middle(warming, window, session, portrait, voice, qtbot):
    warming.steps = 10**9
    window.status.look_around()
    qtbot.waitUntil(lambda: warming.reached > 0)
    window.desk.open_paths([portrait, voice])
    qtbot.waitUntil(lambda: session.media.sitter is not None and session.media.heard is not None)
    session.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: len(session.project.takes) == 1)
    assert not warming.ended
    session.cancel_jobs()  # nobody has asked for this one: it goes on
    reached = warming.reached
    qtbot.waitUntil(lambda: warming.reached > reached + 1)
    warming.steps = 0
    qtbot.waitUntil(lambda: warming.ended and not session.jobs.lines)


def test_it_ends_without_a_word(warming, window, session, qtbot):
    window.status.look_around()
    qtbot.waitUntil(lambda: warming.ended and not session.jobs.lines)
    assert not session.notices


def test_models_that_are_missing_are_told_once(warming, window, session, qtbot, monkeypatch):
    def look_around(_wish, _renderer, _loader):
        yield Progress("device", 0, 1)
        return jobs.Surroundings("cpu", "The processor was asked for.", "The model of lips is missing.")

    monkeypatch.setattr(jobs, "look_around", look_around)
    window.status.look_around()
    qtbot.waitUntil(lambda: bool(session.notices))
    qtbot.waitUntil(lambda: not session.jobs.lines)
    assert [(notice.text, notice.level) for notice in session.notices] == [
        ("The model of lips is missing.", Level.WARNING)
    ]
    assert warming.reached == 0
