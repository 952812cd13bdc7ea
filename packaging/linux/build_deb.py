"""Makes a Debian package of a packaged build:

    python packaging/linux/build_deb.py BUILD OUT

BUILD is the folder that PyInstaller made, OUT the folder that the package is put into. Nothing of BUILD is copied where
both lie on one disk: its files get the package's permissions.
"""

import argparse
import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from dimitra_studio import __version__
from dimitra_studio.core.paths import resource, shipped_root

_HERE = Path(__file__).resolve().parent
_NAME = "dimitra-studio"
_MAINTAINER = "the Dimitra Studio contributors <studio@dimitra.invalid>"
_LICENCES = Path("_internal", "licences")  # of a build; packaging/licences.py makes it
# Qt opens them on a desktop of Wayland's, and takes X11 without.
_WAYLAND = "libwayland-client0, libwayland-cursor0, libwayland-egl1"
# Quick to pack and to unpack; xz saves a fifth and takes ten times as long.
_COMPRESSION = ("-Zzstd", "-z6")


def system_libraries() -> tuple[str, ...]:
    """Debian's packages that the build needs, as `packaging/system-libraries.sh` has them."""
    script = (_HERE.parent / "system-libraries.sh").read_text(encoding="utf-8")
    return tuple(re.findall(r"\.so\.\d+=([\w.+-]+)", script))


def control(build: Path, architecture: str) -> str:
    """The package's description of itself."""
    size = sum(path.lstat().st_size for path in build.rglob("*")) // 1024
    oldest = platform.libc_ver()[1]  # the C library that the build's own libraries were collected beside
    depends = (f"libc6 (>= {oldest})", *system_libraries())
    fields = {
        "Package": _NAME,
        "Version": __version__,
        "Architecture": architecture,
        "Maintainer": _MAINTAINER,
        "Installed-Size": str(size),
        "Depends": ", ".join(depends),
        "Recommends": _WAYLAND,
        "Section": "video",
        "Priority": "optional",
        "Description": "one portrait and one voice recording become a talking head\n"
        " Makes, edits and renders talking heads, with control over every curve.\n"
        " Everything runs on this machine; models are inside.",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def copyright_of(build: Path) -> str:
    """Whose work it is: ours, what the packages in it name, and the notices of the system's libraries in it."""
    folder = build / _LICENCES
    parts = [
        (folder / "NOTICE").read_text(encoding="utf-8"),
        "The text of the Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0.\n"
        f"The texts of all other licences are in /opt/{_NAME}/{_LICENCES}.\n",
        (folder / "PACKAGES.txt").read_text(encoding="utf-8"),
    ]
    for notice in sorted((folder / "system").glob("*")):
        rule = "=" * 80
        parts.append(f"{rule}\n{notice.name}\n{rule}\n{notice.read_text(encoding='utf-8', errors='replace')}")
    return "\n".join(parts)


def changelog() -> str:
    """The version in the form that Debian reads; what is new is told in CHANGELOG.md."""
    moment = format_datetime(datetime.now(UTC))
    news = "  * What is new: CHANGELOG.md in this folder."
    return f"{_NAME} ({__version__}) unstable; urgency=medium\n\n{news}\n\n -- {_MAINTAINER}  {moment}\n"


def checksums(root: Path) -> str:
    """MD5 of every file below `root`, as `debsums` compares them."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    lines = []
    for path in files:
        with path.open("rb") as content:
            lines.append(f"{hashlib.file_digest(content, 'md5').hexdigest()}  {path.relative_to(root)}\n")
    return "".join(lines)


def stage(build: Path, root: Path, architecture: str) -> None:
    """Lays everything out below `root` as it shall lie on the user's disk."""
    shutil.copytree(build, root / "opt" / _NAME, symlinks=True, copy_function=_link)
    command = root / "usr" / "bin" / "dimitra"
    command.parent.mkdir(parents=True)
    command.symlink_to(f"/opt/{_NAME}/dimitra")
    share, icons = root / "usr" / "share", root / "usr" / "share" / "icons" / "hicolor"
    papers = share / "doc" / _NAME
    for source, target in (
        (_HERE / f"{_NAME}.desktop", share / "applications" / f"{_NAME}.desktop"),
        (_HERE / f"{_NAME}.xml", share / "mime" / "packages" / f"{_NAME}.xml"),
        (resource("icons/program.svg"), icons / "scalable" / "apps" / f"{_NAME}.svg"),
        (resource("icons/program.png"), icons / "256x256" / "apps" / f"{_NAME}.png"),
        (shipped_root() / "CHANGELOG.md", papers / "CHANGELOG.md"),
    ):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    (papers / "copyright").write_text(copyright_of(build), encoding="utf-8")
    _compress(changelog(), papers / "changelog.gz")
    _compress((_HERE / "dimitra.1").read_text(encoding="utf-8"), share / "man" / "man1" / "dimitra.1.gz")
    summed = checksums(root)
    described = root / "DEBIAN"
    described.mkdir()
    (described / "md5sums").write_text(summed, encoding="utf-8")
    (described / "control").write_text(control(build, architecture), encoding="utf-8")
    for path in (root, *(path for path in root.rglob("*") if not path.is_symlink())):
        path.chmod(0o755 if path.is_dir() or _is_program(path) else 0o644)


def main() -> None:
    """Writes OUT/dimitra-studio_VERSION_ARCHITECTURE.deb."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    asked = ["dpkg", "--print-architecture"]
    architecture = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    target = arguments.out / f"{_NAME}_{__version__}_{architecture}.deb"
    with tempfile.TemporaryDirectory(dir=arguments.out) as scratch:
        stage(arguments.build, Path(scratch) / _NAME, architecture)
        package = ["dpkg-deb", "--root-owner-group", *_COMPRESSION, "--build", str(Path(scratch) / _NAME), str(target)]
        subprocess.run(package, check=True)
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB")


def _is_program(path: Path) -> bool:
    """PyInstaller marks libraries as programs, and wheels some of their texts."""
    if ".so" in path.name:
        return False
    with path.open("rb") as content:
        return content.read(4).startswith((b"\x7fELF", b"#!"))


def _compress(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another disk
        shutil.copy2(source, target, follow_symlinks=False)


if __name__ == "__main__":
    main()
