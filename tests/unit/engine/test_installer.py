import errno
import hashlib
import io
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import finish
from dimitra_studio.engine import given, installer
from dimitra_studio.engine.installer import install
from dimitra_studio.engine.registry import Model, ModelFile, Registry

CONTENT = b"weights" * 1000
FILE = ModelFile("w.bin", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), "pack/w.bin")
MODEL = Model("m", "testing", "MIT", (FILE,), "pack==1.0", "https://example.org/m")


@pytest.fixture
def registry(tmp_path):
    return Registry((MODEL,), tmp_path / "models")


def wheel(folder, content=CONTENT, member="pack/w.bin"):
    folder.mkdir(exist_ok=True)
    path = folder / "pack-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
        archive.writestr("pack/__init__.py", "raise SystemExit")
    return path


def test_takes_the_member_out_of_a_given_wheel(registry, tmp_path):
    assert finish(install(registry, source=wheel(tmp_path / "w"))) == ("m",)
    assert registry.path("m").read_bytes() == CONTENT
    assert [path.name for path in (registry.folder / "m").iterdir()] == ["w.bin"]


def test_finds_wheels_and_loose_files_in_a_folder(registry, tmp_path):
    wheel(tmp_path / "w")
    assert finish(install(registry, ("m",), tmp_path / "w")) == ("m",)
    registry.path("m").unlink()
    (tmp_path / "loose" / "deep").mkdir(parents=True)
    (tmp_path / "loose" / "deep" / "w.bin").write_bytes(CONTENT)
    assert finish(install(registry, (), tmp_path / "loose")) == ("m",)


def test_leaves_what_is_in_place(registry, tmp_path):
    finish(install(registry, source=wheel(tmp_path / "w")))
    assert finish(install(registry)) == ()


def test_refuses_a_file_with_the_wrong_hash_and_keeps_nothing(registry, tmp_path):
    with pytest.raises(ModelError, match="SHA-256"):
        finish(install(registry, source=wheel(tmp_path / "w", b"weighty" * 1000)))
    assert list((registry.folder / "m").iterdir()) == []


def test_stops_reading_a_member_that_is_too_large(registry, tmp_path):
    with pytest.raises(ModelError):
        finish(install(registry, source=wheel(tmp_path / "w", b"0" * 50_000_000)))
    assert list((registry.folder / "m").iterdir()) == []


@pytest.mark.parametrize("member", ["pack/other.bin", "../w.bin"])
def test_says_where_a_missing_member_comes_from(registry, tmp_path, member):
    with pytest.raises(InputError, match=r"pack/w\.bin inside the package pack==1\.0"):
        finish(install(registry, source=wheel(tmp_path / "w", member=member)))


def test_refuses_sources_of_no_use(registry, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        finish(install(registry, source=tmp_path / "nowhere"))
    broken = tmp_path / "x.whl"
    broken.write_bytes(b"no zip")
    with pytest.raises(InputError, match="cannot be read as a wheel"):
        finish(install(registry, source=broken))


def test_a_wheel_that_is_damaged_inside_is_told_and_leaves_nothing(registry, tmp_path):
    path = wheel(tmp_path / "w", np.random.default_rng(0).bytes(len(CONTENT)))
    content = bytearray(path.read_bytes())
    content[200] ^= 1  # in the member's data: its CRC is wrong then
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"w\.bin cannot be read from its source: .*Copy or download it again"):
        finish(install(registry, source=path))
    assert list((registry.folder / "m").iterdir()) == []


def test_a_source_that_breaks_off_is_not_called_unwritable(registry, tmp_path, monkeypatch):
    (tmp_path / "w.bin").write_bytes(CONTENT)

    class Breaking(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(installer.FolderSource, "open", lambda source, file: Breaking())
    with pytest.raises(InputError, match=r"w\.bin cannot be read from its source: .*Input/output error"):
        finish(install(registry, source=tmp_path / "w.bin"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "models").write_text("a file")
    (tmp_path / "w.bin").write_bytes(CONTENT)
    with pytest.raises(InputError, match=r"w\.bin cannot be written: "):
        finish(install(Registry((MODEL,), tmp_path / "models"), source=tmp_path / "w.bin"))


def test_among_files_of_one_name_and_size_the_right_one_is_taken(registry, tmp_path):
    for name, content in (("a", b"weighty" * 1000), ("b", CONTENT)):
        (tmp_path / "loose" / name).mkdir(parents=True)
        (tmp_path / "loose" / name / "w.bin").write_bytes(content)
    assert finish(install(registry, source=tmp_path / "loose")) == ("m",)
    (tmp_path / "loose" / "b" / "w.bin").unlink()
    registry.path("m").unlink()
    with pytest.raises(ModelError, match="SHA-256 differs"):
        finish(install(registry, source=tmp_path / "loose"))


def test_checks_the_space_first(registry, tmp_path, monkeypatch):
    monkeypatch.setattr(installer.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(InputError, match="need 67 MB, but"):
        finish(install(registry, source=wheel(tmp_path / "w")))
    assert not registry.folder.exists()


class Pip:
    """Stands in for the pip process: `result` is its status, `effect` what it leaves behind."""

    def __init__(self, result, effect=lambda folder: None, ends=True):
        self.result, self.effect, self.ends = result, effect, ends
        self.terminated = False

    def __call__(self, command, stdin, stdout, stderr):
        folder = command[command.index("--dest") + 1]
        assert command[-1] == "pack==1.0"
        assert "--no-deps" in command
        self.effect(folder)
        stdout.write(b"ERROR: no such package\n")
        self.returncode = None
        return self

    def wait(self, timeout=None):
        if not self.ends and not self.terminated:
            raise subprocess.TimeoutExpired("pip", timeout)
        self.returncode = self.result
        return self.result

    def poll(self):
        return self.returncode

    def terminate(self):
        self.terminated = True


def test_downloads_through_pip(registry, monkeypatch):

    monkeypatch.setattr(installer.subprocess, "Popen", Pip(0, lambda folder: wheel(Path(folder))))
    assert finish(install(registry)) == ("m",)


def test_tells_what_pip_said_and_the_other_way(registry, monkeypatch):
    monkeypatch.setattr(installer.subprocess, "Popen", Pip(1))
    with pytest.raises(ModelError, match=r"no such package.*https://example\.org/m.*--from"):
        finish(install(registry))


def test_without_pip_beside_it_the_other_way_is_told(registry, monkeypatch):
    monkeypatch.setattr(installer, "find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **more: pytest.fail("started the program itself"))
    with pytest.raises(ModelError, match=r"no pip .* bring m\..*pack==1\.0.*--from FOLDER"):
        finish(install(registry))


def test_stopping_ends_pip(registry, monkeypatch):
    pip = Pip(0, ends=False)
    monkeypatch.setattr(installer.subprocess, "Popen", pip)
    job = install(registry)
    next(job)
    next(job)
    job.close()
    assert pip.terminated


def test_shipped_models_cannot_be_installed(tmp_path):
    shipped = Model("s", "testing", "MIT", (ModelFile("models/none.bin", 1, "0"),))
    with pytest.raises(ModelError, match="ships with"):
        finish(install(Registry((shipped,), tmp_path), ("s",)))


GIVEN = Model("g", "testing", "MIT", (), publisher="https://example.org/g", optional=True, given=True)


@pytest.fixture
def bringing(tmp_path, monkeypatch):
    """A registry with a model that the user brings, whose reader takes everything but nonsense."""

    def read(source):
        if source.read_bytes() == b"nonsense":
            raise ModelError("It holds other things.")
        return source.read_bytes()

    monkeypatch.setattr(given, "_read", read)
    return Registry((GIVEN, MODEL), tmp_path / "models")


def test_what_the_user_brings_is_kept_under_its_hash_and_replaces_what_was_there(bringing, tmp_path):
    source = tmp_path / "mine.pt"
    for content in (b"one", b"two", b"two"):
        source.write_bytes(content)
        assert finish(install(bringing, ("g",), source)) == ("g",)
        assert bringing.path("g").read_bytes() == content
        assert bringing.model("g").digest == hashlib.sha256(content).hexdigest()
        assert list((bringing.folder / "g").iterdir()) == [bringing.path("g")]
    source.write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="other things"):
        finish(install(bringing, ("g",), source))
    assert bringing.path("g").read_bytes() == b"two"


def test_what_the_user_brings_is_not_asked_for_unless_named(bringing, tmp_path):
    assert not bringing.expects(GIVEN)
    assert finish(install(bringing, (), wheel(tmp_path / "w"))) == ("m",)
    with pytest.raises(InputError, match=r"g is a file of yours.*example\.org/g.*install g --from FILE"):
        finish(install(bringing, ("g",)))
    with pytest.raises(InputError, match="is a folder"):
        finish(install(bringing, ("g",), tmp_path))
    with pytest.raises(ModelError, match="is not installed"):
        bringing.path("g")
