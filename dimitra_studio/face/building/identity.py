"""80 modes of how heads differ: PCA of random heads from MakeHuman's sliders."""

import itertools
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.channels import IDENTITY_COUNT
from dimitra_studio.face.building.shapes import GENDERS, PEOPLES, CageTargets

_HEADS = 1500
_SEED = 20260101
_FOLDERS = ("cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "neck", "nose")
# A slider's two ends; a target with neither is a slider with one end.
_ENDS = (
    ("decr", "incr"), ("down", "up"), ("in", "out"), ("backward", "forward"), ("compress", "uncompress"),
    ("concave", "convex"),
)  # fmt: skip
# Sliders are drawn with this deviation and stay within +-1; one side of the face differs a little from the other.
_SLIDER_SD = 0.5
_ASYMMETRY_SD = 0.08
# Head shapes ("head-oval" ...) are strong and mix badly.
_SHAPE_SD = 0.18


def learn_identity(mean: NDArray[np.float64], targets: CageTargets) -> NDArray[np.float64]:
    """Modes [80, C, 3], each per standard deviation of the random heads, strongest first, for the head `mean` [C, 3].

    The heads are aligned (turned, moved, scaled) to the mean on the front of the face, so that pose and size are not
    identity; the front weighs most (back .25, neck .1).
    """
    heads = mean + _random_offsets(targets, np.random.default_rng(_SEED))
    weight = _weights(mean)
    aligned = np.stack([_align(head, mean, weight**4) for head in heads])
    deviations = (aligned - aligned.mean(axis=0)).reshape(_HEADS, -1)
    scale = np.repeat(np.sqrt(weight), 3)
    _, vectors = np.linalg.eigh((deviations * scale) @ (deviations * scale).T)
    scores = vectors[:, ::-1][:, :IDENTITY_COUNT]
    modes = (scores.T @ deviations).reshape(IDENTITY_COUNT, -1, 3) / np.sqrt(_HEADS - 1)
    # An eigenvector's sign is free; the cubes' sum fixes it (a plain sum is near zero after the alignment).
    sign = np.sign((modes**3).sum(axis=(1, 2), keepdims=True))
    signed: NDArray[np.float64] = modes * sign
    return signed


def _random_offsets(targets: CageTargets, random: np.random.Generator) -> NDArray[np.float64]:
    sliders = _find_sliders(targets)
    basis: list[NDArray[np.float64]] = []
    amounts: list[NDArray[np.float64]] = []
    for name, sides in sliders.items():
        one_ended = all(low is None for low, _ in sides)
        sd = _SHAPE_SD if one_ended and name.startswith("head/") else _SLIDER_SD
        common = random.normal(0, sd, _HEADS)
        for low, high in sides:
            own = np.clip(common + random.normal(0, _ASYMMETRY_SD, _HEADS) * (len(sides) > 1), -1, 1)
            basis.append(targets.target(high))
            amounts.append(np.maximum(np.abs(own) if one_ended else own, 0))
            if low is not None:
                basis.append(targets.target(low))
                amounts.append(np.maximum(-own, 0))
    for name, amount in _macro_amounts(random).items():
        basis.append(targets.target(name))
        amounts.append(amount)
    flat = np.stack(basis).reshape(len(basis), -1)
    offsets: NDArray[np.float64] = (np.stack(amounts, axis=1) @ flat).reshape(_HEADS, -1, 3)
    return offsets


def _find_sliders(targets: CageTargets) -> dict[str, list[tuple[str | None, str]]]:
    """Sliders by name with left and right grouped; each side as its (lower, upper) target."""
    sliders: dict[str, list[tuple[str | None, str]]] = defaultdict(list)
    for folder in _FOLDERS:
        names = targets.list(folder)
        for name in names:
            stem, _, end = name.rpartition("-")
            if any(end == low and f"{stem}-{high}" in names for low, high in _ENDS):
                continue
            low = next((low for low, high in _ENDS if end == high and f"{stem}-{low}" in names), None)
            slider = (name if low is None else f"{stem}-{low}-{end}").removeprefix("l-").removeprefix("r-")
            sliders[f"{folder}/{slider}"].append((low and f"{folder}/{stem}-{low}", f"{folder}/{name}"))
    return dict(sliders)


def _macro_amounts(random: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """How far each head departs from the average one in people, gender, age, muscle and weight."""
    people = random.dirichlet(np.ones(len(PEOPLES)), _HEADS).T
    male = random.uniform(0, 1, _HEADS)
    old = random.uniform(0, 1, _HEADS) ** 2
    muscle = np.clip(random.normal(0, 0.4, _HEADS), -1, 1)
    weight = np.clip(random.normal(0, 0.4, _HEADS), -1, 1)
    gender = dict(zip(GENDERS, (1 - male, male), strict=True))
    age = {"young": 1 - old, "old": old}
    amounts: dict[str, NDArray[np.float64]] = {}
    for (index, p), g, a in itertools.product(enumerate(PEOPLES), GENDERS, age):
        average = 1 / (len(PEOPLES) * len(GENDERS)) if a == "young" else 0
        amounts[f"macrodetails/{p}-{g}-{a}"] = people[index] * gender[g] * age[a] - average
    for g, a, (m, by_muscle), (w, by_weight) in itertools.product(
        GENDERS, age, _three_levels("muscle", muscle), _three_levels("weight", weight)
    ):
        average = 1 / len(GENDERS) if (a, m, w) == ("young", "averagemuscle", "averageweight") else 0
        amounts[f"macrodetails/universal-{g}-{a}-{m}-{w}"] = gender[g] * age[a] * by_muscle * by_weight - average
    return amounts


def _three_levels(name: str, value: NDArray[np.float64]) -> list[tuple[str, NDArray[np.float64]]]:
    return [
        (f"min{name}", np.maximum(-value, 0)),
        (f"average{name}", 1 - np.abs(value)),
        (f"max{name}", np.maximum(value, 0)),
    ]


def _weights(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 on the front of the face, .25 behind it, .1 on the neck [C]."""
    _, y, z = mean.T
    front = np.clip((z - 0.2) / 0.4, 0, 1)
    head = np.clip((y - (mean[:, 1].min() + 0.55)) / 0.3, 0, 1)
    weights: NDArray[np.float64] = 0.1 + head * (0.15 + 0.75 * front)
    return weights


def _align(head: NDArray[np.float64], mean: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """`head` turned, moved and scaled onto `mean` (Umeyama 1991, weighted)."""
    w = weight / weight.sum()
    centre, target = w @ head, w @ mean
    a, b = head - centre, mean - target
    u, s, vt = np.linalg.svd((b * w[:, None]).T @ a)
    flip = np.array([1, 1, np.sign(np.linalg.det(u @ vt))])
    R = (u * flip) @ vt
    size = (s * flip).sum() / (w @ (a * a).sum(axis=1))
    aligned: NDArray[np.float64] = size * a @ R.T + target
    return aligned
