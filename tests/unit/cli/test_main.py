import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from dimitra_studio import __version__
from dimitra_studio.cli import main as module
from dimitra_studio.cli import studio
from dimitra_studio.cli.command import add_command
from dimitra_studio.cli.main import main
from dimitra_studio.core.errors import InputError
from dimitra_studio.engine import filming, pipeline


@pytest.fixture
def plugin(monkeypatch):
    """Gives the command `probe` whatever body a test needs, through the entry points."""

    def install(run):
        def register(commands):
            add_command(commands, "probe", "a command of a test", run)

        class Point(EntryPoint):
            def load(self):
                return register

        monkeypatch.setattr(module, "entry_points", lambda group: [Point("probe", "x:y", group)])

    return install


def test_help_is_quick_and_loads_nothing_heavy():
    code = (
        "import sys, time; from dimitra_studio.cli.main import main; status = main(['--help']);"
        "heavy = {'torch', 'cv2', 'mediapipe', 'av', 'scipy', 'numba', 'numpy'} & set(sys.modules);"
        "print(time.process_time()); sys.exit(f'loaded {heavy}' if heavy else status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "generate" in done.stdout
    # The processor's time, not the clock's: other programs may keep the machine busy.
    assert float(done.stdout.splitlines()[-1]) < 1.0


def test_version(capsys):
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["."], ["studio"], ["studio", "."]])
def test_without_a_command_or_with_a_file_the_window_is_opened(words, monkeypatch):
    opened = []

    def run(arguments, _console):
        opened.append(arguments.files)
        return {}

    monkeypatch.setattr(studio, "run", run)
    assert main(words) == 0
    assert opened == [[Path()] if "." in words else []]


def test_without_a_screen_the_window_says_so(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.uname", lambda: SimpleNamespace(sysname="Linux"))
    assert main([]) == 2
    assert "needs a screen" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--size", "9x9"], ["--at", "-1"], ["--at", "nan"], ["missing.dimitra"], ["--screenshot", "x.jpg"]]
)
def test_what_the_window_cannot_open_with_is_refused(words, capsys):
    assert main(["studio", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_misspelt_command_is_guessed(capsys):
    assert main(["genrate"]) == 2
    told = capsys.readouterr().err
    assert "no command and no project called genrate" in told
    assert "Did you mean generate?" in told


def test_an_unknown_word_lists_the_commands(capsys):
    assert main(["portrait.png"]) == 2
    assert "Commands: studio, generate, motion" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["generate"],
        ["generate", "a.png", "b.wav"],
        ["generate", "a.png", "b.wav", "-o", "c.mp4", "--seed", "-1"],
        ["generate", "a.png", "b.wav", "-o", "c.mp4", "--guidance", "nan"],
        ["generate", "a.png", "b.wav", "-o", "c.mp4", "--size", "30"],
        ["models", "eat"],
        ["fit", "a.png", "-o", "b.npz", "--face", "x"],
        ["train", "motion", "lips", "--out", "x"],
        ["evaluate", "nothing"],
    ],
)
def test_wrong_arguments_are_one_line(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "--help" in said.err
    assert said.out == ""
    assert main([*words, "--json"]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    told = json.loads(said.out)
    assert told["error"] == "InputError"
    assert said.err == f"dimitra: {told['message']}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--seed", "abc"], "argument --seed: 'abc' is not a whole number from 0"),
        (["--seed", "9" * 5000], "is not a whole number from 0"),
        (["--steps", "few"], "argument --steps: 'few' is not a whole number from 1 to 500"),
        (["--steps", "0"], "argument --steps: '0' is not a whole number from 1 to 500"),
        (["--steps", "501"], "'501' is not a whole number from 1 to 500"),
        (["--strength", "lips=1,lips=2"], "argument --strength: 'lips=1,lips=2' names a group twice"),
        (["--range", "-1:2"], "argument --range: '-1:2' begins before the start, which is 0"),
        (["--range", "3:2"], "argument --range: '3:2' does not end after its beginning"),
        (["--range", "2:2"], "'2:2' does not end after its beginning"),
        (["--range", "1:inf"], "'1:inf' never ends"),
        (["--range", "nan:2"], "'nan:2' never ends"),
        (["--range", "1"], "'1' is not START:END in seconds, such as 2.0:3.5"),
        (["--quality", "best"], "'best' is not a whole number from 0 to 51"),
        (["--quality", "52"], "'52' is not a whole number from 0 to 51"),
        (["--size", "64.5"], "'64.5' is not a whole number from 64 to 8192"),
        (["--device", "tpu"], "argument --device: invalid choice: 'tpu'"),
        (["--guidance", "much"], "argument --guidance: 'much' is not a number from 0 to 10"),
        (["--text", ""], "argument --text: the name is empty"),
    ],
)
def test_values_that_are_none_are_told_in_words(words, sentence, capsys):
    assert main(["generate", "a.png", "b.wav", "-o", "c.mp4", *words]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("name", ["film", "film.avi", "film.mp4.part"])
def test_a_name_that_does_not_say_what_to_write(tmp_path, name, capsys):
    for command in (["generate", "a.png", "b.wav"], ["render", "a.png", "m.npz"]):
        assert main([*command, "-o", str(tmp_path / name)]) == 2
        told = capsys.readouterr().err
        assert f"{name} does not say what to write. End it with .mp4, .mov, .webm, .gif, .webp, or with /" in told


@pytest.mark.parametrize("wish", [["-o", "a.mov"], ["-o", "folder/"], ["-o", "a.mp4", "--frames"]])
def test_a_quality_that_would_do_nothing_is_refused(wish, capsys):
    assert main(["generate", "a.png", "b.wav", *wish, "--quality", "small"]) == 2
    assert "Only an MP4 or a WebM has a quality" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["generate", "motion"])
def test_a_voice_that_is_not_there_is_told_before_the_face_is_looked_for(tmp_path, command, monkeypatch, capsys):
    def fit(*_):
        raise AssertionError("the face was looked for")

    for jobs in (filming, pipeline):
        monkeypatch.setattr(jobs, "fit", fit)
    out = tmp_path / ("o.mp4" if command == "generate" else "o.npz")
    assert main([command, "a.png", str(tmp_path / "none.wav"), "-o", str(out)]) == 2
    assert "does not exist" in capsys.readouterr().err
    (tmp_path / "v.wav").write_bytes(b"RIFF")
    monkeypatch.setattr(pipeline, "choose_device", lambda _wish: (_ for _ in ()).throw(InputError("No GPU.", "")))
    assert main([command, "a.png", str(tmp_path / "v.wav"), "-o", str(out), "--device", "cuda"]) == 2
    assert "No GPU." in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["fit", "", "-o", "f.npz"], ["fit", "a.png", "-o", ""], ["track", "", "-o", "t.npz"]]
)
def test_empty_names_are_refused_as_such(words, capsys):
    assert main(words) == 2
    assert "the name is empty" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--json"], ["genrate", "--json"], ["x" * 300, "--json"]])
def test_without_a_command_json_is_one_object_too(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == "InputError"
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("command", [["train", "motion", "lips", "--out", "x"], ["evaluate", "motion"]])
def test_the_flags_stand_before_or_behind_the_part_of_a_command(command, place, capsys, tmp_path):
    words = [*command, "--data", str(tmp_path)]
    words[1 + place : 1 + place] = ["--json", "--quiet"]
    assert main(words) == 2
    assert "no prepared clips" in json.loads(capsys.readouterr().out)["message"]


def test_bad_input_is_one_line_and_exit_2(plugin, capsys):
    def run(arguments, console):
        raise InputError("The file\nis bad.", "Use another.")

    plugin(run)
    assert main(["probe", "--json"]) == 2
    said = capsys.readouterr()
    assert said.err == "dimitra: The file is bad. Use another.\n"
    assert json.loads(said.out) == {"error": "InputError", "message": "The file\nis bad. Use another."}


def test_an_interrupt_is_130(plugin, capsys):
    def run(arguments, console):
        raise KeyboardInterrupt

    plugin(run)
    assert main(["probe"]) == 130
    assert "Cancelled" in capsys.readouterr().err


def test_a_fault_of_ours_is_told_and_kept(plugin, capsys, tmp_path, monkeypatch):
    def run(arguments, console):
        raise ZeroDivisionError("oops")

    monkeypatch.setenv("DIMITRA_HOME", str(tmp_path))
    plugin(run)
    assert main(["probe"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "last-error.txt" in said
    assert "ZeroDivisionError: oops" in (tmp_path / "last-error.txt").read_text()


def test_a_home_of_nobody_is_told(plugin, capsys, monkeypatch):
    def run(arguments, console):
        raise ZeroDivisionError("oops")

    monkeypatch.setenv("DIMITRA_HOME", "~nosuchuser/x")
    assert main(["models", "list"]) == 2
    assert (
        capsys.readouterr().err
        == "dimitra: DIMITRA_HOME is ~nosuchuser/x, but there is no such user. Set it to a folder.\n"
    )
    plugin(run)
    assert main(["probe"]) == 1
    assert "ZeroDivisionError: oops" in capsys.readouterr().err


def test_the_result_is_the_last_line_as_json(plugin, capsys):
    def run(arguments, console):
        console.say("for people")
        console.note("a note")
        return {"answer": 42}

    plugin(run)
    assert main(["probe", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"answer": 42, "notes": ["a note"]}
    assert said.err == "note: a note\n"
    assert main(["probe", "--quiet"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("for people\n", "")


def test_a_broken_plugin_does_not_take_the_others_away(monkeypatch, capsys):
    broken = EntryPoint("broken", "dimitra_studio.does_not_exist:register", "dimitra.commands")
    monkeypatch.setattr(module, "entry_points", lambda group: [broken])
    assert main(["--version"]) == 0
    assert "the command broken cannot be loaded" in capsys.readouterr().err
