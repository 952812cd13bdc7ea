"""The window's own thread never works so long at a stretch that a hand would feel it."""

import time

from dimitra_studio.project.document import TakeSettings

LONGEST = 0.05  # seconds; twice that once, since machines that test are slower than those that create


def test_opening_generating_scrubbing_and_playing_stay_smooth(window, session, portrait, voice, frozen, beating, qtbot):
    heartbeat = beating(time.thread_time)  # the thread's own time: a loaded machine does not lengthen it
    qtbot.wait(50)
    heartbeat.clear()
    window.desk.open_paths([portrait, voice])
    qtbot.waitUntil(lambda: session.media.heard is not None and session.media.sitter is not None)
    session.generate(TakeSettings(), 1, count=4)
    qtbot.waitUntil(lambda: len(session.project.takes) == 4)
    for step in range(50):
        session.seek(step / 25)
        qtbot.wait(1)
    session.seek(0)
    session.transport.play()
    qtbot.wait(500)
    session.transport.pause()
    assert len(heartbeat) > 50
    assert sorted(heartbeat)[-2] < LONGEST
    assert max(heartbeat) < 2 * LONGEST
