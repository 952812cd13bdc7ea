"""The time left of a command, learnt from the commands before it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dimitra_studio.engine.eta import Eta


@contextmanager
def forecast(kind: str, seconds: float) -> Iterator["Eta | None"]:
    """An Eta for a job of `kind` over `seconds` of voice or motion; its times are kept when the job ends well.

    None where the length is not known (0): then nothing honest can be said.
    """
    from dimitra_studio.engine.eta import Eta, StageTimes
    from dimitra_studio.engine.paths import user_data_folder

    if seconds <= 0:
        yield None
        return
    times = StageTimes(user_data_folder() / "stage_times.json")
    eta = Eta(seconds, times.recall(kind))
    yield eta
    times.keep(kind, eta.finish(time.monotonic()))
