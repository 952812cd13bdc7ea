import pytest
import torch

from dimitra_studio.core.errors import InputError
from dimitra_studio.engine import devices
from dimitra_studio.engine.devices import choose_device


def test_the_processor_always_works():
    assert choose_device("cpu").name == "cpu"


def test_auto_takes_the_gpu_only_where_it_works(monkeypatch):
    monkeypatch.setattr(devices, "cuda_obstacle", lambda: "no GPU")
    assert choose_device("auto") == devices.Device("cpu", "Using the processor: no GPU.")
    monkeypatch.setattr(devices, "cuda_obstacle", lambda: "")
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Test GPU")
    assert choose_device("auto") == devices.Device("cuda", "Using the GPU Test GPU.")


def test_cuda_without_cuda_is_an_error_with_a_mend(monkeypatch):
    monkeypatch.setattr(devices, "cuda_obstacle", lambda: "no GPU")
    with pytest.raises(InputError, match=r"CUDA cannot be used: no GPU\. .*--device cpu"):
        choose_device("cuda")


def test_unknown_devices_are_refused():
    with pytest.raises(InputError, match="auto, cpu, cuda"):
        choose_device("tpu")


def test_the_obstacle_is_a_driver_that_fails(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", "12.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "no CUDA GPU" in devices.cuda_obstacle()
