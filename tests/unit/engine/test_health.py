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
