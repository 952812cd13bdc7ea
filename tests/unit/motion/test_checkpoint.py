import dataclasses
import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import ModelError
from dimitra_studio.motion.checkpoint import load_model, save_model


def test_round_trip_in_half_precision(small, tmp_path) -> None:
    model = small.model(Group.LIPS)
    model.network.conditions.feature_mean.fill_(0.123456789)
    path = tmp_path / "new folder" / "lips.safetensors"
    save_model(path, model)
    loaded = load_model(path)
    assert loaded.config == model.config
    assert loaded.channel_names == model.channel_names
    assert loaded.facts == {"steps": 3}
    for name in ("mean", "std", "low", "high"):
        np.testing.assert_array_equal(getattr(loaded.scale, name), getattr(model.scale, name))
    for name, parameter in model.network.named_parameters():
        assert torch.equal(loaded.network.get_parameter(name), parameter.half().float())
    # Statistics are not weights: they keep full precision.
    assert torch.equal(loaded.network.conditions.feature_mean, model.network.conditions.feature_mean)


def test_loaded_network_computes_what_the_saved_one_did(small, tmp_path) -> None:
    model = small.model(Group.POSE)
    save_model(tmp_path / "pose.safetensors", model)
    loaded = load_model(tmp_path / "pose.safetensors")
    given, x = small.conditions(model.config, 1), torch.ones(1, model.config.frames, 6)
    step = torch.tensor([100])
    torch.testing.assert_close(loaded.network(x, step, given), model.network(x, step, given), rtol=0.02, atol=0.02)
    assert not loaded.network.training
    assert not any(p.requires_grad for p in loaded.network.parameters())


def test_weights_are_stored_in_half_precision(small, tmp_path) -> None:
    save_model(tmp_path / "m.safetensors", small.model(Group.LIPS))
    dtypes = {name: tensor.dtype for name, tensor in load_file(tmp_path / "m.safetensors").items()}
    assert dtypes.pop("conditions.feature_mean") == dtypes.pop("conditions.feature_std") == torch.float32
    assert set(dtypes.values()) == {torch.float16}


def test_writing_leaves_nothing_else_behind(small, tmp_path) -> None:
    save_model(tmp_path / "m.safetensors", small.model(Group.LIPS))
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


def test_weights_may_be_read_by_whom_other_files_may(small, tmp_path) -> None:
    save_model(tmp_path / "m.safetensors", small.model(Group.LIPS))
    (tmp_path / "other").touch()
    assert (tmp_path / "m.safetensors").stat().st_mode == (tmp_path / "other").stat().st_mode


def _damaged(small, tmp_path, **metadata: str | None):
    path = tmp_path / "m.safetensors"
    save_model(path, small.model(Group.LIPS))
    with safe_open(path, "pt") as archive:
        kept = {**archive.metadata(), **metadata}
    save_file(load_file(path), path, {key: value for key, value in kept.items() if value is not None})
    return path


@pytest.mark.parametrize(
    "metadata",
    [{"format": None}, {"format": "dimitra-motion 99"}, {"config": None}, {"config": "{}"}, {"config": "not json"},
     {"scale": "{}"}, {"scale": json.dumps({"mean": [0], "std": [1], "low": [0], "high": [1]})}, {"rest": "[1, 2]"}],
)  # fmt: skip
def test_a_file_that_is_not_ours_is_told(small, tmp_path, metadata) -> None:
    with pytest.raises(ModelError, match="cannot be read") as caught:
        load_model(_damaged(small, tmp_path, **metadata))
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_a_broken_or_missing_file_is_told(small, tmp_path) -> None:
    with pytest.raises(ModelError, match="missing"):
        load_model(tmp_path / "no.safetensors")
    path = tmp_path / "m.safetensors"
    save_model(path, small.model(Group.LIPS))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(path)
    path.write_text("hello")
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(path)


def test_weights_of_another_size_are_told(small, tmp_path) -> None:
    model = small.model(Group.LIPS)
    config = json.dumps(dataclasses.replace(model.config, width=64).as_dict())
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(_damaged(small, tmp_path, config=config))


def test_names_and_scale_must_fit_the_group(small) -> None:
    model = small.model(Group.LIPS)
    with pytest.raises(ValueError, match="13"):
        dataclasses.replace(model, channel_names=("jawOpen",))
