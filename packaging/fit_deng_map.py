"""Fits resources/deng_map.npz: the linear maps between the head model's channels and Deng's 3DMM coefficients.

    dimitra track CLIP.mp4 -o TRACKS/CLIP.npz      (for every clip)
    python packaging/fit_deng_map.py TRACKS MATS -o resources/deng_map.npz

TRACKS holds motion files, MATS the true coefficients of the same clips as NAME.mat (`coeff` [T, 257] and
`transform_params` [T, 5] at 30 frames a second). Speakers are told apart by what stands before "_clip" in the name.

People's faces at rest differ by more than their expressions do, and no map from expression to expression knows a face:
so the slopes are fitted to what moves within a clip (each clip's mean taken away), and the offsets are the mean over
speakers. R² is measured the same way on speakers that the fit did not see.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from dimitra_studio.export.motion_files import load_motion

_COEFFICIENT_FPS = 30.0
_LAGS = range(-8, 9)  # frames of 30 fps: some of the corpus's videos begin a little before their coefficients
_STRENGTHS = 10.0 ** np.arange(-1, 5)  # of the ridge, in units of one standardised frame
_SMALLEST_SPREAD = 1e-3  # a channel that moves less teaches nothing
# Which inputs say which outputs: 64 expression channels, then pose (ours) or angles, translation and crop (Deng's).
# Deng's expression says nothing of the head that its angles do not; ours leaves a little of a turned head in it.
_EXPRESSION, _POSE, _REST = list(range(64)), list(range(64, 70)), list(range(64, 73))
Blocks = tuple[tuple[list[int], list[int]], ...]
# Deng's translation inside the crop is what their crop left over, and our position says nothing of it (R² 0.00): it
# has no line and stays at its mean.
_TO_DENG: Blocks = ((_EXPRESSION, _EXPRESSION), (_POSE, _REST[:3]), (_POSE, _REST[6:]))
_FROM_DENG: Blocks = (([*_EXPRESSION, *_REST[:3]], _EXPRESSION), (_REST, _POSE[:3]), (_REST, _POSE[3:]))


@dataclass(frozen=True)
class Clip:
    """One clip's head-model channels `ours` [T, 70] and Deng's `theirs` [T, 73] at the same moments."""

    name: str
    speaker: str
    ours: NDArray[np.float64]
    theirs: NDArray[np.float64]


def main() -> None:
    """Reads the folders named on the command line and writes the map."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tracks", type=Path)
    parser.add_argument("mats", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    clips = [read_clip(path, arguments.mats) for path in sorted(arguments.tracks.glob("*.npz"))]
    there, back = [(clip.ours, clip.theirs) for clip in clips], [(clip.theirs, clip.ours) for clip in clips]
    speakers = [clip.speaker for clip in clips]
    members: dict[str, NDArray[np.float32]] = {}
    for name, pairs, blocks in (("to_deng", there, _TO_DENG), ("from_deng", back, _FROM_DENG)):
        fitted = fit_map(pairs, speakers, blocks)
        members |= {f"{name}_{key}": np.float32(value) for key, value in fitted.items()}
        spread = np.mean([np.square(y - y.mean(0)).mean(0) for _, y in pairs], axis=0)
        print(f"{name}: held-out R², a plain mean and one weighted by how much each channel moves")
        for inputs, outputs in blocks:
            r2, weight = fitted["r2"][outputs], spread[outputs]
            weighted = np.nansum(r2 * weight) / weight[np.isfinite(r2)].sum()
            print(f"  channels {outputs[0]} to {outputs[-1]} of {len(inputs)}: {np.nanmean(r2):.3f}, {weighted:.3f}")
        print(" ", " ".join(f"{value:.2f}" for value in fitted["r2"]))
        members[f"{name}_spread"] = np.float32(np.sqrt(spread))
    np.savez(arguments.output, allow_pickle=False, **members)


def read_clip(track: Path, mats: Path) -> Clip:
    """A track and its true coefficients, brought to the coefficients' moments; the lag that fits best is taken out."""
    motion = load_motion(track).motion
    mat = loadmat(mats / f"{track.stem}.mat")
    coeff = mat["coeff"].astype(np.float64)
    theirs = np.concatenate([coeff[:, 80:144], coeff[:, 224:227], coeff[:, 254:257], mat["transform_params"][:, 2:]], 1)
    laid = {lag: at_moments(motion.values, motion.fps, len(theirs), lag) for lag in _LAGS}
    # Angles and jaw move at the same moment in both; which expression coefficient opens the jaw is found on the way.
    lag = max(_LAGS, key=lambda each: likeness(*laid[each], theirs))
    ours, kept = laid[lag]
    print(f"{track.stem}: {len(ours)} frames, the video is {lag} frames of 1/30 s late")
    return Clip(track.stem, track.stem.split("_clip")[0].lower(), ours, theirs[kept])


def at_moments(
    values: NDArray[np.float32], fps: float, count: int, lag: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Our channels at the moments of `count` coefficient frames, and which of these the video has."""
    seen = np.isfinite(values).all(axis=1)
    times = (np.arange(count) + lag) / _COEFFICIENT_FPS
    known = np.flatnonzero(seen) / fps
    kept = (times >= 0) & (times <= (len(values) - 1) / fps)
    ours = np.stack([np.interp(times[kept], known, column[seen]) for column in values.T.astype(np.float64)], axis=1)
    return ours, kept


def likeness(ours: NDArray[np.float64], kept: NDArray[np.bool_], theirs: NDArray[np.float64]) -> float:
    """How well yaw, roll and the jaw agree (sum of correlations)."""
    theirs = theirs[kept]
    jaw = max(abs(correlation(ours[:, 0], theirs[:, index])) for index in range(10))
    return jaw + correlation(ours[:, 65], theirs[:, 65]) + correlation(ours[:, 66], theirs[:, 66])


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Pearson's."""
    return float(np.corrcoef(one, other)[0, 1])


Pairs = list[tuple[NDArray[np.float64], NDArray[np.float64]]]


def fit_map(pairs: Pairs, speakers: list[str], blocks: Blocks) -> dict[str, NDArray[np.float64]]:
    """Slope [I, O], offset [O] and held-out R² [O], block by block."""
    sizes = [part.shape[1] for part in pairs[0]]
    slope, r2 = np.zeros(sizes), np.full(sizes[1], np.nan)
    for inputs, outputs in blocks:
        block = [(x[:, inputs], y[:, outputs]) for x, y in pairs]
        slope[np.ix_(inputs, outputs)] = slopes(block, best_strength(block, speakers))
        r2[outputs] = held_out(block, speakers, best_strength)
    own = [
        np.mean([y.mean(0) - x.mean(0) @ slope for (x, y), who in zip(pairs, speakers, strict=True) if who == one], 0)
        for one in sorted(set(speakers))
    ]
    return {"slope": slope, "offset": np.mean(own, axis=0), "r2": r2}


def slopes(pairs: Pairs, strength: float) -> NDArray[np.float64]:
    """Ridge slopes [I, O] of the clips, each less its mean."""
    x = np.concatenate([one - one.mean(0) for one, _ in pairs])
    y = np.concatenate([two - two.mean(0) for _, two in pairs])
    own = np.maximum(x.std(0), _SMALLEST_SPREAD)
    # Half way between the channels' own units and standardised ones: what hardly moves must not count in full.
    scale = np.sqrt(own * np.sqrt(np.square(own).mean()))
    z = x / scale
    solved = np.linalg.solve(z.T @ z + strength * np.eye(z.shape[1]), z.T @ y)
    return solved / scale[:, None]


def best_strength(pairs: Pairs, speakers: list[str]) -> float:
    """The ridge that does best on speakers left out."""
    scores = {each: held_out(pairs, speakers, lambda *_, each=each: each) for each in _STRENGTHS}
    return float(max(_STRENGTHS, key=lambda each: np.nanmean(scores[each])))


def held_out(pairs: Pairs, speakers: list[str], choose: Callable[[Pairs, list[str]], float]) -> NDArray[np.float64]:
    """R² [O] of what moves within the clips, each speaker by the fit to the others; NaN for what never moves."""
    wrong, total = np.zeros(pairs[0][1].shape[1]), np.zeros(pairs[0][1].shape[1])
    for speaker in sorted(set(speakers)):
        left = [index for index, who in enumerate(speakers) if who != speaker]
        others, names = [pairs[index] for index in left], [speakers[index] for index in left]
        slope = slopes(others, choose(others, names))
        for (x, y), who in zip(pairs, speakers, strict=True):
            if who == speaker:
                moved = y - y.mean(0)
                wrong += np.square(moved - (x - x.mean(0)) @ slope).sum(0)
                total += np.square(moved).sum(0)
    moves = total > _SMALLEST_SPREAD**2 * sum(len(y) for _, y in pairs)
    return np.where(moves, 1 - wrong / np.where(moves, total, 1), np.nan)


if __name__ == "__main__":
    main()
