"""The batch's job, with workers that only write files: what is kept, made anew, put in its place and told."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.core.requests import (
    AnalyseVoice,
    FilmKind,
    FitPortrait,
    GenerateMotion,
    GenerateVideo,
    RenderVideo,
)
from dimitra_studio.engine.batch.fingerprint import Fingerprints
from dimitra_studio.engine.batch.ledger import LEDGER
from dimitra_studio.engine.batch.row import Made, Row, State, results
from dimitra_studio.engine.batch.run import run_batch
from dimitra_studio.engine.crew import Broken
from dimitra_studio.engine.registry import open_registry


@pytest.fixture
def inputs(tmp_path):
    for name in ("a.png", "v.wav"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def row(inputs, folder):
    def build(number, name=None, kind=FilmKind.MP4, seed=0, portrait="a.png", motion=False):
        name = name or f"{number}{kind.suffix}"
        sitter, voice = FitPortrait(inputs / portrait), AnalyseVoice(inputs / "v.wav")
        film = RenderVideo(sitter, folder / name, voice.voice, "warp", kind=kind)
        kept = folder / f"{name}.npz" if motion else None
        return Row(number, name, portrait, "v.wav", GenerateVideo(GenerateMotion(sitter, voice, seed), film, kept))

    return build


class Workers:
    """Write what a task asks for, or fail at the rows in `broken`; count what they were given."""

    def __init__(self, broken=(), content=b"film"):
        self.given, self.broken, self.content = [], broken, content

    def __call__(self, tasks):
        for task in tasks:
            self.given.append(task.number)
            if task.number in self.broken:
                yield task, Broken("its process died", lasting=False)
                continue
            for result in results(task.request):
                if result.suffix:
                    result.write_bytes(self.content)
                else:
                    result.mkdir()
                    result.joinpath("0.png").write_bytes(self.content)
            yield task, Made(50, 25.0, 1.5, ("a note",), 10**9)


def run(rows, folder, workers):
    return finish(run_batch(rows, folder, open_registry(), workers))


def states(report):
    return [str(outcome.state) for outcome in report.outcomes]


def test_what_is_made_is_kept_and_what_failed_is_tried_again(row, folder):
    rows = [row(1), row(2), row(3, "sub/3.mp4", motion=True), row(4, portrait="none.png")]
    first = run(rows, folder, workers := Workers(broken=(2,)))
    assert states(first) == ["made", "failed", "made", "failed"]
    assert "its process died." in str(first.outcomes[1].fault)
    assert "none.png does not exist" in str(first.outcomes[3].fault)
    assert workers.given == [1, 2, 3]  # what cannot be read is given to nobody
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        "1.mp4", "3.mp4", "3.mp4.npz", LEDGER, "report.csv", "report.json",
    ]  # fmt: skip
    again = run(rows, folder, workers := Workers())
    assert (states(again), workers.given) == (["kept", "made", "kept", "failed"], [2])
    assert again.outcomes[0].made == replace(first.outcomes[0].made, memory=None)


@pytest.mark.parametrize(
    "change", ["settings", "portrait", "voice", "result is gone", "result is cut", "motion is gone"]
)
def test_what_is_not_as_asked_is_made_anew(row, folder, inputs, change):
    rows = [row(1, motion=True)]
    run(rows, folder, Workers())
    match change:
        case "settings":
            rows = [row(1, motion=True, seed=5)]
        case "portrait":
            (inputs / "a.png").write_bytes(b"another")
        case "voice":
            (inputs / "v.wav").write_bytes(b"another")
        case "result is gone":
            (folder / "1.mp4").unlink()
        case "result is cut":
            (folder / "1.mp4").write_bytes(b"fil")
        case "motion is gone":
            (folder / "1.mp4.npz").unlink()
    assert states(run(rows, folder, Workers(content=b"new film"))) == ["made"]
    assert (folder / "1.mp4").read_bytes() == b"new film"
    assert states(run(rows, folder, Workers())) == ["kept"]


def test_names_do_not_matter_to_what_is_asked(row, inputs):
    one, other = row(1), row(2, portrait="b.png")
    (inputs / "b.png").write_bytes(b"a.png")
    prints = Fingerprints(open_registry())
    assert prints.of(one.asked) == prints.of(other.asked) != prints.of(row(3, seed=1).asked)
    unmarked = replace(one.asked, render=replace(one.asked.render, mark=False))
    assert prints.of(unmarked) != prints.of(one.asked)


def test_folders_of_the_batch_are_replaced_and_others_are_left(row, folder):
    rows = [row(1, kind=FilmKind.PICTURES), row(2, kind=FilmKind.PICTURES)]
    (folder / "2").mkdir()
    (folder / "2" / "mine.txt").write_text("mine")
    assert states(run(rows, folder, Workers())) == ["made", "failed"]
    assert "holds something already" in str(run(rows, folder, Workers()).outcomes[1].fault)
    anew = [row(1, kind=FilmKind.PICTURES, seed=5)]
    assert states(run(anew, folder, Workers(content=b"new film"))) == ["made"]
    assert (folder / "1" / "0.png").read_bytes() == b"new film"
    (folder / "1" / "mine.txt").write_text("mine")
    assert states(run(rows, folder, Workers())) == ["failed", "failed"]
    assert (folder / "2" / "mine.txt").read_text() == (folder / "1" / "mine.txt").read_text() == "mine"


def test_a_run_that_is_stopped_tells_what_waits_and_leaves_no_bench(row, folder):
    job = run_batch([row(1), row(2)], folder, open_registry(), Workers())
    while next(job).stage != "batch" or not (folder / "1.mp4").exists():
        pass
    job.close()
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [each["state"] for each in told["rows"]] == ["made", "waiting"]
    assert not [path for path in folder.iterdir() if path.is_dir()]


def test_what_a_killed_run_left_is_removed(row, folder):
    left = folder / ".dimitra-batch-0badcafe" / "1"
    left.mkdir(parents=True)
    (left / "1.mp4").write_bytes(b"half")
    run([row(1)], folder, Workers())
    assert not left.parent.exists()


def test_a_kill_between_the_ledger_and_the_place_makes_the_row_anew(row, folder, monkeypatch):
    rename = os.rename

    def kill(self, target):
        if self.suffix == ".mp4":
            raise KeyboardInterrupt
        rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", kill)
        with pytest.raises(KeyboardInterrupt):
            run([row(1)], folder, Workers())
    assert "1.mp4" in (folder / LEDGER).read_text(encoding="utf-8")
    assert states(run([row(1)], folder, Workers())) == ["made"]


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1}', '{"format": 1, "made": {"1.mp4": {}}}', '{"format": 2}'])
def test_a_ledger_that_cannot_be_read_is_refused(row, folder, text):
    (folder / LEDGER).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=LEDGER):
        run([row(1)], folder, workers := Workers())
    assert (folder / LEDGER).read_text(encoding="utf-8") == text
    assert not workers.given


def test_the_report_is_for_people_programs_and_spreadsheets(row, folder):
    faulty = Row(3, "3.mp4", "c.png", "w.wav", InputError("The row names no voice.", "Give one."))
    report = run([row(1), row(2), faulty], folder, Workers(broken=(2,)))
    lines = list(report.table())
    assert lines[1].split() == ["1", "1.mp4", "made", "50", "1.5", "s"]
    assert lines[2].split(maxsplit=3)[2:] == ["failed", "its process died."]
    assert lines[-1] == "3 rows: 1 made, 2 failed. The largest worker held 1.0 GB."
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (told["made"], told["failed"], told["kept"], told["waiting"]) == (1, 2, 0, 0)
    assert told["rows"][2]["error"] == "The row names no voice. Give one."
    with (folder / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [each["state"] for each in table] == ["made", "failed", "failed"]
    assert table[0]["notes"] == "a note"
    assert report.count(State.MADE) == 1
