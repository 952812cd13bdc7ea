"""`dimitra models list|install|verify`."""

import argparse
from typing import Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console
from dimitra_studio.cli.options import file_name
from dimitra_studio.core.errors import ModelError
from dimitra_studio.engine.installer import install
from dimitra_studio.engine.registry import Model, Registry, open_registry


def register(commands: Commands) -> None:
    """Adds `models`."""
    parser = add_command(commands, "models", "list, install or verify the model files", _run)
    parser.add_argument(
        "action",
        choices=("list", "install", "verify"),
        help="list: what there is; install: bring what is missing; verify: read every file and compare",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these models (default: all)")
    parser.add_argument(
        "--from",
        dest="source",
        type=file_name,
        metavar="PATH",
        help="install: take the files from this folder, wheel or file (pirenderer: the checkpoint that you have)",
    )


def _run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    registry = open_registry()
    named = [registry.model(model_id) for model_id in arguments.ids]
    chosen = named or list(registry)
    if arguments.action == "list":
        return {"models": [_described(registry, model, console) for model in chosen]}
    if arguments.action == "install":
        installed = console.run(install(registry, tuple(arguments.ids), arguments.source))
        console.say(f"Installed: {', '.join(installed)}" if installed else "All models are in place.")
        return {"installed": installed, "folder": str(registry.folder)}
    return _verify(registry, named or [model for model in registry if registry.expects(model)], console)


def _described(registry: Registry, model: Model, console: Console) -> dict[str, Any]:
    faults = _faults(registry, model)
    state = "ok" if not faults else faults[0].split(":")[0]
    if not registry.expects(model):
        state = f"optional: dimitra models install {model.id}" + (" --from FILE" if model.given else "")
    console.say(f"{model.id:18} {model.size / 1e6:7.1f} MB  {model.licence:24} {state}")
    console.say(f"{'':18} for {model.needed_for}; from {_source(model)}")
    return {
        "id": model.id,
        "needed_for": model.needed_for,
        "licence": model.licence,
        "package": model.package,
        "publisher": model.publisher,
        "state": state,
        "files": [
            {"path": str(registry.location(model, file)), "size": file.size, "sha256": file.sha256}
            for file in model.files
        ],
    }


def _verify(registry: Registry, models: list[Model], console: Console) -> dict[str, Any]:
    registry.forget()
    broken = {model.id: faults for model in models if (faults := _faults(registry, model))}
    for model in models:
        console.say(f"{model.id:18} {'ok' if model.id not in broken else broken[model.id][0]}")
    if broken:
        sentences = "; ".join(f"{model_id} {faults[0]}" for model_id, faults in broken.items())
        found = [registry.model(model_id) for model_id in broken]
        fetched = [model for model in found if model.package and not model.ships]
        ids = " ".join(model.id for model in fetched)
        mends = dict.fromkeys(
            f"Run: dimitra models install {ids}" if model in fetched else model.mend for model in found
        )
        raise ModelError(f"{sentences}.", " ".join(mends))
    return {"verified": [model.id for model in models]}


def _source(model: Model) -> str:
    return model.publisher if model.given else model.package or "this project"


def _faults(registry: Registry, model: Model) -> list[str]:
    if not model.files:
        return ["is not installed"]
    return [fault for file in model.files if (fault := registry.fault(model, file))]
