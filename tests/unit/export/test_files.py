import errno

import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.export.files import cannot_write, replacing


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


def test_names_as_long_as_the_disk_takes_fit(tmp_path):
    path = tmp_path / ("あ" * 80 + ".mp4")
    with replacing(path) as part:
        part.write_bytes(b"x")
    assert path.exists()


def test_the_full_disk_is_named(tmp_path):
    assert "the disk is full" in str(cannot_write(tmp_path, OSError(errno.ENOSPC, "No space left on device")))
    assert "strange" in str(cannot_write(tmp_path, OSError("strange")))
