"""An aligner in a process of its own.

PocketSphinx keeps Python's lock while it works, a second for a long passage; in another process it keeps only its own.
"""

import signal
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import StudioError
from dimitra_studio.speech.phonemes import Aligner, Alignment

_PATIENCE = 2.0  # seconds for the process to end by itself


class AlignerApart:
    """See `Aligner`. `build` makes the one that does the work, in the other process: a picklable function.

    What it raises there is raised here by the first question. When the process dies, as it may where the memory runs
    out, the question fails with a StudioError and the next one has a new process. Not for several threads at once;
    call `close` in the end.
    """

    def __init__(self, build: Callable[[], Aligner]) -> None:
        self._build = build
        self._start()

    def align(self, samples: FloatArray, words: Sequence[str]) -> Alignment | None:
        """See `Aligner`."""
        found: Alignment | None = self._ask("align", samples, tuple(words))
        return found

    def pronounce(self, word: str) -> tuple[str, ...]:
        """See `Aligner`."""
        phones: tuple[str, ...] = self._ask("pronounce", word)
        return phones

    def close(self) -> None:
        """Ends the process; it has nothing to lose."""
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, self._build), daemon=True)
        self._process.start()
        theirs.close()  # or its end would never be noticed here

    def _ask(self, question: str, *words: object) -> Any:
        try:
            self._pipe.send((question, words))
            answer, error = self._pipe.recv()
        except (EOFError, OSError) as gone:
            self.close()
            self._start()
            message = "The process that looks for the words in the sound has ended by itself."
            raise StudioError(message, "Try it again; close other programs if the memory is short.") from gone
        if error is not None:
            raise error
        return answer


def _serve(pipe: "Connection[Any, Any]", build: Callable[[], Aligner]) -> None:
    """Answers until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the window's
    aligner: Aligner | None = None
    while True:
        try:
            question, words = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            aligner = aligner or build()
            answer: tuple[object, Exception | None] = getattr(aligner, question)(*words), None
        except Exception as error:  # as it would come without the pipe
            answer = None, error
        pipe.send(answer)
