import pytest
import torch
from torch import Tensor

from dimitra_studio.motion.layers import (
    EfficientAttention,
    FeedForward,
    FiLM,
    efficient_attention,
    sinusoidal,
    softmax_attention,
)

B, N, M, H, D = 2, 5, 7, 3, 4


def _normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def _all(batch: int, length: int) -> Tensor:
    return torch.ones(batch, length, dtype=torch.bool)


def _by_loops(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """The equation entry by entry: every key feature is a distribution over time, every query one over features."""
    out = torch.zeros(query.shape)
    for b in range(len(query)):
        real = mask[b].nonzero()[:, 0].tolist()
        for h in range(query.shape[2]):
            for n in range(query.shape[1]):
                features = torch.exp(query[b, n, h]) / torch.exp(query[b, n, h]).sum()
                for d in range(query.shape[3]):
                    times = torch.exp(key[b, real, h, d]) / torch.exp(key[b, real, h, d]).sum()
                    for weight, m in zip(times, real, strict=True):
                        out[b, n, h] += features[d] * weight * value[b, m, h]
    return out


def test_equals_the_equation_entry_by_entry() -> None:
    query, key, value = _normal(B, N, H, D), _normal(B, M, H, D, seed=1), _normal(B, M, H, D, seed=2)
    mask = torch.tensor([[True] * 7, [True, False, True, True, False, False, True]])
    torch.testing.assert_close(efficient_attention(query, key, value, mask), _by_loops(query, key, value, mask))


@pytest.mark.parametrize("attention", [efficient_attention, softmax_attention])
def test_one_memory_entry_is_returned_whatever_the_query(attention) -> None:
    query, key, value = _normal(B, N, H, D), _normal(B, 1, H, D, seed=1), _normal(B, 1, H, D, seed=2)
    torch.testing.assert_close(attention(query, key, value, _all(B, 1)), value.expand(B, N, H, D))


def test_agrees_with_softmax_attention_where_all_values_are_equal() -> None:
    query, key = _normal(B, N, H, D), _normal(B, M, H, D, seed=1)
    value = _normal(B, 1, H, D, seed=2).expand(B, M, H, D)
    mask = _all(B, M)
    expected = softmax_attention(query, key, value, mask)
    torch.testing.assert_close(efficient_attention(query, key, value, mask), expected)


def test_agrees_with_softmax_attention_where_one_entry_is_real() -> None:
    query, key, value = _normal(B, N, H, D), _normal(B, M, H, D, seed=1), _normal(B, M, H, D, seed=2)
    mask = torch.zeros(B, M, dtype=torch.bool)
    mask[:, 4] = True
    expected = softmax_attention(query, key, value, mask)
    torch.testing.assert_close(efficient_attention(query, key, value, mask), expected)


def test_agrees_with_softmax_attention_where_keys_say_nothing() -> None:
    query, value = _normal(B, N, H, D), _normal(B, M, H, D, seed=2)
    key, mask = torch.zeros(B, M, H, D), _all(B, M)
    expected = value.mean(dim=1, keepdim=True).expand(B, N, H, D)
    torch.testing.assert_close(softmax_attention(query, key, value, mask), expected)
    torch.testing.assert_close(efficient_attention(query, key, value, mask), expected)


def test_differs_from_softmax_attention_otherwise() -> None:
    query, key, value = _normal(B, N, H, D), 2 * _normal(B, M, H, D, seed=1), _normal(B, M, H, D, seed=2)
    mask = _all(B, M)
    difference = efficient_attention(query, key, value, mask) - softmax_attention(query, key, value, mask)
    assert difference.abs().max() > 0.1


def test_does_not_care_for_the_order_of_the_memory() -> None:
    query, key, value = _normal(B, N, H, D), _normal(B, M, H, D, seed=1), _normal(B, M, H, D, seed=2)
    mask, order = _all(B, M), torch.randperm(M, generator=torch.Generator().manual_seed(3))
    expected = efficient_attention(query, key, value, mask)
    torch.testing.assert_close(efficient_attention(query, key[:, order], value[:, order], mask), expected)


def test_no_memory_at_all_gives_zero() -> None:
    query, key, value = _normal(B, N, H, D), _normal(B, M, H, D, seed=1), _normal(B, M, H, D, seed=2)
    nothing = torch.zeros(B, M, dtype=torch.bool)
    assert torch.equal(efficient_attention(query, key, value, nothing), torch.zeros(B, N, H, D))


def test_repeated_memory_is_a_value_map() -> None:
    attention = EfficientAttention(H * D, H)
    x, vector = _normal(B, N, H * D), _normal(B, 1, H * D, seed=1)
    weight, bias = attention.key_value.weight[H * D :], attention.key_value.bias[H * D :]
    expected = torch.nn.functional.linear(vector, weight, bias).expand(B, N, H * D)
    torch.testing.assert_close(attention(x, vector.expand(B, M, H * D), _all(B, M)), expected)


def test_film_starts_as_nothing_and_is_steered_by_its_embedding() -> None:
    film = FiLM(8, 6, dropout=0.0)
    x, embedding = _normal(B, N, 8), _normal(B, 6, seed=1)
    assert torch.equal(film(x, embedding), torch.zeros(B, N, 8))
    torch.nn.init.eye_(film.projection.weight)
    steered = film(x, embedding)
    assert not torch.allclose(steered, film(x, 2 * embedding))
    scale, shift = film.modulation(torch.nn.functional.silu(embedding))[:, None].chunk(2, dim=-1)
    normal = (x - x.mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(steered, torch.nn.functional.silu(normal * (1 + scale) + shift))


def test_convolution_equals_grouped_conv1d() -> None:
    layer = FeedForward(8, 12, kernel=5)
    assert layer.taps is not None
    x = _normal(B, N, 8)
    taps = layer.taps.t()[:, None]
    convolved = torch.nn.functional.conv1d(x.transpose(1, 2), taps, padding=2, groups=8).transpose(1, 2)
    expected = layer.contract(torch.nn.functional.gelu(layer.expand(convolved)))
    torch.testing.assert_close(layer(x, _all(B, N)), expected)


def test_without_kernel_frames_do_not_meet() -> None:
    layer = FeedForward(8, 12, kernel=0)
    x = _normal(B, N, 8)
    torch.testing.assert_close(layer(x, _all(B, N))[:, 2:3], layer(x[:, 2:3], _all(B, 1)))


def test_sinusoidal_tells_steps_apart() -> None:
    codes = sinusoidal(torch.arange(500), 32)
    assert codes.shape == (500, 32)
    distances = torch.cdist(codes, codes) + 10 * torch.eye(500)
    assert distances.min() > 0.05
    assert sinusoidal(torch.arange(3), 7).shape == (3, 7)
