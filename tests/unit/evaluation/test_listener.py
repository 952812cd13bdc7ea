from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save_file

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.engine.registry import open_registry
from dimitra_studio.evaluation.listener import fit_listener, load_listener, save_listener
from dimitra_studio.speech.features import WhisperFeatures

from .conftest import PLAIN_LIPS, talking_clip

CLIPS = tuple(talking_clip(f"c{n}", n) for n in range(4))


def test_what_is_kept_hears_the_same(tmp_path) -> None:
    listener = fit_listener(CLIPS, PLAIN_LIPS)
    save_listener(tmp_path / "l.safetensors", listener)
    loaded = load_listener(tmp_path / "l.safetensors")
    features = CLIPS[0].voice().features
    one, other = (each.ear.predict(features) for each in (listener, loaded))
    np.testing.assert_allclose(other, one, atol=1e-3 * np.ptp(one))
    assert (loaded.feature_kind, loaded.clips, loaded.minutes) == ("f", 4, 0.2)


def test_what_is_no_listener_is_refused(tmp_path) -> None:
    with pytest.raises(ModelError, match="missing"):
        load_listener(tmp_path / "none")
    (tmp_path / "text").write_text("no map")
    with pytest.raises(ModelError, match="cannot be read"):
        load_listener(tmp_path / "text")
    save_file({"weights": np.ones((12, 3), np.float32)}, tmp_path / "other")
    with pytest.raises(ModelError, match="format is unknown"):
        load_listener(tmp_path / "other")


def test_nobody_learns_from_clips_without_a_face() -> None:
    blind = replace(CLIPS[0], motion=MotionSequence(np.full((80, 70), np.nan)))
    with pytest.raises(InputError, match="shows a face"):
        fit_listener((blind,), PLAIN_LIPS)


def test_the_one_that_ships_hears_the_embedded_features() -> None:
    listener = load_listener(open_registry().path("listener"))
    assert listener.feature_kind == WhisperFeatures.kind
    assert listener.ear.weights.shape[1] == 384
    assert listener.clips > 500
