import pytest

from dimitra_studio.speech.spelling import split_words, spoken_words


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("Country.", "country"), ("don’t", "don't"), ("'tis", "tis"), ("Čapek", "capek"), ("Łódź", "lodz"),
        ("state-of-the-art", "state of the art"), ("R&D", "r and d"), ("COVID-19", "covid nineteen"),
        ("10:30", "ten thirty"), ("5pm", "five pm"), ("60fps", "sixty fps"), ("(20%)", "twenty percent"),
        ("“$5.50”", "five dollars fifty cents"), ("1984,", "nineteen eighty four"), ("日本", ""),
        ("...", ""), ("&", "and"),
    ],
)  # fmt: skip
def test_written_words_as_they_are_said(token, words):
    assert spoken_words(token) == words.split()


def test_a_script_is_cut_at_blanks_and_dashes():
    assert split_words("Hello — world,\n it's 5 o'clock--no & yes… -") == [
        "Hello", "world,", "it's", "5", "o'clock", "no", "&", "yes…",
    ]  # fmt: skip
