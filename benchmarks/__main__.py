"""`python -m benchmarks`: how long each stage takes for one clip, and how much memory.

Every stage is run once to warm up on the first second of the voice, then measured on the whole. The real-time factor
is seconds a second of voice: below 1 is faster than real time. A real run renders while it encodes, which the table
adds up; processor seconds ("cpu s") hardly depend on what else the machine does.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from dimitra_studio.core.events import finish
from dimitra_studio.core.paths import resource as shipped
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion, RendererName
from dimitra_studio.engine import pipeline
from dimitra_studio.engine.devices import choose_device
from dimitra_studio.engine.hearing import analyse
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.renderers import build_renderer, choose_rendering
from dimitra_studio.export.soundtrack import measure_sound
from dimitra_studio.export.video import write_video
from dimitra_studio.motion.generate import MotionSettings, generate_motion


@dataclass
class Clock:
    """Seconds, processor seconds and peak memory of each stage."""

    seconds: dict[str, float] = field(default_factory=dict)
    work: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measures the block."""
        began, worked = time.perf_counter(), time.process_time()
        yield
        self.seconds[name], self.work[name] = time.perf_counter() - began, time.process_time() - worked
        self.memory[name] = peak_memory()


def peak_memory() -> float:
    """The process's largest resident size so far, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def cut_voice(source: Path, target: Path, seconds: float) -> float:
    """Writes the first `seconds` of the voice, repeated where it is shorter; returns the length."""
    samples, rate = soundfile.read(source, always_2d=True)
    count = round(seconds * rate)
    repeated = samples[np.arange(count) % len(samples)]
    soundfile.write(target, repeated, rate)
    return float(count / rate)


def measure(portrait: Path, voice: Path, size: int, folder: Path) -> Clock:
    """Runs the chain once, stage by stage; the pictures go to the encoder as they come, as in a real run."""
    clock = Clock()
    with Loader() as loader:
        with clock.stage("model files"):
            models, _ = loader.motion("auto")
            _ = loader.head, loader.speech, loader.detector
        request = GenerateMotion(FitPortrait(portrait), AnalyseVoice(voice))
        with clock.stage("portrait fit"):
            sitter = finish(pipeline.fit(loader, request.portrait))
        with clock.stage("speech"):
            heard = finish(analyse(loader, request.voice))
        with clock.stage("motion"):
            settings = MotionSettings(request.steps, request.guidance)
            motion = finish(generate_motion(models, heard.speech, sitter.fit, request.seed, settings))
        with clock.stage("renderer set-up"):
            chosen = choose_rendering(loader.registry, RendererName.AUTO, choose_device())
            renderer = build_renderer(loader, chosen, sitter, size)
        rendering = work = 0.0

        def frames() -> Iterator[NDArray[np.uint8]]:
            nonlocal rendering, work
            for frame in range(len(motion)):
                began, worked = time.perf_counter(), time.process_time()
                picture = renderer.show(motion.values, frame)
                rendering, work = rendering + time.perf_counter() - began, work + time.process_time() - worked
                yield picture

        with clock.stage("encoding"):
            sound = measure_sound(voice)
            finish(write_video(folder / "out.mp4", frames(), len(motion), motion.fps, sound=sound))
        both, both_work = clock.seconds.pop("encoding"), clock.work.pop("encoding")
        clock.seconds |= {"rendering": rendering, "encoding": both - rendering}
        clock.work |= {"rendering": work, "encoding": both_work - work}
        clock.memory["rendering"] = clock.memory["encoding"]
    return clock


def report(clock: Clock, seconds: float, title: str) -> None:
    """Prints the table."""
    print(title)
    print(f"{'stage':18}{'seconds':>9}{'x real time':>13}{'cpu s':>9}{'peak MB':>9}")
    for stage, taken in clock.seconds.items():
        print(f"{stage:18}{taken:9.2f}{taken / seconds:13.3f}{clock.work[stage]:9.2f}{clock.memory[stage]:9.0f}")
    total = sum(clock.seconds.values())
    work = sum(clock.work.values())
    print(f"{'all':18}{total:9.2f}{total / seconds:13.3f}{work:9.2f}{peak_memory():9.0f}")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Time every stage of the chain.")
    parser.add_argument("--portrait", type=Path, default=shipped("sample/portrait.png"))
    parser.add_argument("--voice", type=Path, default=shipped("sample/voice.flac"))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", type=int, default=512, help="longer side of the frames, px")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cut_voice(arguments.voice, folder / "short.wav", 1.0)
        measure(arguments.portrait, folder / "short.wav", arguments.size, folder)
        seconds = cut_voice(arguments.voice, folder / "voice.wav", arguments.seconds)
        clock = measure(arguments.portrait, folder / "voice.wav", arguments.size, folder)
    report(clock, seconds, f"{seconds:g} s of voice, {arguments.size} px")


if __name__ == "__main__":
    main()
