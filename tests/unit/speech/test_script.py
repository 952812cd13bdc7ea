from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.core.speech import Word
from dimitra_studio.speech.script import share_script
from dimitra_studio.speech.voice_activity import Passage

PASSAGES = (Passage(0.0, 10.0, 8.0), Passage(12.0, 20.0, 6.0), Passage(30.0, 34.0, 4.0))


def heard(text, start, step=0.5):
    return [Word(start + i * step, start + (i + 1) * step, word) for i, word in enumerate(text.split())]


def test_words_go_where_they_were_heard():
    script = ["The", "Quick", "brown", "fox", "jumps", "over", "2", "lazy", "dogs", "and", "sleeps"]
    ear = [*heard("the quick brown", 1.0), *heard("jumps over two", 13.0), *heard("and sleeps", 31.0)]
    shared = share_script(script, ear, PASSAGES)
    assert list(chain(*shared)) == script
    assert shared[0][:3] == script[:3]
    assert set(script[4:7]) <= set(shared[1])
    assert shared[2][-2:] == script[-2:]


def test_without_a_match_words_follow_the_time_of_speech():
    shared = share_script(["word"] * 90, [], PASSAGES)
    assert [len(words) for words in shared] == pytest.approx([40, 30, 20], abs=2)


def test_one_passage_holds_everything():
    assert share_script(["a", "b"], [], PASSAGES[:1]) == [["a", "b"]]


@given(st.lists(st.sampled_from(["red", "green", "blue", "日本"]), min_size=1, max_size=40), st.data())
def test_no_word_is_lost_whatever_was_heard(script, data):
    ear = heard(" ".join(data.draw(st.lists(st.sampled_from(["red", "green", "black"]), max_size=40))), 0.0, 0.8)
    assert list(chain(*share_script(script, ear, PASSAGES))) == script
