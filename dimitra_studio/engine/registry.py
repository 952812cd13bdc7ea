"""The models by id: where each lies, and whether it is the file that the manifest names.

A file is read through once and its SHA-256 remembered beside its size and time of change, so that
start-up costs a `stat` a file.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.paths import shipped_model, shipped_root
from dimitra_studio.engine.paths import user_models_folder

_BLOCK = 1 << 20
_CACHE_NAME = "verified.json"


@dataclass(frozen=True)
class ModelFile:
    """One file of a model: `path` inside the model's folder (or under the project's root when it ships with the
    project), `member` inside the source package's wheel, `size` in bytes."""

    path: str
    size: int
    sha256: str
    member: str = ""


@dataclass(frozen=True)
class Model:
    """A model of the manifest; `package` is `name==version` of the wheel that carries it, empty when the files ship
    with the project; `publisher` is the second source, for people who fetch the files themselves."""

    id: str
    needed_for: str
    licence: str
    files: tuple[ModelFile, ...]
    package: str = ""
    publisher: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def digest(self) -> str:
        """SHA-256 that stands for the model in recipes: the only file's, or that of the list of files."""
        if len(self.files) == 1:
            return self.files[0].sha256
        listing = "".join(f"{file.sha256}  {file.path}\n" for file in self.files)
        return hashlib.sha256(listing.encode()).hexdigest()


class Registry:
    """The manifest's models on this machine; `folder` holds the installed ones."""

    def __init__(self, models: tuple[Model, ...], folder: Path) -> None:
        self.folder = folder
        self._models = {model.id: model for model in models}

    def __iter__(self) -> Iterator[Model]:
        return iter(self._models.values())

    def model(self, model_id: str) -> Model:
        """The manifest's entry. Raises ModelError for an unknown id."""
        if model_id not in self._models:
            raise ModelError(f"There is no model called {model_id}.", f"Known models: {', '.join(self._models)}.")
        return self._models[model_id]

    def location(self, model: Model, file: ModelFile) -> Path:
        """Where the file lies, or would lie."""
        return self.folder / model.id / file.path if model.package else shipped_root() / file.path

    def path(self, model_id: str) -> Path:
        """The model's file, or its folder when it has several, checked. Raises ModelError (missing, broken)."""
        model = self.model(model_id)
        for file in model.files:
            fault = self.fault(model, file)
            if fault:
                raise ModelError(f"The model {model.id} ({model.needed_for}) {fault}.", _mend(model))
        first = self.location(model, model.files[0])
        return first if len(model.files) == 1 else first.parent

    def fault(self, model: Model, file: ModelFile) -> str:
        """What is wrong with a model's file, as the end of a sentence; empty when nothing is."""
        location = self.location(model, file)
        try:
            status = location.stat()
        except OSError:
            return f"is not installed: {location} is missing"
        if status.st_size != file.size:
            return f"is broken: {location} has {status.st_size} bytes, expected {file.size}"
        if self._sha256(location, status.st_size, status.st_mtime_ns) != file.sha256:
            return f"is broken: {location} is not the expected file (its SHA-256 differs)"
        return ""

    def forget(self) -> None:
        """Makes the next check read every file again."""
        (self.folder / _CACHE_NAME).unlink(missing_ok=True)

    def _sha256(self, location: Path, size: int, changed: int) -> str:
        known = self._known()
        key = str(location)
        if known.get(key, [])[:2] == [size, changed]:
            return str(known[key][2])
        digest = sha256_of(location)
        self._remember({**known, key: [size, changed, digest]})
        return digest

    def _known(self) -> dict[str, list[int | str]]:
        try:
            known = json.loads((self.folder / _CACHE_NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _remember(self, known: dict[str, list[int | str]]) -> None:
        # A read-only folder costs a second reading next time, nothing else.
        part = self.folder / f"{_CACHE_NAME}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(known, indent=1), encoding="utf-8")
            part.replace(self.folder / _CACHE_NAME)
        except OSError:
            part.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@cache
def read_manifest(path: Path | None = None) -> tuple[Model, ...]:
    """The models that `models/manifest.json` names."""
    text = (path or shipped_model("manifest.json")).read_text(encoding="utf-8")
    return tuple(
        Model(**{**entry, "files": tuple(ModelFile(**file) for file in entry["files"])})
        for entry in json.loads(text)["models"]
    )


def open_registry() -> Registry:
    """The shipped manifest over the user's models folder."""
    return Registry(read_manifest(), user_models_folder())


def _mend(model: Model) -> str:
    if model.package:
        return f"Run: dimitra models install {model.id}"
    return "It ships with Dimitra Studio: install Dimitra Studio again."
