"""What can go wrong, in the user's words: what, where, and how to mend it."""


class StudioError(Exception):
    """One clear sentence (`message`: what and where) and its mend (`hint`); picklable."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(StudioError):
    """The user's file or setting cannot be used: exit 2 on the command line, an inline notice in the window."""


class ModelError(StudioError):
    """A model file is missing, has the wrong hash or cannot be loaded."""


class Cancelled(Exception):  # noqa: N818 - a cancel is not an error
    """The user stopped the job."""
