"""How the window looks: every colour, size and font; nothing else names one.

Dark by default and following the system. The channels' colours are Okabe and Ito's, which people with every kind of
colour vision tell apart; each group of channels has a dash pattern of its own as well.
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from dimitra_studio.core.channels import Group
from dimitra_studio.core.paths import resource


class Scheme(StrEnum):
    """What the user asks for."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True)
class Colours:
    """A set of colours. Text on `window`, `panel` and `raised` has a contrast of at least 4.5 : 1."""

    window: str  # behind everything
    panel: str  # lists, fields, the timeline's lanes
    raised: str  # buttons, headings
    line: str  # edges and grids
    text: str
    dim: str  # text of less weight
    accent: str  # what is chosen, focused or playing
    on_accent: str
    info: str
    warning: str
    error: str
    good: str
    playhead: str
    waveform: str
    lips: str
    expression: str
    pose: str

    def of(self, group: Group) -> str:
        """The colour of a group's channels."""
        return {Group.LIPS: self.lips, Group.EXPRESSION: self.expression, Group.POSE: self.pose}[group]


DARK = Colours(
    window="#16181c",
    panel="#1e2126",
    raised="#2a2e35",
    line="#3b414b",
    text="#e8eaed",
    dim="#a4abb6",
    accent="#5fb0f0",
    on_accent="#0b1116",
    info="#5fb0f0",
    warning="#f0b429",
    error="#ff8a80",
    good="#5ad08a",
    playhead="#ffffff",
    waveform="#7aa7c7",
    lips="#e69f00",
    expression="#56b4e9",
    pose="#cc79a7",
)
LIGHT = Colours(
    window="#eceef1",
    panel="#ffffff",
    raised="#e0e3e8",
    line="#b9bfc9",
    text="#1a1d21",
    dim="#515964",
    accent="#0a63b0",
    on_accent="#ffffff",
    info="#0a63b0",
    warning="#8a5a00",
    error="#b3261e",
    good="#1b6e3c",
    playhead="#101215",
    waveform="#3d7099",
    lips="#a15c00",
    expression="#0072b2",
    pose="#b0307a",
)
# The second cue beside the colour; Qt's units are pen widths.
DASHES: dict[Group, tuple[float, ...]] = {Group.LIPS: (), Group.EXPRESSION: (6, 3), Group.POSE: (2, 3)}

# Distances in px at 100 %; Qt scales them with the screen.
TINY, SMALL, MEDIUM, LARGE = 2, 4, 8, 16
RADIUS = 6
ICON = 20
HIT = 28  # height of what is clicked
LEAST_HIT = 24  # px that anybody hits
_TITLE = 1.7  # times the size of other text


class Theme(QObject):
    """The colours in force; `changed` is emitted when the user or the system chooses others."""

    changed = Signal()

    def __init__(self, application: QApplication, scheme: Scheme = Scheme.SYSTEM, text_scale: float = 1.0) -> None:
        super().__init__()
        self._application = application
        self._points = application.font().pointSizeF()
        self._scheme, self._text_scale = scheme, text_scale
        self._still = False
        self.colours = DARK
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    def choose(self, scheme: Scheme, text_scale: float) -> None:
        """What the user asks for; `text_scale` multiplies the system's text size."""
        self._scheme, self._text_scale = scheme, text_scale
        self._apply()

    def hold_still(self, still: bool) -> None:
        """Whether nothing moves but what the user moves or plays."""
        self._still = still
        for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_AnimateTooltip):
            self._application.setEffectEnabled(effect, not still)

    def show_share(self, bar: QProgressBar, share: tuple[int, int] | None) -> None:
        """So many parts done of how many; what is not known wanders to and fro, unless nothing shall."""
        done, total = share or (0, int(self._still))
        bar.setRange(0, total)
        bar.setValue(done)

    def colour(self, name: str) -> QColor:
        """A colour in force by its name in `Colours`."""
        return QColor(getattr(self.colours, name))

    def _apply(self) -> None:
        hints = self._application.styleHints()
        self.colours = colours_for(self._scheme, hints.colorScheme())
        font = self._application.font()
        font.setPointSizeF(self._points * self._text_scale)
        self._application.setFont(font)
        self._application.setPalette(_palette(self.colours))
        self._application.setStyleSheet(_style_sheet(self.colours, font.pointSizeF()))
        self.changed.emit()


def colours_for(wish: Scheme, system: Qt.ColorScheme) -> Colours:
    """The colours for what the user and the system want; dark where neither says."""
    light = wish is Scheme.LIGHT or (wish is Scheme.SYSTEM and system is Qt.ColorScheme.Light)
    return LIGHT if light else DARK


def as_panel(widget: QWidget) -> None:
    """Gives a widget the ground of a panel; to be called first, before anything asks for its size."""
    widget.setProperty("role", "panel")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for each, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.window),
        (role.AlternateBase, colours.raised),
        (role.Text, colours.text),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.dim),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Link, colours.accent),
        (role.Light, colours.raised),
        (role.Midlight, colours.raised),
        (role.Mid, colours.line),
        (role.Dark, colours.line),
        (role.Shadow, colours.line),
        (role.BrightText, colours.error),
        (role.Accent, colours.accent),
    ):
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, _mixed(colours.dim, colours.panel))
    return palette


def _mixed(one: str, other: str) -> QColor:
    first, second = QColor(one), QColor(other)
    return QColor(
        *(
            (a + b) // 2
            for a, b in ((first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue()))
        )
    )


def _style_sheet(c: Colours, points: float) -> str:
    check = "check_on_light.svg" if c is DARK else "check_on_dark.svg"
    return f"""
    QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line}; padding: {SMALL}px; }}
    QMainWindow::separator {{ background: {c.window}; width: {SMALL}px; height: {SMALL}px; }}
    QMainWindow::separator:hover {{ background: {c.accent}; }}
    QWidget[role="panel"] {{ background: {c.panel}; }}
    QWidget[role="panel"] QScrollArea, QWidget[role="panel"] QScrollArea > QWidget > QWidget {{
        background: transparent; }}
    QDockWidget {{ color: {c.dim}; font-weight: 600; }}
    QDockWidget::title {{ background: {c.window}; padding: {SMALL}px {MEDIUM}px; text-align: left; }}
    QDockWidget::close-button, QDockWidget::float-button {{ subcontrol-origin: margin; subcontrol-position: top right;
        position: absolute; top: 0; width: {LEAST_HIT}px; height: {LEAST_HIT}px; }}
    QDockWidget::close-button {{ right: {TINY}px; }}
    QDockWidget::float-button {{ right: {LEAST_HIT + TINY}px; }}
    QMenuBar {{ background: {c.window}; }}
    QMenuBar::item {{ padding: {SMALL}px {MEDIUM}px; border-radius: {SMALL}px; }}
    QMenuBar::item:selected {{ background: {c.raised}; }}
    QMenu {{ background: {c.panel}; border: 1px solid {c.line}; padding: {SMALL}px; }}
    QMenu::item {{ padding: {SMALL}px {LARGE}px; border-radius: {SMALL}px; }}
    QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
    QMenu::item:disabled {{ color: {_mixed(c.dim, c.panel).name()}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {c.line}; margin: {SMALL}px; }}
    QToolBar {{ background: {c.window}; border: none; spacing: {SMALL}px; padding: {SMALL}px; }}
    QToolBar::separator {{ background: {c.line}; width: 1px; margin: {SMALL}px; }}
    QToolButton {{ border: 1px solid transparent; border-radius: {RADIUS}px; padding: {SMALL}px; }}
    QToolBarExtension {{ padding: 0; border: none; }}
    QToolButton[popupMode="1"] {{ padding-right: {LARGE}px; }}
    QToolButton::menu-button {{ border: none; width: {LARGE}px; }}
    QToolButton:hover {{ background: {c.raised}; }}
    QToolButton:checked {{ background: {c.raised}; border-color: {c.accent}; }}
    QPushButton {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px;
                   padding: {SMALL}px {LARGE}px; min-height: {HIT - 2 * SMALL - 2}px; }}
    QPushButton:hover {{ border-color: {c.dim}; }}
    QPushButton:disabled {{ color: {_mixed(c.dim, c.panel).name()}; }}
    QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
                                   font-weight: 600; }}
    QPushButton[role="primary"]:disabled {{ background: {c.raised}; border-color: {c.line};
                                            color: {_mixed(c.dim, c.panel).name()}; }}
    QPushButton[role="plain"] {{ background: transparent; border-color: transparent; color: {c.accent}; }}
    QPushButton:focus, QToolButton:focus, QLineEdit:focus, QListView:focus,
    QTreeView:focus, QPlainTextEdit:focus {{
        border: 1px solid {c.accent}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {c.text}; }}
    QLineEdit, QPlainTextEdit {{ background: {c.window}; border: 1px solid {c.line}; border-radius: {SMALL}px;
        padding: {TINY}px {SMALL}px; min-height: {HIT - 8}px; }}
    QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0; min-height: 0; }}
    QAbstractSpinBox, QComboBox {{ min-height: {LEAST_HIT - 2}px; }}
    QCheckBox {{ min-height: {LEAST_HIT}px; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {c.dim}; border-radius: 3px;
                            background: {c.window}; }}
    QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
        image: url({resource("icons/" + check).as_posix()}); }}
    QComboBox:focus {{ background: {c.raised}; border: 1px solid {c.accent}; border-radius: {TINY}px;
        padding-left: {SMALL}px; }}
    QSlider::groove:horizontal {{ background: {c.line}; height: {SMALL}px; border-radius: {TINY}px; }}
    QSlider::sub-page:horizontal {{ background: {c.accent}; height: {SMALL}px; border-radius: {TINY}px; }}
    QSlider[role="centred"]::sub-page:horizontal {{ background: {c.line}; }}
    QSlider::handle:horizontal {{ background: {c.dim}; width: {LARGE - 2 * TINY}px; margin: -{SMALL + TINY}px 0;
        border: {TINY}px solid {c.panel}; border-radius: {MEDIUM}px; }}
    QSlider::handle:horizontal:focus {{ background: {c.text}; border-color: {c.accent}; }}
    QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled {{ background: {c.line}; }}
    QCheckBox:focus {{ color: {c.accent}; }}
    QListView {{ background: {c.panel}; border: 1px solid {c.panel}; outline: none; }}
    QListView::item {{ border-left: 3px solid transparent; padding: {TINY}px {SMALL}px;
        min-height: {LEAST_HIT - 2 * TINY}px; }}
    QTreeView {{ background: {c.panel}; border: 1px solid {c.line}; }}
    QTreeView::item {{ min-height: {LEAST_HIT}px; }}
    QListView::item:hover {{ background: {c.raised}; }}
    QListView::item:selected {{ background: {c.raised}; color: {c.text}; border-left-color: {c.accent}; }}
    QLabel[role="title"] {{ font-size: {_TITLE * points:.1f}pt; font-weight: 600; }}
    QLabel[role="heading"] {{ font-weight: 600; }}
    QLabel[role="dim"] {{ color: {c.dim}; }}
    QLabel[level="error"] {{ color: {c.error}; }}
    QLabel[level="warning"] {{ color: {c.warning}; }}
    QLabel[role="warning"] {{ color: {c.warning}; }}
    QLabel:disabled {{ color: {_mixed(c.dim, c.panel).name()}; }}
    QStatusBar {{ background: {c.window}; color: {c.dim}; padding: 0 {MEDIUM}px; }}
    QStatusBar::item {{ border: none; }}
    QProgressBar {{ background: {c.raised}; border: none; border-radius: {TINY}px; max-height: {SMALL}px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: {TINY}px; }}
    QScrollArea {{ border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; }}
    QScrollBar::handle {{ background: {c.line}; border-radius: {SMALL}px; min-height: 24px; min-width: 24px;
                          margin: {TINY}px; }}
    QScrollBar::handle:hover {{ background: {c.dim}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QTabBar::tab {{ background: {c.window}; color: {c.dim}; padding: {SMALL}px {LARGE}px; border: none; }}
    QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
    QFrame[role="notice"] {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
    QFrame[role="notice"][level="error"] {{ border-color: {c.error}; }}
    QFrame[role="notice"][level="warning"] {{ border-color: {c.warning}; }}
    QFrame[role="notice"][level="info"] {{ border-color: {c.info}; }}
    QFrame[role="card"] {{ background: {c.panel}; border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
    """
