import argparse
from pathlib import Path

import pytest

from dimitra_studio.cli.options import voice_request
from dimitra_studio.core.errors import InputError


def asked(text):
    return voice_request(argparse.Namespace(voice=Path("v.wav"), text=text))


def test_the_text_is_read_whatever_it_begins_with(tmp_path):
    path = tmp_path / "said.txt"
    path.write_bytes("\N{BYTE ORDER MARK}Hello, Zoë.\r\n".encode())
    assert asked(path).text == "Hello, Zoë."
    assert asked(None).text is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no text"),
        (b" \n", "holds no text"),
        (b"a\0b", "holds no text"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a" * 1_000_001, "longer than"),
        (None, "No such file"),
    ],
)
def test_texts_that_cannot_be_used_are_refused(tmp_path, content, sentence):
    path = tmp_path / "said.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        asked(path)
