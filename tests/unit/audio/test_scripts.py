import pytest

from dimitra_studio.audio.scripts import script_beside


def test_a_text_beside_the_voice_says_what_is_said(tmp_path):
    (tmp_path / "a.txt").write_text("\ufeff Hoist the load.\n", "utf-8")
    assert script_beside(tmp_path / "a.wav") == ("Hoist the load.", "The words are those of a.txt beside the voice.")


def test_most_voices_have_none(tmp_path):
    assert script_beside(tmp_path / "a.wav") == (None, "")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"", b"a\0b", b"a" * 1_000_001], ids=["binary", "empty", "nul", "long"]
)
def test_a_file_that_is_no_text_is_told_and_left(tmp_path, content):
    (tmp_path / "a.txt").write_bytes(content)
    text, note = script_beside(tmp_path / "a.wav")
    assert text is None
    assert "a.txt" in note
