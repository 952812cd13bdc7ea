"""The Debian package holds what a desktop needs to know the program and its files."""

import configparser
import gzip
import hashlib
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
    (build / "_internal" / "lib.so.1").chmod(0o755)
    (build / "_internal" / "manager").write_bytes(b"\x7fELF" + bytes(100))
    (build / "_internal" / "manager").chmod(0o755)
    (build / "_internal" / "lib.so").symlink_to("lib.so.1")
    licences = build / "_internal" / "licences"
    (licences / "system").mkdir(parents=True)
    (licences / "NOTICE").write_text("Copyright the contributors\n")
    (licences / "PACKAGES.txt").write_text("numpy 2: BSD\n")
    (licences / "system" / "libz1").write_bytes(b"Copyright J\xf6rg\n")
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


def test_programs_alone_can_be_started(package):
    root, _ = package
    started = {path.name for path in root.rglob("*") if path.is_file() and path.stat().st_mode & 0o111}
    assert started == {"dimitra", "manager"}


def test_it_asks_for_the_libraries_that_the_build_does_not_hold(package):
    _, fields = package
    assert {"libgl1", "libegl1", "libportaudio2", "libxcb-cursor0"} <= set(fields["Depends"].split(", "))
    assert fields["Depends"].startswith("libc6 (>= 2.")
    assert "libwayland-client0" in fields["Recommends"]
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


def test_it_says_whose_work_it_is(package):
    root, _ = package
    told = (root / "usr/share/doc/dimitra-studio/copyright").read_text(encoding="utf-8")
    assert told.index("the contributors") < told.index("common-licenses/Apache-2.0") < told.index("numpy 2: BSD")
    assert "libz1\n" in told
    assert "Copyright J\ufffdrg" in told


def test_the_version_is_told_as_debian_reads_it(package):
    root, fields = package
    news = gzip.decompress((root / "usr/share/doc/dimitra-studio/changelog.gz").read_bytes()).decode()
    assert news.startswith(f"dimitra-studio ({fields['Version']}) unstable; urgency=")
    assert news.splitlines()[-1].startswith(f" -- {fields['Maintainer']}  ")
    assert (root / "usr/share/doc/dimitra-studio/CHANGELOG.md").is_file()


def test_the_command_has_a_page_of_the_manual(package):
    root, _ = package
    page = gzip.decompress((root / "usr/share/man/man1/dimitra.1.gz").read_bytes()).decode()
    assert page.startswith(".TH DIMITRA 1")


def test_files_can_be_compared_with_what_was_packed(package, tmp_path):
    root, _ = package
    (deb,) = root.parent.glob("*.deb")
    subprocess.run(["dpkg-deb", "-e", deb, tmp_path / "control"], check=True)
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "control/md5sums").read_text().splitlines())
    assert sums["opt/dimitra-studio/_internal/lib.so.1"] == hashlib.md5(bytes(5000)).hexdigest()
    assert set(sums) == {
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and not path.is_symlink()
    }
