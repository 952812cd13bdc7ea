import json
import re
from unittest.mock import Mock

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.speech.files import arrays_path, load_speech, save_speech


def test_an_analysis_comes_back_as_it_was(tmp_path, speech):
    path = tmp_path / "声 🎙.json"
    save_speech(path, speech)
    back = load_speech(path)
    assert (back.words, back.phonemes, back.text, back.notes) == (
        speech.words, speech.phonemes, speech.text, speech.notes,
    )  # fmt: skip
    assert (back.silences, back.language, back.duration) == (speech.silences, speech.language, speech.duration)
    assert (back.feature_kind, back.embedding_kind) == (speech.feature_kind, speech.embedding_kind)
    np.testing.assert_array_equal(back.features, speech.features)
    np.testing.assert_array_equal(back.text_embedding, speech.text_embedding)
    assert sorted(tmp_path.iterdir()) == sorted([path, arrays_path(path)])


def test_the_json_is_for_other_tools_too(tmp_path, speech):
    save_speech(tmp_path / "speech.json", speech)
    content = json.loads((tmp_path / "speech.json").read_text(encoding="utf-8"))
    assert content["words"][0].keys() == {"start", "end", "text"}
    assert content["phonemes"][0].keys() == {"start", "end", "symbol"}
    assert content["arrays"] == "speech.npz"


def test_what_is_no_analysis_is_refused(tmp_path, speech):
    path = tmp_path / "speech.json"
    with pytest.raises(InputError, match="no file"):
        load_speech(path)
    save_speech(path, speech)
    good = path.read_text(encoding="utf-8")
    for bad in ("", "[]", good[:100], good.replace('"SIL"', '"XX"'), good.replace('"version": 1', '"version": 2')):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(InputError, match=r"speech\.json"):
            load_speech(path)
    path.write_text(good, encoding="utf-8")
    whole = arrays_path(path).read_bytes()
    of_the_future = re.sub(rb"(PK\x01\x02..).", b"\\1\xff", whole, flags=re.DOTALL)
    for bad in (b"PK", b"PK\x03\x04", whole[:200], of_the_future):
        arrays_path(path).write_bytes(bad)
        with pytest.raises(InputError):
            load_speech(path)
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(InputError):
        load_speech(path)
    path.write_text(good, encoding="utf-8")
    arrays_path(path).unlink()
    with pytest.raises(InputError, match=r"speech\.npz"):
        load_speech(path)


def test_arrays_are_looked_for_beside_the_json_alone(tmp_path, speech):
    (tmp_path / "inner").mkdir()
    path = tmp_path / "inner" / "speech.json"
    save_speech(path, speech)
    arrays_path(path).rename(tmp_path / "speech.npz")
    path.write_text(path.read_text(encoding="utf-8").replace('"speech.npz"', '"../speech.npz"'), encoding="utf-8")
    with pytest.raises(InputError):
        load_speech(path)


def test_the_longest_name_can_be_written_and_a_cancel_leaves_nothing(tmp_path, speech, monkeypatch):
    save_speech(tmp_path / ("n" * 250 + ".json"), speech)
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(np, "savez", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        save_speech(tmp_path / "other.json", speech)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_is_not_there_is_named(tmp_path, speech):
    with pytest.raises(InputError, match="cannot be written"):
        save_speech(tmp_path / "missing" / "speech.json", speech)
