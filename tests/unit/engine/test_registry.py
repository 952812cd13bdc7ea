import errno
import hashlib
import os
from dataclasses import replace

import pytest

from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.files import sha256_of
from dimitra_studio.engine.registry import Model, ModelFile, Registry, open_registry, read_manifest

CONTENT = {"a.bin": b"alpha" * 100, "b.json": b"{}"}


def file_of(name):
    return ModelFile(name, len(CONTENT[name]), hashlib.sha256(CONTENT[name]).hexdigest(), f"pack/{name}")


ONE = Model("one", "testing", "MIT", (file_of("a.bin"),), "pack==1", "https://example.org")
TWO = Model("two", "testing more", "MIT", (file_of("a.bin"), file_of("b.json")), "pack==1", "https://example.org")


@pytest.fixture
def registry(tmp_path):
    for model in (ONE, TWO):
        for file in model.files:
            path = tmp_path / model.id / file.path
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(CONTENT[file.path])
    return Registry((ONE, TWO), tmp_path)


def test_gives_a_file_for_one_and_a_folder_for_several(registry, tmp_path):
    assert registry.path("one") == tmp_path / "one" / "a.bin"
    assert registry.path("two") == tmp_path / "two"


def test_names_the_missing_file_and_the_mend(registry, tmp_path):
    (tmp_path / "two" / "b.json").unlink()
    with pytest.raises(ModelError, match=r"two .*b\.json is missing.*Run: dimitra models install two"):
        registry.path("two")


def test_sees_a_changed_file_of_the_same_size(registry, tmp_path):
    registry.path("one")
    path = tmp_path / "one" / "a.bin"
    path.write_bytes(b"ALPHA" * 100)
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelError, match="SHA-256 differs"):
        registry.path("one")


def test_sees_another_size_without_reading(registry, tmp_path):
    (tmp_path / "one" / "a.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match="has 1 bytes, expected 500"):
        registry.path("one")


def test_reads_a_file_once_until_it_changes(registry, monkeypatch):
    registry.path("one")
    monkeypatch.setattr("dimitra_studio.engine.registry.sha256_of", lambda path: pytest.fail("read again"))
    registry.path("one")


def test_forgets_so_that_verify_reads_again(registry, tmp_path):
    registry.path("one")
    path = tmp_path / "one" / "a.bin"
    before = path.stat()
    path.write_bytes(b"ALPHA" * 100)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert registry.path("one")
    registry.forget()
    with pytest.raises(ModelError):
        registry.path("one")


@pytest.mark.parametrize(
    "content", ["[not json", "5", '{"PATH": 5}', '{"PATH": [1]}', '{"PATH": [1, 2, 3]}', "[" * 100_000]
)
def test_survives_a_damaged_cache(registry, tmp_path, content):
    (tmp_path / "verified.json").write_text(content.replace("PATH", str(tmp_path / "one" / "a.bin")))
    assert registry.path("one")


def test_a_home_that_is_a_file_holds_no_models(tmp_path):
    home = tmp_path / "passwd"
    home.write_text("root")
    shipped = open_registry()
    registry = Registry(tuple(shipped), home / "models")
    registry.forget()
    assert registry.path("head-model") == shipped.path("head-model")
    with pytest.raises(ModelError, match="is missing"):
        registry.path("g2p")


def test_old_hashes_that_cannot_be_removed_are_not_believed(registry, tmp_path, monkeypatch):
    registry.path("one")
    path = tmp_path / "one" / "a.bin"
    before = path.stat()
    path.write_bytes(b"ALPHA" * 100)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "read-only")

    with monkeypatch.context() as folder:
        for name in ("unlink", "touch", "mkdir"):
            folder.setattr(type(path), name, refuse)
        registry.forget()
        with pytest.raises(ModelError, match="SHA-256 differs"):
            registry.path("one")


def test_unknown_id_lists_the_known_ones(registry):
    with pytest.raises(ModelError, match="one, two"):
        registry.path("three")


def test_digest_follows_every_file():
    other = Model("two", "", "MIT", (TWO.files[0], ModelFile("b.json", 2, "0" * 64)))
    assert ONE.digest == ONE.files[0].sha256
    assert TWO.digest not in (other.digest, ONE.digest)


def test_shipped_models_are_those_of_the_manifest():
    registry = open_registry()
    shipped = [model for model in registry if not model.package]
    assert shipped
    for model in shipped:
        for file in model.files:
            assert sha256_of(registry.location(model, file)) == file.sha256, "run packaging/record_models.py"


def test_manifest_says_where_everything_comes_from():
    for model in read_manifest():
        assert model.licence
        assert model.needed_for
        assert not model.package or (model.publisher and all(file.member for file in model.files))


def test_an_optional_model_is_missed_only_once_it_was_there(registry):
    optional = next(model for model in read_manifest() if model.optional)
    assert not registry.expects(optional)
    first = registry.location(optional, optional.files[0])
    first.parent.mkdir(parents=True)
    first.touch()
    assert registry.expects(optional)


def test_a_model_that_a_build_carries_lies_beside_the_manifest_and_is_mended_with_the_build(tmp_path, monkeypatch):
    shipped = tmp_path / "build"
    monkeypatch.setattr("dimitra_studio.engine.registry.shipped_model", lambda name: shipped / name)
    (shipped / "one").mkdir(parents=True)
    (shipped / "one" / "a.bin").write_bytes(CONTENT["a.bin"])
    carried = replace(ONE, carried=True)
    registry = Registry((carried,), tmp_path / "user")
    assert registry.path("one") == shipped / "one" / "a.bin"
    assert carried.digest == ONE.digest  # recipes and batches know it again
    (shipped / "one" / "a.bin").unlink()
    with pytest.raises(ModelError, match="install Dimitra Studio again"):
        registry.path("one")
