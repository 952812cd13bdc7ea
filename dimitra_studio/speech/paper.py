"""The papers' own models, for users who have the weights: wav2vec 2.0 and CLIP text (Dimitra), WavLM (Dimitra++).

They need the optional package `transformers` (`pip install dimitra-studio[paper]`) and a folder as Hugging Face
publishes it. Nothing is fetched.
"""

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.timebase import FEATURE_RATE, SPEECH_RATE, frame_count

_STRIDE = 320  # samples a feature, of all three speech models
_KERNEL = 400  # samples that one feature sees at least
_CHUNK = 1000  # features: 20 s, as Dimitra++ cuts
_CONTEXT = 50  # features heard on either side of a chunk and dropped
_SPEECH_MODELS = ("wav2vec2", "wavlm", "hubert")
# CLIP reads 77 tokens, two of which are its marks.
_CLIP_WINDOW = 77
# Dimitra++: a video frame hears the features -4 to 4 around its own.
WINDOW_RADIUS = 4


class TransformersFeatures:
    """The last hidden state of a wav2vec 2.0, WavLM or HuBERT folder: 768 wide for base models, 1024 for large ones."""

    def __init__(self, folder: Path) -> None:
        self._model = _load("AutoModel", folder)
        config = self._model.config
        if config.model_type not in _SPEECH_MODELS:
            raise ModelError(
                f"{folder} holds a {config.model_type} model.", f"Speech features need {', '.join(_SPEECH_MODELS)}."
            )
        self.kind = f"{folder.name}/last"
        self.width = int(config.hidden_size)
        self._normalise = _normalises(folder / "preprocessor_config.json")

    def extract(self, samples: FloatArray) -> Job[FloatArray]:
        """See `FeatureExtractor`. Chunks of 20 s hear one second of what lies around them."""
        count = frame_count(len(samples) / SPEECH_RATE, FEATURE_RATE)
        mean, scale = 0.0, 1.0
        if self._normalise:
            mean, scale = float(samples.mean(dtype=np.float64)), float(np.sqrt(samples.var(dtype=np.float64) + 1e-7))
        features = np.empty((count, self.width), np.float32)
        for first in range(0, count, _CHUNK):
            last = min(first + _CHUNK, count)
            low, high = max(first - _CONTEXT, 0), min(last + _CONTEXT, count)
            sound = samples[low * _STRIDE : (high - 1) * _STRIDE + _KERNEL]
            missing = (high - low - 1) * _STRIDE + _KERNEL - len(sound)
            sound = np.pad((sound - np.float32(mean)) / np.float32(scale), (0, missing))
            with torch.inference_mode():
                hidden = self._model(torch.from_numpy(sound)[None]).last_hidden_state[0].numpy()
            features[first:last] = hidden[first - low : last - low]
            yield Progress("features", last, count)
        return features


class ClipText:
    """The pooled, projected text embedding of a CLIP folder, of length 1."""

    def __init__(self, folder: Path) -> None:
        self._model = _load("CLIPTextModelWithProjection", folder)
        self._tokenizer = _load("AutoTokenizer", folder)
        self.kind = f"{folder.name}/text"
        self.width = int(self._model.config.projection_dim)

    def embed(self, text: str) -> FloatArray:
        """See `TextEmbedder`. A text longer than 75 tokens is embedded in pieces, averaged by their length."""
        if not text.strip():
            return np.zeros(self.width, np.float32)
        tokens: list[int] = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        total = torch.zeros(self.width)
        with torch.inference_mode():
            for first in range(0, len(tokens), _CLIP_WINDOW - 2):
                piece = tokens[first : first + _CLIP_WINDOW - 2]
                marked = [self._tokenizer.bos_token_id, *piece, self._tokenizer.eos_token_id]
                total += len(piece) * self._model(torch.tensor([marked])).text_embeds[0]
            return np.asarray(torch.nn.functional.normalize(total, dim=0).numpy(), dtype=np.float32)


def stack_windows(features: FloatArray, radius: int = WINDOW_RADIUS) -> FloatArray:
    """Each feature with its neighbours, [T, D] to [T, (2 radius + 1) D], zeros beyond the ends (Dimitra++: 9 x 1024).

    Stacked where they are used: an hour of them would be 6.6 GB.
    """
    padded = np.pad(features, ((radius, radius), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * radius + 1, axis=0)
    return np.ascontiguousarray(windows.transpose(0, 2, 1)).reshape(len(features), -1)


def _normalises(settings: Path) -> bool:
    """Whether the model was trained on sound of zero mean and unit variance, which is so where nothing is said."""
    if not settings.exists():
        return True
    try:
        return bool(json.loads(settings.read_text(encoding="utf-8")).get("do_normalize", True))
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(f"{settings} cannot be read.", "Copy the model again, all files.") from error


def _load(kind: str, folder: Path) -> Any:
    """A transformers class from a local folder. Raises ModelError where either is missing."""
    try:
        transformers = importlib.import_module("transformers")
    except ImportError as error:
        raise ModelError(
            "The papers' speech models need the package transformers.", "Run: pip install 'dimitra-studio[paper]'."
        ) from error
    if not (folder / "config.json").is_file():
        raise ModelError(f"There is no model in {folder}.", "Put the folder as published there, config.json included.")
    try:
        loaded = getattr(transformers, kind).from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise ModelError(f"The model in {folder} cannot be read.", "Copy it again, all files.") from error
    return loaded.eval() if hasattr(loaded, "eval") else loaded
