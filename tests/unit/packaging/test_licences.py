"""A build tells whose work is in it, also of what lies inside packages and of the system's libraries."""

import shutil
from importlib.metadata import files
from pathlib import Path

import licences as collected
import pytest
from licences import CARRIED, licences, system_packages

LIBC = next(Path("/lib").glob("*/libc.so.6"), None)
debian = pytest.mark.skipif(shutil.which("dpkg-query") is None or LIBC is None, reason="needs Debian")


@pytest.mark.parametrize("package", CARRIED)
def test_every_library_that_a_package_carries_has_its_licence(package):
    carried = {Path(file).name for file in files(package) if file.parts[0] == f"{package}.libs"}
    rows = CARRIED[package]
    assert carried, "the package carries none any more: its rows may go"
    assert not [name for name in carried if not name.startswith(tuple(rows))]
    assert not [row for row in rows if not any(name.startswith(row) for name in carried)]


def test_packages_are_told_by_their_modules_and_their_folders(tmp_path):
    entries = [("av.frame", "", "PYMODULE"), ("cv2/__init__.py", "", "DATA"), ("dimitra_studio", "", "PYMODULE")]
    found = {place: Path(source) for place, source, _ in licences(entries, tmp_path)}
    listing = found["licences/PACKAGES.txt"].read_text(encoding="utf-8")
    assert "\nav 18" in listing
    assert "libx264*: GPL-2.0-or-later" in listing
    assert "\nopencv-contrib-python " in listing
    assert "numpy" not in listing
    assert "dimitra" not in listing
    assert {"licences/LICENSE", "licences/NOTICE"} <= set(found)
    assert any(place.startswith("licences/opencv-contrib-python/") for place in found)
    assert all(source.is_file() for source in found.values())


@debian
def test_the_systems_libraries_come_with_their_packages_notice(tmp_path):
    found = {place: Path(source) for place, source, _ in licences([(LIBC.name, str(LIBC), "BINARY")], tmp_path)}
    assert "Copyright" in found["licences/system/libc6"].read_text(encoding="utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in found["licences/texts/LGPL-2.1"].read_text(encoding="utf-8")
    assert "\nlibc6: libc.so.6\n" in found["licences/PACKAGES.txt"].read_text(encoding="utf-8")


@debian
def test_a_library_of_nobody_stops_the_build(tmp_path):
    stranger = tmp_path / "libstrange.so"
    stranger.touch()
    with pytest.raises(ValueError, match=r"No Debian package has .*libstrange"):
        system_packages([(stranger.name, str(stranger), "BINARY")])


@debian
def test_libraries_of_packages_and_of_python_are_not_the_systems():
    packaged = Path(collected.sysconfig.get_path("purelib")) / "some" / "lib.so"
    assert system_packages([("some/lib.so", str(packaged), "BINARY")]) == {}
