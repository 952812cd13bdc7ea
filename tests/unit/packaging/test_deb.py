"""The Debian package holds what a desktop needs to know the program and its files."""

import configparser
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from linux import build_deb

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="needs dpkg-deb")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The unpacked package of a tiny build, and its fields."""
    folder = tmp_path_factory.mktemp("deb")
    build = folder / "build"
    (build / "_internal").mkdir(parents=True)
    (build / "dimitra").write_text("#!/bin/sh\n")
    (build / "dimitra").chmod(0o755)
    (build / "_internal" / "lib.so.1").write_bytes(bytes(5000))
    (build / "_internal" / "lib.so").symlink_to("lib.so.1")
    subprocess.run([sys.executable, build_deb.__file__, build, folder], check=True, capture_output=True)
    (deb,) = folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "-x", deb, folder / "root"], check=True)
    told = subprocess.run(["dpkg-deb", "-f", deb], check=True, capture_output=True, text=True).stdout
    assert sorted(path.name for path in folder.iterdir()) == sorted(["build", "root", deb.name])
    return folder / "root", dict(line.split(": ", 1) for line in told.splitlines() if not line.startswith(" "))


def test_the_build_lies_in_opt_and_the_command_leads_there(package):
    root, _ = package
    assert (root / "opt/dimitra-studio/dimitra").stat().st_mode & 0o111
    assert (root / "opt/dimitra-studio/_internal/lib.so").readlink().name == "lib.so.1"
    assert str((root / "usr/bin/dimitra").readlink()) == "/opt/dimitra-studio/dimitra"


def test_it_asks_for_the_libraries_that_the_build_does_not_hold(package):
    _, fields = package
    assert {"libgl1", "libegl1", "libportaudio2", "libxcb-cursor0"} <= set(fields["Depends"].split(", "))
    assert fields["Depends"].startswith("libc6 (>= 2.")
    assert int(fields["Installed-Size"]) >= 4


def test_projects_are_opened_by_the_program(package):
    root, _ = package
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(root / "usr/share/applications/dimitra-studio.desktop")
    described = ElementTree.parse(root / "usr/share/mime/packages/dimitra-studio.xml").getroot()
    (kind,) = described
    assert entry["Desktop Entry"]["MimeType"] == f"{kind.get('type')};"
    assert [child.get("pattern") for child in kind if child.tag.endswith("glob")] == ["*.dimitra"]
    assert list((root / "usr/share/icons/hicolor").rglob(f"{entry['Desktop Entry']['Icon']}.*"))
