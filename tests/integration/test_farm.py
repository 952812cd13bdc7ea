"""A batch on a Ray cluster of two workers on this machine, through the real command line."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

from dimitra_studio.engine.batch import farm
from tests.integration.batch_runs import start, states, write_inputs, write_list

needs_ray = pytest.mark.skipif(
    find_spec("ray") is None, reason="the extra `farm` is not installed: make test-farm brings it"
)

CLUSTER = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
cluster.add_node(num_cpus=1)
print(cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
"""


@contextmanager
def two_workers():
    """The address of a cluster of two nodes with a core each."""
    # Ray's workers give way to all others; a busy machine would let them wait for minutes.
    quiet = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
    cluster = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=quiet,
    )
    try:
        yield cluster.stdout.readline().strip()
    finally:
        cluster.communicate()


@needs_ray
@pytest.mark.timeout(900)  # four processes that load all models, on machines that do other work too
def test_a_farm_makes_what_this_machine_would_and_says_what_it_cannot(tmp_path):
    write_inputs(tmp_path)
    jobs, out = write_list(tmp_path, "anna.png", "broken.png", "berta.png"), tmp_path / "out"
    with two_workers() as address:
        process = start(jobs, "-o", out, "--farm", address)
        told, err = process.communicate()
        assert process.returncode == 2, err
        too_many = start(jobs, "-o", tmp_path / "other", "--farm", address, "--workers", 3)
        assert "has 2 cores for 3 workers" in too_many.communicate()[1]
    report = json_of(told)
    assert states(report) == ["made", "failed", "made"], report
    assert "not a picture" in report["rows"][1]["error"]
    for name in ("anna", "berta"):
        assert (out / f"{name}-hello.mp4").stat().st_size > 1000
    # Without the farm nothing is left to do: it is the same recipe.
    process = start(jobs, "-o", out)
    assert states(json_of(process.communicate()[0])) == ["kept", "failed", "kept"]


def json_of(said):
    return json.loads(said.splitlines()[-1])


@needs_ray
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("127.0.0.1:1", "No Ray cluster can be used at 127.0.0.1:1"),
        ("127.0.0.1:99999", "No Ray cluster can be used at 127.0.0.1:99999"),
        ("local", "'local' is no address of a farm"),
    ],
)
def test_a_cluster_that_is_not_there_is_told_at_once(dimitra, tmp_path, address, sentence):
    write_inputs(tmp_path)
    jobs = write_list(tmp_path, "anna.png")
    dimitra("batch", jobs, "-o", tmp_path / "out", "--farm", address).assert_refused(sentence)


def test_a_machine_with_another_version_is_refused():
    told = farm.Hand().ready("0.0.0")
    assert told is not None
    assert "this one 0.0.0" in told.message


def test_without_ray_the_extra_is_named(dimitra, tmp_path, monkeypatch):
    monkeypatch.setattr(farm, "find_spec", lambda name: None)
    write_inputs(tmp_path)
    jobs = write_list(tmp_path, "anna.png")
    dimitra("batch", jobs, "-o", tmp_path / "out", "--farm", "auto").assert_refused("dimitra-studio[farm]")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("machines", "workers", "needs"),
    [
        ([{"CPU": 16.0}, {"CPU": 8.0}], 2, (8, 0)),
        ([{"CPU": 16.0}, {"CPU": 8.0}], 5, (2, 0)),
        ([{"CPU": 16.0}, {"CPU": 1.0}], 9, (1, 0)),
        ([{"CPU": 8.0, "GPU": 2.0}], 3, (2, 0.5)),
        ([{"CPU": 8.0, "GPU": 4.0}], 2, (4, 1)),
    ],
)
def test_hands_share_cores_and_gpus(machines, workers, needs):
    assert tuple(farm._needs(machines, workers).values()) == needs
