"""`python -m benchmarks.motion`: motion for ten seconds of voice, the shipped size beside the papers'.

Random weights: time does not depend on what was learned. Both sizes write lips, expression and pose in turn, run after
run, so that what else the machine does hits them alike; the medians are printed, and the ratio of the second to the
first. The real-time factor is seconds a second of voice. Reading files and hearing the voice are not part of it.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.core.requests import DEFAULT_STEPS
from dimitra_studio.core.speech import PHONEMES
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.cmdt import CMDT
from dimitra_studio.motion.config import CMDTConfig, embedded, paper
from dimitra_studio.motion.generate import MotionSettings, sample_group
from dimitra_studio.motion.scale import ChannelScale
from dimitra_studio.motion.voice import Voice

PRESETS: dict[str, Callable[[Group], CMDTConfig]] = {"embedded": embedded, "paper": paper}
PAPER_STEPS = 25


def make_model(config: CMDTConfig) -> MotionModel:
    """A model of this size with random weights."""
    count = config.channels
    scale = ChannelScale(np.zeros(count), np.ones(count), np.full(count, -1.0), np.ones(count))
    names = tuple(str(index) for index in range(count))
    return MotionModel(CMDT(config).eval(), scale, names, np.zeros(count))


def make_voice(config: CMDTConfig, seconds: float) -> Voice:
    """Noise in the place of features, phones and text."""
    frames = round(seconds * MOTION_FPS)
    rng = np.random.default_rng(0)
    return Voice(
        rng.standard_normal((2 * frames, config.feature_dim)).astype(np.float32),
        rng.random((frames, len(PHONEMES) + 1)).astype(np.float32),
        rng.standard_normal(config.text_dim).astype(np.float32),
        np.zeros(frames, dtype=bool),
    )


def measure(models: list[MotionModel], voice: Voice, steps: int) -> tuple[float, float]:
    """Seconds and processor seconds of one take."""
    began, worked = time.perf_counter(), time.process_time()
    for model in models:
        for _ in sample_group(model, voice, np.zeros(model.config.channels, np.float32), 0, MotionSettings(steps)):
            pass
    return time.perf_counter() - began, time.process_time() - worked


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.motion", description="Time motion beside the papers'.")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    models = {name: [make_model(preset(group)) for group in Group] for name, preset in PRESETS.items()}
    voices = {name: make_voice(each[0].config, arguments.seconds) for name, each in models.items()}
    rows = [(name, steps) for steps in (DEFAULT_STEPS, PAPER_STEPS) for name in PRESETS]
    for name in PRESETS:
        measure(models[name], voices[name], 1)
    taken: dict[tuple[str, int], list[tuple[float, float]]] = {row: [] for row in rows}
    for _ in range(arguments.runs):
        for name, steps in rows:
            taken[name, steps].append(measure(models[name], voices[name], steps))
    sizes = ", ".join(
        f"{name} {sum(p.numel() for model in each for p in model.network.parameters()) / 1e6:.1f} M"
        for name, each in models.items()
    )
    print(f"{arguments.seconds:g} s of voice, three models ({sizes} parameters), {arguments.threads} threads")
    print(f"{'':18}{'seconds':>9}{'x real time':>13}{'cpu s':>9}{'ratio':>8}{'of cpu':>8}")
    for steps in (DEFAULT_STEPS, PAPER_STEPS):
        first = None
        for name in PRESETS:
            seconds, work = (statistics.median(column) for column in zip(*taken[name, steps], strict=True))
            first = first or (seconds, work)
            ratios = f"{seconds / first[0]:8.1f}{work / first[1]:8.1f}"
            print(f"{f'{name}, {steps} steps':18}{seconds:9.2f}{seconds / arguments.seconds:13.3f}{work:9.2f}{ratios}")


if __name__ == "__main__":
    main()
