"""stdout and stderr as they may be: closed before the start, read by nobody, in an encoding that lacks letters.

None of that may stop a command in its middle or change what it writes to files.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from dimitra_studio.core.errors import InputError


def ready_streams() -> None:
    """Opens what was closed (to nowhere) and lets both streams take every text: foreign letters are escaped."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Else the next file gets this number, the lowest free one, and what libraries in C say is written into it.
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end, as they are
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def unheard(stream: TextIO) -> Iterator[None]:
    """Around writing to `stream`: where that is not possible, the block ends and the work goes on unheard.

    Raises InputError where stdout, which holds the result, fails for another reason than a reader who left.
    """
    try:
        yield
    except OSError as error:
        _send_nowhere(stream)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise InputError(
                f"The result cannot be written to the standard output: {error.strerror or error}.",
                "Send it somewhere else.",
            ) from error


def write_line(stream: TextIO, line: str) -> None:
    """Prints a line at once, as `unheard` says."""
    with unheard(stream):
        print(line, file=stream, flush=True)


def _send_nowhere(stream: TextIO) -> None:
    """Also for what waits in the stream's buffer: Python would complain about it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
