"""Pairs on disk: one safetensors file a clip and part, NAME.PART.safetensors, and the index of them all.

All pairs of a corpus would not fit into memory: a frame is read when it is drawn, and the system keeps what it can.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.motion.clips import ClipFacts
from dimitra_studio.render.neural.config import RepairConfig
from dimitra_studio.render.neural.part import Part
from dimitra_studio.render.neural.sight import Sight
from dimitra_studio.training.renderer.pairs import PartPairs

INDEX = "pairs.json"
_SUFFIX = ".safetensors"
_MEND = "Make the pairs again: dimitra train pairs."


@dataclass(frozen=True)
class PairIndex:
    """What a folder of pairs was made for, and of which clips."""

    configs: tuple[RepairConfig, ...]
    clips: tuple[ClipFacts, ...]

    def config(self, part: Part) -> RepairConfig:
        """The network that the pairs of a part are for. Raises InputError where there are none."""
        for config in self.configs:
            if config.part is part:
                return config
        raise InputError(f"These pairs are not of the {part}.", _MEND)


def pair_path(folder: Path, name: str, part: str) -> Path:
    """Where a clip's pairs lie. Names hold dots: the suffix is appended, not exchanged."""
    return folder / f"{name}.{part}{_SUFFIX}"


def save_pairs(folder: Path, name: str, pairs: dict[str, PartPairs]) -> None:
    """Writes a clip's pairs, each file whole or not at all."""
    for part, each in pairs.items():
        path = pair_path(folder, name, part)
        make_folder(path.parent)
        with replacing(path) as temporary:
            temporary.write_bytes(save({field.name: getattr(each, field.name) for field in fields(each)}))


@dataclass(frozen=True)
class Square:
    """One pair: the portrait's square (colours and labels), what is seen of the frame, the truth for it, how far the
    part has left the portrait, and the motion [134, 27] around it."""

    source: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    sight: Sight
    truth: NDArray[np.uint8]
    departure: float
    motion: FloatArray


class PairFile:
    """One clip's pairs, open to be read one by one: `trust` [P] as in PartPairs.

    Raises InputError where the file is missing, damaged or something else.
    """

    def __init__(self, folder: Path, name: str, part: Part) -> None:
        path = pair_path(folder, name, part)
        try:
            self._archive = _open(path)
            absent = {field.name for field in fields(PartPairs)} - set(self._archive.keys())
            if absent:
                raise ValueError(f"it lacks {', '.join(sorted(absent))}")
            self.trust: FloatArray = self._archive.get_tensor("trust")
            self._source = self._archive.get_tensor("source")
        except (SafetensorError, OSError, ValueError) as error:
            raise InputError(f"{path} holds no pairs that can be read ({error}).", _MEND) from error

    def __len__(self) -> int:
        return len(self.trust)

    def read(self, index: int) -> Square:
        """The pair of number `index`."""
        source = int(self._source[index])
        return Square(
            (self._row("source_picture", source), self._row("source_label", source)),
            Sight(*(self._row(name, index) for name in ("picture", "label", "surface", "places"))),
            self._row("truth", index),
            float(self._row("departure", index)),
            self._row("motion", index).astype(np.float32),
        )

    def _row(self, name: str, index: int) -> NDArray[Any]:
        row: NDArray[Any] = self._archive.get_slice(name)[index]
        return row


def _open(path: Path) -> Any:
    """Untyped, as safetensors leaves what it opens."""
    return safe_open(path, framework="numpy")


def save_index(folder: Path, index: PairIndex) -> None:
    """Writes what the folder holds."""
    content = {
        "configs": [config.as_dict() for config in index.configs],
        "clips": [asdict(facts) for facts in index.clips],
    }
    with replacing(folder / INDEX) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def load_index(folder: Path) -> PairIndex:
    """What a folder holds. Raises InputError where it holds no pairs."""
    try:
        content: dict[str, Any] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        configs = tuple(RepairConfig.from_dict(config) for config in content["configs"])
        return PairIndex(configs, tuple(ClipFacts(**facts) for facts in content["clips"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder} holds no pairs to learn from ({error}).", "Make them: dimitra train pairs."
        ) from error


def chance_of(name: str, seed: int) -> np.random.Generator:
    """The same chance for the same clip, whichever process makes its pairs and when."""
    return np.random.default_rng([seed, *name.encode()])


def missing(folder: Path, names: Sequence[str], configs: tuple[RepairConfig, ...]) -> list[str]:
    """Clips whose pairs are not all there."""
    return [name for name in names if not all(pair_path(folder, name, str(config.part)).exists() for config in configs)]
