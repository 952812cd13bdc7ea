import errno
import subprocess
import sys
import textwrap

import pytest

from dimitra_studio.project import lock
from dimitra_studio.project.lock import holder_of, lock_of, take_lock


def test_a_lock_is_held_once_also_within_a_process(tmp_path):
    path = tmp_path / "lock"
    first = take_lock(path)
    assert take_lock(path) is None
    assert holder_of(path)
    first.release()
    assert not path.exists()
    take_lock(path).release()


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path):
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(f"""
            import pathlib, time
            from dimitra_studio.project.lock import take_lock
            lock = take_lock(pathlib.Path({str(path)!r}))
            print("held", flush=True)
            time.sleep(60)
        """)],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout.readline() == b"held\n"
    assert take_lock(path) is None
    holder.kill()
    holder.communicate()
    assert path.exists()
    take_lock(path).release()


def test_a_folder_that_is_not_there_has_no_lock(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        take_lock(tmp_path / "none" / "lock")


@pytest.mark.parametrize("content", [b"", b"[", b"[1]", b'{"machine": 3'])
def test_a_lock_file_of_nonsense_names_nobody(tmp_path, content):
    (tmp_path / "lock").write_bytes(content)
    assert holder_of(tmp_path / "lock") == ""
    take_lock(tmp_path / "lock").release()


def test_a_project_and_a_link_to_it_have_one_lock(tmp_path):
    (tmp_path / "p.dimitra").touch()
    (tmp_path / "link.dimitra").symlink_to(tmp_path / "p.dimitra")
    assert lock_of(tmp_path / "link.dimitra") == lock_of(tmp_path / "p.dimitra") != tmp_path / "p.dimitra"


def test_a_disk_that_knows_no_locks_is_left_as_it_was(tmp_path, monkeypatch):
    def refuse(_file):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_seize", refuse)
    with pytest.raises(OSError, match="No locks"):
        take_lock(tmp_path / "new")
    (tmp_path / "there").touch()
    with pytest.raises(OSError, match="No locks"):
        take_lock(tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]  # which may be another's
