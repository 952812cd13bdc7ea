from pathlib import Path

import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.training.corpus import read_corpus
from dimitra_studio.training.layouts import Layout, draw_clips, find_clips, judge_speakers, write_index


def _tree(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"video")
    return folder


def test_voxceleb2(tmp_path) -> None:
    _tree(
        tmp_path, "dev/mp4/id00012/21Uxsk56VDQ/00001.mp4", "test/mp4/id00017/01dfn2spqyE/00001.mp4",
        "dev/aac/id00012/21Uxsk56VDQ/00001.m4a", "vox2_meta.csv",
    )  # fmt: skip
    learned, judged = find_clips(tmp_path, Layout.VOXCELEB2)
    assert (learned.name, learned.speaker, learned.judged) == ("dev/id00012/21Uxsk56VDQ/00001", "id00012", False)
    assert (judged.speaker, judged.judged) == ("id00017", True)


@pytest.mark.parametrize(
    ("file", "speaker"),
    [("WDA_CarolynMaloney2_000.mp4", "WDA_CarolynMaloney"), ("CarolynMaloney1_3.mp4", "CarolynMaloney"),
     ("RD_Radio11_000.mp4", "RD_Radio11"), ("clips/WDA_LucilleRoybal-Allard_1.mp4", "WDA_LucilleRoybal-Allard")],
)  # fmt: skip
def test_hdtf_numbers_videos_of_one_person(tmp_path, file, speaker) -> None:
    (clip,) = find_clips(_tree(tmp_path, file, "_videos_raw/whole.mp4"), Layout.HDTF)
    assert (clip.speaker, clip.video) == (speaker, Path(file))


def test_celebv_hq_knows_videos(tmp_path) -> None:
    names = ("processed/_0tf2n3rlJU_0.mp4", "processed/_0tf2n3rlJU_1.mp4", "raw/_0tf2n3rlJU.mp4", "raw/M2Ohb0FA_12.mp4")
    clips = find_clips(_tree(tmp_path, *names), Layout.CELEBV_HQ)
    assert {clip.speaker for clip in clips} == {"_0tf2n3rlJU"}
    assert [clip.name for clip in clips] == ["processed/_0tf2n3rlJU_0", "processed/_0tf2n3rlJU_1"]


def test_some_speakers_are_kept_to_judge_by(tmp_path) -> None:
    clips = find_clips(
        _tree(tmp_path, *(f"{chr(97 + n % 26) * (1 + n // 26)}_{k}.mp4" for n in range(100) for k in range(2))),
        Layout.HDTF,
    )
    judged = {clip.speaker for clip in clips if clip.judged}
    assert 1 <= len(judged) <= 12
    assert not judged & {clip.speaker for clip in clips if not clip.judged}


def test_the_user_says_who_is_judged_on(tmp_path) -> None:
    clips = find_clips(_tree(tmp_path, "a_0.mp4", "b_0.mp4", "b_1.mp4"), Layout.HDTF)
    assert [clip.judged for clip in judge_speakers(clips, frozenset({"b"}))] == [False, True, True]
    with pytest.raises(InputError, match="speaker nobody"):
        judge_speakers(clips, frozenset({"nobody"}))


def test_clips_are_drawn_the_same_each_time(tmp_path) -> None:
    clips = judge_speakers(
        find_clips(_tree(tmp_path, *(f"Radio{n}_0.mp4" for n in range(30))), Layout.HDTF), frozenset({"Radio7"})
    )
    drawn = draw_clips(clips, 5)
    assert len(drawn) == 6
    assert any(clip.judged for clip in drawn)
    assert drawn == draw_clips(clips, 5)


def test_the_index_is_a_corpus(tmp_path) -> None:
    _tree(tmp_path, "dev/mp4/id1/v/00001.mp4", "test/mp4/id2/v/00001.mp4")
    write_index(tmp_path, Layout.VOXCELEB2, find_clips(tmp_path, Layout.VOXCELEB2))
    learned, judged = read_corpus(tmp_path)
    assert (learned.facts.split, judged.facts.split) == ("train", "val")
    assert learned.video == learned.voice == tmp_path / "dev" / "mp4" / "id1" / "v" / "00001.mp4"
    with pytest.raises(InputError, match="no clip that may be used"):
        read_corpus(tmp_path, open_only=True)
    with pytest.raises(InputError, match="there already"):
        write_index(tmp_path, Layout.VOXCELEB2, find_clips(tmp_path, Layout.VOXCELEB2))


@pytest.mark.parametrize("layout", list(Layout))
def test_another_folder_is_told(tmp_path, layout) -> None:
    with pytest.raises(InputError, match=str(layout)):
        find_clips(_tree(tmp_path, "holiday.mp4", "train/mp4/a/b/c.mp4"), layout)
