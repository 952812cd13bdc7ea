"""`python -m benchmarks.render`: frames a second of every renderer on this machine, side by side, at 512 px and 1080p.

Wall and CPU time, median over the frames of a short motion with speech, blinks and a turning head, each renderer with
all the cores that it takes. The ratio is against the warp. `--mouth` and `--face` try other networks than the shipped.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.warp import SIZES, frame_portrait, make_motion
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.paths import resource as shipped
from dimitra_studio.engine.devices import choose_device, computes_in_half
from dimitra_studio.engine.loader import Loader
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.images import read_portrait
from dimitra_studio.render.neural.renderer import NeuralRenderer
from dimitra_studio.render.neural.weights import RepairModel, load_repair
from dimitra_studio.render.renderer import Renderer
from dimitra_studio.render.warp import WarpRenderer

_WARM_UP = 3  # frames that compile and allocate


def time_frames(renderer: Renderer, values: FloatArray) -> tuple[float, float]:
    """Wall and CPU milliseconds of a frame."""
    wall, work = [], []
    for frame in range(len(values)):
        began, worked = time.perf_counter(), time.process_time()
        renderer.show(values, frame)
        wall.append(time.perf_counter() - began)
        work.append(time.process_time() - worked)
    return 1e3 * float(np.median(wall[_WARM_UP:])), 1e3 * float(np.median(work[_WARM_UP:]))


def motion_values(fit: FaceFit, count: int) -> FloatArray:
    """The motion of `benchmarks.warp` as values [T, 70]."""
    return np.array([np.concatenate(both) for both in make_motion(fit, count)], np.float32)


def rivals(
    loader: Loader, device: str, networks: tuple[RepairModel, ...]
) -> dict[str, Callable[[WarpRenderer], Renderer]]:
    """What is compared, by name; `networks` in place of the shipped ones where there are any."""
    models = networks or loader.repairs(device)
    named = {f"neural, {device}": lambda warp: NeuralRenderer(warp, models, device)}
    if computes_in_half(device):
        named[f"neural, {device}, half"] = lambda warp: NeuralRenderer(warp, models, device, half=True)
    return {"warp": lambda warp: warp, **named}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render", description="Time the renderers side by side.")
    parser.add_argument("--portrait", type=Path, default=shipped("sample/portrait.png"))
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--mouth", type=Path)
    parser.add_argument("--face", type=Path)
    arguments = parser.parse_args()
    portrait = read_portrait(arguments.portrait)
    device = choose_device().name
    networks = tuple(load_repair(path, device) for path in (arguments.mouth, arguments.face) if path)
    with Loader() as loader:
        fit = fit_portrait(portrait, loader.detector, loader.head)
        try:
            compared = rivals(loader, device, networks)
        except ModelError as error:
            parser.error(str(error))
        print(f"{'renderer':24}{'frame':>12}{'wall ms':>9}{'fps':>7}{'cpu ms':>8}{'ratio':>7}")
        for size in SIZES:
            framed, framed_fit = frame_portrait(portrait, fit, *size)
            values = motion_values(framed_fit, arguments.frames)
            first = 0.0
            for name, build in compared.items():
                wall, work = time_frames(build(WarpRenderer(framed, framed_fit, loader.head)), values)
                first = first or wall
                shown = "x".join(map(str, size))
                print(f"{name:24}{shown:>12}{wall:9.1f}{1e3 / wall:7.1f}{work:8.1f}{wall / first:7.2f}")


if __name__ == "__main__":
    main()
