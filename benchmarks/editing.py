"""`python -m benchmarks.editing`: how long edits take on ten minutes of motion.

Three stacks of 100 edits on 10 min x 70 channels: as people edit (a few seconds, a few channels), the same with 20 that
are as long as the take, and all of them as long as the take on all channels. For each: everything at once, and each of
60 steps of a drag of one edit, the motion that views read included. Processor time, which hardly depends on what else
the machine does.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dimitra_studio.core.channels import CHANNEL_COUNT, Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import MOTION_FPS, TimeRange, frame_count
from dimitra_studio.editing.blending import BlendToNeighbour, BlendToNeutral, Ease
from dimitra_studio.editing.brush import Dab, Sculpt, SmoothBrush
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Handle, Handles, Key, KeyCurve
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.shaping import Clamp, Hold, MirrorFace, Noise, Offset, ScaleAboutMean
from dimitra_studio.editing.smoothing import ButterworthSmooth, GaussianSmooth
from dimitra_studio.editing.stack import Evaluator
from dimitra_studio.editing.timing import Stretch, TimeShift

_STEPS = 60


def operations(start: float, end: float) -> tuple[Operation, ...]:
    """One of each kind that needs no other take, for a stretch of seconds."""
    moments = np.linspace(start, end, 8)
    handle = {"handles": Handles.FREE, "left": Handle(-0.2, 0.1), "right": Handle(0.1, -0.1)}
    keys = KeyCurve(tuple(Key(float(moment), 0.2, **handle) for moment in moments))  # type: ignore[arg-type] # handle is one of mixed types
    dabs = tuple(Dab(float(moment), 0.3, 0.5) for moment in moments)
    return (
        Offset((0.1,)), ScaleAboutMean(1.2), GaussianSmooth(0.08), ButterworthSmooth(6.0), BlendToNeighbour(),
        BlendToNeutral(), Ease(), TimeShift(-0.033), Stretch(1.1), Clamp(-1.0, 1.0), Noise(0.05), Hold(), MirrorFace(),
        Keys((keys,)), Keys((keys,), additive=True), Sculpt(dabs), SmoothBrush(dabs),
    )  # fmt: skip


def stack(count: int, whole: int, seconds: float, everywhere: bool) -> list[Edit]:
    """So many edits, the first `whole` ones as long as the take; on all channels where `everywhere`."""
    chance = np.random.default_rng(0)
    edits = []
    for number in range(count):
        start = 0.0 if number < whole else float(chance.uniform(0, seconds - 6))
        span = TimeRange(start, seconds if number < whole else start + float(chance.uniform(0.5, 6)))
        group = list(Group)[number % 3]
        channels = range(CHANNEL_COUNT)[group.columns]
        chosen = range(CHANNEL_COUNT) if everywhere else channels[: 1 + number % min(8, len(channels))]
        each = operations(span.start, span.end)
        edits.append(Edit(str(number), each[number % len(each)], tuple(chosen), span, 0.2, 0.2, 0.8))
    return edits


def drag(evaluator: Evaluator, edits: Sequence[Edit], place: int) -> list[float]:
    """Processor milliseconds of each step of a drag of the edit at `place`, an offset."""
    found, steps = [], list(edits)
    for step in range(_STEPS):
        steps[place] = replace(steps[place], operation=Offset((0.001 * step,)))
        began = time.process_time()
        evaluator.update(steps)
        _ = evaluator.motion
        found.append(1e3 * (time.process_time() - began))
    return found


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    seconds = 60 * parser.parse_args().minutes
    values = np.random.default_rng(0).normal(0, 0.3, (frame_count(seconds), CHANNEL_COUNT)).astype(np.float32)
    base = MotionSequence(values)
    print(f"{len(base)} frames at {MOTION_FPS:g} a second x {CHANNEL_COUNT} channels, 100 edits")
    for name, whole, everywhere in (
        ("as people edit", 0, False),
        ("20 of 100 whole", 20, False),
        ("all whole", 100, True),
    ):
        edits = stack(100, whole, seconds, everywhere)
        began = time.process_time()
        evaluator = Evaluator(base, edits)
        _ = evaluator.motion
        full = 1e3 * (time.process_time() - began)
        print(f"{name:16}  all at once {full:7.1f} ms", end="")
        for title, place in (("lowest", 0), ("middle", 50), ("top", 99)):
            median, slow = np.percentile(drag(evaluator, edits, place), [50, 95])
            print(f"   drag {title} {median:6.2f} ms (95 %: {slow:.2f})", end="")
        print()


if __name__ == "__main__":
    main()
