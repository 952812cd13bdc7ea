"""Everything the user can do, in one table: menus, tool bar, shortcuts, palette, tool tips and shortcut help are made
of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.theme import Theme


class Menu(StrEnum):
    """The menus, from left to right."""

    FILE = "&File"
    EDIT = "&Edit"
    TAKE = "&Take"
    PLAY = "&Play"
    VIEW = "&View"
    HELP = "&Help"


class Need(StrEnum):
    """What must be there before an action makes sense."""

    NOTHING = "nothing"
    UNDO = "something to undo"
    REDO = "something to redo"
    MEDIA = "a portrait and a voice"
    TAKE = "a take"
    TIME = "something to play"
    JOB = "a job that runs"


@dataclass(frozen=True)
class Action:
    """A row: `slot` names a method as `target.method`; `group` draws a line in the menu where it changes."""

    id: str
    title: str
    menu: Menu
    slot: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    need: Need = Need.NOTHING
    icon: Icon | None = None
    group: int = 0
    in_tool_bar: bool = False


TABLE = (
    Action("new", "&New Project", Menu.FILE, "desk.new_project", ("Ctrl+N",), "Start with an empty project"),
    Action("open", "&Open…", Menu.FILE, "desk.open_files", ("Ctrl+O", "Ctrl+I"),
           "Open a project, a portrait or a voice", icon=Icon.OPEN, in_tool_bar=True),
    Action("record", "&Record Voice…", Menu.FILE, "window.record_voice", ("Ctrl+R",),
           "Record a voice from a microphone", icon=Icon.MICROPHONE),
    Action("sample", "Open &Sample Project", Menu.FILE, "desk.open_sample", (),
           "A portrait and a voice with a ready take"),
    Action("paste", "&Paste Portrait", Menu.FILE, "desk.paste_portrait", ("Ctrl+V",),
           "Use the picture in the clipboard as the portrait"),
    Action("save", "&Save", Menu.FILE, "desk.save", ("Ctrl+S",), "Save the project", icon=Icon.SAVE, group=1,
           in_tool_bar=True),
    Action("save_as", "Save &As…", Menu.FILE, "desk.save_as", ("Ctrl+Shift+S",), "Save it under another name",
           group=1),
    Action("export", "&Export Take…", Menu.FILE, "window.export", ("Ctrl+E",), "Write a video or a motion file",
           Need.TAKE, Icon.EXPORT, group=1, in_tool_bar=True),
    Action("quit", "&Quit", Menu.FILE, "window.close", ("Ctrl+Q",), "Close the studio", group=2),
    Action("undo", "&Undo", Menu.EDIT, "session.undo", ("Ctrl+Z",), "Take the last change back", Need.UNDO, Icon.UNDO,
           in_tool_bar=True),
    Action("redo", "&Redo", Menu.EDIT, "session.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Do the change again", Need.REDO,
           Icon.REDO, in_tool_bar=True),
    Action("generate", "&Generate Take", Menu.TAKE, "window.generate", ("Ctrl+G",),
           "Write the motion for this portrait and this voice", Need.MEDIA, Icon.GENERATE, in_tool_bar=True),
    Action("cancel", "&Cancel Jobs", Menu.TAKE, "session.cancel_jobs", ("Ctrl+.",), "Stop what is made", Need.JOB),
    Action("star", "&Star Take", Menu.TAKE, "session.star_take", ("Ctrl+D",), "Mark the take as a good one", Need.TAKE,
           Icon.STAR, group=1),
    Action("rename", "Re&name Take", Menu.TAKE, "window.rename_take", ("F2",), "Give the take another name", Need.TAKE,
           group=1),
    Action("delete", "&Delete Take", Menu.TAKE, "session.delete_take", ("Ctrl+Backspace",), "Without this take",
           Need.TAKE, Icon.TRASH, group=1),
    Action("play", "&Play or Pause", Menu.PLAY, "transport.toggle", ("Space",), "Play or pause", Need.TIME, Icon.PLAY,
           in_tool_bar=True),
    Action("back", "Play &Backwards", Menu.PLAY, "transport.shuttle_back", ("J",), "Again: faster",
           Need.TIME),
    Action("stop", "S&top", Menu.PLAY, "transport.pause", ("K",), "Stand still", Need.TIME),
    Action("forward", "Play &Forwards", Menu.PLAY, "transport.shuttle_forward", ("L",), "Again: faster", Need.TIME),
    Action("slower", "Slower", Menu.PLAY, "transport.slower", ("Ctrl+Left",), "To a quarter of the speed", Need.TIME),
    Action("faster", "Faster", Menu.PLAY, "transport.faster", ("Ctrl+Right",), "Up to twice the speed", Need.TIME),
    Action("start", "Go to &Start", Menu.PLAY, "time.go_to_start", ("Home",), "The first frame", Need.TIME, Icon.START,
           group=1, in_tool_bar=True),
    Action("end", "Go to &End", Menu.PLAY, "time.go_to_end", ("End",), "The last frame", Need.TIME, Icon.END, group=1,
           in_tool_bar=True),
    Action("frame_back", "Previous Frame", Menu.PLAY, "time.previous_frame", ("Left",), "One frame back", Need.TIME,
           group=1),
    Action("frame_on", "Next Frame", Menu.PLAY, "time.next_frame", ("Right",), "One frame on", Need.TIME, group=1),
    Action("second_back", "Second Back", Menu.PLAY, "time.second_back", ("Shift+Left",), "One second back", Need.TIME,
           group=1),
    Action("second_on", "Second On", Menu.PLAY, "time.second_on", ("Shift+Right",), "One second on", Need.TIME,
           group=1),
    Action("word_back", "Previous Word or Marker", Menu.PLAY, "time.previous_place", ("Up",),
           "The word or marker before", Need.TIME, group=1),
    Action("word_on", "Next Word or Marker", Menu.PLAY, "time.next_place", ("Down",), "The word or marker behind",
           Need.TIME, group=1),
    Action("loop_in", "Loop From Here", Menu.PLAY, "time.loop_from_here", ("I",), "The loop begins at the playhead",
           Need.TIME, group=2),
    Action("loop_out", "Loop To Here", Menu.PLAY, "time.loop_to_here", ("O",), "The loop ends at the playhead",
           Need.TIME, group=2),
    Action("loop", "&Loop Selection or All", Menu.PLAY, "time.toggle_loop", ("Ctrl+/",),
           "Repeat what is selected, or everything; again: play to the end", Need.TIME, Icon.LOOP, group=2,
           in_tool_bar=True),
    Action("marker", "Put &Marker", Menu.PLAY, "time.put_marker", ("M",), "A marker at the playhead", Need.TIME,
           group=3),
    Action("preferences", "&Settings…", Menu.EDIT, "window.show_preferences", ("Ctrl+P",), "Colours, text size, device",
           group=1),
    Action("palette", "&Commands…", Menu.VIEW, "window.show_palette", ("Ctrl+Shift+P",), "Find any command"),
    Action("full_screen", "&Full Screen", Menu.VIEW, "window.toggle_full_screen", ("F11",), "Fill the screen"),
    Action("reset", "&Reset Layout", Menu.VIEW, "window.reset_layout", (), "Every panel back to its place"),
    Action("shortcuts", "&Keyboard Shortcuts", Menu.HELP, "window.show_shortcuts", ("F1",), "All commands and keys"),
    Action("about", "&About Dimitra Studio", Menu.HELP, "window.show_about", (), "Version and licence"),
)  # fmt: skip


def build_actions(parent: QWidget, targets: Mapping[str, QObject], theme: Theme) -> dict[str, QAction]:
    """The table as Qt's actions by id, with shortcuts in force in `parent`'s window.

    `targets` gives the objects that slots name. Raises LookupError for a target, AttributeError for a method that is
    not there.
    """
    built = {}
    for row in TABLE:
        target, method = row.slot.split(".")
        action = QAction(row.title, parent)
        keys = [QKeySequence(key) for key in row.keys]
        action.setShortcuts(keys)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setToolTip(tool_tip(row))
        action.setStatusTip(row.tip)
        if row.icon is not None:
            action.setIcon(icon(row.icon, theme.colour("text")))
        action.triggered.connect(getattr(targets[target], method))
        parent.addAction(action)
        built[row.id] = action
    return built


def fill_menu_bar(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[Menu, QMenu]:
    """Every action under its menu; returns the menus."""
    menus = {}
    for name in Menu:
        menu = bar.addMenu(name)
        menu.setToolTipsVisible(True)
        group = 0
        for row in TABLE:
            if row.menu is name:
                if row.group != group:
                    menu.addSeparator()
                    group = row.group
                menu.addAction(actions[row.id])
        menus[name] = menu
    return menus


def fill_tool_bar(bar: QToolBar, actions: Mapping[str, QAction]) -> None:
    """The actions that are often used, a line between menus."""
    menu = None
    for row in TABLE:
        if row.in_tool_bar:
            if menu not in (None, row.menu):
                bar.addSeparator()
            menu = row.menu
            bar.addAction(actions[row.id])


def plain_title(row: Action) -> str:
    """The title as text."""
    return row.title.replace("&", "").rstrip("…")


def tool_tip(row: Action) -> str:
    """What it does, and its keys."""
    keys = ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in row.keys)
    return f"{row.tip or plain_title(row)} ({keys})" if keys else row.tip or plain_title(row)
