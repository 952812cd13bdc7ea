import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.training.corpus import read_corpus

HEADER = ("clip", "split", "seconds", "speaker", "source", "lag_frames", "lag_fixed", "sync_r0", "licence", "origin")


def _write(folder, *rows: dict[str, str], columns=HEADER) -> None:
    base = dict.fromkeys(columns, "") | {
        "clip": "talk/a.b", "split": "train", "seconds": "8.0", "speaker": "s", "source": "talk", "lag_frames": "0",
        "lag_fixed": "0", "sync_r0": "0.4", "licence": "CC BY 4.0",
    }  # fmt: skip
    lines = ["\t".join(columns), *("\t".join((base | row)[name] for name in columns) for row in rows)]
    (folder / "index.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_names_the_clips_files(tmp_path) -> None:
    _write(tmp_path, {"clip": "talk/a.b"})
    (row,) = read_corpus(tmp_path)
    assert row.video == tmp_path / "clips" / "talk" / "a.b.mp4"
    assert row.voice == tmp_path / "clips" / "talk" / "a.b.flac"
    assert (row.facts.name, row.facts.split, row.facts.speaker) == ("talk/a.b", "train", "s")


@pytest.mark.parametrize(
    ("seconds", "lag", "fixed", "expected"),
    [("8", "3", "0", 3), ("8", "4", "4", 0), ("8", "-2", "0", -2), ("1.2", "3", "0", 0), ("8", "15", "0", 0),
     ("8", "", "", 0)],
)  # fmt: skip
def test_only_lags_that_could_be_measured_count(tmp_path, seconds, lag, fixed, expected) -> None:
    _write(tmp_path, {"seconds": seconds, "lag_frames": lag, "lag_fixed": fixed})
    assert read_corpus(tmp_path)[0].facts.lag == expected


@pytest.mark.parametrize(
    ("seconds", "lag", "sync", "expected"),
    [("8", "0", "0.4", True), ("8", "0", "-0.1", False), ("8", "9", "0.4", False), ("1.2", "9", "-0.1", True),
     ("8", "0", "", True)],
)  # fmt: skip
def test_clips_out_of_sync_are_marked(tmp_path, seconds, lag, sync, expected) -> None:
    _write(tmp_path, {"seconds": seconds, "lag_frames": lag, "sync_r0": sync})
    assert read_corpus(tmp_path)[0].in_sync is expected


def test_media_may_lie_anywhere(tmp_path) -> None:
    _write(tmp_path, {"video": "mp4/a.mp4", "voice": "/elsewhere/a.wav"}, columns=(*HEADER, "video", "voice"))
    (row,) = read_corpus(tmp_path)
    assert (row.video, str(row.voice)) == (tmp_path / "mp4" / "a.mp4", "/elsewhere/a.wav")


def test_five_columns_are_enough(tmp_path) -> None:
    (tmp_path / "index.tsv").write_text("clip\tsplit\tspeaker\tsource\tlicence\na\ttrain\ts\thome\tCC0\n")
    (row,) = read_corpus(tmp_path)
    assert (row.facts.name, row.facts.lag, row.in_sync, row.seconds) == ("a", 0, True, 0.0)


@pytest.mark.parametrize("name", ["../a", "/a", "a~1", ""])
def test_names_stay_inside_the_folder(tmp_path, name) -> None:
    _write(tmp_path, {"clip": name})
    with pytest.raises(InputError, match="cannot be a file's"):
        read_corpus(tmp_path)


def test_a_split_that_nobody_reads_is_told(tmp_path) -> None:
    _write(tmp_path, {"split": "test"})
    with pytest.raises(InputError, match="'test', neither train nor val"):
        read_corpus(tmp_path)


def test_a_name_counts_once(tmp_path) -> None:
    _write(tmp_path, {"clip": "a"}, {"clip": "b"}, {"clip": "a"})
    with pytest.raises(InputError, match="clip a more than once"):
        read_corpus(tmp_path)


def test_open_licences_alone(tmp_path) -> None:
    _write(tmp_path, {"clip": "a"}, {"clip": "b", "licence": "CC BY-NC 4.0"}, {"clip": "c", "licence": "research only"})
    assert [row.facts.name for row in read_corpus(tmp_path, open_only=True)] == ["a"]
    assert len(read_corpus(tmp_path)) == 3


def test_what_is_wrong_is_told(tmp_path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_corpus(tmp_path)
    _write(tmp_path, columns=[name for name in HEADER if name != "speaker"])
    with pytest.raises(InputError, match="speaker"):
        read_corpus(tmp_path)
    _write(tmp_path, {"seconds": "long"})
    with pytest.raises(InputError, match="long"):
        read_corpus(tmp_path)
    _write(tmp_path, {"licence": "unclear"})
    with pytest.raises(InputError, match="no clip"):
        read_corpus(tmp_path, open_only=True)


def test_a_row_that_breaks_off_is_told(tmp_path) -> None:
    _write(tmp_path, {})
    index = tmp_path / "index.tsv"
    index.write_text(index.read_text() + "talk/c\ttrain\n")
    with pytest.raises(InputError, match=r"index\.tsv"):
        read_corpus(tmp_path)
    with pytest.raises(InputError, match=r"index\.tsv"):
        read_corpus(tmp_path, open_only=True)
