"""Everybody can read the window."""

import itertools
import re
from dataclasses import asdict

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

from dimitra_studio.core.channels import Group
from dimitra_studio.studio.theme import DARK, DASHES, LIGHT, Scheme, Theme, colours_for

GROUNDS = ("window", "panel", "raised")


def luminance(name: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(name).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("text", ["text", "dim", "accent", "info", "error", "warning", "good"])
def test_text_stands_out_from_every_ground(colours, text):
    for ground in GROUNDS:
        assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5, ground


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_what_stands_on_the_accent_can_be_read_and_curves_be_seen(colours):
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    for group in Group:
        assert contrast(colours.of(group), colours.panel) >= 3


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_every_pair_of_text_and_ground_in_the_style_sheet_and_the_palette_can_be_read(qapp, colours):
    """As the sheet pairs them: text on its own ground, else on every ground that it may stand on."""
    theme = Theme(qapp, Scheme.LIGHT if colours is LIGHT else Scheme.DARK)
    sheet = qapp.styleSheet()
    pairs = set()
    for rule in re.findall(r"([^{}]+){([^{}]*)}", sheet):
        selector, body = rule
        text = re.search(r"(?<![-\w])color: (#\w+)", body)
        ground = re.search(r"background: (#\w+)", body)
        if text and ":disabled" not in selector:  # what cannot be used may be faint (WCAG 1.4.3)
            grounds = [ground.group(1)] if ground else [getattr(colours, name) for name in GROUNDS]
            pairs |= {(text.group(1), each, selector.strip()) for each in grounds}
    role = QPalette.ColorRole
    palette = qapp.palette()
    for text, ground in (
        (role.WindowText, role.Window), (role.Text, role.Base), (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button), (role.ToolTipText, role.ToolTipBase), (role.PlaceholderText, role.Base),
        (role.HighlightedText, role.Highlight), (role.Link, role.Window), (role.BrightText, role.Window),
    ):  # fmt: skip
        pairs.add((palette.color(text).name(), palette.color(ground).name(), text.name))
    assert len(pairs) > 30
    assert [pair for pair in pairs if contrast(*pair[:2]) < 4.5] == []
    theme.choose(Scheme.DARK, 1.0)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_what_has_the_focus_stands_out(colours):
    for ground in GROUNDS:
        assert contrast(colours.accent, getattr(colours, ground)) >= 3


# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_groups_colours_differ_for_every_kind_of_colour_vision(colours, kind):
    seen = [lab(np.clip(np.array(BLINDNESS[kind]) @ linear(colours.of(group)), 0, 1)) for group in Group]
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(one - other) > 15  # CIE 1976; 2.3 is just noticeable


def linear(name: str) -> np.ndarray:
    parts = np.array(QColor(name).getRgbF()[:3])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of linear sRGB."""
    to_xyz = np.array(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)))
    ratio = to_xyz @ rgb / np.array((0.9505, 1.0, 1.089))
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)))


def test_dark_unless_the_user_or_the_system_says_light(qapp, qtbot):
    unknown, light, dark = Qt.ColorScheme.Unknown, Qt.ColorScheme.Light, Qt.ColorScheme.Dark
    wishes = [colours_for(Scheme.SYSTEM, each) for each in (unknown, light, dark)]
    assert wishes == [DARK, LIGHT, DARK]
    assert colours_for(Scheme.LIGHT, dark) is LIGHT
    assert colours_for(Scheme.DARK, light) is DARK
    theme = Theme(qapp)
    with qtbot.waitSignal(theme.changed):  # when the system's is another
        qapp.styleHints().colorSchemeChanged.emit(light)


def test_groups_differ_by_more_than_colour():
    assert set(DASHES) == set(Group)
    for one, other in itertools.combinations(DASHES.values(), 2):
        assert one != other


def test_the_scheme_and_the_text_size_are_chosen(qapp, qtbot):
    theme = Theme(qapp, Scheme.LIGHT)
    points = qapp.font().pointSizeF()
    assert theme.colours is LIGHT
    with qtbot.waitSignal(theme.changed):
        theme.choose(Scheme.DARK, 1.5)
    assert theme.colours is DARK
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * points)
    theme.choose(Scheme.DARK, 1.0)
    assert qapp.font().pointSizeF() == pytest.approx(points)


def test_every_colour_is_one():
    assert all(QColor(value).isValid() for colours in (DARK, LIGHT) for value in asdict(colours).values())
