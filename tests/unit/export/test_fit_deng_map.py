import importlib.util
import runpy
import sys

import numpy as np
import pytest
import scipy.io

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.paths import shipped_root
from dimitra_studio.export.deng_map import ANGLES, load_deng_map
from dimitra_studio.export.motion_files import save_motion
from dimitra_studio.face.components import COMPONENT_NAMES

SCRIPT = shipped_root() / "packaging" / "fit_deng_map.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("fit_deng_map", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks itself up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def curves(rng, count, width):
    """Smooth movements [count, width]."""
    return np.cumsum(rng.normal(0, 0.05, (count, width)), axis=0)


def test_what_is_not_linear_gets_no_score(script):
    rng = np.random.default_rng(0)
    slope = rng.normal(size=(5, 2))
    pairs = []
    for _ in range(6):
        x = curves(rng, 200, 5)
        noise = curves(rng, 200, 1)
        pairs.append((x, np.concatenate([x @ slope + rng.normal(size=2), noise], axis=1)))
    fitted = script.fit_map(pairs, list("aabbcc"), ((list(range(5)), [0, 1, 2]),))
    assert (fitted["r2"][:2] > 0.95).all()
    assert fitted["r2"][2] < 0.5
    np.testing.assert_allclose(fitted["slope"][:, :2], slope, atol=0.15)


def test_the_whole_script_finds_a_known_map_and_a_late_video(tmp_path, monkeypatch, capsys):
    """Three people whose coefficients are a known map of their channels, and whose videos begin two frames early."""
    rng = np.random.default_rng(1)
    known = rng.normal(size=(64, 64)) * 0.3
    (tmp_path / "tracks").mkdir()
    (tmp_path / "mats").mkdir()
    for name in ("ann_clip1", "ben_clip1", "cem_clip1"):
        fine = np.stack(
            [np.interp(np.arange(1500) / 150, np.arange(200) / 20, c) for c in curves(rng, 200, 70).T], axis=1
        )
        coeff = np.zeros((280, 257), np.float32)  # 30 a second of 150
        rows = fine[10 : 10 + 280 * 5 : 5]
        coeff[:, 80:144], coeff[:, 224:227] = rows[:, :64] @ known + rng.normal(size=64), rows[:, 64:67] + 0.05
        crop = np.concatenate([np.full((280, 2), 256.0), rows[:, 67:] + 1], axis=1)
        scipy.io.savemat(tmp_path / "mats" / f"{name}.mat", {"coeff": coeff, "transform_params": crop})
        save_motion(tmp_path / "tracks" / f"{name}.npz", MotionSequence(fine[::6]), COMPONENT_NAMES)  # 25 of 150
    out = tmp_path / "map.npz"
    monkeypatch.setattr(sys, "argv", ["fit", str(tmp_path / "tracks"), str(tmp_path / "mats"), "-o", str(out)])
    runpy.run_path(str(SCRIPT), run_name="__main__")
    assert capsys.readouterr().out.count("the video is 2 frames") == 3
    fitted = load_deng_map(out)
    assert fitted.to_deng.score(ANGLES) > 0.99
    assert fitted.to_deng.score(slice(0, 64)) > 0.9
    np.testing.assert_allclose(fitted.to_deng.offset[64:67], 0.05, atol=0.02)
