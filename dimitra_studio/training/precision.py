"""In which arithmetic networks are trained."""

import torch


def mixed_precision(device: str) -> torch.autocast:
    """A context in which products are bfloat16 where that is the device's own arithmetic; parameters stay float32."""
    kind = torch.device(device).type
    native = torch.cuda.is_bf16_supported(including_emulation=False) if kind == "cuda" else _processor_has_bfloat16()
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=native)


def _processor_has_bfloat16() -> bool:
    return bool(torch.cpu._is_avx512_bf16_supported())
