"""What the tests of `dimitra batch` share: small inputs, and the true command in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import soundfile
from PIL import Image

from dimitra_studio.core.paths import resource

OPTIONS = {"size": 128, "renderer": "warp", "steps": 2}
SECONDS = 0.8


def write_inputs(folder: Path) -> None:
    """Two portraits, a text that calls itself one, and a voice."""
    with Image.open(resource("sample/portrait.png")) as picture:
        picture.save(folder / "anna.png")
        picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "berta.png")
    (folder / "broken.png").write_text("This is not a picture.", encoding="utf-8")
    sample = resource("sample/voice.flac")
    samples, rate = soundfile.read(sample, frames=round(SECONDS * soundfile.info(sample).samplerate))
    soundfile.write(folder / "hello.wav", samples, rate)


def write_list(folder: Path, *portraits: str) -> Path:
    """A list of each portrait with the voice."""
    path = folder / "jobs.json"
    path.write_text(json.dumps({"portraits": portraits, "voices": ["hello.wav"], "options": OPTIONS}), encoding="utf-8")
    return path


def start(*words: object) -> "subprocess.Popen[str]":
    """`dimitra batch` in a process of its own."""
    code = "import sys; from dimitra_studio.cli.main import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, "batch", *(str(word) for word in words), "--quiet", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def states(report: dict) -> list[str]:
    return [row["state"] for row in report["rows"]]
