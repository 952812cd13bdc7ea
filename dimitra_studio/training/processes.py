"""Several processes that train one network together, one a GPU or a core, as torchrun starts them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed

from dimitra_studio.core.errors import InputError


@dataclass(frozen=True)
class Process:
    """This process: number `rank` of `count`, and the torch `device` that it works on."""

    rank: int = 0
    count: int = 1
    device: str = "cpu"

    @property
    def first(self) -> bool:
        """The one that judges, writes and speaks."""
        return self.rank == 0

    def share(self, batch: int) -> int:
        """This process's part of a batch. Raises InputError where it does not divide."""
        if batch % self.count:
            raise InputError(
                f"A batch of {batch} windows does not divide into {self.count} processes.",
                "Start a number of processes that divides it.",
            )
        return batch // self.count


ALONE = Process()


@contextmanager
def joined(device: str) -> Iterator[Process]:
    """The process among those that torchrun started, connected (NCCL on "cuda", Gloo on "cpu"), or one alone.

    Raises InputError where a machine has more processes than GPUs.
    """
    if not distributed.is_torchelastic_launched():
        yield Process(device=device)
        return
    if device == "cuda":
        device = _own_gpu(int(os.environ["LOCAL_RANK"]), torch.cuda.device_count())
        torch.cuda.set_device(device)
    distributed.init_process_group("gloo" if device == "cpu" else "nccl")
    try:
        yield Process(distributed.get_rank(), distributed.get_world_size(), device)
    finally:
        distributed.destroy_process_group()


def _own_gpu(local_rank: int, gpus: int) -> str:
    if local_rank >= gpus:
        raise InputError(
            f"This machine has {gpus} CUDA GPUs, and torchrun started more processes than that.",
            f"Use --nproc-per-node {gpus}, or --device cpu.",
        )
    return f"cuda:{local_rank}"
