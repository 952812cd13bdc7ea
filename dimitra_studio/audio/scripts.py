"""What is said in a recording, where a text file beside it tells: `voice.txt` beside `voice.flac`."""

from pathlib import Path

from dimitra_studio.core.errors import InputError

_LONGEST = 1_000_000  # bytes; an hour of speech has about 50 thousand


def read_script(path: Path) -> str:
    """The text of a file. Raises InputError where it cannot be what is said in a recording."""
    try:
        content = path.read_bytes() if path.stat().st_size <= _LONGEST else None
    except OSError as error:
        raise InputError(f"The text {path} cannot be read: {error.strerror}.", "Check the path.") from error
    if content is None:
        raise InputError(f"The text {path} is longer than any recording's.", "Give a text file with what is said.")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError(f"The text {path} is not UTF-8 text.", "Save it as plain text in UTF-8.") from error
    if not text or "\0" in text:
        raise InputError(f"The text {path} holds no text.", "Give a text file with what is said.")
    return text


def script_beside(voice: Path) -> tuple[str | None, str]:
    """The text, None where there is none that can be used, and a sentence about it; empty where no file is there."""
    path = voice.with_suffix(".txt")
    if not path.is_file():
        return None, ""
    try:
        text = read_script(path)
    except InputError:
        return None, f"{path.name} beside the voice is no text in UTF-8 of what is said; the words are heard."
    return text, f"The words are those of {path.name} beside the voice."
