"""The models by id: where each lies, and whether it is the file that the manifest names.

A file is read through once and its SHA-256 remembered beside its size and time of change, so that
start-up costs a `stat` a file.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.files import replacing, sha256_of
from dimitra_studio.core.paths import shipped_model, shipped_root
from dimitra_studio.engine.paths import user_models_folder

GIVEN_SUFFIX = ".safetensors"  # of the files that users bring
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
    with the project; `publisher` is the second source, for people who fetch the files themselves. An `optional` one is
    installed by its name alone. A `given` one has no package either and names no file: the user brings it, and it is
    kept under its own SHA-256."""

    id: str
    needed_for: str
    licence: str
    files: tuple[ModelFile, ...]
    package: str = ""
    publisher: str = ""
    optional: bool = False
    given: bool = False
    carried: bool = False

    @property
    def ships(self) -> bool:
        """Whether it comes with the project."""
        return self.carried or (not self.package and not self.given)

    @property
    def mend(self) -> str:
        """What to do where it is missing or broken."""
        if self.given:
            return f"Get it from {self.publisher} and run: dimitra models install {self.id} --from FILE"
        if not self.ships:
            return f"Run: dimitra models install {self.id}"
        return "It ships with Dimitra Studio: install Dimitra Studio again."

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
        self._known: dict[str, Any] | None = None

    def __iter__(self) -> Iterator[Model]:
        return map(self.model, self._models)

    def model(self, model_id: str) -> Model:
        """The manifest's entry, with the file of a given one where it is there. Raises ModelError for an unknown id."""
        if model_id not in self._models:
            raise ModelError(f"There is no model called {model_id}.", f"Known models: {', '.join(self._models)}.")
        model = self._models[model_id]
        return replace(model, files=self._brought(model)) if model.given else model

    def location(self, model: Model, file: ModelFile) -> Path:
        """Where the file lies, or would lie."""
        if model.carried:
            return shipped_model(model.id) / file.path
        return shipped_root() / file.path if model.ships else self.folder / model.id / file.path

    def expects(self, model: Model) -> bool:
        """Whether something is wrong where the model is not there: it is not optional, or some of it is installed."""
        return not model.optional or any(self.location(model, file).exists() for file in model.files)

    def path(self, model_id: str) -> Path:
        """The model's file, or its folder when it has several, checked. Raises ModelError (missing, broken)."""
        model = self.model(model_id)
        faults = [self.fault(model, file) for file in model.files] or ["is not installed"]
        fault = next(filter(None, faults), "")
        if fault:
            raise ModelError(f"The model {model.id} ({model.needed_for}) {fault}.", model.mend)
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
        """Makes the next check read every file again, also where the old hashes cannot be removed from the disk."""
        self._known = {}
        with suppress(OSError):
            (self.folder / _CACHE_NAME).unlink(missing_ok=True)

    def _brought(self, model: Model) -> tuple[ModelFile, ...]:
        """The file of a given model, which is called after its hash; the latest where there are several."""
        with suppress(OSError):
            kept = {path: path.stat() for path in (self.folder / model.id).glob(f"*{GIVEN_SUFFIX}")}
            if kept:
                latest = max(kept, key=lambda path: kept[path].st_mtime_ns)
                return (ModelFile(latest.name, kept[latest].st_size, latest.stem),)
        return ()

    def _sha256(self, location: Path, size: int, changed: int) -> str:
        if self._known is None:
            self._known = self._recall()
        match self._known.get(str(location)):
            case [then_size, then_changed, str(digest)] if (then_size, then_changed) == (size, changed):
                return digest
        digest = sha256_of(location)
        self._known[str(location)] = [size, changed, digest]
        self._remember(self._known)
        return digest

    def _recall(self) -> dict[str, Any]:
        try:
            known = json.loads((self.folder / _CACHE_NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return known if isinstance(known, dict) else {}

    def _remember(self, known: dict[str, Any]) -> None:
        # A folder that cannot be written costs a second reading next time, nothing else.
        with suppress(OSError, InputError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self.folder / _CACHE_NAME) as part:
                part.write_text(json.dumps(known, indent=1), encoding="utf-8")


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
