import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from dimitra_studio.core.errors import ModelError
from dimitra_studio.speech.minilm import MiniLM


def test_embeddings_follow_meaning(backends):
    # Pairs and values of the model's own publication would need its library; order of meaning does not.
    rain, wet, tax = (
        backends.embedder.embed(text)
        for text in ("It is raining heavily.", "There is a downpour outside.", "The company filed its tax return.")
    )
    assert rain.shape == (384,)
    assert float(np.linalg.norm(rain)) == pytest.approx(1, abs=1e-5)
    assert rain @ wet > 0.6
    assert rain @ tax < 0.2


def test_no_text_is_zero(backends):
    assert not backends.embedder.embed("  \n").any()


def test_long_texts_are_embedded_whole(backends):
    start, end = "The ship sailed at dawn. " * 60, "Whisk the eggs with sugar. " * 60
    both = backends.embedder.embed(start + end)
    assert both @ backends.embedder.embed(start) > 0.5
    assert both @ backends.embedder.embed(end) > 0.5


def test_a_broken_folder_is_named(tmp_path):
    with pytest.raises(ModelError, match="text model"):
        MiniLM(tmp_path)


@pytest.mark.parametrize("tokenizer", ["{}", "[", "no JSON", "\0"])
def test_a_broken_tokenizer_is_told(tmp_path, tokenizer):
    (tmp_path / "config.json").write_text("{}")
    save_file({"one": torch.ones(1)}, tmp_path / "model.safetensors")
    (tmp_path / "tokenizer.json").write_text(tokenizer)
    with pytest.raises(ModelError, match="cannot be read") as refusal:
        MiniLM(tmp_path)
    assert "tokenizer.json" in str(refusal.value.__cause__)
