"""What a packaged build holds beside code: resources, and the models with a manifest that says so."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from dimitra_studio.core.paths import shipped_model, shipped_root
from dimitra_studio.engine.registry import open_registry

Entry = tuple[str, str, str]  # PyInstaller's: where in the build, from which file, "DATA"
_DATA = PurePosixPath("dimitra_studio")  # where `core.paths` looks, as in a wheel


def shipped_files(scratch: Path) -> Iterator[Entry]:
    """Resources and models: what a checkout has, and what `dimitra models install` brings without being asked.

    The manifest, written into `scratch`, says of these that the build carries them. Raises ModelError where one is
    missing.
    """
    root = shipped_root()
    for folder in ("resources", "models"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path != shipped_model("manifest.json"):
                yield _entry(_DATA / path.relative_to(root).as_posix(), path)
    registry = open_registry()
    carried = [model for model in registry if model.package and not model.optional]
    for model in carried:
        registry.path(model.id)
        for file in model.files:
            yield _entry(_DATA / "models" / model.id / file.path, registry.location(model, file))
    content = json.loads(shipped_model("manifest.json").read_text(encoding="utf-8"))
    for entry in content["models"]:
        if entry["id"] in {model.id for model in carried}:
            entry["carried"] = True
    manifest = scratch / "manifest.json"
    manifest.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    yield _entry(_DATA / "models" / "manifest.json", manifest)


def _entry(place: PurePosixPath, source: Path) -> Entry:
    return str(place), str(source), "DATA"
