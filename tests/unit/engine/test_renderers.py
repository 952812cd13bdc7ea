"""Which renderer a wish leads to: never another one in silence."""

import pytest

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.requests import RendererName
from dimitra_studio.engine.devices import Device
from dimitra_studio.engine.registry import Registry, open_registry
from dimitra_studio.engine.renderers import _NEURAL_REACH, REPAIR_MODELS, WARP, choose_rendering
from dimitra_studio.render.neural.network import RADIUS

CPU = Device("cpu", "asked for")


def test_automatic_is_neural_with_its_models_by_hash():
    registry = open_registry()
    rendering = choose_rendering(registry, "auto", CPU)
    assert rendering.name is RendererName.NEURAL
    assert rendering.digests == tuple(registry.model(model_id).digest for model_id in REPAIR_MODELS)
    assert rendering.degraded == ""
    assert rendering.reach == _NEURAL_REACH == RADIUS


def test_without_its_models_automatic_says_what_is_drawn_instead_and_neural_refuses(tmp_path):
    without = Registry((), tmp_path)
    rendering = choose_rendering(without, "auto", CPU)
    assert rendering.name is RendererName.WARP
    assert "drawn without" in rendering.degraded
    with pytest.raises(ModelError):
        choose_rendering(without, "neural", CPU)


def test_quick_needs_no_model_and_other_words_are_refused(tmp_path):
    assert choose_rendering(Registry((), tmp_path), "warp", CPU) == WARP
    with pytest.raises(InputError, match="no renderer called magic"):
        choose_rendering(open_registry(), "magic", CPU)
