from types import SimpleNamespace

import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.engine import outputs
from dimitra_studio.engine.outputs import check_output, video_bytes


def test_accepts_new_and_existing_files_and_leaves_no_trace(tmp_path):
    old = tmp_path / "old.mp4"
    old.write_bytes(b"keep")
    assert check_output(tmp_path / "new.mp4", ".mp4") == tmp_path / "new.mp4"
    assert check_output(old, ".mp4") == old
    assert old.read_bytes() == b"keep"
    assert list(tmp_path.iterdir()) == [old]


def test_follows_links_to_their_file(tmp_path):
    target = tmp_path / "there.mp4"
    target.write_bytes(b"")
    link = tmp_path / "link.mp4"
    link.symlink_to(target)
    assert check_output(link, ".mp4") == target


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("out.avi", "does not end so"),
        ("none/out.mp4", "the folder does not exist"),
        ("file/out.mp4", "not a folder"),
        ("folder.mp4", "it is a folder"),
        ("x" * 300 + ".mp4", "too long"),
    ],
)
def test_refuses_in_a_sentence(tmp_path, name, sentence):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(InputError, match=sentence):
        check_output(tmp_path / name, ".mp4")


def test_refuses_to_overwrite_an_input(tmp_path):
    given = tmp_path / "a.mp4"
    given.write_bytes(b"")
    link = tmp_path / "b.mp4"
    link.hardlink_to(given)
    with pytest.raises(InputError, match="one of the inputs"):
        check_output(link, ".mp4", (given,))


def test_refuses_when_the_disk_is_too_small(tmp_path, monkeypatch):
    monkeypatch.setattr(outputs.shutil, "disk_usage", lambda path: SimpleNamespace(free=5_000_000))
    with pytest.raises(InputError, match="may take 10 MB, but its disk has 5 MB left"):
        check_output(tmp_path / "a.mp4", ".mp4", size=10_000_000)


def test_video_estimate_grows_with_pictures():
    assert video_bytes(512, 512, 250) == pytest.approx(250 * (512 * 512 * 0.2 / 8 + 1000))
