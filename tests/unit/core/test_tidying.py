"""Folders that only help are bounded, by age and by size, and what is in use stays."""

import os
import re

import pytest

from dimitra_studio.core.tidying import tidy, touch

DAY = 86_400.0
NOW = 1_000 * DAY
ANY = re.compile(".*")


@pytest.fixture
def keep(tmp_path):
    def keep(name, days, size=100):
        path = tmp_path / name
        path.write_bytes(bytes(size))
        os.utime(path, (NOW - days * DAY, NOW - days * DAY))
        return path

    return keep


def test_what_nobody_touched_for_long_goes(tmp_path, keep):
    old, new = keep("old", 31), keep("new", 29)
    assert tidy(tmp_path, ANY, 1e9, 30, NOW) == (old,)
    assert list(tmp_path.iterdir()) == [new]


def test_the_longest_untouched_go_until_the_rest_has_room(tmp_path, keep):
    files = [keep(str(days), days) for days in (2, 9, 4, 7)]
    assert tidy(tmp_path, ANY, 250, 30, NOW) == (files[1], files[3])
    assert sorted(tmp_path.iterdir()) == [files[0], files[2]]


def test_what_was_touched_within_a_day_stays_whatever_the_size(tmp_path, keep):
    used, idle = keep("used", 0.5, 10_000), keep("idle", 5, 10)
    assert tidy(tmp_path, ANY, 100, 30, NOW) == (idle,)
    assert used.exists()


def test_a_file_that_is_used_again_counts_as_new(tmp_path, keep):
    path = keep("sound", 400)
    touch(path)
    assert tidy(tmp_path, ANY, 0, 30) == ()
    touch(tmp_path / "missing" / "sound")  # is no error


def test_the_users_own_files_in_the_folder_are_left_alone(tmp_path, keep):
    letter, sound = keep("letter.txt", 400), keep("ab12.flac", 400)
    assert tidy(tmp_path, re.compile(r"[0-9a-f]+\.flac"), 0, 30, NOW) == (sound,)
    assert letter.exists()


def test_folders_in_it_and_a_missing_folder_are_left_alone(tmp_path, keep):
    (tmp_path / "folder").mkdir()
    os.utime(tmp_path / "folder", (0, 0))
    assert tidy(tmp_path, ANY, 0, 1, NOW) == ()
    assert tidy(tmp_path / "missing", ANY, 0, 1, NOW) == ()
    assert (tmp_path / "folder").is_dir()


def test_a_link_to_nothing_hides_no_file(tmp_path, keep, monkeypatch):
    links = [tmp_path / name for name in ("a", "z")]
    for link in links:
        link.symlink_to(tmp_path / "gone")
    old = keep("m", 90)
    monkeypatch.setattr("pathlib.Path.iterdir", lambda _folder: iter((links[0], old, links[1])))
    assert tidy(tmp_path, ANY, 1e9, 30, NOW) == (old,)


def test_a_file_that_the_system_holds_stays(tmp_path, keep, monkeypatch):
    held = keep("held", 90)

    def refuse(_path):
        raise PermissionError("in use")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    assert tidy(tmp_path, ANY, 0, 1, NOW) == ()
    assert held.exists()
