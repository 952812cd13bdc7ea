import json

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
