"""What a repairing network learns from: frames of a clip warped from another frame of it, beside how they truly are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.media import Portrait
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.opening import Opening
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.render.neural.config import RepairConfig
from dimitra_studio.render.neural.part import Framing
from dimitra_studio.render.neural.sight import Sight, Viewer
from dimitra_studio.render.neural.tensors import motion_window
from dimitra_studio.render.warp import WarpRenderer
from dimitra_studio.training.renderer.alignment import Aligner

# Portraits are chosen with lips closed, or with a smile that shows teeth: sources are in turn of the clip's most closed
# frames, of its most open ones, and any.
_SHARE = 0.3
# A fit worse than this (mean landmark distance over the eye distance) teaches misplacement.
_WORST_FIT = 0.05
_FEWEST = 20  # frames
# The renderer eases heads that turn farther from the portrait than 15 degrees (render.safe_pose).
_FARTHEST = 0.3  # radians
_ANGLES = slice(Group.POSE.columns.start, Group.POSE.columns.start + 3)


@dataclass(frozen=True)
class Plan:
    """How many `sources` a clip gives, and how many times two neighbouring frames are shown from each (`twos`)."""

    sources: int = 3
    twos: int = 3


@dataclass(frozen=True)
class PartPairs:
    """One clip's pairs for one part, K sources and P frames, two and two neighbours.

    `source_picture` [K, S, S, 3] and `source_label` [K, S, S] are the portraits' squares, `source` [P] says which is
    each frame's; `picture`, `label`, `surface`, `places` [P, ...] are what is seen (as Sight), `truth` [P, S, S, 3]
    what should be, moved to where the mesh has it, and `trust` [P] how well that fits (`alignment`); `departure` [P]
    how far the part has left the portrait, `motion` [P, 134, 27] the motion around it.
    """

    source_picture: NDArray[np.uint8]
    source_label: NDArray[np.uint8]
    source: NDArray[np.int64]
    picture: NDArray[np.uint8]
    label: NDArray[np.uint8]
    surface: NDArray[np.int8]
    places: NDArray[np.int16]
    truth: NDArray[np.uint8]
    trust: FloatArray
    departure: FloatArray
    motion: NDArray[np.float16]


class PairMaker:
    """Makes pairs for the networks of `configs`; `lips` tells how far a frame's lips are apart."""

    def __init__(self, model: HeadModel, lips: LipShape, configs: tuple[RepairConfig, ...], plan: Plan) -> None:
        self._model, self._lips, self._configs, self._plan = model, lips, configs, plan
        self._aligner = Aligner()

    def make(self, opening: Opening, chance: np.random.Generator) -> dict[str, PartPairs]:
        """A clip's pairs by part. Raises InputError where too few of its frames can be used."""
        usable = np.flatnonzero(opening.track.seen & (opening.track.error < _WORST_FIT))
        firsts = usable[np.isin(usable + 1, usable)]
        if len(firsts) < _FEWEST:
            raise InputError("The face is seen well in too few frames.", "Use a longer clip.")
        gaps = self._gaps(opening)
        rows: dict[str, list[_Row]] = {str(config.part): [] for config in self._configs}
        sources: dict[str, list[Sight]] = {str(config.part): [] for config in self._configs}
        values = _filled(opening.track.motion.values)
        for number, first in enumerate(self._choose_sources(usable, gaps, chance)):
            renderer = WarpRenderer(Portrait(opening.pictures[first], "", ""), opening.fit(first), self._model)
            lookers = [_Looker(config, renderer) for config in self._configs]
            for looker in lookers:
                sources[looker.part].append(looker.source)
            near = np.abs(values[firsts][:, _ANGLES] - values[first, _ANGLES]).max(axis=1) < _FARTHEST
            for target in _spread(firsts[near], gaps, self._plan.twos, chance):
                for frame in (target, target + 1):
                    posed = renderer.geometry.pose(values[frame, COMPONENTS], values[frame, Group.POSE.columns])
                    drawn = renderer.draw(posed)
                    motion = motion_window(values, frame, values[first]).astype(np.float16)
                    for looker in lookers:
                        crop = looker.framing.crop(posed)
                        sight = looker.viewer.look(drawn, posed, crop)
                        truth = crop.cut(opening.pictures[frame])
                        truth, trust = self._aligner.align(sight.picture, sight.label, truth)
                        departure = looker.framing.departure(posed)
                        rows[looker.part].append(_Row(number, sight, truth, trust, departure, motion))
        if not all(rows.values()):
            raise InputError("The head never stays near how it is seen in one frame.", "Use a calmer clip.")
        return {part: _stacked(sources[part], rows[part]) for part in rows}

    def _gaps(self, opening: Opening) -> NDArray[np.float64]:
        return np.asarray(self._lips.gap_of(_filled(opening.track.motion.values)[:, COMPONENTS]), np.float64)

    def _choose_sources(
        self, usable: NDArray[np.intp], gaps: NDArray[np.float64], chance: np.random.Generator
    ) -> list[int]:
        ordered = usable[np.argsort(gaps[usable])]
        share = max(int(_SHARE * len(ordered)), 1)
        pools = (ordered[:share], ordered[-share:], ordered)
        return [int(chance.choice(pools[each % len(pools)])) for each in range(self._plan.sources)]


@dataclass(frozen=True)
class _Row:
    source: int
    sight: Sight
    truth: NDArray[np.uint8]
    trust: float
    departure: float
    motion: NDArray[np.float16]


class _Looker:
    """Where one network looks at the frames of one source."""

    def __init__(self, config: RepairConfig, renderer: WarpRenderer) -> None:
        self.part = str(config.part)
        self.framing = Framing(renderer.geometry, config.part, config.extent, config.side)
        self.viewer = Viewer(renderer.geometry, self.framing)
        posed = renderer.geometry.source
        self.source = self.viewer.look(renderer.draw(posed), posed, self.framing.source)


def _spread(firsts: NDArray[np.intp], gaps: NDArray[np.float64], count: int, chance: np.random.Generator) -> list[int]:
    """Frames of all openings of the mouth alike: one of each of `count` equal parts in the order of their gaps."""
    ordered = firsts[np.argsort(gaps[firsts])]
    return [int(chance.choice(part)) for part in np.array_split(ordered, count) if len(part)]


def _filled(values: FloatArray) -> FloatArray:
    """Frames without a face hold what the nearest with one does."""
    seen = np.flatnonzero(np.isfinite(values).all(axis=1))
    nearest = seen[np.abs(np.arange(len(values))[:, None] - seen[None]).argmin(axis=1)]
    return np.asarray(values[nearest], np.float32)


def _stacked(sources: list[Sight], rows: list[_Row]) -> PartPairs:
    sights = [row.sight for row in rows]
    return PartPairs(
        np.stack([sight.picture for sight in sources]),
        np.stack([sight.label for sight in sources]),
        np.array([row.source for row in rows]),
        np.stack([sight.picture for sight in sights]),
        np.stack([sight.label for sight in sights]),
        np.stack([sight.surface for sight in sights]),
        np.stack([sight.places for sight in sights]),
        np.stack([row.truth for row in rows]),
        np.array([row.trust for row in rows], np.float32),
        np.array([row.departure for row in rows], np.float32),
        np.stack([row.motion for row in rows]),
    )
