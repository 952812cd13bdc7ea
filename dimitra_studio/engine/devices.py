"""Which device the networks run on."""

from dataclasses import dataclass

from dimitra_studio.core.errors import InputError

CHOICES = ("auto", "cpu", "cuda")
_CUDA_TORCH = "Install the CUDA build of torch (README, 'A CUDA GPU'), or use --device cpu."


@dataclass(frozen=True)
class Device:
    """`name` as torch calls it ("cpu", "cuda"); `reason` says in a sentence why this one."""

    name: str
    reason: str


def choose_device(wish: str = "auto") -> Device:
    """The device for `wish` ("auto", "cpu" or "cuda"). Raises InputError when CUDA is asked for and cannot be used."""
    if wish not in CHOICES:
        raise InputError(f"There is no device called {wish}.", f"Use one of: {', '.join(CHOICES)}.")
    if wish == "cpu":
        return Device("cpu", "The processor was asked for.")
    obstacle = cuda_obstacle()
    if not obstacle:
        return Device("cuda", f"Using the GPU {_gpu_name()}.")
    if wish == "cuda":
        raise InputError(f"CUDA cannot be used: {obstacle}.", _CUDA_TORCH)
    return Device("cpu", f"Using the processor: {obstacle}.")


def computes_in_half(device: str) -> bool:
    """Whether a device as torch calls it has instructions for bfloat16: without them half precision takes longer."""
    import torch

    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    facts = torch.cpu.get_capabilities()
    return bool(facts.get("avx512_bf16") or facts.get("amx_bf16"))


def cuda_obstacle() -> str:
    """Why torch cannot use a CUDA GPU, as the end of a sentence; empty when it can."""
    import torch

    if torch.version.cuda is None:
        return f"the installed torch {torch.__version__} was built without CUDA"
    if not torch.cuda.is_available():
        return f"torch {torch.__version__} finds no CUDA GPU or no driver for it"
    try:
        torch.ones(1, device="cuda").add_(1).item()
    except RuntimeError as error:
        return f"the GPU {_gpu_name()} refuses to work ({str(error).splitlines()[0]})"
    return ""


def _gpu_name() -> str:
    import torch

    return torch.cuda.get_device_name()
