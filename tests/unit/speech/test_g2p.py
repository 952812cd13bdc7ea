import numpy as np
import pytest
import torch

from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.speech import PHONEME_INDEX
from dimitra_studio.engine.loader import Loader
from dimitra_studio.speech.g2p import GraphemeToPhoneme


@pytest.fixture(scope="module")
def path():
    return Loader().registry.path("g2p")


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("activationist", "AE K T IH V EY SH AH N IH S T"),  # the example of the network's authors
        ("dimitra", "D IH M IY T R AH"),
        ("blog", "B L AA G"),
    ],
)
def test_unknown_words_are_pronounced(path, word, phones):
    assert GraphemeToPhoneme(path).pronounce(word) == tuple(phones.split())


@pytest.mark.parametrize("word", ["zzxqv", "a", "", "ünïcode", "supercalifragilisticexpialidocious" * 3])
def test_any_word_ends_in_known_phones(path, word):
    phones = GraphemeToPhoneme(path).pronounce(word)
    assert len(phones) <= 40
    assert set(phones) <= set(PHONEME_INDEX)


def test_the_step_is_torchs_gru_cell(path):
    network = GraphemeToPhoneme(path)
    cell = torch.nn.GRUCell(256, 256)
    with np.load(path) as weights, torch.no_grad():
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            kind, side = name.split("_")
            getattr(cell, name).copy_(torch.from_numpy(weights[f"enc_{kind[0]}_{side}"]))
    x, h = np.random.default_rng(0).standard_normal((2, 256)).astype(np.float32)
    with torch.no_grad():
        expected = cell(torch.from_numpy(x)[None], torch.from_numpy(h)[None])[0].numpy()
    np.testing.assert_allclose(network._step("enc", x, h), expected, atol=1e-5)


def test_a_broken_file_is_named(tmp_path):
    broken = tmp_path / "weights.npz"
    for content in (b"", b"PK no archive", b"PK\x03\x04 an archive cut short"):
        broken.write_bytes(content)
        with pytest.raises(ModelError, match=r"weights\.npz"):
            GraphemeToPhoneme(broken)
    np.savez(broken, enc_emb=np.zeros((3, 3)), fc_w=np.zeros((3, 3)))
    with pytest.raises(ModelError, match="g2p_en"):
        GraphemeToPhoneme(broken)
