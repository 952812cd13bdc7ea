"""Where the files that ship with the package lie: a checkout keeps them beside the package, a wheel inside it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_root() -> Path:
    """The folder that holds `resources` and `models`."""
    return _PACKAGE if (_PACKAGE / "resources").is_dir() else _PACKAGE.parent


def resource(name: str) -> Path:
    """A file or folder under `resources`, such as `head_model.npz` or `sample/voice.flac`."""
    return shipped_root() / "resources" / name


def shipped_model(name: str) -> Path:
    """A file under `models`: the manifest, the project's own weights and their cards."""
    return shipped_root() / "models" / name
