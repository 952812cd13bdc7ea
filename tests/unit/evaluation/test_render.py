"""Self re-enactment on a clip whose frames are renderings: what was made can be made again."""

import av
import numpy as np
import pytest
import torch

from dimitra_studio.core.events import finish
from dimitra_studio.core.paths import resource
from dimitra_studio.engine.registry import open_registry
from dimitra_studio.evaluation.cross import cross_table, evaluate_cross
from dimitra_studio.evaluation.frame_judges import FrameJudges
from dimitra_studio.evaluation.render import Court, evaluate_render
from dimitra_studio.evaluation.render_rivals import render_rivals
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.face.images import read_portrait
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.render.neural.config import RepairConfig
from dimitra_studio.render.neural.network import RepairNetwork
from dimitra_studio.render.neural.part import Part
from dimitra_studio.render.neural.weights import RepairModel, save_repair
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


class Grey:
    """Pictures look as different as their mean brightness."""

    def __call__(self, picture, truth):
        return abs(float(picture.mean()) - float(truth.mean())) / 255


def test_rendering_beats_repeating_the_first_frame(clip, detector, tmp_path):
    missing = tmp_path / "missing.mp4"
    model = load_head_model()
    judges = FrameJudges(detector, Grey(), None)
    rivals = render_rivals(model, [])
    report = finish(evaluate_render([clip, missing], Court(rivals, judges, model), tmp_path / "sheets"))
    (scores,) = report.clips
    truth, repeated, warp = (scores.rows[row] for row in ("truth", "first frame", "warp"))
    assert scores.frames == 2
    assert scores.undetected == {"truth": 0, "first frame": 0, "warp": 0}
    assert truth.face_psnr == 60
    assert truth.face_look == truth.flicker == 0
    assert warp.face_psnr > repeated.face_psnr + 3
    assert warp.mouth_look < repeated.mouth_look
    assert warp.flicker < repeated.flicker
    assert warp.m_lmd < 0.5 * repeated.m_lmd
    assert warp.f_lmd < 3
    assert np.isnan(warp.csim)
    assert len(report.skipped) == 1
    assert "missing.mp4" in report.skipped[0]
    assert report.table().count("\n") == 2 + 3 + 3
    assert len(list((tmp_path / "sheets").glob("*.png"))) == 1


def test_a_repair_is_a_row_of_its_own(clip, detector, tmp_path):
    torch.manual_seed(0)
    config = RepairConfig(Part.MOUTH, 1.6, 32, (4, 8, 8), residuals=1, descriptor=8)
    save_repair(tmp_path / "mouth.safetensors", RepairModel(RepairNetwork(config)))
    model = load_head_model()
    rivals = render_rivals(model, [tmp_path / "mouth.safetensors"])
    report = finish(evaluate_render([clip], Court(rivals, FrameJudges(detector, None, None), model)))
    rows = report.clips[0].rows
    assert list(rows) == ["truth", "first frame", "warp", "neural"]
    assert rows["neural"].mouth_psnr != rows["warp"].mouth_psnr
    assert abs(rows["neural"].mouth_psnr - rows["warp"].mouth_psnr) < 3, "a new network changes little"


def test_another_clips_motion_moves_the_face_as_the_mesh_has_it(clip, detector, tmp_path):
    model = load_head_model()
    judges, rivals = FrameJudges(detector, None, None), render_rivals(model, [])
    crossed = finish(evaluate_cross([clip, tmp_path / "missing.mp4", clip], Court(rivals, judges, model), tmp_path))
    (warp,) = crossed.values()
    assert (warp.undetected, warp.frames) == (0, 3)
    assert warp.m_lmd < 4
    assert warp.f_lmd < 3
    assert "| warp | nan |" in cross_table(crossed)
    assert len(list(tmp_path.glob("cross_*.png"))) == 1
    assert finish(evaluate_cross([clip], Court(rivals, judges, model, every=3))) == {}
