"""The take's face leaves for another program while the playhead moves, received by python-osc's own server."""

import threading
from queue import Empty, Queue

import numpy as np
import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

from dimitra_studio.core.channels import COMPONENTS
from dimitra_studio.export.arkit import SHAPES, shapes_of
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio.live_stream import LiveStream
from dimitra_studio.studio.settings import STREAM, STREAM_HOST, STREAM_PORT


@pytest.fixture
def avatar():
    """What was put in force, one dictionary of shapes a moment; `port` is where it listens."""
    moments, shapes, dispatcher = Queue(), {}, Dispatcher()
    dispatcher.map("/VMC/Ext/Blend/Val", lambda _address, name, value: shapes.update({name: value}))
    dispatcher.map("/VMC/Ext/Blend/Apply", lambda _address: moments.put(dict(shapes)))
    server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    moments.port = server.server_address[1]
    yield moments
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def playable(window, opened, avatar, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    opened.settings.set(STREAM_PORT, avatar.port)
    return opened


def shapes_at(session, frame):
    return shapes_of(session.shown.motion.values[frame : frame + 1, COMPONENTS])[0]


def assert_is(shapes, meant):
    np.testing.assert_allclose([shapes[name[0].upper() + name[1:]] for name in SHAPES], meant, atol=1e-6)


def test_nothing_is_sent_unasked(window, playable, avatar, qtbot):
    assert not playable.settings.flag(STREAM)
    assert playable.settings.text(STREAM_HOST) == "127.0.0.1"
    playable.transport.seek(1.0)
    qtbot.wait(100)
    with pytest.raises(Empty):
        avatar.get_nowait()
    assert not window.status.stream.isVisible()


def test_the_playheads_frame_is_sent_and_that_is_said(window, playable, avatar):
    window.actions_by_id["stream"].trigger()
    assert window.status.stream.isVisible()
    assert window.status.stream.text() == f"Streaming to 127.0.0.1:{avatar.port}"
    assert_is(avatar.get(timeout=10), shapes_at(playable, 0))
    playable.transport.seek(1.0)
    assert_is(avatar.get(timeout=10), shapes_at(playable, 25))
    window.actions_by_id["stream"].trigger()
    assert not window.status.stream.isVisible()
    playable.transport.seek(0.5)
    with pytest.raises(Empty):
        avatar.get(timeout=0.2)


def test_while_it_plays_frames_follow_each_other(window, playable, avatar, qtbot):
    playable.settings.set(STREAM, True)
    playable.transport.play()
    qtbot.waitUntil(lambda: avatar.qsize() >= 8, timeout=20_000)
    playable.transport.pause()
    opened = [avatar.get()["JawOpen"] for _ in range(8)]
    first = [float(shapes_at(playable, frame)[SHAPES.index("jawOpen")]) for frame in range(50)]
    frames = [int(np.argmin(np.abs(np.array(first) - value))) for value in opened]
    assert frames == sorted(frames)
    assert len(set(frames)) == 8


def test_a_change_of_the_take_is_sent_where_the_playhead_stands(window, playable, avatar):
    playable.settings.set(STREAM, True)
    avatar.get(timeout=10)
    playable.delete_take()
    playable.undo()
    assert_is(avatar.get(timeout=10), shapes_at(playable, 0))


def test_a_host_that_is_none_is_told_and_streaming_ends(window, playable, qtbot):
    playable.settings.set(STREAM_HOST, "no.such.host.invalid")
    playable.settings.set(STREAM, True)
    qtbot.waitUntil(lambda: not playable.settings.flag(STREAM), timeout=20_000)
    assert any("Nothing can be streamed to no.such.host.invalid" in notice.text for notice in playable.notices)
    assert not window.actions_by_id["stream"].isChecked()


def test_a_start_of_the_studio_is_never_a_stream(session, theme, qtbot, tmp_path):
    session.settings.set(STREAM, True)
    LiveStream(session, session)
    assert not session.settings.flag(STREAM)
