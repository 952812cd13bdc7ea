"""The aligner in a process of its own says what the one in this process says, and its death is told and mended."""

import os
import threading
import time
from functools import partial

import numpy as np
import pytest

from dimitra_studio.core.errors import ModelError, StudioError
from dimitra_studio.engine.loader import Loader
from dimitra_studio.speech.apart import AlignerApart
from dimitra_studio.speech.sphinx import load_aligner


class Moody:
    """Stands in the other process."""

    def align(self, samples, words):
        if words == ("die",):
            os._exit(3)
        raise ModelError(f"No {words[0]}.", "Say something else.")

    def pronounce(self, word):
        return (str(os.getpid()),)


@pytest.fixture
def moody():
    aligner = AlignerApart(Moody)
    yield aligner
    aligner.close()


def test_words_and_phones_are_the_same(sample, speech):
    here = load_aligner(path := Loader().registry.path("g2p"))
    apart = AlignerApart(partial(load_aligner, path))
    try:
        words = [word.text for word in speech.words]
        assert apart.align(sample.samples, words) == here.align(sample.samples, words)
        assert apart.pronounce("dimitra") == here.pronounce("dimitra")
    finally:
        apart.close()


def test_this_process_goes_on_while_the_other_works(sample, speech):
    """PocketSphinx keeps Python's lock throughout: here another thread could not count."""
    apart = AlignerApart(partial(load_aligner, Loader().registry.path("g2p")))
    try:
        count, done = 0, threading.Event()

        def tick():
            nonlocal count
            while not done.is_set():
                time.sleep(0.001)
                count += 1

        apart.pronounce("ready")
        thread = threading.Thread(target=tick)
        thread.start()
        apart.align(sample.samples, [word.text for word in speech.words])
        done.set()
        thread.join()
        assert count > 20
    finally:
        apart.close()


def test_an_error_there_is_raised_here(moody):
    with pytest.raises(ModelError, match=r"No word\. Say something else"):
        moody.align(np.zeros(10, np.float32), ["word"])


def test_a_death_is_told_and_the_next_question_has_a_new_process(moody):
    first = moody.pronounce("who")
    assert first != (str(os.getpid()),)
    with pytest.raises(StudioError, match="ended by itself"):
        moody.align(np.zeros(10, np.float32), ["die"])
    assert moody.pronounce("who") not in (first, (str(os.getpid()),))


def test_what_cannot_be_built_is_told_by_the_first_question(tmp_path):
    aligner = AlignerApart(partial(load_aligner, tmp_path / "nothing.npz"))
    try:
        with pytest.raises(ModelError, match="cannot be read"):
            aligner.pronounce("who")
    finally:
        aligner.close()
