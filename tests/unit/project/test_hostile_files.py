"""Files that are damaged or made to harm: one clear sentence, never a crash, never another document than was saved."""

import hashlib
import io
import json
import pickle
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dimitra_studio.core.errors import InputError
from dimitra_studio.project import storage
from dimitra_studio.project.document import Marker, MediaRef, Project, Revision
from dimitra_studio.project.media_files import MediaRoom
from dimitra_studio.project.storage import load_project, read_revision, save_project

Members = dict[str, bytes]
PICTURE = b"picture"


@pytest.fixture
def project(tmp_path, make_take) -> Project:
    path = tmp_path / "face.png"
    path.write_bytes(PICTURE)
    portrait = MediaRef(path, "face.png", hashlib.sha256(PICTURE).hexdigest())
    takes = (make_take("a", recipe={"seed": 4}), make_take("b", note="words"))
    return Project(portrait, None, takes, "a", (Marker("m", 0.5),), notes="notes")


@pytest.fixture
def saved(tmp_path, project) -> Path:
    path = tmp_path / "p.dimitra"
    save_project(project, Revision("d", 3), MediaRoom(path, tmp_path / "own"), b"thumbnail")
    return path


def told(project: Project) -> tuple:
    """All that a document says."""
    takes = [vars(take) | {"motion": take.motion.values.tobytes()} for take in project.takes]
    return takes, replace(project, takes=(), portrait=None), project.portrait and project.portrait.sha256


def check(content: bytes, path: Path, expected: Project) -> str:
    """Opens `content`; what is said of it, empty where it is the very document, or all of it but the takes told."""
    path.write_bytes(content)
    try:
        opened = load_project(path, path.parent / "own")
    except InputError as error:
        return error.message
    whole = tuple(take for take in expected.takes if take.name not in opened.damaged)
    current = expected.current if expected.current in [take.id for take in whole] else opened.project.current
    assert len(whole) + len(opened.damaged) == len(expected.takes)
    assert told(opened.project) == told(replace(expected, takes=whole, current=current))
    for media in opened.missing:
        assert not media.path.exists()
    if not opened.missing:
        assert opened.project.portrait.path.read_bytes() == PICTURE
        opened.project.portrait.path.unlink()
    return ""


CALM = settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@CALM
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_a_flipped_bit_is_told_or_changes_nothing(saved, tmp_path, project, place, bit):
    content = bytearray(_content(saved))
    content[int(place * len(content))] ^= 1 << bit
    check(bytes(content), tmp_path / "flipped.dimitra", project)


@CALM
@given(st.floats(0, 1, exclude_max=True), st.binary(min_size=2, max_size=40))
def test_overwritten_bytes_are_told_or_change_nothing(saved, tmp_path, project, place, scrap):
    content = bytearray(_content(saved))
    start = int(place * len(content))
    content[start : start + len(scrap)] = scrap
    check(bytes(content), tmp_path / "torn.dimitra", project)


@CALM
@given(st.floats(0, 1, exclude_max=True))
def test_what_is_cut_off_is_told(saved, tmp_path, project, place):
    content = _content(saved)
    assert check(content[: int(place * len(content))], tmp_path / "cut.dimitra", project)


@cache
def _content(saved: Path) -> bytes:
    return saved.read_bytes()


@pytest.fixture
def rewrite(saved) -> Callable[[Callable[[Members, dict], None]], Path]:
    """Changes the members, or what `project.json` says, by hand; hashes are made to fit, as an attacker would."""

    def rewrite(change: Callable[[Members, dict], None], *, fitting: bool = True) -> Path:
        with zipfile.ZipFile(saved) as old:
            members = {name: old.read(name) for name in old.namelist()}
        described = json.loads(members.pop("project.json"))
        change(members, described)
        if described["members"] and fitting:
            described["members"] = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
        with zipfile.ZipFile(saved, "w") as new:
            for name, content in members.items():
                new.writestr(name, content)
            if "project.json" not in members:
                new.writestr("project.json", json.dumps(described), zipfile.ZIP_DEFLATED)
        return saved

    return rewrite


def put(**changed: object) -> Callable[[Members, dict], None]:
    return lambda members, described: described.update(changed)


def put_in_take(**changed: object) -> Callable[[Members, dict], None]:
    return lambda members, described: described["takes"][0].update(changed)


def same_take_twice(members: Members, described: dict) -> None:
    described["takes"].append(described["takes"][0])


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def pickled(members: Members, described: dict) -> None:
    stream = io.BytesIO()
    np.savez(stream, values=np.array([Bomb()], dtype=object), allow_pickle=True)
    members["takes/a.npz"] = stream.getvalue()


class Bomb:
    def __reduce__(self):
        return exec, ("raise SystemExit('unpickled')",)


def motion_with(value: float) -> Callable[[Members, dict], None]:
    def change(members: Members, described: dict) -> None:
        with np.load(io.BytesIO(members["takes/a.npz"])) as old:
            arrays = {name: old[name] for name in old.files}
        arrays["values"] = arrays["values"].copy()
        arrays["values"][1, 2] = value
        members["takes/a.npz"] = npz(**arrays)

    return change


def deep_text(members: Members, described: dict) -> None:
    members["project.json"] = b"[" * 100_000


def member_elsewhere(members: Members, described: dict) -> None:
    members["../../evil.png"] = PICTURE
    described["portrait"]["member"] = "../../evil.png"


@pytest.mark.parametrize(
    "change",
    [
        put(takes=[{"id": "b"}]), put(takes=3), put(current="z"), put(loop=[2, 1]), put(loop=[0, float("inf")]),
        put(notes=1), put(format="x"), put(format=0), put(format=True), put(revision=-1), put(keeping="somewhere"),
        put(markers=[{"id": "m", "seconds": float("nan"), "name": ""}]), put(members={}), put(face=-1), put(face=True),
        put(face="x"), put(members=[]),
        put(portrait={"name": "p", "sha256": "../../evil", "member": "media/../../evil"}),
        put(portrait={"name": "p", "sha256": "0" * 64, "member": "project.json"}),
        put_in_take(id="../../evil"), put_in_take(id="a\0b"), put_in_take(seed="x" * 9000),
        put_in_take(created="yesterday"),
        lambda members, described: described["takes"][0]["settings"].update(steps=10**12),
        same_take_twice, pickled, motion_with(np.inf), motion_with(np.nan), motion_with(1e30),
        deep_text, member_elsewhere,
    ],
)  # fmt: skip
def test_what_is_made_to_harm_is_refused(tmp_path, rewrite, change):
    before = set(tmp_path.rglob("*"))
    path = rewrite(change)
    with pytest.raises(InputError, match="damaged") as refused:
        load_project(path, tmp_path / "own")
    assert refused.value.hint
    assert set(tmp_path.rglob("*")) == before  # nothing was taken out


def test_two_members_of_one_name_are_refused(saved, tmp_path):
    with warnings.catch_warnings(), zipfile.ZipFile(saved, "a") as archive:
        warnings.simplefilter("ignore", UserWarning)  # zipfile sees that the name is there already
        archive.writestr("takes/a.npz", b"another")
    with pytest.raises(InputError, match="damaged"):
        load_project(saved, tmp_path / "own")


def test_takes_that_are_not_what_they_were_are_left_out_and_told(rewrite, tmp_path, project):
    def swap(members: Members, described: dict) -> None:
        members["takes/a.npz"], members["takes/b.npz"] = members["takes/b.npz"], members["takes/a.npz"]

    opened = load_project(rewrite(swap, fitting=False), tmp_path / "own")
    assert opened.damaged == ("Take a", "Take b")
    assert told(opened.project) == told(replace(project, takes=(), current=None))


def test_a_take_that_is_gone_is_left_out_and_told(rewrite, tmp_path, project):
    path = rewrite(lambda members, described: members.pop("takes/a.npz"), fitting=False)
    opened = load_project(path, tmp_path / "own")
    assert opened.damaged == ("Take a",)
    assert told(opened.project) == told(replace(project, takes=project.takes[1:], current="b"))


@CALM
@given(st.sampled_from("ab"), st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_a_bit_flipped_in_a_take_costs_that_take_alone(saved, tmp_path, project, take_id, place, bit):
    with zipfile.ZipFile(saved) as archive:
        packed = archive.read(f"takes/{take_id}.npz")
    content = bytearray(_content(saved))
    content[content.index(packed) + int(place * len(packed))] ^= 1 << bit
    path = tmp_path / "flipped.dimitra"
    path.write_bytes(content)
    opened = load_project(path, tmp_path / "own")
    assert opened.damaged == (f"Take {take_id}",)
    (left,) = opened.project.takes
    assert told(opened.project)[0] == told(replace(project, takes=(project.find_take(left.id),)))[0]
    assert left.id != take_id
    assert path.read_bytes() == content
    with pytest.raises(InputError, match="damaged"):
        read_revision(path)  # it is not what was written: recovery may offer what it has


def test_text_that_swells_is_refused_before_it_is_unpacked(rewrite, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_LARGEST_TEXT", 1 << 20)
    path = rewrite(put(notes=" " * (2 << 20)))
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="damaged") as refused:
        load_project(path, tmp_path / "own")
    assert "claims" in str(refused.value.__cause__)


def test_takes_that_swell_are_refused_before_they_are_unpacked(rewrite, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_LARGEST_TAKES", 1 << 20)

    def swell(members: Members, described: dict) -> None:
        with np.load(io.BytesIO(members["takes/a.npz"])) as old:
            arrays = {name: old[name] for name in old.files}
        arrays["values"] = np.zeros((20_000, 70), np.float32)  # 5.6 MB of 6 kB
        members["takes/a.npz"] = npz(**arrays)

    path = rewrite(swell)
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="damaged") as refused:
        load_project(path, tmp_path / "own")
    assert "too many bytes" in str(refused.value.__cause__)


def test_a_broken_picture_inside_is_missing_and_the_rest_opens(saved, tmp_path, project):
    content = _content(saved)
    path = tmp_path / "broken.dimitra"
    assert check(content.replace(PICTURE, b"pixture"), path, project) == ""
    assert load_project(path, tmp_path / "own").missing[0].name == "face.png"


def test_a_newer_format_is_named_so(rewrite, tmp_path):
    with pytest.raises(InputError, match=r"newer Dimitra Studio \(format 99\)") as refused:
        load_project(rewrite(put(format=99)), tmp_path / "own")
    assert "Update" in refused.value.hint


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b"text", pickle.dumps([1])])
def test_what_is_no_project_is_refused(tmp_path, content):
    path = tmp_path / "p.dimitra"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a project file"):
        load_project(path, tmp_path)
