"""Figures as they are said in English: 1984, 3rd, $5.50, 20 %."""

import re

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_CURRENCIES = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_PLURALS = {"penny": "pence"}
_NUMBER = re.compile(
    r"(?P<sign>[-−]?)(?P<currency>[$€£]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?(?P<end>st|nd|rd|th|%|s)?$",
    re.IGNORECASE,
)
# Longer digit strings are telephone or account numbers and are said digit by digit.
_LONGEST = 15


def say_number(token: str) -> list[str] | None:
    """The words of a number, or None where `token` is none.

    Four figures without a comma between 1100 and 2099 are said as a year ("nineteen eighty four").
    """
    match = _NUMBER.match(token)
    if match is None:
        return None
    whole, part, end = match["whole"], match["part"], (match["end"] or "").lower()
    is_year = len(whole) == 4 and part is None and not match["currency"] and 1100 <= int(whole) <= 2099
    digits = whole.replace(",", "")
    words = ["minus"] if match["sign"] else []
    if match["currency"] and len(digits) <= _LONGEST:
        return words + _money(int(digits), part, *_CURRENCIES[match["currency"]])
    if len(digits) > _LONGEST or (len(digits) > 1 and digits[0] == "0"):
        words += [_SMALL[int(digit)] for digit in digits]
    else:
        words += _year(int(digits)) if is_year else _cardinal(int(digits))
    if part is not None:
        words += ["point", *(_SMALL[int(digit)] for digit in part)]
    if end in ("st", "nd", "rd", "th"):
        words[-1] = _ordinal(words[-1])
    elif end == "s":
        words[-1] = words[-1][:-1] + "ies" if words[-1].endswith("y") else words[-1] + "s"
    elif end == "%":
        words.append("percent")
    return words


def _cardinal(value: int) -> list[str]:
    if value < 20:
        return [_SMALL[value]]
    if value < 100:
        return [_TENS[value // 10], *([_SMALL[value % 10]] if value % 10 else [])]
    for scale, name in _SCALES:
        if value >= scale:
            rest = value % scale
            return [*_cardinal(value // scale), name, *(_cardinal(rest) if rest else [])]
    raise AssertionError(value)


def _year(value: int) -> list[str]:
    century, rest = divmod(value, 100)
    if 2000 <= value <= 2009:
        return _cardinal(value)
    if rest == 0:
        return [*_cardinal(century), "hundred"]
    return [*_cardinal(century), *(["oh", _SMALL[rest]] if rest < 10 else _cardinal(rest))]


def _ordinal(word: str) -> str:
    if word in _ORDINALS:
        return _ORDINALS[word]
    return word[:-1] + "ieth" if word.endswith("y") else word + "th"


def _money(whole: int, part: str | None, unit: str, subunit: str) -> list[str]:
    cents = int(part.ljust(2, "0")) if part is not None and len(part) <= 2 else 0
    words = [] if cents and not whole else [*_cardinal(whole), _counted(unit, whole)]
    if part is not None and len(part) > 2:
        return [*_cardinal(whole), "point", *(_SMALL[int(digit)] for digit in part), unit + "s"]
    return words + ([*_cardinal(cents), _counted(subunit, cents)] if cents else [])


def _counted(unit: str, count: int) -> str:
    return unit if count == 1 else _PLURALS.get(unit, unit + "s")
