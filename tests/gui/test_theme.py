"""Everybody can read the window."""

import itertools
from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor

from dimitra_studio.core.channels import Group
from dimitra_studio.studio.theme import DARK, DASHES, LIGHT, Scheme, Theme

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
@pytest.mark.parametrize("text", ["text", "dim", "accent", "error", "warning", "good"])
def test_text_stands_out_from_every_ground(colours, text):
    for ground in GROUNDS:
        assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5, ground


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_what_stands_on_the_accent_can_be_read_and_curves_be_seen(colours):
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    for group in Group:
        assert contrast(colours.of(group), colours.panel) >= 3


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
