"""A packaged build holds the models that a new user needs, and says so."""

import json
from pathlib import Path, PurePosixPath

import pytest
from build_contents import shipped_files

from dimitra_studio.engine.registry import Registry, read_manifest


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Where in the build, and which file."""
    entries = list(shipped_files(tmp_path_factory.mktemp("scratch")))
    assert len({place for place, _, _ in entries}) == len(entries)
    return {PurePosixPath(place): Path(source) for place, source, _ in entries}


def test_the_build_finds_all_models_in_itself(shipped, tmp_path, monkeypatch):
    for place, source in shipped.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(source)
    package = tmp_path / "dimitra_studio"
    monkeypatch.setattr("dimitra_studio.engine.registry.shipped_root", lambda: package)
    monkeypatch.setattr("dimitra_studio.engine.registry.shipped_model", lambda name: package / "models" / name)
    registry = Registry(read_manifest(package / "models" / "manifest.json"), tmp_path / "user")
    wanted = [model for model in registry if not model.optional]
    assert {"face-landmarker", "whisper-tiny.en", "g2p", "minilm"} <= {model.id for model in wanted}
    for model in wanted:
        assert registry.path(model.id).is_relative_to(package)


def test_models_keep_their_sources_and_licences_in_the_manifest(shipped):
    content = json.loads(shipped[PurePosixPath("dimitra_studio/models/manifest.json")].read_text())
    whisper = next(model for model in content["models"] if model["id"] == "whisper-tiny.en")
    assert (whisper["carried"], whisper["licence"]) == (True, "MIT")
    assert whisper["package"]
    assert not any(model.get("carried") for model in content["models"] if model.get("optional"))
