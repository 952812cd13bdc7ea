import json

import pytest

from dimitra_studio.cli.main import main
from dimitra_studio.engine import health
from dimitra_studio.engine.health import Finding, State


def found(monkeypatch, *findings):
    monkeypatch.setattr(health, "_CHECKS", (("all", lambda: iter(findings)),))


def test_says_what_works_and_what_is_limited(monkeypatch, capsys):
    found(monkeypatch, Finding("python", State.OK, "3.11"), Finding("cuda", State.LIMITED, "no GPU", "Buy one."))
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "ok      python: 3.11" in said
    assert "limited cuda: no GPU\n        Buy one." in said


def test_something_broken_is_exit_2_in_words_and_as_json(monkeypatch, capsys):
    found(monkeypatch, Finding("codec aac", State.BROKEN, "gone", "Install it."))
    assert main(["doctor"]) == 2
    assert "Broken: codec aac." in capsys.readouterr().out
    assert main(["doctor", "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["findings"][0]["mend"] == "Install it."


@pytest.fixture
def cheap(monkeypatch):
    """The usual checks are tested elsewhere."""
    found(monkeypatch, Finding("python", State.OK, "3.11"))


def test_trying_listens_moves_and_films_the_sample_and_leaves_nothing(cheap, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["doctor", "--try", "--json"]) == 0
    said = {finding["name"]: finding["detail"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert list(said) == ["python", "sample project", "listening", "motion", "film"]
    assert "winding path" in said["listening"]
    assert said["motion"].startswith("174 frames")
    assert said["film"].startswith("10 frames of 512 x 512 px, with sound")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_tried_is_told_and_the_rest_is_tried(cheap, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("dimitra_studio.cli.trial._VOICE", tmp_path / "gone.flac")
    assert main(["doctor", "--try", "--json"]) == 2
    states = {finding["name"]: finding["state"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert states == {
        "python": "ok", "sample project": "ok", "listening": "broken", "motion": "broken", "film": "broken",
    }  # fmt: skip
