"""The papers' network from the user's file to a film, with random weights of the published shapes on a drawn head."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from dimitra_studio.core.files import sha256_of
from dimitra_studio.core.paths import resource
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.paths import user_models_folder
from dimitra_studio.export.deng_map import load_deng_map
from dimitra_studio.export.motion_files import load_motion
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.images import read_portrait
from dimitra_studio.render.geometry import scaled_fit
from dimitra_studio.render.pirenderer.network import PIRenderer
from dimitra_studio.render.pirenderer.renderer import PublishedRenderer
from dimitra_studio.render.warp import resize_picture
from tests.integration.drawn_head import draw_head


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(3)
    return PIRenderer().eval()


@pytest.fixture(scope="module")
def snapshot(network, tmp_path_factory):
    """What the published training leaves, less what its optimisers know."""
    path = tmp_path_factory.mktemp("snapshot") / "epoch_00190_iteration_000400000_checkpoint.pt"
    torch.save({"net_G": {}, "net_G_ema": network.state_dict(), "current_epoch": 190}, path)
    return path


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user's folder in which faces can be found, and nothing else."""
    detector = user_models_folder() / "face-landmarker"
    home = tmp_path / "home"
    shutil.copytree(detector, home / "models" / "face-landmarker")
    monkeypatch.setenv("DIMITRA_HOME", str(home))
    return home / "models" / "pirenderer"


@pytest.fixture
def head(tmp_path):
    path = tmp_path / "head.png"
    draw_head(path, 0.1)
    return path


def test_without_its_weights_it_says_where_they_come_from(dimitra, home, head, motion_file, tmp_path):
    told = dimitra("render", head, motion_file, "-o", tmp_path / "film.mp4", "--renderer", "pirenderer")
    told.assert_refused(
        "pirenderer", "is not installed", "https://github.com/RenYurui/PIRender",
        "dimitra models install pirenderer --from FILE",
    )  # fmt: skip
    assert not list(tmp_path.glob("film*"))
    dimitra("models", "install", "pirenderer").assert_refused("none was given", "--from FILE")
    dimitra("models", "verify", "pirenderer").assert_refused("is not installed", "--from FILE")
    assert dimitra("models", "verify", "head-model").status == 0
    assert not home.exists()


@pytest.mark.parametrize("name", ["nonsense", "picture", "listener", "folder", "nowhere"])
def test_other_files_are_refused_and_nothing_is_kept(dimitra, home, tmp_path, portrait, name):
    given = {"picture": portrait, "listener": resource("../models/listener.safetensors"), "folder": tmp_path}.get(name)
    if given is None:
        given = tmp_path / f"{name}.pt"
        if name == "nonsense":
            given.write_text("nonsense")
    told = dimitra("models", "install", "pirenderer", "--from", given)
    told.assert_refused(given.name)
    assert not home.exists()


def test_films_show_the_networks_picture_in_the_portrait(dimitra, home, snapshot, network, head, motion_file, tmp_path):
    told = dimitra("models", "install", "pirenderer", "--from", snapshot)
    assert (told.status, told.json["installed"]) == (0, ["pirenderer"]), told.err
    (kept,) = home.iterdir()
    assert kept.stem == sha256_of(kept)
    (listed,) = dimitra("models", "list", "pirenderer").json["models"]
    assert (listed["state"], listed["files"][0]["sha256"]) == ("ok", kept.stem)
    assert dimitra("models", "verify", "pirenderer").status == 0

    out = tmp_path / "film"
    how = ("--renderer", "pirenderer", "--size", 256, "--range", "0:0.12")
    told = dimitra("render", head, motion_file, "-o", f"{out}/", *how)
    assert (told.status, told.json["frames"]) == (0, 3), told.err
    assert any("R²" in note and "Expect a likeness" in note for note in told.json["notes"])
    about = json.loads((out / "about.json").read_text())["recipe"]
    assert about["render"]["renderer"] == "pirenderer"
    assert about["models"]["pirenderer"] == kept.stem
    shown = [np.asarray(Image.open(path)) for path in sorted(out.glob("*.png"))]

    with Loader() as loader:
        sitter = read_portrait(head)
        fit = fit_portrait(sitter, loader.detector, loader.head)
    small = resize_picture(sitter.pixels, 256)
    renderer = PublishedRenderer(small, scaled_fit(fit, 256, 256), network, load_deng_map().to_deng)
    source = load_motion(motion_file).motion
    values = source.values.copy()
    values[:, 64:] += fit.pose - np.median(source.pose, axis=0)  # it was made for no picture
    for frame in range(3):
        meant = renderer.show(values[:3], frame)
        assert np.abs(shown[frame].astype(int) - meant).max() <= 1
    border = np.s_[:, :8]
    np.testing.assert_array_equal(shown[0][border], small[border])
    assert np.abs(shown[0].astype(int) - small).mean() > 20  # random weights draw no head

    damaged = bytearray(kept.read_bytes())
    damaged[-1] ^= 1
    kept.write_bytes(damaged)
    told = dimitra("render", head, motion_file, "-o", tmp_path / "film.mp4", "--renderer", "pirenderer")
    told.assert_refused("SHA-256 differs", "dimitra models install pirenderer --from FILE")
    assert dimitra("models", "install", "pirenderer", "--from", snapshot).status == 0
    assert dimitra("models", "verify", "pirenderer").status == 0
    assert [path.name for path in home.iterdir()] == [kept.name]
