"""Grapheme to phoneme for words that no dictionary lists.

A GRU encoder reads the letters, a GRU decoder writes ARPAbet until it says stop: the network of
Park & Kim's g2p_en, whose weights (checkpoint20.npz, Apache-2.0) this reads. Equations: torch.nn.GRU.
"""

from pathlib import Path

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.files import DAMAGE

_LETTERS = ("<pad>", "<unk>", "</s>", *"abcdefghijklmnopqrstuvwxyz")
_VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
_CONSONANTS = (
    "B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P", "R", "S", "SH", "T", "TH", "V", "W",
    "Y", "Z", "ZH",
)  # fmt: skip
# The network's outputs: the alphabet with stress 0 to 2 on vowels; UW comes also without. Stress is dropped here.
_STRESSES = dict.fromkeys(_VOWELS, 3) | dict.fromkeys(_CONSONANTS, 1) | {"UW": 4}
_OUTPUTS = ["<pad>", "<unk>", "<s>", "</s>", *(name for name in sorted(_STRESSES) for _ in range(_STRESSES[name]))]
_START, _STOP, _FIRST_PHONE = 2, 3, 4
_LONGEST = 40  # phones of one word


class GraphemeToPhoneme:
    """Guesses how an English word is pronounced."""

    def __init__(self, path: Path) -> None:
        try:
            # np.load leaves a file that it opened itself open when it is damaged.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                self._weights: dict[str, FloatArray] = {name: archive[name].astype(np.float32) for name in archive}
            fits = self._weights["enc_emb"].shape[0] == len(_LETTERS) and self._weights["fc_w"].shape[0] == len(
                _OUTPUTS
            )
        except DAMAGE as error:
            raise ModelError(
                f"The pronunciation model {path} cannot be read.", "Run: dimitra models verify."
            ) from error
        if not fits:
            raise ModelError(f"{path} is not the pronunciation model of g2p_en.", "Run: dimitra models verify.")

    def pronounce(self, word: str) -> tuple[str, ...]:
        """ARPAbet without stress for a word of letters; other signs are unknown to the network."""
        weights = self._weights
        letters = [_LETTERS.index(c) if c in _LETTERS else 1 for c in word.lower()]
        state = np.zeros(weights["enc_w_hh"].shape[1], np.float32)
        for letter in [*letters, _LETTERS.index("</s>")]:
            state = self._step("enc", weights["enc_emb"][letter], state)
        phones: list[str] = []
        last = _START
        while len(phones) < _LONGEST:
            state = self._step("dec", weights["dec_emb"][last], state)
            last = int(np.argmax(weights["fc_w"] @ state + weights["fc_b"]))
            if last == _STOP:
                break
            if last >= _FIRST_PHONE:
                phones.append(_OUTPUTS[last])
        return tuple(phones)

    def _step(self, side: str, x: FloatArray, h: FloatArray) -> FloatArray:
        """One GRU step: r, z = sigmoid(W_i x + W_h h), n = tanh(W_in x + r W_hn h), h' = (1 - z) n + z h."""
        weights = self._weights
        from_x = (weights[f"{side}_w_ih"] @ x + weights[f"{side}_b_ih"]).reshape(3, -1)
        from_h = (weights[f"{side}_w_hh"] @ h + weights[f"{side}_b_hh"]).reshape(3, -1)
        reset, update = 1 / (1 + np.exp(-(from_x[:2] + from_h[:2])))
        new = np.tanh(from_x[2] + reset * from_h[2])
        return np.asarray((1 - update) * new + update * h, dtype=np.float32)
