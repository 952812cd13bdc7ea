"""The zip archive that a project file is, written and read with the SHA-256 of what lies in it.

Archives come from strangers: members are looked up by name and never followed, no name may stand twice, nothing is
larger than its reader allows, and what has a hash is held against it.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_BLOCK = 1 << 20


class ArchiveWriter:
    """Puts members into an archive that is being written; `hashes` are theirs, by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.hashes: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """Content that does not get smaller."""
        self.hashes[name] = hashlib.sha256(content).hexdigest()
        self._archive.writestr(name, content, zipfile.ZIP_STORED)

    def add_text(self, name: str, text: str) -> None:
        """Text, made smaller; it is the one that tells the hashes and has none."""
        # Names of files need not be Unicode: Python holds their odd bytes as surrogates, which JSON reads back.
        self._archive.writestr(name, text.encode("utf-8", "surrogatepass"), zipfile.ZIP_DEFLATED)

    def add_file(self, name: str, path: Path, sha256: str) -> None:
        """A file's content as it is. Raises ValueError where it turns out to be another one than `sha256`."""
        if name in self.hashes:
            return
        with path.open("rb") as source, self._archive.open(name, "w", force_zip64=True) as target:
            found = _copy(source, target)
        if found != sha256:
            raise ValueError(f"{path} has changed")
        self.hashes[name] = found


class ArchiveReader:
    """Members of an archive. All raise KeyError, ValueError or zipfile.BadZipFile where one is not as it should be."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        names = archive.namelist()
        if len(set(names)) < len(names):
            raise ValueError("two members have the same name")
        self._archive = archive
        self.hashes: Mapping[str, object] | None = None  # None: of a format that had none

    def read(self, name: str, largest: int) -> bytes:
        """A member of at most `largest` bytes, which has no hash."""
        info = self._archive.getinfo(name)
        if info.file_size > largest:
            raise ValueError(f"{name} claims {info.file_size} bytes")
        return self._archive.read(info)

    def read_checked(self, name: str, largest: int) -> bytes:
        """A member of at most `largest` bytes that is what its hash says."""
        content = self.read(name, largest)
        if self.hashes is not None and hashlib.sha256(content).hexdigest() != self.hashes[name]:
            raise ValueError(f"{name} is not what it was")
        return content

    def take_out(self, name: str, path: Path, sha256: str) -> None:
        """Writes a member to `path`. It is stored as it is, so it cannot swell; ValueError where the hash differs."""
        info = self._archive.getinfo(name)
        if info.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{name} is compressed")
        with self._archive.open(info) as source, path.open("wb") as target:
            found = _copy(source, target)
        if found != sha256:
            raise ValueError(f"{name} is not what it was")


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()
