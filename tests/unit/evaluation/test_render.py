"""Self re-enactment on a clip whose frames are renderings: what was made can be made again."""

import av
import numpy as np
import pytest

from dimitra_studio.core.events import finish
from dimitra_studio.core.paths import resource
from dimitra_studio.engine.registry import open_registry
from dimitra_studio.evaluation.render import evaluate_render
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.face.images import read_portrait
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.render.warp import WarpRenderer


@pytest.fixture(scope="module")
def detector():
    with FaceDetector(open_registry().path("face-landmarker")) as opened:
        yield opened


@pytest.fixture(scope="module")
def clip(tmp_path_factory, detector):
    """19 frames in which the sample portrait speaks and turns a little."""
    portrait, model = read_portrait(resource("sample/portrait.png")), load_head_model()
    fit = fit_portrait(portrait, detector, model)
    renderer = WarpRenderer(portrait, fit, model, size=384)
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    width, height = renderer.size
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = width // 2 * 2, height // 2 * 2, "yuv420p"
        for index in range(19):
            components, pose = np.array(fit.expression), np.array(fit.pose)
            components[COMPONENT_INDEX["jawOpen"]] += 0.15 * (1 - np.cos(index / 3))
            pose[1] += 0.08 * np.sin(index / 6)
            frame = np.ascontiguousarray(renderer.render(components, pose)[: stream.height, : stream.width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_rendering_beats_repeating_the_first_frame(clip, detector, tmp_path):
    missing = tmp_path / "missing.mp4"
    report = finish(evaluate_render([clip, missing], detector, load_head_model(), tmp_path / "sheets"))
    (scores,) = report.clips
    assert scores.frames == 3
    assert scores.undetected == 0
    assert scores.rendered.face_psnr > scores.repeated.face_psnr + 3
    assert scores.rendered.mouth_landmarks < 0.5 * scores.repeated.mouth_landmarks
    assert scores.rendered.face_landmarks < 3
    assert len(report.skipped) == 1
    assert "missing.mp4" in report.skipped[0]
    assert report.table().count("\n") == 6
    assert len(list((tmp_path / "sheets").glob("*.png"))) == 1
