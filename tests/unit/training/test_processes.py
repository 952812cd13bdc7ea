import subprocess
import sys
from pathlib import Path

import pytest
import torch

from dimitra_studio.core.errors import InputError
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.checkpoint import load_model
from dimitra_studio.training import processes
from dimitra_studio.training.processes import ALONE, Process, joined
from dimitra_studio.training.trainer import Trainer

SCRIPT = Path(__file__).with_name("two_processes.py")


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Path:
    """What two processes under torchrun left."""
    folder = tmp_path_factory.mktemp("two")
    words = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(SCRIPT), str(folder)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def _of_both(two: Path, name: str) -> list[list[torch.Tensor]]:
    return [torch.load(two / f"{name}{rank}.pt", weights_only=True) for rank in (0, 1)]


def test_all_processes_end_with_the_same_weights(two) -> None:
    one, other = _of_both(two, "weights")
    assert all(torch.equal(*pair) for pair in zip(one, other, strict=True))


def test_two_processes_resume_exactly_and_only_the_first_writes(two) -> None:
    whole, stopped = (load_model(two / name / "motion_lips.safetensors") for name in ("whole", "stopped"))
    for name, parameter in whole.network.named_parameters():
        assert torch.equal(parameter, stopped.network.get_parameter(name)), name
    logs = [(two / name / "log.jsonl").read_text() for name in ("whole", "stopped")]
    assert logs[0] == logs[1]
    assert len(logs[0].splitlines()) == 2


def test_their_gradient_is_the_mean_over_their_shares(two, small_run) -> None:
    """Both shares are drawn again here, by trainers that take the part of either process."""
    head, found = load_head_model(), _of_both(two, "gradient")
    for rank in (0, 1):
        trainer = Trainer(small_run.clips(), head, small_run.config(), small_run.recipe(), process=Process(rank, 2))
        trainer.loss(*trainer.drawn(0)).backward()
        found.append([each.grad for each in trainer.state.network.parameters()])
    averaged, _, first, second = found
    assert any(not torch.allclose(*pair, rtol=0.1) for pair in zip(first, second, strict=True))
    for together, one, other in zip(averaged, first, second, strict=True):
        torch.testing.assert_close(together, (one + other) / 2, rtol=1e-3, atol=1e-5)


def test_alone_nothing_is_joined(monkeypatch) -> None:
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    with joined("cpu") as process:
        assert process == ALONE
        assert process.first
        assert not torch.distributed.is_initialized()


def test_a_process_needs_a_gpu_of_its_own() -> None:
    assert processes._own_gpu(1, 2) == "cuda:1"
    with pytest.raises(InputError, match="2 CUDA GPUs"):
        processes._own_gpu(2, 2)


def test_a_batch_is_shared_alike() -> None:
    assert Process(0, 4).share(32) == 8
    with pytest.raises(InputError, match="32 windows does not divide into 3"):
        Process(0, 3).share(32)
