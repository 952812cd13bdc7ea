"""Which renderer a wish leads to: never another one in silence."""

import hashlib

import pytest

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.requests import RendererName
from dimitra_studio.engine.devices import Device
from dimitra_studio.engine.registry import Registry, open_registry, read_manifest
from dimitra_studio.engine.renderers import _NEURAL_REACH, REPAIR_MODELS, WARP, choose_rendering, offered_renderers
from dimitra_studio.render.neural.network import RADIUS
from dimitra_studio.render.pirenderer.network import RADIUS as PIRENDERER_RADIUS

CPU = Device("cpu", "asked for")


def test_neural_names_its_models_by_hash():
    registry = open_registry()
    rendering = choose_rendering(registry, "neural", CPU)
    assert rendering.name is RendererName.NEURAL
    assert rendering.digests == tuple(registry.model(model_id).digest for model_id in REPAIR_MODELS)
    assert rendering.reach == _NEURAL_REACH == RADIUS


def test_neural_without_its_models_is_refused(tmp_path):
    with pytest.raises(ModelError):
        choose_rendering(Registry((), tmp_path), "neural", CPU)


def test_automatic_is_quick(tmp_path):
    assert choose_rendering(Registry((), tmp_path), "auto", CPU) == WARP


def test_quick_needs_no_model_and_other_words_are_refused(tmp_path):
    assert choose_rendering(Registry((), tmp_path), "warp", CPU) == WARP
    with pytest.raises(InputError, match="no renderer called magic"):
        choose_rendering(open_registry(), "magic", CPU)


def test_pirenderer_is_offered_where_its_weights_are_and_never_taken_unasked(tmp_path):
    registry = Registry(read_manifest(), tmp_path)
    assert RendererName.PIRENDERER not in offered_renderers(registry)
    assert {RendererName.AUTO, RendererName.NEURAL, RendererName.WARP} <= set(offered_renderers(registry))
    with pytest.raises(
        ModelError, match=r"not installed.*github\.com/RenYurui/PIRender.*install pirenderer --from FILE"
    ):
        choose_rendering(registry, "pirenderer", CPU)
    digest = hashlib.sha256(b"weights").hexdigest()
    kept = tmp_path / "pirenderer" / f"{digest}.safetensors"
    kept.parent.mkdir()
    kept.write_bytes(b"weights")
    assert RendererName.PIRENDERER in offered_renderers(registry)
    rendering = choose_rendering(registry, "pirenderer", CPU)
    assert (rendering.name, rendering.digests, rendering.models) == (
        RendererName.PIRENDERER, (digest,), ("pirenderer",),
    )  # fmt: skip
    assert rendering.reach == PIRENDERER_RADIUS
    assert "R²" in rendering.caution
    assert choose_rendering(registry, "auto", CPU).name is not RendererName.PIRENDERER
    kept.write_bytes(b"damaged")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        choose_rendering(Registry(read_manifest(), tmp_path), "pirenderer", CPU)
