import json

from dimitra_studio.cli.main import main


def test_lists_every_model_with_its_licence(capsys):
    assert main(["models", "list", "--json"]) == 0
    models = {model["id"]: model for model in json.loads(capsys.readouterr().out)["models"]}
    assert models["face-landmarker"]["licence"] == "Apache-2.0"
    assert models["head-model"]["state"] == "ok"


def test_verify_names_what_is_missing_and_the_mend(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("DIMITRA_HOME", str(tmp_path))
    assert main(["models", "verify", "g2p", "--quiet", "--json"]) == 2
    said = capsys.readouterr()
    assert "g2p is not installed" in said.err
    assert "Run: dimitra models install g2p" in said.err
    assert json.loads(said.out)["error"] == "ModelError"


def test_install_from_a_folder_without_them_is_one_line(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("DIMITRA_HOME", str(tmp_path / "home"))
    assert main(["models", "install", "g2p", "--from", str(tmp_path), "--quiet"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "g2p-en==2.1.0" in said


def test_unknown_models_are_refused(capsys):
    assert main(["models", "verify", "nonsense"]) == 2
    assert "no model called nonsense" in capsys.readouterr().err
