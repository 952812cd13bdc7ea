"""What a packaged build holds beside code: the models, with a manifest that says so, and everybody's licences."""

import json
import re
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path, PurePosixPath

from dimitra_studio.core.paths import shipped_model, shipped_root
from dimitra_studio.engine.registry import open_registry

Entry = tuple[str, str, str]  # PyInstaller's: where in the build, from which file, "DATA"
_LICENCE = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
_DATA = PurePosixPath("dimitra_studio")  # where `core.paths` looks, as in a wheel
_LICENCES = PurePosixPath("licences")


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


def licences(modules: Iterable[str], scratch: Path) -> Iterator[Entry]:
    """The licences of the packages that `modules` (dotted names) come from, of Python and of this project, with a
    list of them that is written into `scratch`."""
    root = shipped_root()
    for name in ("LICENSE", "NOTICE"):
        yield _entry(_LICENCES / name, root / name)
    yield from _python_licence()
    owners = packages_distributions()
    names = {name for module in modules for name in owners.get(module.split(".")[0], ())}
    lines = ["Packages in this build, and the licences that they name.", ""]
    for name in sorted(names - {"dimitra-studio"}, key=str.lower):
        owner = distribution(name)
        lines.append(f"{name} {owner.version}: {_named_licence(owner)}")
        for file in owner.files or ():
            found = Path(str(owner.locate_file(file)))
            if _LICENCE.search(file.name) and file.suffix not in {".py", ".pyc"} and found.is_file():
                yield _entry(_LICENCES / name / "-".join(file.parts[-2:]), found)
    listing = scratch / "PACKAGES.txt"
    listing.write_text("\n".join(lines) + "\n", encoding="utf-8")
    yield _entry(_LICENCES / listing.name, listing)


def _python_licence() -> Iterator[Entry]:
    for folder in (sysconfig.get_path("stdlib"), sysconfig.get_config_var("prefix")):
        path = Path(folder) / "LICENSE.txt"
        if path.is_file():
            yield _entry(_LICENCES / "Python" / path.name, path)
            return


def _named_licence(owner: Distribution) -> str:
    """What its metadata say, in one line."""
    told = owner.metadata
    if expression := told.get("License-Expression"):
        return expression
    classified = [each.split(" :: ")[-1] for each in told.get_all("Classifier") or () if each.startswith("License")]
    first = (told.get("License") or "").strip().split("\n")[0]
    return ", ".join(classified) or first or "see its folder"


def _entry(place: PurePosixPath, source: Path) -> Entry:
    return str(place), str(source), "DATA"
