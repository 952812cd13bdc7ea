"""Everybody's licences in a build: of packages, of what packages carry silently, of the system's libraries."""

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path, PurePosixPath

from dimitra_studio.core.paths import shipped_root

Entry = tuple[str, str, str]  # PyInstaller's: where in the build, from which file, "DATA"
FOLDER = PurePosixPath("licences")  # in the build; `linux/build_deb.py` reads it
PACKAGES, SYSTEM, TEXTS = "PACKAGES.txt", "system", "texts"
_FILE = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
_CODE = {".py", ".pyc", ".pyi", ".h"}
_COMMON = Path("/usr/share/common-licenses")  # Debian's; the notices of its packages point to these texts
_X11, _WEBP, _GNU = "MIT", "BSD-3-Clause", "LGPL-3.0-or-later OR GPL-2.0-or-later"
_FFMPEG = "LGPL-3.0-or-later, as it says of itself"
# Libraries inside packages whose own licence files do not name them, by how their file's name begins.
CARRIED = {
    "av": {
        "libavcodec": _FFMPEG, "libavdevice": _FFMPEG, "libavfilter": _FFMPEG, "libavformat": _FFMPEG,
        "libavutil": _FFMPEG, "libswresample": _FFMPEG, "libswscale": _FFMPEG,
        "libx264": "GPL-2.0-or-later", "libx265": "GPL-2.0-or-later", "libmp3lame": "LGPL-2.0-or-later",
        "libSvtAv1Enc": "BSD-3-Clause-Clear", "libdav1d": "BSD-2-Clause", "libopus": "BSD-3-Clause",
        "libvpx": "BSD-3-Clause", "libvpl": "MIT", "libopencore-amr": "Apache-2.0", "libasound": "LGPL-2.1-or-later",
        "libgnutls": "LGPL-2.1-or-later", "libgmp": _GNU, "libnettle": _GNU, "libhogweed": _GNU, "libunistring": _GNU,
        "libwebp": _WEBP, "libsharpyuv": _WEBP, "libdrm": "MIT", "libXau": _X11, "libxcb": _X11,
    },
    "ctranslate2": {"libctranslate2": "MIT", "libgomp": "GPL-3.0-or-later WITH GCC-exception-3.1"},
}  # fmt: skip
_GPL = "x264 and x265 are under the GPL, version 2 or later: who passes this build on has to meet it."


def licences(collected: Iterable[tuple[str, str, str]], scratch: Path) -> Iterator[Entry]:
    """The licences of all that `collected` (PyInstaller's entries, modules among them) comes from, of Python and of
    this project, with a list of them that is written into `scratch`. Raises ValueError as `system_packages` does."""
    root = shipped_root()
    for name in ("LICENSE", "NOTICE"):
        yield _entry(FOLDER / name, root / name)
    yield from _python_licence()
    entries = tuple(collected)
    lines = ["Packages in this build, and the licences that they name.", ""]
    for owner in _packages(entries):
        lines.append(f"{owner.name} {owner.version}: {_named_licence(owner)}")
        lines.extend(f"    {carried}*: {terms}" for carried, terms in CARRIED.get(owner.name, {}).items())
        for file in owner.files or ():
            found = Path(str(owner.locate_file(file)))
            if _FILE.search(file.name) and file.suffix not in _CODE and found.is_file():
                yield _entry(FOLDER / owner.name / "-".join(file.parts[-2:]), found)
    lines += ["", _GPL, "", "Libraries of the system that it was made on.", ""]
    for package, libraries in sorted(system_packages(entries).items()):
        lines.append(f"{package}: {', '.join(libraries)}")
        notice = Path("/usr/share/doc") / package / "copyright"
        if notice.is_file():
            yield _entry(FOLDER / SYSTEM / package, notice)
    for text in sorted(_COMMON.glob("*-*")):
        yield _entry(FOLDER / TEXTS / text.name, text)
    listing = scratch / PACKAGES
    listing.write_text("\n".join(lines) + "\n", encoding="utf-8")
    yield _entry(FOLDER / PACKAGES, listing)


def system_packages(entries: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Names of libraries that are neither a package's nor Python's, by the Debian package that they are from. Raises
    ValueError for one that belongs to none, where the system is Debian's."""
    own = tuple(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib", "stdlib"))
    own += (Path(sys.base_prefix) / "lib", Path(sys.prefix), shipped_root())
    if shutil.which("dpkg-query") is None:
        return {}
    found: dict[str, list[str]] = {}
    for _, source, kind in entries:
        library = Path(source)
        if kind != "BINARY" or any(library.is_relative_to(folder) for folder in own):
            continue
        found.setdefault(_owner(library), []).append(library.name)
    return found


def _owner(library: Path) -> str:
    """Debian's package that a file is from, which may know it under / or /usr: both lead to the same place."""
    places = {str(place).removeprefix("/usr") for place in (library, library.resolve())}
    asked = ["dpkg-query", "--search", *sorted(places), *sorted(f"/usr{place}" for place in places)]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    if not told:
        raise ValueError(f"No Debian package has {library}, so that its licence is not known.")
    return told.split(":")[0]


def _packages(entries: Iterable[tuple[str, str, str]]) -> list[Distribution]:
    """The packages that modules (by dotted names), libraries and data (by their folders) come from."""
    owners = packages_distributions()
    tops = {re.split(r"[./]", place, maxsplit=1)[0] for place, _, _ in entries}
    names = {name for top in tops for name in owners.get(top, ())}
    return [distribution(name) for name in sorted(names - {"dimitra-studio"}, key=str.lower)]


def _python_licence() -> Iterator[Entry]:
    for folder in (sysconfig.get_path("stdlib"), sysconfig.get_config_var("prefix")):
        path = Path(folder) / "LICENSE.txt"
        if path.is_file():
            yield _entry(FOLDER / "Python" / path.name, path)
            return


def _named_licence(owner: Distribution) -> str:
    """What its metadata say, in one line."""
    told = owner.metadata
    if expression := told.get("License-Expression"):
        return expression
    classified = [each.split(" :: ")[-1] for each in told.get_all("Classifier") or () if each.startswith("License")]
    first = (told.get("License") or "").strip().split("\n")[0]
    return ", ".join(classified) or first or "see its folder"


def _entry(place: PurePosixPath, source: Path) -> Entry:
    return str(place), str(source), "DATA"
