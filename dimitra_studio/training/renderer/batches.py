"""Batches of pairs, each two neighbouring frames of one clip seen from one source, mirrored and tinted by chance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENT_COUNT
from dimitra_studio.core.errors import InputError
from dimitra_studio.face.mirror import Mirror
from dimitra_studio.motion.clips import ClipFacts
from dimitra_studio.render.neural.part import Part
from dimitra_studio.render.neural.sight import Sight
from dimitra_studio.render.neural.tensors import colour_tensor, places_tensor, seen_tensor, source_tensor
from dimitra_studio.training.renderer.pair_files import PairFile, Square

# Cameras differ by this much: gains of the three colours, and of all.
_TINT, _LIGHT = 0.08, 0.2
_NORMAL_X = 2  # in a sight's surface
_LEAST_TRUST = 0.01  # nobody is left out


@dataclass(frozen=True)
class RepairBatch:
    """B frames, 2i and 2i + 1 neighbours: `source` [B, 10, S, S], `seen` [B, 15, S, S], `places` [B, S, S, 2],
    `motion` [B, 134, 27], `departure` [B], `label` [B, S, S] and what should come out, `truth` [B, 3, S, S]."""

    source: Tensor
    seen: Tensor
    places: Tensor
    motion: Tensor
    departure: Tensor
    label: Tensor
    truth: Tensor

    @property
    def warped(self) -> Tensor:
        """The squares as they came from the warp [B, 3, S, S]."""
        return self.seen[:, :3]

    def on(self, device: torch.device | str) -> "RepairBatch":
        """The same on a device."""
        return RepairBatch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


class PairShelf:
    """All pairs of one part; each speaker is drawn as often as any other whose pairs can be trusted as much,
    and of a speaker's pairs those most that can be."""

    def __init__(self, folder: Path, clips: Sequence[ClipFacts], part: Part, mirror: Mirror) -> None:
        if not clips:
            raise InputError(f"{folder} holds no such clips.", "Make pairs of more of the corpus.")
        self._pairs = [PairFile(folder, clip.name, part) for clip in clips]
        self._mirror = mirror
        by_speaker: dict[str, list[_Two]] = {}
        for pairs, clip in zip(self._pairs, clips, strict=True):
            trust = pairs.trust
            by_speaker.setdefault(clip.speaker, []).extend(
                _Two(pairs, first, float(trust[first : first + 2].min())) for first in range(0, len(trust) - 1, 2)
            )
        self._speakers = [_Speaker(by_speaker[name]) for name in sorted(by_speaker)]
        best = np.array([speaker.best for speaker in self._speakers])
        self._shares = best / best.sum()

    def draw(self, twos: int, chance: np.random.Generator) -> RepairBatch:
        """A batch of so many twos, as chance has it."""
        squares = []
        for _ in range(twos):
            two = self._speakers[int(chance.choice(len(self._speakers), p=self._shares))].draw(chance)
            each = [two.pairs.read(two.first), two.pairs.read(two.first + 1)]
            squares += [mirrored(square, self._mirror) for square in each] if chance.integers(2) else each
        gains = 1 + _LIGHT * chance.uniform(-1, 1, (twos, 1)) + _TINT * chance.uniform(-1, 1, (twos, 3))
        return _tinted(_batched(squares), torch.from_numpy(np.repeat(gains, 2, axis=0)).float())

    def all_of(self, number: int) -> RepairBatch:
        """All pairs of one clip as they are."""
        pairs = self._pairs[number]
        return _batched([pairs.read(each) for each in range(len(pairs))])

    def __len__(self) -> int:
        return len(self._pairs)


@dataclass(frozen=True, eq=False)
class _Two:
    """Neighbours, the `first` of them by its number, and how far they can be trusted."""

    pairs: PairFile
    first: int
    trust: float


class _Speaker:
    def __init__(self, twos: list[_Two]) -> None:
        self._twos = twos
        trust = np.array([two.trust for two in twos]) + _LEAST_TRUST
        self.best, self._shares = float(trust.max()), trust / trust.sum()

    def draw(self, chance: np.random.Generator) -> _Two:
        return self._twos[int(chance.choice(len(self._twos), p=self._shares))]


def mirrored(square: Square, mirror: Mirror) -> Square:
    """The same person with left and right exchanged."""
    sight = square.sight
    surface, places = sight.surface[:, ::-1].copy(), sight.places[:, ::-1].copy()
    surface[..., _NORMAL_X] *= -1
    places[..., 0] *= -1
    moved, own = square.motion[:CHANNEL_COUNT].T, np.zeros((square.motion.shape[1], CHANNEL_COUNT), np.float32)
    own[:, :COMPONENT_COUNT] = square.motion[CHANNEL_COUNT:].T
    motion = np.concatenate([mirror(moved), mirror(own)[:, :COMPONENT_COUNT]], axis=1).T
    return Square(
        (square.source[0][:, ::-1], square.source[1][:, ::-1]),
        Sight(sight.picture[:, ::-1], sight.label[:, ::-1], surface, places),
        square.truth[:, ::-1],
        square.departure,
        motion,
    )


def _batched(squares: list[Square]) -> RepairBatch:
    sights = [square.sight for square in squares]
    return RepairBatch(
        source_tensor([square.source for square in squares]),
        seen_tensor(sights),
        places_tensor(sights),
        torch.from_numpy(np.stack([square.motion for square in squares])),
        torch.tensor([square.departure for square in squares], dtype=torch.float32),
        torch.from_numpy(np.stack([sight.label for sight in sights])),
        colour_tensor([square.truth for square in squares]),
    )


def _tinted(batch: RepairBatch, gains: Tensor) -> RepairBatch:
    """All pictures of a pair in the same other light."""

    def tint(pictures: Tensor) -> Tensor:
        lit = ((pictures[:, :3] + 1) * gains[..., None, None] - 1).clamp(-1, 1)
        return torch.cat([lit, pictures[:, 3:]], dim=1)

    return replace(batch, source=tint(batch.source), seen=tint(batch.seen), truth=tint(batch.truth))
