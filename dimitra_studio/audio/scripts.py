"""What is said in a recording, where a text file beside it tells: `voice.txt` beside `voice.flac`."""

from pathlib import Path

_LONGEST = 1_000_000  # bytes; an hour of speech has about 50 thousand


def script_beside(voice: Path) -> tuple[str | None, str]:
    """The text, None where there is none that can be used, and a sentence about it; empty where no file is there."""
    path = voice.with_suffix(".txt")
    try:
        if not path.is_file():
            return None, ""
        text = path.read_text("utf-8-sig").strip() if path.stat().st_size <= _LONGEST else ""
    except (OSError, UnicodeDecodeError):
        text = ""
    if not text or "\0" in text:
        return None, f"{path.name} beside the voice is no text in UTF-8 of what is said; the words are heard."
    return text, f"The words are those of {path.name} beside the voice."
