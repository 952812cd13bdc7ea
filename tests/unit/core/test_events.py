import pickle

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress, finish


def test_finish_returns_what_the_job_returns() -> None:
    def job() -> Job[str]:
        yield Progress("fit", 0, 1)
        return "fitted"

    assert finish(job()) == "fitted"


def test_errors_keep_message_and_hint_across_processes() -> None:
    error = pickle.loads(pickle.dumps(InputError("a.png shows no face.", "Use a frontal portrait.")))
    assert isinstance(error, InputError)
    assert (error.message, error.hint) == ("a.png shows no face.", "Use a frontal portrait.")
    assert str(error) == "a.png shows no face. Use a frontal portrait."
