import pytest

from dimitra_studio.training.balance import clip_weights


def _weights(*made, shares=None, variant_share: float = 0.5) -> list[float]:
    return clip_weights(made, [len(clip.motion) for clip in made], shares or {}, variant_share)


def test_speakers_with_much_data_count_less_than_proportionally(clips) -> None:
    rich = [clips.one(f"r{n}", frames=500, speaker="rich") for n in range(8)]
    *many, one = _weights(*rich, clips.one("p", frames=500, speaker="poor"))
    # 160 s and 20 s: eight times the speech counts as the square root of it.
    assert sum(many) / one == pytest.approx(8**0.5)
    assert one == pytest.approx(500)


def test_sources_can_be_weighted_down(clips) -> None:
    grid, natural = _weights(clips.one("g", source="GRID_s1"), clips.one("n", speaker="t"), shares={"GRID": 0.25})
    assert grid == pytest.approx(0.25 * natural)


def test_variants_share_the_weight_of_their_recording(clips) -> None:
    recording = clips.one("a", frames=60)
    slower, faster = (clips.one("a", frames=frames, variant=f"{frames}") for frames in (66, 55))
    other = clips.one("b", frames=60)
    weights = _weights(recording, slower, faster, other, variant_share=0.4)
    assert weights == pytest.approx([36, 12, 12, 60])
    assert sum(weights[:3]) == pytest.approx(sum(_weights(recording)))


def test_variants_do_not_make_a_speaker_talkative(clips) -> None:
    recording = clips.one("a", frames=400)
    variants = [clips.one("a", frames=400, variant=f"{n}") for n in range(9)]
    assert sum(_weights(recording, *variants)) == pytest.approx(sum(_weights(recording))) == pytest.approx(400)


def test_variants_whose_recording_is_left_out_take_its_place(clips) -> None:
    weights = _weights(*(clips.one("a", frames=frames, variant=f"{frames}") for frames in (50, 70)))
    assert weights == pytest.approx([30, 30])
