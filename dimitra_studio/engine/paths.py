"""The user's own data folder; the only place that asks appdirs."""

import os
from pathlib import Path

import appdirs

HOME_VARIABLE = "DIMITRA_HOME"


def user_data_folder() -> Path:
    """Where installed models and caches live; `DIMITRA_HOME` overrides it (portable installs, tests)."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser() if home else Path(appdirs.user_data_dir("dimitra-studio", appauthor=False))


def user_models_folder() -> Path:
    """Where `dimitra models install` puts model files, one folder a model."""
    return user_data_folder() / "models"
