"""Settings are kept, and those that were spoilt by hand are told and mended."""

import re

import pytest

from dimitra_studio.studio.settings import CACHE_MB, DECLARED, DEVICE, SCHEME, TEXT_SCALE, Settings


def test_what_is_set_is_there_the_next_time(tmp_path, qtbot):
    settings = Settings(tmp_path / "s.ini")
    with qtbot.waitSignal(settings.changed) as heard:
        settings.set(TEXT_SCALE, 1.25)
    assert heard.args == [TEXT_SCALE]
    settings.set(DEVICE, "cpu")
    settings.set(CACHE_MB, 512)
    settings.sync()
    again = Settings(tmp_path / "s.ini")
    assert (again.number(TEXT_SCALE), again.text(DEVICE), again.number(CACHE_MB)) == (1.25, "cpu", 512)
    assert not again.problems


@pytest.mark.parametrize(
    ("setting", "value"), [(TEXT_SCALE, 9.0), (TEXT_SCALE, float("nan")), (DEVICE, "tpu"), (CACHE_MB, 0.5)]
)
def test_a_value_that_cannot_be_is_refused(tmp_path, setting, value):
    settings = Settings(tmp_path / "s.ini")
    with pytest.raises(ValueError, match=re.escape(setting.label)):
        settings.set(setting, value)


@pytest.mark.parametrize(("line", "label"), [("scheme=purple", "Colours"), ("text_scale=huge", "Text size")])
def test_a_spoilt_value_is_told_and_the_default_taken(tmp_path, line, label):
    (tmp_path / "s.ini").write_text(f"[look]\n{line}\n")
    settings = Settings(tmp_path / "s.ini")
    assert label in settings.problems[0]
    assert settings.text(SCHEME) == "system"
    assert settings.number(TEXT_SCALE) == 1.0


def test_every_default_is_one_that_the_setting_may_have():
    assert all(setting.accepts(setting.default) for setting in DECLARED)
    assert all(setting.help.endswith(".") for setting in DECLARED)


def test_recent_files_come_latest_first_without_those_that_are_gone(tmp_path):
    settings = Settings(tmp_path / "s.ini")
    paths = [tmp_path / f"{name}.dimitra" for name in "abc"]
    for path in paths:
        path.touch()
        settings.add_recent_file(path)
    settings.add_recent_file(paths[0])
    paths[1].unlink()
    assert Settings(tmp_path / "s.ini").recent_files() == (paths[0], paths[2])
