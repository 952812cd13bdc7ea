"""Sentence embeddings with all-MiniLM-L6-v2: a BERT encoder (arXiv 1810.04805), mean-pooled (arXiv 1908.10084)."""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import ModelError

# The length the model was trained with, two of which are [CLS] and [SEP].
_WINDOW = 256
_MEND = "Install it again: dimitra models install."


def _read_tokenizer(path: Path) -> Tokenizer:
    text = path.read_text(encoding="utf-8")
    try:
        return Tokenizer.from_str(text)
    except Exception as error:  # the library has no narrower kind
        raise ValueError(f"{path.name}: {error}") from error


class MiniLM:
    """Embeds English text from a folder with model.safetensors, config.json and tokenizer.json."""

    kind = "all-MiniLM-L6-v2"

    def __init__(self, folder: Path) -> None:
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            self._weights = load_file(folder / "model.safetensors")
            self._tokenizer = _read_tokenizer(folder / "tokenizer.json")
            self.width = int(config["hidden_size"])
            self._layers = int(config["num_hidden_layers"])
            self._heads = int(config["num_attention_heads"])
            self._epsilon = float(config["layer_norm_eps"])
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise ModelError(f"The text model {folder} cannot be read.", _MEND) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def embed(self, text: str) -> FloatArray:
        """See `TextEmbedder`. A text longer than 254 tokens is embedded in pieces, averaged by their length."""
        if not text.strip():
            return np.zeros(self.width, np.float32)
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        opening, closing = self._tokenizer.token_to_id("[CLS]"), self._tokenizer.token_to_id("[SEP]")
        total = torch.zeros(self.width)
        with torch.inference_mode():
            for first in range(0, len(tokens), _WINDOW - 2):
                piece = [opening, *tokens[first : first + _WINDOW - 2], closing]
                total += self._encode(torch.tensor(piece)).sum(dim=0)
            return np.asarray(functional.normalize(total, dim=0).numpy(), dtype=np.float32)

    def _encode(self, tokens: Tensor) -> Tensor:
        """Hidden states [N, width] of token ids [N]."""
        length = len(tokens)
        x = self._weights["embeddings.word_embeddings.weight"][tokens]
        x = x + self._weights["embeddings.position_embeddings.weight"][:length]
        x = self._norm("embeddings.LayerNorm", x + self._weights["embeddings.token_type_embeddings.weight"][0])
        for index in range(self._layers):
            layer = f"encoder.layer.{index}."
            q, k, v = (
                self._linear(f"{layer}attention.self.{name}", x).view(length, self._heads, -1).transpose(0, 1)
                for name in ("query", "key", "value")
            )
            heard = functional.scaled_dot_product_attention(q, k, v).transpose(0, 1).reshape(length, -1)
            x = self._norm(
                f"{layer}attention.output.LayerNorm", x + self._linear(f"{layer}attention.output.dense", heard)
            )
            inner = functional.gelu(self._linear(f"{layer}intermediate.dense", x))
            x = self._norm(f"{layer}output.LayerNorm", x + self._linear(f"{layer}output.dense", inner))
        return x

    def _linear(self, name: str, x: Tensor) -> Tensor:
        return functional.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.layer_norm(x, weight.shape, weight, bias, self._epsilon)
