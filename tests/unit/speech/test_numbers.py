import pytest

from dimitra_studio.speech.numbers import say_number


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("0", "zero"), ("13", "thirteen"), ("42", "forty two"), ("100", "one hundred"), ("110", "one hundred ten"),
        ("1,234,567", "one million two hundred thirty four thousand five hundred sixty seven"),
        ("1984", "nineteen eighty four"), ("1905", "nineteen oh five"), ("1900", "nineteen hundred"),
        ("2000", "two thousand"), ("2005", "two thousand five"), ("2026", "twenty twenty six"),
        ("3000", "three thousand"), ("1990s", "nineteen nineties"), ("80s", "eighties"),
        ("1st", "first"), ("2nd", "second"), ("3rd", "third"), ("12th", "twelfth"), ("20th", "twentieth"),
        ("42nd", "forty second"), ("3.14", "three point one four"), ("-5", "minus five"), ("20%", "twenty percent"),
        ("$5", "five dollars"), ("$1.01", "one dollar one cent"), ("£0.50", "fifty pence"),
        ("€2.5", "two euros fifty cents"),
        ("$1.234", "one point two three four dollars"), ("007", "zero zero seven"),
    ],
)  # fmt: skip
def test_numbers_as_they_are_said(token, words):
    assert say_number(token) == words.split()


@pytest.mark.parametrize("token", ["", "five", "1.2.3", "10:30", "$", "4x"])
def test_what_is_no_number(token):
    assert say_number(token) is None


def test_long_strings_of_figures_are_said_one_by_one():
    assert say_number("1" * 20) == ["one"] * 20
