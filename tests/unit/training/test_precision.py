import pytest
import torch

from dimitra_studio.training import precision


@pytest.mark.parametrize("native", [True, False])
def test_products_are_short_where_the_processor_is_made_for_it(monkeypatch, native: bool) -> None:
    monkeypatch.setattr(precision, "_processor_has_bfloat16", lambda: native)
    layer = torch.nn.Linear(4, 4)
    with precision.mixed_precision("cpu"):
        assert layer(torch.ones(2, 4)).dtype is (torch.bfloat16 if native else torch.float32)
    assert layer.weight.dtype is torch.float32
