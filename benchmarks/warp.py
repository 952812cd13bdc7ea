"""`python -m benchmarks.warp`: what one frame of the warp renderer costs, stage by stage, at 512 x 512 and 1920 x 1080.

CPU time of one thread, median over the frames of a short motion with speech, blinks and a turning head; stages by
profiling, so their sum is a little more than the frame. The ratio is the second size over the first.
"""

import argparse
import cProfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.paths import resource as shipped
from dimitra_studio.engine.loader import Loader
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.images import read_portrait
from dimitra_studio.render.compose import sample, soften_jumps
from dimitra_studio.render.eyes import Eye
from dimitra_studio.render.flow import HeadFlow
from dimitra_studio.render.geometry import HeadGeometry
from dimitra_studio.render.grid import fill_surroundings
from dimitra_studio.render.mouth import Mouth
from dimitra_studio.render.raster import rasterise
from dimitra_studio.render.texture import SourceTexture
from dimitra_studio.render.warp import WarpRenderer

SIZES = ((512, 512), (1920, 1080))
# The eyes' distance as a share of the frame's height, as in a head-and-shoulders portrait.
EYES_TO_HEIGHT = 0.215
STAGES: dict[str, Callable[..., object]] = {
    "vertices": HeadGeometry.pose,
    "map": HeadFlow.map,
    "- texture places": SourceTexture.at,
    "- surroundings": fill_surroundings,
    "all rasters": rasterise,
    "all sampling": sample,
    "soft edges": soften_jumps,
    "eyes": Eye.draw,
    "mouth": Mouth.draw,
}


def frame_portrait(portrait: Portrait, fit: FaceFit, width: int, height: int) -> tuple[Portrait, FaceFit]:
    """The portrait's face in a frame of another size, its border continued; and the fit that goes with it."""
    eyes = float(np.linalg.norm(fit.landmarks[473] - fit.landmarks[468]))
    scale = EYES_TO_HEIGHT * height / eyes
    centre = fit.landmarks.mean(axis=0)
    shift = np.array([width / 2, height / 2]) - scale * centre
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    pixels = cv2.warpAffine(
        portrait.pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )
    x, y = scale * np.array([fit.camera.cx, fit.camera.cy]) + shift
    camera = replace(fit.camera, focal=fit.camera.focal * scale, cx=float(x), cy=float(y), width=width, height=height)
    landmarks = (scale * fit.landmarks + shift).astype(np.float32)
    return Portrait(np.asarray(pixels, np.uint8), portrait.name, ""), replace(fit, camera=camera, landmarks=landmarks)


def make_motion(fit: FaceFit, count: int) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Expression and pose of `count` frames around the portrait's own."""
    motion = []
    for index in range(count):
        components, pose = np.array(fit.expression), np.array(fit.pose)
        components[COMPONENT_INDEX["jawOpen"]] += 0.12 * (1 - np.cos(index))
        for name in ("eyeBlinkLeft", "eyeBlinkRight"):
            components[COMPONENT_INDEX[name]] += 0.4 * (index % 5 == 0)
        pose[:2] += 0.1 * np.sin([0.5 * index, 0.7 * index])
        motion.append((components, pose))
    return motion


def measure(portrait: Portrait, fit: FaceFit, loader: Loader, count: int) -> dict[str, float]:
    """Milliseconds of set-up, of a frame, and of a frame's stages."""
    began = time.process_time()
    renderer = WarpRenderer(portrait, fit, loader.head)
    times = {"set-up": 1e3 * (time.process_time() - began)}
    motion = make_motion(fit, count)
    renderer.render(*motion[1])
    frames = []
    for components, pose in motion:
        began = time.process_time()
        renderer.render(components, pose)
        frames.append(time.process_time() - began)
    times["frame"] = 1e3 * float(np.median(frames))
    profile = cProfile.Profile(time.process_time)
    for components, pose in motion:
        profile.runcall(renderer.render, components, pose)
    cumulative = {entry.code: entry.totaltime for entry in profile.getstats()}
    for name, function in STAGES.items():
        times[name] = 1e3 * cumulative.get(function.__code__, 0.0) / count
    return times


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warp", description="Time the warp renderer's stages.")
    parser.add_argument("--portrait", type=Path, default=shipped("sample/portrait.png"))
    parser.add_argument("--frames", type=int, default=30)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    portrait = read_portrait(arguments.portrait)
    with Loader() as loader:
        fit = fit_portrait(portrait, loader.detector, loader.head)
        tables = []
        for size in SIZES:
            framed = frame_portrait(portrait, fit, *size)
            measure(*framed, loader, 2)
            tables.append(measure(*framed, loader, arguments.frames))
    first, second = tables
    titles = [f"{width}x{height}" for width, height in SIZES]
    print(f"{'ms of CPU time':20}{titles[0]:>10}{titles[1]:>11}{'ratio':>8}")
    for name, taken in first.items():
        ratio = second[name] / taken if taken else float("nan")
        print(f"{name:20}{taken:10.2f}{second[name]:11.2f}{ratio:8.2f}")


if __name__ == "__main__":
    main()
