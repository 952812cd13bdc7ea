"""From written text to the words that a dictionary lists."""

import re
import unicodedata

from dimitra_studio.speech.numbers import say_number

_SIGNS = {"&": "and", "%": "percent", "@": "at", "+": "plus", "=": "equals", "°": "degrees"}
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "th", "þ": "th", "ı": "i"}
)
_OUTER = ".,;:!?…\"“”„«»()[]{}<>*_~—–-/'"
# Commas count as part of a number only between thousands: "1,000" is one number, "1,2" are two.
_PIECE = re.compile(
    r"[$€£]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:(?:st|nd|rd|th|s)(?![a-z])|%)?|[a-z']+|[&%@+=°]"
)


def split_words(text: str) -> list[str]:
    """The written words of a script, punctuation kept on them; dashes between words part them."""
    return [token for token in re.split(r"\s+|[—–]+|--+", text) if any(c.isalnum() or c in _SIGNS for c in token)]


def spoken_words(token: str) -> list[str]:
    """What is said for one written word: lower case, letters and apostrophes only, figures spelt out.

    Empty where nothing in Latin letters or figures is left.
    """
    plain = unicodedata.normalize("NFKD", token.lower().translate(_APOSTROPHES).translate(_LETTERS))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).strip(_OUTER)
    number = say_number(plain)
    if number is not None:
        return number
    words: list[str] = []
    for piece in _PIECE.findall(plain):
        words += say_number(piece) or [_SIGNS.get(piece, piece.strip("'"))]
    return [word for word in words if word]
