"""The papers' models, tiny and with random weights: shapes, seams and errors; the true weights are the user's."""

import json
import sys

import numpy as np
import pytest
import transformers

from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.events import finish
from dimitra_studio.speech.paper import ClipText, TransformersFeatures, stack_windows

SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}


def save_speech_model(folder, family):
    config = getattr(transformers, f"{family}Config")(**SIZES, num_conv_pos_embeddings=16, conv_dim=(16,) * 7)
    getattr(transformers, f"{family}Model")(config).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("family", ["Wav2Vec2", "WavLM"])
def test_features_have_the_exact_count_and_no_seam(tmp_path, family):
    backend = TransformersFeatures(save_speech_model(tmp_path / "tiny", family))
    assert (backend.kind, backend.width) == ("tiny/last", 32)
    samples = np.random.default_rng(0).standard_normal(22 * 16_000 + 1).astype(np.float32) * 0.1
    features = finish(backend.extract(samples))
    assert features.shape == (22 * 50 + 1, 32)
    assert np.isfinite(features).all()
    assert finish(backend.extract(samples[:1600])).shape == (5, 32)
    steps = np.linalg.norm(np.diff(features, axis=0), axis=1)
    assert steps[999] < 1.5 * np.median(steps)  # where the second chunk begins


def test_another_model_is_refused(tmp_path):
    config = transformers.BertConfig(**SIZES, vocab_size=20, max_position_embeddings=16)
    transformers.BertModel(config).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="bert"):
        TransformersFeatures(tmp_path)


def test_clip_embeds_texts_of_any_length(tmp_path):
    letters = [*"abcdefghijklmnopqrstuvwxyz", *(f"{c}</w>" for c in "abcdefghijklmnopqrstuvwxyz")]
    vocabulary = {token: i for i, token in enumerate([*letters, "<|startoftext|>", "<|endoftext|>"])}
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n")
    transformers.CLIPTokenizer(str(tmp_path / "vocab.json"), str(tmp_path / "merges.txt")).save_pretrained(tmp_path)
    config = transformers.CLIPTextConfig(
        **SIZES, vocab_size=len(vocabulary), projection_dim=24, bos_token_id=52, eos_token_id=53
    )
    transformers.CLIPTextModelWithProjection(config).save_pretrained(tmp_path)
    backend = ClipText(tmp_path)
    for text in ("a cat", "a cat " * 100):
        vector = backend.embed(text)
        assert vector.shape == (24,)
        assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
    assert not backend.embed(" ").any()


def test_missing_package_and_folder_say_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ModelError, match="transformers") as caught:
        TransformersFeatures(tmp_path)
    assert "pip install" in caught.value.hint


def test_missing_and_broken_weights_say_so(tmp_path):
    pytest.importorskip("transformers")
    with pytest.raises(ModelError, match="no model"):
        TransformersFeatures(tmp_path)
    save_speech_model(tmp_path, "WavLM")
    (tmp_path / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(ModelError, match="cannot be read"):
        TransformersFeatures(tmp_path)


@pytest.mark.parametrize("settings", ["no JSON", "[]", "{"])
def test_broken_settings_say_so(tmp_path, settings):
    save_speech_model(tmp_path, "Wav2Vec2")
    (tmp_path / "preprocessor_config.json").write_text(settings)
    with pytest.raises(ModelError, match=r"preprocessor_config\.json cannot be read"):
        TransformersFeatures(tmp_path)


def test_windows_are_stacked_with_zeros_at_the_ends():
    features = np.arange(10, dtype=np.float32).reshape(5, 2) + 1
    stacked = stack_windows(features, radius=1)
    assert stacked.shape == (5, 6)
    np.testing.assert_array_equal(stacked[0], [0, 0, 1, 2, 3, 4])
    np.testing.assert_array_equal(stacked[2], [3, 4, 5, 6, 7, 8])
    np.testing.assert_array_equal(stacked[4], [7, 8, 9, 10, 0, 0])
    assert stack_windows(features).shape == (5, 18)
