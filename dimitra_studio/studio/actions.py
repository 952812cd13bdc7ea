"""Everything the user can do, in one table: menus, tool bars, shortcuts, palette, tool tips and shortcut help are made
of it, and the user may give every row other keys."""

from dataclasses import dataclass
from enum import StrEnum

from dimitra_studio.studio.icons import Icon
from dimitra_studio.studio.preview.lens import Zoom
from dimitra_studio.studio.settings import (
    HEAD_BESIDE,
    HEAD_PHOTO,
    HEAD_POINTS,
    HEAD_WIRES,
    MUTED,
    ON_FACE,
    SNAPPING,
    SPECTRUM,
    STREAM,
    ZOOM,
    Setting,
    Value,
)


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
    PORTRAIT = "a portrait"
    TAKE = "a take"
    EDITS = "a take with edits"
    TIME = "something to play"
    MARKER = "a marker"
    JOB = "a job that runs"


class Scope(StrEnum):
    """Where the focus must be for an action's keys; the values are the panels' names."""

    EVERYWHERE = "window"
    TIMELINE = "timeline"
    PREVIEW = "preview"
    EDITS = "edits"
    HEAD = "viewport"

    def overlaps(self, other: "Scope") -> bool:
        """Whether one key cannot stand for an action of each."""
        return self is other or Scope.EVERYWHERE in (self, other)


@dataclass(frozen=True)
class Choice:
    """What an action chooses: a value of a setting, ticked while the setting has it; chosen again, it is given up."""

    setting: Setting
    value: Value

    def after(self, present: Value) -> Value:
        """The value that the setting has when this is chosen and it had `present`."""
        if present != self.value:
            return self.value
        return not present if isinstance(present, bool) else self.setting.default


@dataclass(frozen=True)
class Action:
    """A row: `does` names a method as `target.method`, or is a Choice; `group` draws a line in the menu where it
    changes; `short` is what a tool bar without icons says."""

    id: str
    title: str
    menu: Menu
    does: str | Choice
    keys: tuple[str, ...] = ()
    tip: str = ""
    need: Need = Need.NOTHING
    icon: Icon | None = None
    group: int = 0
    in_tool_bar: bool = False
    scope: Scope = Scope.EVERYWHERE
    submenu: str = ""
    short: str = ""
    repeats: bool = True

    @property
    def name(self) -> str:
        """The title as text."""
        return self.title.replace("&", "").rstrip("…")

    @property
    def full_name(self) -> str:
        """The name, with what it is about where that is said by a submenu alone."""
        return f"{self.submenu.replace('&', '')}: {self.name}" if self.submenu else self.name


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
    Action("keep_by_size", "&Inside, Large Ones Linked", Menu.FILE, "desk.keep_by_size", (),
           "Files of more than 64 MB stay where they are", group=1, submenu="&Portrait and Voice"),
    Action("keep_inside", "Always In&side the Project", Menu.FILE, "desk.keep_inside", (),
           "One file holds all, to be passed on", group=1, submenu="&Portrait and Voice"),
    Action("keep_linked", "Always &Linked", Menu.FILE, "desk.keep_linked", (),
           "The project stays small and needs its files", group=1, submenu="&Portrait and Voice"),
    Action("export", "&Export Take…", Menu.FILE, "window.export", ("Ctrl+E",), "Write a video, pictures or motion",
           Need.TAKE, Icon.EXPORT, group=1, in_tool_bar=True),
    Action("quit", "&Quit", Menu.FILE, "window.close", ("Ctrl+Q",), "Close the studio", group=2),
    Action("undo", "&Undo", Menu.EDIT, "session.undo", ("Ctrl+Z",), "Take the last change back", Need.UNDO, Icon.UNDO,
           in_tool_bar=True),
    Action("redo", "&Redo", Menu.EDIT, "session.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Do the change again", Need.REDO,
           Icon.REDO, in_tool_bar=True),
    Action("generate", "&Generate Take", Menu.TAKE, "window.generate", ("Ctrl+G",),
           "Write the motion for this portrait and this voice", Need.MEDIA, Icon.GENERATE, in_tool_bar=True),
    Action("regenerate", "Re&generate Here…", Menu.TAKE, "regeneration.open_up", ("Ctrl+Shift+G",),
           "Lips, expression or pose anew where time is selected, or in the loop", Need.TAKE),
    Action("cancel", "&Cancel Jobs", Menu.TAKE, "session.cancel_jobs", ("Ctrl+.",), "Stop what is made", Need.JOB),
    Action("jobs", "Show &Jobs", Menu.TAKE, "window.show_jobs", ("Ctrl+J",),
           "What runs and waits: stop it, move it, do it again"),
    Action("star", "&Star Take", Menu.TAKE, "session.star_take", ("Ctrl+D",), "Mark the take as a good one", Need.TAKE,
           Icon.STAR, group=1),
    Action("rename", "Re&name Take", Menu.TAKE, "window.rename_take", ("F2",), "Give the take another name", Need.TAKE,
           group=1),
    Action("note", "Write N&ote", Menu.TAKE, "window.note_take", ("Shift+F3",), "A few words about the take",
           Need.TAKE, group=1),
    Action("delete", "&Delete Take", Menu.TAKE, "session.delete_take", ("Ctrl+Backspace",), "Without this take",
           Need.TAKE, Icon.TRASH, group=1),
    Action("edit_take", "Show &Edits", Menu.TAKE, "window.show_edits", ("Ctrl+Shift+E",),
           "Sliders, expressions and the list of what was changed", group=2),
    Action("on_face", "Edit on the &Face", Menu.TAKE, Choice(ON_FACE, True), ("Ctrl+Shift+F",),
           "Drag lips, brows, lids and head in the preview or the 3D view; again: no longer", Need.TAKE, group=2),
    Action("place_on", "Next Place on the Face", Menu.TAKE, "on_face.next_place", (".",),
           "Arrow keys move it, with Shift farther; Esc is done with it", Need.TAKE, group=2, submenu="E&dits"),
    Action("place_back", "Previous Place on the Face", Menu.TAKE, "on_face.previous_place", (",",),
           "Arrow keys move it, with Shift farther; Esc is done with it", Need.TAKE, group=2, submenu="E&dits"),
    Action("puppet", "Pu&ppeteer…", Menu.TAKE, "puppet.open_up", ("Ctrl+Shift+R",),
           "Mouse or gamepad moves head or face while the take plays; again: begins, then ends", Need.TAKE, group=2),
    Action("blink", "&Blink Now", Menu.TAKE, "hand.blink", (), "Both lids close at the playhead", Need.TAKE, group=2,
           submenu="E&yes"),
    Action("no_blinks", "&No Blinks", Menu.TAKE, "hand.stop_blinking", (), "None where time is selected, or at all",
           Need.TAKE, group=2, submenu="E&yes"),
    Action("look_left", "Look &Left", Menu.TAKE, "hand.look_left", (),
           "The eyes go to the picture's left for the selection, or for a second", Need.TAKE, group=2, submenu="E&yes"),
    Action("look_right", "Look &Right", Menu.TAKE, "hand.look_right", (),
           "The eyes go to the picture's right for the selection, or for a second", Need.TAKE, group=2,
           submenu="E&yes"),
    Action("steady_gaze", "&Steady Gaze", Menu.TAKE, "hand.steady_gaze", (),
           "The eyes stay where they look at its start for the selection, or for the whole take", Need.TAKE, group=2,
           submenu="E&yes"),
    Action("edit_up", "Apply &Later", Menu.TAKE, "edits.apply_later", (), "The chosen edit on top of the next one",
           Need.EDITS, group=2, submenu="E&dits"),
    Action("edit_down", "Apply &Earlier", Menu.TAKE, "edits.apply_earlier", (),
           "The chosen edit below the one before", Need.EDITS, group=2, submenu="E&dits"),
    Action("edit_name", "Re&name Edit", Menu.TAKE, "edits.rename_edit", (), "Give the chosen edit another name",
           Need.EDITS, group=2, submenu="E&dits", scope=Scope.EDITS),
    Action("edit_remove", "&Remove Edit", Menu.TAKE, "edits.remove_edit", ("Delete",), "Without the chosen edits",
           Need.EDITS, group=2, submenu="E&dits", scope=Scope.EDITS),
    Action("edit_blend", "&Blend to Take…", Menu.TAKE, "edits.show_blends", (),
           "Lead the selection, or the whole take, to another take", Need.TAKE, group=2, submenu="E&dits"),
    Action("preset_save", "&Save Preset…", Menu.TAKE, "edits.save_preset", (),
           "Keep the selected edits, or all, as a file for other takes", Need.EDITS, group=3, submenu="E&dits"),
    Action("preset_apply", "&Apply Preset…", Menu.TAKE, "edits.apply_preset", (),
           "Put the edits of a file on top, from where the selection begins", Need.TAKE, group=3, submenu="E&dits"),
    Action("play", "&Play or Pause", Menu.PLAY, "transport.toggle", ("Space",), "Play or pause", Need.TIME, Icon.PLAY,
           in_tool_bar=True),
    Action("back", "Play &Backwards", Menu.PLAY, "transport.shuttle_back", ("J",), "Again: faster",
           Need.TIME),
    Action("stop", "S&top", Menu.PLAY, "transport.pause", ("K",), "Stand still", Need.TIME),
    Action("forward", "Play &Forwards", Menu.PLAY, "transport.shuttle_forward", ("L",), "Again: faster", Need.TIME),
    Action("slower", "Slower", Menu.PLAY, "transport.slower", ("Ctrl+Left",), "To a quarter of the speed", Need.TIME),
    Action("faster", "Faster", Menu.PLAY, "transport.faster", ("Ctrl+Right",), "Up to twice the speed", Need.TIME),
    Action("mute", "M&ute", Menu.PLAY, Choice(MUTED, True), ("Ctrl+Shift+M",), "Play in silence"),
    Action("louder", "Louder", Menu.PLAY, "volume.louder", ("Ctrl+Up",), "Playback, not the export"),
    Action("quieter", "Quieter", Menu.PLAY, "volume.quieter", ("Ctrl+Down",), "Playback, not the export"),
    Action("stream", "Stream to &Other Programs", Menu.PLAY, Choice(STREAM, True), (),
           "Sends face and head as VMC to the address in the settings, as the playhead moves"),
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
           group=3, submenu="Mar&kers"),
    Action("marker_on", "Next Marker", Menu.PLAY, "time.next_marker", ("Shift+M",), "The next marker", Need.MARKER,
           group=3, submenu="Mar&kers"),
    Action("marker_back", "Previous Marker", Menu.PLAY, "time.previous_marker", ("Alt+M",),
           "The marker before", Need.MARKER, group=3, submenu="Mar&kers"),
    Action("marker_name", "Rename Marker", Menu.PLAY, "timeline.rename_marker", ("Shift+F2",),
           "Name the chosen marker, or the one at the playhead", Need.MARKER, group=3,
           submenu="Mar&kers", scope=Scope.TIMELINE),
    Action("marker_delete", "Delete Marker", Menu.PLAY, "timeline.delete_marker", (),
           "Without the chosen marker, or the one at the playhead", Need.MARKER, group=3,
           submenu="Mar&kers", scope=Scope.TIMELINE),
    Action("select_all", "Select &All", Menu.EDIT, "timeline.select_all", ("Ctrl+A",), "All of the time", Need.TIME,
           group=1, scope=Scope.TIMELINE),
    Action("select_none", "Select &Nothing", Menu.EDIT, "timeline.give_up", ("Esc",),
           "Gives up what is dragged or selected", Need.TIME, group=1, scope=Scope.TIMELINE),
    Action("select_back", "Selection a Frame &Back", Menu.EDIT, "timeline.select_back", ("Ctrl+Shift+Left",),
           "From the playhead backwards", Need.TIME, group=1, scope=Scope.TIMELINE),
    Action("select_on", "Selection a Frame &On", Menu.EDIT, "timeline.select_on", ("Ctrl+Shift+Right",),
           "From the playhead onwards", Need.TIME, group=1, scope=Scope.TIMELINE),
    Action("curve_open", "&Open or Close", Menu.EDIT, "curves.open_lane", ("E",),
           "Room to work on the curve; Enter or a double click does it too", Need.TAKE, group=2, scope=Scope.TIMELINE,
           submenu="&Curve"),
    Action("curve_together", "&Together With the Others", Menu.EDIT, "curves.toggle_together", ("Shift+O",),
           "The other curves in the same unit over this one", Need.TAKE, group=2, scope=Scope.TIMELINE,
           submenu="&Curve"),
    Action("curve_on", "Next Curve", Menu.EDIT, "curves.next_curve", ("Alt+Down",), "The keys work on the one below",
           Need.TAKE, group=2, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_back", "Previous Curve", Menu.EDIT, "curves.previous_curve", ("Alt+Up",),
           "The keys work on the one above", Need.TAKE, group=2, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_too_on", "Next Curve, Too", Menu.EDIT, "curves.next_too", ("Alt+Shift+Down",),
           "The keys work on the one below as well; Ctrl+click before a curve does it too", Need.TAKE, group=2,
           scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_too_back", "Previous Curve, Too", Menu.EDIT, "curves.previous_too", ("Alt+Shift+Up",),
           "The keys work on the one above as well; Ctrl+click before a curve does it too", Need.TAKE, group=2,
           scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_move", "&Move", Menu.EDIT, "curves.move", ("G",),
           "X or Y: time or value only; numbers; click or Enter keeps, Esc gives up", Need.TAKE, group=3,
           scope=Scope.TIMELINE, submenu="&Curve", repeats=False),
    Action("curve_scale", "&Scale", Menu.EDIT, "curves.scale", ("S",),
           "About its mean; X: in time; numbers; click or Enter keeps, Esc gives up", Need.TAKE, group=3,
           scope=Scope.TIMELINE, submenu="&Curve", repeats=False),
    Action("curve_shear", "S&hear", Menu.EDIT, "curves.shear", ("R",),
           "Its end rises or sinks; numbers; click or Enter keeps, Esc gives up", Need.TAKE, group=3,
           scope=Scope.TIMELINE, submenu="&Curve", repeats=False),
    Action("curve_smooth", "S&mooth", Menu.EDIT, "curves.smooth", ("Alt+O",), "Less jitter in the selection",
           Need.TAKE, group=3, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_rest", "Towards &Rest", Menu.EDIT, "curves.toward_rest", ("Shift+N",),
           "Half of the way to the portrait's own face; again: nearer", Need.TAKE, group=3, scope=Scope.TIMELINE,
           submenu="&Curve"),
    Action("curve_generated", "Towards &Generated", Menu.EDIT, "curves.toward_generated", ("Shift+B",),
           "Half of the way to the take as it was made; again: nearer", Need.TAKE, group=3, scope=Scope.TIMELINE,
           submenu="&Curve"),
    Action("curve_reset", "Res&et Selection", Menu.EDIT, "curves.reset", ("Ctrl+Delete",),
           "The curve in the selection as it was made", Need.TAKE, group=3, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_copy", "&Copy", Menu.EDIT, "curves.copy", ("Ctrl+C",), "The selected part of the curve", Need.TAKE,
           group=4, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_paste", "&Paste", Menu.EDIT, "curves.paste", ("Ctrl+Shift+V",),
           "What was copied, on this curve, at the selection's start or the playhead", Need.TAKE, group=4,
           scope=Scope.TIMELINE, submenu="&Curve"),
    Action("key_add", "&Add Key", Menu.EDIT, "curves.add_key", ("Insert",),
           "At the playhead; Ctrl+click puts one under the mouse", Need.TAKE, group=5, scope=Scope.TIMELINE,
           submenu="&Curve"),
    Action("key_all", "Select All &Keys", Menu.EDIT, "curves.choose_keys", ("A",), "Every key of the curve", Need.TAKE,
           group=5, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("key_delete", "&Delete Keys or Marker", Menu.EDIT, "curves.delete_chosen", ("Delete",),
           "Without the chosen keys; where there are none, without the chosen marker", Need.TIME, group=5,
           scope=Scope.TIMELINE, submenu="&Curve"),
    Action("key_handles", "Next Kind of &Handles", Menu.EDIT, "curves.turn_handles", ("V",),
           "Automatic, towards the neighbours, on one line, free", Need.TAKE, group=5, scope=Scope.TIMELINE,
           submenu="&Curve"),
    Action("key_way", "Next &Interpolation", Menu.EDIT, "curves.turn_way", ("T",),
           "Bezier, through the keys, straight, steps", Need.TAKE, group=5, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("key_handle", "Next Handle of the Keys", Menu.EDIT, "curves.next_handle", ("Shift+V",),
           "Arrow keys turn it, with Shift farther; N: write it; Esc: none", Need.TAKE, group=5, scope=Scope.TIMELINE,
           submenu="&Curve"),
    Action("curve_value", "&Value at Playhead…", Menu.EDIT, "curves.ask_value", ("N",),
           "Write it exactly; a double click on the value before the curve does it too", Need.TAKE, group=5,
           scope=Scope.TIMELINE, submenu="&Curve"),
    Action("brush_none", "Select With the Mouse", Menu.EDIT, "curves.take_arrow", ("1",), "A box; Ctrl+drag: a lasso",
           Need.TAKE, group=6, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("brush_sculpt", "Brush: Sculpt", Menu.EDIT, "curves.take_sculpt", ("2",), "Drag the curve up or down",
           Need.TAKE, group=6, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("brush_smooth", "Brush: Smooth", Menu.EDIT, "curves.take_smooth", ("3",), "Drag over what jitters",
           Need.TAKE, group=6, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("brush_erase", "Brush: Pull to Generated", Menu.EDIT, "curves.take_erase", ("4",),
           "Drag over what is to be as it was made", Need.TAKE, group=6, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("brush_smaller", "Smaller Brush", Menu.EDIT, "curves.smaller", ("[",), "Less of the curve at once",
           Need.TAKE, group=6, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("brush_larger", "Larger Brush", Menu.EDIT, "curves.larger", ("]",), "More of the curve at once", Need.TAKE,
           group=6, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_lock", "&Lock or Unlock", Menu.EDIT, "curves.lock", ("Shift+L",), "A locked curve stays as it is",
           Need.TAKE, group=7, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_favour", "&Favourite", Menu.EDIT, "curves.favour", ("*",), "First in the list of curves", Need.TAKE,
           group=7, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_hide", "Hide", Menu.EDIT, "curves.hide", ("H",), "Without this curve", Need.TAKE, group=7,
           scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_alone", "Alone", Menu.EDIT, "curves.isolate", ("Shift+H",), "This curve alone; again: all",
           Need.TAKE, group=7, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("curve_reveal", "Show Hidden", Menu.EDIT, "curves.reveal", ("Ctrl+H",), "The curves that were hidden",
           Need.TAKE, group=7, scope=Scope.TIMELINE, submenu="&Curve"),
    Action("word_write", "&Write Word…", Menu.EDIT, "speech.write_word", ("Shift+W",),
           "The word at the playhead: another, several, none", Need.TIME, group=7, scope=Scope.TIMELINE,
           submenu="&Words and Phones"),
    Action("word_split", "&Split Word", Menu.EDIT, "speech.split_word", (), "At the playhead", Need.TIME, group=7,
           scope=Scope.TIMELINE, submenu="&Words and Phones"),
    Action("word_join", "&Join Word With Next", Menu.EDIT, "speech.join_word", (), "One word of two", Need.TIME,
           group=7, scope=Scope.TIMELINE, submenu="&Words and Phones"),
    Action("word_delete", "&Delete Word", Menu.EDIT, "speech.delete_word", (), "Silence in its place", Need.TIME,
           group=7, scope=Scope.TIMELINE, submenu="&Words and Phones"),
    Action("phone_write", "Write &Phone…", Menu.EDIT, "speech.write_phone", ("Ctrl+Shift+W",),
           "Another phone at the playhead", Need.TIME, group=8, scope=Scope.TIMELINE, submenu="&Words and Phones"),
    Action("phone_split", "Split P&hone", Menu.EDIT, "speech.split_phone", (), "At the playhead", Need.TIME, group=8,
           scope=Scope.TIMELINE, submenu="&Words and Phones"),
    Action("phone_join", "Join Phone With &Next", Menu.EDIT, "speech.join_phone", (), "One phone of two", Need.TIME,
           group=8, scope=Scope.TIMELINE, submenu="&Words and Phones"),
    Action("phone_delete", "Delete Ph&one", Menu.EDIT, "speech.delete_phone", (), "Its neighbour in its place",
           Need.TIME, group=8, scope=Scope.TIMELINE, submenu="&Words and Phones"),
    Action("preferences", "&Settings…", Menu.EDIT, "window.show_preferences", ("Ctrl+P",),
           "Colours, text size, device, keys", group=8),
    Action("palette", "&Commands…", Menu.VIEW, "window.show_palette", ("Ctrl+Shift+P",), "Find any command"),
    Action("full_screen", "&Full Screen", Menu.VIEW, "window.toggle_full_screen", ("F11",), "Fill the screen"),
    Action("alone", "Preview &Alone", Menu.VIEW, "layouts.toggle_alone", ("Shift+F11",),
           "The preview fills the screen; again: as before", Need.PORTRAIT),
    Action("alone_over", "Back From Preview Alone", Menu.VIEW, "layouts.leave_alone", ("Esc",),
           "The window as it was before", scope=Scope.PREVIEW, submenu="&Preview", group=3),
    Action("next_panel", "&Next Panel", Menu.VIEW, "panels.next_panel", ("F6",), "The keys go to the next panel"),
    Action("last_panel", "Pre&vious Panel", Menu.VIEW, "panels.previous_panel", ("Shift+F6",),
           "The keys go to the panel before"),
    Action("zoom_fit", "&Fit", Menu.VIEW, Choice(ZOOM, Zoom.FIT.value), ("Ctrl+0",), "The whole picture", Need.PORTRAIT,
           group=1, submenu="&Preview"),
    Action("zoom_full", "&100 %", Menu.VIEW, Choice(ZOOM, Zoom.FULL.value), ("Ctrl+1",),
           "A pixel for a pixel; again: fit", Need.PORTRAIT, group=1, submenu="&Preview"),
    Action("zoom_mouth", "&Mouth", Menu.VIEW, Choice(ZOOM, Zoom.MOUTH.value), ("Ctrl+3",), "The mouth; again: fit",
           Need.PORTRAIT, group=1, submenu="&Preview"),
    Action("head_photo", "&Photo", Menu.VIEW, Choice(HEAD_PHOTO, True), ("T",), "The portrait's photo on the head",
           Need.PORTRAIT, group=1, scope=Scope.HEAD, submenu="&Head", short="Photo"),
    Action("head_wires", "&Wires", Menu.VIEW, Choice(HEAD_WIRES, True), ("W",), "The mesh as wires", Need.PORTRAIT,
           group=1, scope=Scope.HEAD, submenu="&Head", short="Wires"),
    Action("head_points", "&Landmarks", Menu.VIEW, Choice(HEAD_POINTS, True), ("P",),
           "The 478 landmarks that the face was fitted to", Need.PORTRAIT, group=1, scope=Scope.HEAD, submenu="&Head",
           short="Points"),
    Action("head_beside", "&Compare With Previous Take", Menu.VIEW, Choice(HEAD_BESIDE, True), ("B",),
           "The previous take beside this one", Need.PORTRAIT, group=1, scope=Scope.HEAD, submenu="&Head",
           short="Both"),
    Action("head_reset", "From the Camera", Menu.VIEW, "head.reset", ("0",), "From where the portrait was taken",
           Need.PORTRAIT, group=2, scope=Scope.HEAD, submenu="&Head", short="Reset"),
    Action("head_front", "From the Front", Menu.VIEW, "head.face", ("1",), "Level, from the front", Need.PORTRAIT,
           group=2, scope=Scope.HEAD, submenu="&Head"),
    Action("head_side", "From the Side", Menu.VIEW, "head.face_side", ("3",), "Level, from the side", Need.PORTRAIT,
           group=2, scope=Scope.HEAD, submenu="&Head"),
    Action("head_nearer", "Nearer", Menu.VIEW, "head.come_nearer", ("+", "="), "Closer to the head", Need.PORTRAIT,
           group=3, scope=Scope.HEAD, submenu="&Head"),
    Action("head_farther", "Farther", Menu.VIEW, "head.go_farther", ("-",), "Away from the head", Need.PORTRAIT,
           group=3, scope=Scope.HEAD, submenu="&Head"),
    Action("head_left", "Turn Left", Menu.VIEW, "head.turn_left", ("4",), "Round the head to the left", Need.PORTRAIT,
           group=4, scope=Scope.HEAD, submenu="&Head"),
    Action("head_right", "Turn Right", Menu.VIEW, "head.turn_right", ("6",), "Round the head to the right",
           Need.PORTRAIT, group=4, scope=Scope.HEAD, submenu="&Head"),
    Action("head_up", "Turn Up", Menu.VIEW, "head.turn_up", ("8",), "Over the head", Need.PORTRAIT, group=4,
           scope=Scope.HEAD, submenu="&Head"),
    Action("head_down", "Turn Down", Menu.VIEW, "head.turn_down", ("2",), "Under the head", Need.PORTRAIT, group=4,
           scope=Scope.HEAD, submenu="&Head"),
    Action("head_move_left", "Move Left", Menu.VIEW, "head.move_left", ("Ctrl+4",), "Sideways to the left",
           Need.PORTRAIT, group=5, scope=Scope.HEAD, submenu="&Head"),
    Action("head_move_right", "Move Right", Menu.VIEW, "head.move_right", ("Ctrl+6",), "Sideways to the right",
           Need.PORTRAIT, group=5, scope=Scope.HEAD, submenu="&Head"),
    Action("head_move_up", "Move Up", Menu.VIEW, "head.move_up", ("Ctrl+8",), "Higher", Need.PORTRAIT, group=5,
           scope=Scope.HEAD, submenu="&Head"),
    Action("head_move_down", "Move Down", Menu.VIEW, "head.move_down", ("Ctrl+2",), "Lower", Need.PORTRAIT, group=5,
           scope=Scope.HEAD, submenu="&Head"),
    Action("time_nearer", "Zoom &In", Menu.VIEW, "timeline.zoom_in", ("+", "="), "Closer, at the playhead", Need.TIME,
           group=1, scope=Scope.TIMELINE, submenu="&Timeline"),
    Action("time_farther", "Zoom &Out", Menu.VIEW, "timeline.zoom_out", ("-",), "Farther, at the playhead", Need.TIME,
           group=1, scope=Scope.TIMELINE, submenu="&Timeline"),
    Action("time_frame", "Show &Selection or All", Menu.VIEW, "timeline.show_selection_or_all", ("F",),
           "What is selected fills the timeline", Need.TIME, group=1, scope=Scope.TIMELINE, submenu="&Timeline"),
    Action("time_all", "Show &All", Menu.VIEW, "timeline.show_all", ("Shift+F",), "All of the time fills the timeline",
           Need.TIME, group=1, scope=Scope.TIMELINE, submenu="&Timeline"),
    Action("time_back", "Page &Back", Menu.VIEW, "timeline.page_back", ("PgUp",), "The stretch of time before",
           Need.TIME, group=2, scope=Scope.TIMELINE, submenu="&Timeline"),
    Action("time_on", "Page O&n", Menu.VIEW, "timeline.page_on", ("PgDown",), "The stretch of time behind", Need.TIME,
           group=2, scope=Scope.TIMELINE, submenu="&Timeline"),
    Action("spectrum", "S&pectrum", Menu.VIEW, Choice(SPECTRUM, True), (),
           "Which tones the voice has, in place of how loud it is", group=3, submenu="&Timeline"),
    Action("snapping", "Snap to &Words, Markers and Frames", Menu.VIEW, Choice(SNAPPING, True), (),
           "What is dragged holds on to them; Ctrl turns it round", group=3, submenu="&Timeline"),
    Action("layout_edit", "&Editing", Menu.VIEW, "layouts.edit", ("Alt+1",), "Every panel in its place", group=1,
           submenu="&Layouts"),
    Action("layout_watch", "&Watching", Menu.VIEW, "layouts.watch", ("Alt+2",), "A large preview over a low timeline",
           group=1, submenu="&Layouts"),
    Action("layout_takes", "&Takes", Menu.VIEW, "layouts.compare_takes", ("Alt+3",),
           "A wide list of takes, the preview and the head", group=1, submenu="&Layouts"),
    Action("layout_keep", "&Keep This Layout…", Menu.VIEW, "layouts.ask_name", (), "Give how it is now a name", group=2,
           submenu="&Layouts"),
    Action("reset", "&Reset Layout", Menu.VIEW, "layouts.reset", (), "Every panel as the chosen layout has it", group=2,
           submenu="&Layouts"),
    Action("compare", "Co&mpare: Next Way", Menu.VIEW, "comparison.cycle", ("C",),
           "The take alone, with a wipe, side by side with another", Need.TAKE, group=2, submenu="&Preview"),
    Action("other", "See the &Other (Hold)", Menu.VIEW, "view.hold_other", ("`",),
           "What the take is compared with, alone, until the key is let go", Need.TAKE, group=2, submenu="&Preview"),
    Action("wipe_left", "Wipe Left", Menu.VIEW, "view.wipe_left", ("Alt+Left",), "More of the take", Need.TAKE,
           group=2, submenu="&Preview"),
    Action("wipe_right", "Wipe Right", Menu.VIEW, "view.wipe_right", ("Alt+Right",), "Less of the take", Need.TAKE,
           group=2, submenu="&Preview"),
    Action("shortcuts", "&Keyboard Shortcuts", Menu.HELP, "window.show_shortcuts", ("F1",), "All commands and keys"),
    Action("about", "&About Dimitra Studio", Menu.HELP, "window.show_about", (),
           "Version, licences, privacy and what is asked of you"),
)  # fmt: skip
