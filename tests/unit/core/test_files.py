import errno
import os
from pathlib import Path

import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import cannot_write, check_input, make_folder, replacing, replacing_folder, sha256_of


def test_the_file_appears_whole(tmp_path):
    path = tmp_path / "out.bin"
    path.write_bytes(b"old")
    with replacing(path) as part:
        part.write_bytes(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_nothing_is_left_when_the_work_fails(tmp_path, error):
    def fail():
        with replacing(tmp_path / "out.bin") as part:
            part.write_bytes(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_of_the_system_becomes_a_sentence(tmp_path):
    with pytest.raises(InputError, match="the folder does not exist"), replacing(tmp_path / "none" / "a"):
        pass
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="it is a folder"), replacing(tmp_path / "folder"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.skipif(os.name == "nt", reason="Windows opens no folders, so that none are brought to the disk")
def test_a_whole_folder_and_its_name_come_to_the_disk(tmp_path, monkeypatch):
    def note(descriptor):
        brought.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    brought, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", note)
    with replacing_folder(tmp_path / "frames") as part:
        (part / "0.png").write_bytes(b"x")
    assert [path.name for path in brought] == ["0.png", "frames", tmp_path.name]
    assert list(tmp_path.iterdir()) == [tmp_path / "frames"]


def test_names_as_long_as_the_disk_takes_fit(tmp_path):
    path = tmp_path / ("あ" * 80 + ".mp4")
    with replacing(path) as part:
        part.write_bytes(b"x")
    assert path.exists()


def test_the_full_disk_is_named(tmp_path):
    assert "the disk is full" in str(cannot_write(tmp_path, OSError(errno.ENOSPC, "No space left on device")))
    assert "strange" in str(cannot_write(tmp_path, OSError("strange")))


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("a", Path.mkdir, "is a folder, not a picture. Give the picture inside it."),
        ("a", Path.touch, "The picture a is empty"),
        ("a", lambda path: None, "does not exist"),
        ("n" * 300, lambda path: None, "cannot be read: File name too long"),
        ("a\0b", lambda path: None, "cannot be used: embedded null byte"),
        ("a", lambda path: path.symlink_to(path), "cannot be read: Too many levels of symbolic links"),
    ],
)
def test_inputs_that_are_no_files_are_refused_in_words(tmp_path, name, make, sentence):
    make(tmp_path / name)
    with pytest.raises(InputError) as refusal:
        check_input(tmp_path / name, "picture")
    assert sentence in str(refusal.value)


def test_a_file_is_an_input_and_has_its_hash(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    check_input(tmp_path / "a", "picture")
    # FIPS 180-2, appendix B.1
    assert sha256_of(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder_is_made_or_the_refusal_is_a_sentence(tmp_path):
    make_folder(tmp_path / "one" / "two")
    make_folder(tmp_path / "one" / "two")
    assert (tmp_path / "one" / "two").is_dir()
    (tmp_path / "file").write_bytes(b"x")
    for name, reason in (
        ("file", "there is a file of that name"),
        ("file/below", "a part of the path is not a folder"),
    ):
        with pytest.raises(InputError, match=reason):
            make_folder(tmp_path / name)
