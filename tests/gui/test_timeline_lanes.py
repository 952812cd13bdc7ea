"""What the lanes draw: each thing where its time is, and nothing of what is not in view."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QSizeF
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from dimitra_studio.audio.peaks import PeakBuilder
from dimitra_studio.audio.spectrogram import Spectrogram
from dimitra_studio.core.channels import CHANNEL_COUNT, Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.project.document import Marker, TimeRange
from dimitra_studio.studio.theme import DASHES
from dimitra_studio.studio.timeline.band import BandPicture
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS
from dimitra_studio.studio.timeline.columns import Curve
from dimitra_studio.studio.timeline.curve import CurveLane
from dimitra_studio.studio.timeline.filmstrip import FilmstripLane, cell_seconds
from dimitra_studio.studio.timeline.markers import MarkerLane
from dimitra_studio.studio.timeline.phones import PhoneLane
from dimitra_studio.studio.timeline.ruler import RulerLane
from dimitra_studio.studio.timeline.scale import TimeScale
from dimitra_studio.studio.timeline.spans import SpanLane, fitted
from dimitra_studio.studio.timeline.spectrum import Spectrum
from dimitra_studio.studio.timeline.take_lanes import TakeLanes
from dimitra_studio.studio.timeline.waveform import WaveformLane

HEIGHT = 40
BACK = QColor(1, 2, 3)


def painted(lane, scale, theme, ratio=1.0) -> np.ndarray:
    """The lane's picture [H, W] as true where something is drawn."""
    image = QImage(round(scale.width * ratio), round(HEIGHT * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(BACK)
    with QPainter(image) as painter:
        lane.paint(painter, QSizeF(scale.width, HEIGHT), scale, theme)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return pixels != np.uint32(BACK.rgb())


def columns(drawn) -> np.ndarray:
    return np.flatnonzero(drawn.any(axis=0))


def motion_of(channel, values) -> MotionSequence:
    frames = np.zeros((len(values), CHANNEL_COUNT), np.float32)
    frames[:, channel] = values
    return MotionSequence(frames)


def speech(count) -> list[Word]:
    return [Word(2.0 * index, 2.0 * index + 1, f"word{index}") for index in range(count)]


def test_words_lie_where_they_are_said(theme):
    lane = SpanLane("Words")
    lane.set_spans(speech(5), lambda word: word.text)
    scale = TimeScale(10, 500)
    found = columns(painted(lane, scale, theme))
    for word in speech(5):
        assert {int(scale.x(word.start)) + 1, int(scale.x(word.end)) - 2} <= set(found.tolist())
    assert int(scale.x(1.5)) not in found
    assert lane.told(4.5) == "word2"
    assert lane.told(3.5) == ""
    assert lane.span_at(4.5) == TimeRange(4, 5)
    assert 5.0 in set(lane.moments(scale))


def test_an_hour_of_words_is_drawn_as_what_they_cover_and_holds_nothing(theme):
    lane = SpanLane("Words")
    lane.set_spans(speech(1800), lambda _: "word")
    drawn = painted(lane, TimeScale(7200, 500), theme)
    assert drawn.any(axis=0).mean() > 0.45  # half of the hour is spoken; it begins in the first half
    assert not tuple(lane.moments(TimeScale(7200, 500)))


def test_a_lane_without_words_takes_no_room():
    lane = SpanLane("Words")
    assert not lane.shown
    lane.set_spans(speech(1), lambda _: "a")
    assert lane.shown


def test_closures_of_the_lips_stand_out_among_the_phones(theme):
    lane = PhoneLane()
    fills = {lane.fill(symbol, theme).getRgb() for symbol in ("P", "B", "M")}
    assert len(fills) == 1
    assert fills.isdisjoint({lane.fill(symbol, theme).getRgb() for symbol in ("UW", "T", "SIL")})


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_curve_from_near_and_from_afar_is_at_its_height(theme, ratio):
    values = np.zeros(500)
    values[250] = 1  # a peak at second 10
    lane = CurveLane(0)
    lane.set_motion(motion_of(0, values), None)
    for scale in (TimeScale(20, 400).showing(9.5, 10.5), TimeScale(20, 400)):
        drawn = painted(lane, scale, theme, ratio)
        highest = np.flatnonzero(drawn[: drawn.shape[0] // 3].any(axis=0)) / ratio
        assert np.ptp(highest) <= 2 * scale.rate / 25 + 3
        assert highest.mean() == pytest.approx(scale.x(250.5 / 25), abs=3)


def test_a_gap_in_the_motion_is_a_gap_in_the_curve(theme):
    values = np.full(500, 0.5)
    values[200:300] = np.nan
    lane = CurveLane(0)
    lane.set_motion(motion_of(0, values), None)
    top = painted(lane, TimeScale(20, 400), theme)[: HEIGHT // 2]
    found = columns(top)
    assert not [x for x in found if 163 < x < 237]
    assert {100, 300} <= set(found.tolist())
    assert lane.told(10) == "not seen"


def test_the_ghost_stands_behind(theme):
    lane = CurveLane(64)
    plain, moved = motion_of(64, np.zeros(100)), motion_of(64, np.full(100, 0.5))
    lane.set_motion(plain, None)
    alone = painted(lane, TimeScale(4, 400), theme).sum()
    lane.set_motion(plain, moved)
    assert painted(lane, TimeScale(4, 400), theme).sum() > alone + 300


def test_every_channel_has_a_name_of_its_own_and_a_unit():
    assert len(CHANNEL_LABELS) == CHANNEL_COUNT
    assert len({label.name for label in CHANNEL_LABELS}) == CHANNEL_COUNT
    assert CHANNEL_LABELS[0].told(0.5) == "50%"
    assert CHANNEL_LABELS[65].told(-0.1) == "−5.7°"
    assert CHANNEL_LABELS[67].told(0.25) == "2.5 cm"
    assert CHANNEL_LABELS[0].told(-0.001) == "0%"
    assert {label.group for label in CHANNEL_LABELS} == set(Group)


def test_groups_differ_by_dashes_as_well_as_by_colour(theme):
    swatches = [CurveLane(channel).swatch(theme) for channel in (0, 20, 65)]
    assert len({colour.rgb() for colour, _ in swatches}) == 3
    assert [dashes for _, dashes in swatches] == [DASHES[group] for group in Group]


@given(st.integers(1, 400), st.floats(0.1, 30), st.floats(0.05, 30), st.integers(1, 300))
def test_the_band_of_a_curve_holds_all_frames_in_view(count, start, span, width):
    values = np.sin(np.arange(count) * 1.7).astype(np.float32)
    curve = Curve(values, 25.0)
    scale = TimeScale(60.0, 300.0).showing(start, start + span)
    low, high = curve.spans(scale, width)
    first, last = int(np.floor(scale.start * 25)), int(np.ceil(scale.end * 25))
    inside = values[max(first, 0) : last]
    if not len(inside):
        assert np.isnan(low).all()
        return
    assert np.nanmin(low) <= inside.min()
    assert np.nanmax(high) >= inside.max()
    assert set(low[np.isfinite(low)]) | set(high[np.isfinite(high)]) <= set(values)


def test_the_waveform_shows_sound_where_it_is_and_makes_a_quiet_voice_visible(theme):
    samples = np.zeros(8000, np.float32)
    samples[2000:4000] = 0.05 * np.sin(np.arange(2000))
    builder = PeakBuilder()
    builder.add(samples)
    lane = WaveformLane(Spectrum())
    lane.set_sound(builder.peaks(lambda a, b: samples[a:b]), 8000)
    drawn = painted(lane, TimeScale(1, 400), theme)
    heights = drawn.sum(axis=0)
    assert heights[10:95].max() <= 2
    assert heights[105:195].min() > 0.6 * HEIGHT * 0.5
    assert (heights >= 1).all()
    assert lane.told(0.4).endswith("dB")


def test_the_spectrogram_comes_from_a_thread_and_shows_a_tone_at_its_height(theme, qtbot):
    samples = np.sin(np.arange(16_000) * 2 * np.pi * 4000 / 16_000).astype(np.float32)
    spectrum = Spectrum()
    spectrum.set_source(Spectrogram(lambda a, b: samples[a:b], 16_000, len(samples)), 16_000)
    scale = TimeScale(1, 200)
    with qtbot.waitSignal(spectrum.arrived):
        assert not painted(spectrum, scale, theme).any()
    qtbot.waitUntil(lambda: spectrum.idle)
    image = QImage(200, HEIGHT, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        spectrum.paint(painter, QSizeF(200, HEIGHT), scale, theme)
    brightness = [image.pixelColor(100, y).lightness() for y in range(HEIGHT)]
    # 4 kHz lies at 0.75 of the mel scale from 50 Hz to 8 kHz.
    assert np.argmax(brightness) == pytest.approx(0.25 * HEIGHT, abs=3)
    spectrum.shut()


def test_each_tile_of_the_spectrogram_is_computed_once(theme, qtbot, monkeypatch):
    source = Spectrogram(lambda a, b: np.zeros(b - a, np.float32), 16_000, 160_000)
    computed = []
    compute = source.picture
    monkeypatch.setattr(source, "picture", lambda tile: (computed.append(tile), time.sleep(0.01), compute(tile))[-1])
    spectrum = Spectrum()
    spectrum.set_source(source, 16_000)
    scale = TimeScale(10, 2000)
    spectrum.arrived.connect(lambda: painted(spectrum, scale, theme))
    painted(spectrum, scale, theme)
    qtbot.waitUntil(lambda: painted(spectrum, scale, theme).all() and spectrum.idle)
    assert sorted(computed, key=lambda tile: tile.index) == list(source.tiles(0, 160_000, 2000))
    spectrum.shut()


class Film:
    aspect = 1.0

    def __init__(self):
        self.asked = []

    def picture(self, seconds, height):
        self.asked.append(seconds)
        image = QImage(height, height, QImage.Format.Format_RGB32)
        image.fill(QColor(200, 10, 10))
        return image


def test_the_film_asks_only_for_what_is_in_view_and_for_the_same_moments_again(theme):
    lane = FilmstripLane()
    assert not lane.shown
    lane.provider = film = Film()
    scale = TimeScale(3600, 400).showing(1000, 1100)
    painted(lane, scale, theme)
    step = film.asked[1] - film.asked[0]
    assert len(film.asked) <= 2 * 400 / HEIGHT + 2
    assert all(scale.start - step <= moment <= scale.end for moment in film.asked)
    first = set(film.asked)
    film.asked.clear()
    painted(lane, scale.panned(60), theme)
    assert len(first & set(film.asked)) >= len(first) - 60 // (HEIGHT // 2) - 1


@given(st.floats(1e-4, 1e4))
def test_a_cell_of_the_film_fits_and_is_a_frame_doubled(most):
    frames = cell_seconds(most) * 25
    assert frames == 2 ** round(np.log2(frames))
    assert frames == 1 or frames <= most * 25 * (1 + 1e-6)
    assert frames > most * 25 / 2 * (1 - 1e-6)


def test_markers_are_flags_at_their_moments(theme):
    lane = MarkerLane()
    lane.markers = (Marker("a", 2.0, "here"), Marker("b", 8.0, ""))
    scale = TimeScale(10, 500)
    found = columns(painted(lane, scale, theme))
    assert {100, 400} <= set(found.tolist())
    assert 300 not in found
    assert lane.near(2.1, scale, 8) is lane.markers[0]
    assert lane.near(3.0, scale, 8) is None
    assert lane.told(5) == "here"


def test_the_ruler_tells_the_time(theme):
    assert RulerLane().told(61.04) == "1:01.04"
    assert painted(RulerLane(), TimeScale(10, 500), theme).all()


def test_a_band_is_a_pixel_at_least_and_nothing_where_there_is_nothing(theme):
    image = QImage(4, HEIGHT, QImage.Format.Format_ARGB32)
    image.fill(0)
    with QPainter(image) as painter:
        band = BandPicture(painter, QSizeF(4, HEIGHT))
        level = np.array([0.5, 0.1, np.nan, 0.9], np.float32)
        band.lay(level, level, QColor(255, 0, 0))
        band.paint(painter)
    counts = [sum(image.pixelColor(x, y).red() > 0 for y in range(HEIGHT)) for x in range(4)]
    assert counts[2] == 0
    assert all(1 <= count <= 2 for count in (counts[0], counts[1], counts[3]))


def test_empty_lanes_take_no_room_and_a_motion_brings_its_curves(theme, qtbot):
    lanes = TakeLanes(theme)
    qtbot.addWidget(lanes)
    lanes.resize(600, 400)
    lanes.show()
    titles = {lanes.told_at(QPoint(2, y)) for y in range(0, 380, 3)}
    assert titles == {"Time", ""}
    lanes.set_duration(4)
    lanes.set_motion(motion_of(0, np.zeros(100)))
    lanes.set_channels((0, 65))
    lanes.set_phonemes([Phoneme(0, 4, "SIL")])
    titles = {lanes.told_at(QPoint(2, y)) for y in range(0, 380, 3)} - {""}
    assert titles == {"Time", "Markers", "Phones", "Jaw open", "Turn"}
    lanes.shut()


@pytest.mark.parametrize(("letters", "shown"), [(20, "winding"), (3, "wi…"), (1, "w"), (0, "")])
def test_a_narrow_word_shows_its_first_letter_rather_than_nothing(qapp, letters, shown):
    metrics = QFontMetrics(QFont(qapp.font().family(), 10))
    room = letters * (metrics.horizontalAdvance("w") + 1)
    text, margin = fitted("winding", room, metrics)
    assert text[:1] == shown[:1]
    assert (text == "winding") == (shown == "winding")
    assert margin + metrics.horizontalAdvance(text) <= room
