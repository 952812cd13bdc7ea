"""Writes the sample project with its ready take, `resources/sample/sample.dimitra`, with the models that ship.

    python packaging/record_sample.py

Run it after the motion models were trained anew. The portrait and the voice beside it are linked, not put into it. What
is said is taken from `voice.txt`: listening alone mishears the first words.
"""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dimitra_studio.core.events import finish
from dimitra_studio.core.paths import resource
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.pipeline import motion
from dimitra_studio.project.document import MediaRef, Project, Revision, Take, TakeSettings
from dimitra_studio.project.media_files import MediaRoom
from dimitra_studio.project.storage import save_project

SEED = 0


def main() -> None:
    """Generates the take and saves the project."""
    portrait, voice = resource("sample/portrait.png"), resource("sample/voice.flac")
    said = AnalyseVoice(voice, voice.with_suffix(".txt").read_text(encoding="utf-8").strip())
    with Loader() as loader:
        made = finish(motion(loader, GenerateMotion(FitPortrait(portrait), said, SEED, device="cpu")))
    take = Take(
        "sample", "Take 1", SEED, TakeSettings(), made.motion, datetime.now(UTC), recipe=made.recipe,
        speech=made.voice.speech.utterance,
    )  # fmt: skip
    project = Project(
        MediaRef(portrait, portrait.name, made.sitter.portrait.sha256),
        MediaRef(voice, voice.name, made.voice.sha256),
        (take,),
        take.id,
    )
    path = resource("sample/sample.dimitra")
    with TemporaryDirectory() as own:
        save_project(project, Revision("sample"), MediaRoom(path, Path(own), largest_embedded=0))
    print(f"Wrote {path}: {len(take.motion)} frames, {path.stat().st_size / 1000:.0f} kB.")


if __name__ == "__main__":
    main()
