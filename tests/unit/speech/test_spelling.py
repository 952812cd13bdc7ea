import re

import pytest
from hypothesis import given, strategies

from dimitra_studio.speech.spelling import split_words, spoken_words


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("Country.", "country"), ("don’t", "don't"), ("'tis", "tis"), ("Čapek", "capek"), ("Łódź", "lodz"),
        ("state-of-the-art", "state of the art"), ("R&D", "r and d"), ("COVID-19", "covid nineteen"),
        ("10:30", "ten thirty"), ("5pm", "five pm"), ("60fps", "sixty fps"), ("(20%)", "twenty percent"),
        ("“$5.50”", "five dollars fifty cents"), ("1984,", "nineteen eighty four"), ("日本", ""),
        ("...", ""), ("&", "and"), ("1,5", "one five"), ("2,50%", "two fifty percent"), ("1,000", "one thousand"),
        ("3,14m", "three fourteen m"), ("5th%", "fifth percent"),
    ],
)  # fmt: skip
def test_written_words_as_they_are_said(token, words):
    assert spoken_words(token) == words.split()


@given(strategies.text(alphabet="0123456789,.$€%sthndr'aé²½٣&:- ", max_size=12))
def test_whatever_is_written_only_letters_are_said(token):
    assert all(re.fullmatch("[a-z]([a-z']*[a-z])?", word) for word in spoken_words(token))


def test_a_price_with_too_many_figures_is_said_figure_by_figure():
    assert spoken_words("$" + "7" * 5000) == ["seven"] * 5000


def test_a_script_is_cut_at_blanks_and_dashes():
    assert split_words("Hello — world,\n it's 5 o'clock--no & yes… -") == [
        "Hello", "world,", "it's", "5", "o'clock", "no", "&", "yes…",
    ]  # fmt: skip
