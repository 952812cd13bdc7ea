import pytest

from dimitra_studio.cli.console import Console
from dimitra_studio.core.events import Progress
from dimitra_studio.engine.eta import Eta


def job(closed, error=None):
    try:
        for index in range(3):
            yield Progress("face", index, 3, "look" if index == 1 else "")
            if error:
                raise error
        yield Progress("render", 1, 2)
        return "result"
    finally:
        closed.append(True)


def test_runs_a_job_and_tells_its_notes_once(capsys):
    closed = []
    console = Console()
    assert console.run(job(closed), Eta(1.0)) == "result"
    said = capsys.readouterr().err
    assert said.count("note: look") == 1
    assert "face" in said
    assert "render" in said
    assert console.notes == ["look"]
    assert closed == [True]


def test_quiet_says_nothing(capsys):
    Console(quiet=True).run(job([]))
    assert capsys.readouterr().err == ""


def test_hushed_only_errors_are_told(capsys):
    console = Console(as_json=True)
    console.hush()
    console.run(job([]))
    console.say("done")
    console.finish({"output": "x"})
    assert capsys.readouterr() == ("", "")
    console.fail("It broke.", "InputError")
    assert capsys.readouterr() == ("", "dimitra: It broke.\n")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_job_that_fails_is_closed(error):
    closed = []
    with pytest.raises(error):
        Console(quiet=True).run(job(closed, error()))
    assert closed == [True]


def test_an_interrupt_between_two_steps_closes_the_job(monkeypatch):
    closed = []
    console = Console()

    def interrupted(progress, left):
        raise KeyboardInterrupt

    monkeypatch.setattr(console, "_show", interrupted)
    with pytest.raises(KeyboardInterrupt):
        console.run(job(closed))
    assert closed == [True]
