"""The user's own data folder; the only place that asks appdirs."""

import os
from pathlib import Path

import appdirs

from dimitra_studio.core.errors import InputError

HOME_VARIABLE = "DIMITRA_HOME"


def user_data_folder() -> Path:
    """Where installed models and caches live; `DIMITRA_HOME` overrides it (portable installs, tests).

    Raises InputError where that begins with `~` and names nobody.
    """
    home = os.environ.get(HOME_VARIABLE)
    if not home:
        return Path(appdirs.user_data_dir("dimitra-studio", appauthor=False))
    try:
        return Path(home).expanduser()
    except RuntimeError as error:
        raise InputError(f"{HOME_VARIABLE} is {home}, but there is no such user.", "Set it to a folder.") from error


def user_models_folder() -> Path:
    """Where `dimitra models install` puts model files, one folder a model."""
    return user_data_folder() / "models"
