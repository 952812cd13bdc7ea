import os
from types import SimpleNamespace

import pytest

from dimitra_studio.engine import health
from dimitra_studio.engine.health import State, examine


def test_looks_at_everything_a_render_needs():
    findings = list(examine())
    names = {finding.name for finding in findings}
    assert {"python", "codec libx264", "codec aac", "face detector", "torch", "cuda", "model head-model"} <= names
    assert all(finding.mend for finding in findings if finding.state == State.BROKEN)


def test_missing_models_are_named_with_the_mend(tmp_path, monkeypatch):
    monkeypatch.setenv("DIMITRA_HOME", str(tmp_path))
    by_name = {finding.name: finding for finding in health._models()}
    assert by_name["model g2p"].state == State.BROKEN
    assert by_name["model g2p"].mend == "Run: dimitra models install g2p"


def test_a_check_that_fails_is_a_finding(monkeypatch):
    def broken():
        raise OSError("libGL.so.1 is missing")
        yield

    monkeypatch.setattr(health, "_CHECKS", (("codecs", broken),))
    (finding,) = examine()
    assert finding.state == State.BROKEN
    assert "libGL" in finding.detail


@pytest.mark.parametrize(("system", "variable"), [("posix", "TMPDIR"), ("nt", "TEMP")])
def test_a_full_disk_names_what_moves_each_folder_on_this_system(monkeypatch, tmp_path, system, variable):
    full = SimpleNamespace(free=1.0)
    monkeypatch.setattr(health, "os", SimpleNamespace(name=system, access=os.access, W_OK=os.W_OK))
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: full)
    monkeypatch.setenv("DIMITRA_HOME", str(tmp_path))
    monkeypatch.setattr(health, "_CHECKS", (("disk", health._disk),))
    data, temporary = health.examine()
    assert (data.state, data.mend) == (State.LIMITED, "Free some space, or set DIMITRA_HOME to another folder.")
    assert temporary.mend == f"Free some space, or set {variable} to another folder."


def test_a_home_that_is_a_file_is_broken(monkeypatch, tmp_path):
    home = tmp_path / "passwd"
    home.write_text("root")
    monkeypatch.setenv("DIMITRA_HOME", str(home))
    data, temporary = health._disk()
    assert (data.state, temporary.state) == (State.BROKEN, State.OK)
    assert "DIMITRA_HOME" in data.mend


def test_a_home_of_nobody_is_told_with_its_own_mend(monkeypatch):
    monkeypatch.setenv("DIMITRA_HOME", "~nosuchuser/x")
    monkeypatch.setattr(health, "_CHECKS", (("disk", health._disk),))
    (finding,) = health.examine()
    assert (finding.state, finding.mend) == (State.BROKEN, "Set it to a folder.")
