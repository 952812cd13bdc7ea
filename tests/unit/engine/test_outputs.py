from types import SimpleNamespace

import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.requests import FilmKind
from dimitra_studio.engine import outputs
from dimitra_studio.engine.outputs import check_film, check_output, film_bytes


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


@pytest.mark.parametrize("kind", FilmKind)
def test_estimates_grow_with_pictures(kind):
    short, long = (film_bytes(kind, 512, 512, frames) for frames in (25, 250))
    assert long == pytest.approx(10 * short)
    assert film_bytes(kind, 1024, 1024, 25) > 3 * short
    assert (film_bytes(kind, 512, 512, 25, 11) > 1.8 * short) == kind.has_quality


def test_pictures_need_a_folder_of_their_own(tmp_path):
    assert check_film(tmp_path / "new", FilmKind.PICTURES) == tmp_path / "new"
    (tmp_path / "empty").mkdir()
    assert check_film(tmp_path / "empty", FilmKind.PICTURES) == tmp_path / "empty"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name, sentence in (("full", "holds something"), ("file", "is a file"), ("no/new", "does not exist")):
        with pytest.raises(InputError, match=sentence):
            check_film(tmp_path / name, FilmKind.PICTURES)


@pytest.mark.parametrize("kind", [FilmKind.MP4, FilmKind.PRORES])
def test_a_films_ending_says_what_it_is(tmp_path, kind):
    assert check_film(tmp_path / f"a{kind.suffix}", kind) == tmp_path / f"a{kind.suffix}"
    with pytest.raises(InputError, match=f"is a {kind.suffix} file"):
        check_film(tmp_path / "a.avi", kind)
