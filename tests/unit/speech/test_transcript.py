import shutil

import pytest

from dimitra_studio.core.errors import ModelError
from dimitra_studio.engine.loader import Loader
from dimitra_studio.speech.transcript import load_whisper


def test_words_have_times_in_order(backends, sample):
    transcript = backends.transcriber.transcribe(sample.samples)
    assert [word.text for word in transcript.words[-3:]] == ["reach", "the", "lake."]
    times = [time for word in transcript.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert -0.6 < transcript.log_probability < 0
    assert not transcript.looping


def test_doubt_is_larger_where_there_are_no_words(backends, sample):
    forwards = backends.transcriber.transcribe(sample.samples)
    backwards = backends.transcriber.transcribe(sample.samples[::-1].copy())
    assert backwards.log_probability < forwards.log_probability - 0.3


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path, name):
    whole = Loader().registry.path("whisper-tiny.en")
    for file in whole.iterdir():
        if file.name != name:
            (tmp_path / file.name).symlink_to(file)
    with pytest.raises(ModelError, match=name):
        load_whisper(tmp_path)


def test_a_broken_model_is_named(tmp_path):
    whole = Loader().registry.path("whisper-tiny.en")
    shutil.copytree(whole, tmp_path / "model", ignore=shutil.ignore_patterns("model.bin"))
    (tmp_path / "model" / "model.bin").write_bytes(b"no model")
    with pytest.raises(ModelError, match="cannot be read"):
        load_whisper(tmp_path / "model")
