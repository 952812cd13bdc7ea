"""The list that `dimitra batch` works through: a CSV or JSON file whose rows say what `dimitra generate` is told."""

import argparse
import csv
import glob
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from dimitra_studio.cli.command import Parser
from dimitra_studio.cli.create import add_video, video_request
from dimitra_studio.core.errors import InputError, StudioError
from dimitra_studio.core.files import DAMAGE, check_input

if TYPE_CHECKING:
    from dimitra_studio.engine.batch.row import Row

Line: TypeAlias = dict[str, str]  # by column; a default where a column is missing

_INPUTS, _RESULTS = ("portrait", "voice", "text"), ("output", "motion")  # columns that hold paths
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_SHAPE = "Give a list of rows, or an object with portraits and voices, or with rows; and options, if you like."


def read_jobs(path: Path, folder: Path) -> "tuple[Row, ...]":
    """The rows of a list, whose inputs lie beside it and whose results come into `folder`.

    A row that asks for nothing that could be made says why. Raises InputError for a list that cannot be read, a column
    that nobody knows, and two rows that would write the same file.
    """
    check_input(path, "list of jobs")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text.", "Save it as CSV UTF-8 or as JSON.") from error
    lines = list(_from_json(text, path) if path.suffix.lower() == ".json" else _from_csv(text, path))
    if not lines:
        raise InputError(f"{path.name} has no rows.", "Give each a portrait and a voice.")
    for number, line in enumerate(lines, start=1):
        strange = [column for column in line if column not in columns()]
        if strange:
            raise InputError(
                f"Row {number} of {path.name} has a column {strange[0]!r}, which nobody knows.",
                f"There are: {', '.join(columns())}.",
            )
    rows = tuple(_row(number, line, path.parent, folder) for number, line in enumerate(lines, start=1))
    _refuse_twins(rows)
    return rows


@cache
def columns() -> tuple[str, ...]:
    """What a row may say: the options of `dimitra generate`, without their dashes."""
    return tuple(_actions())


@cache
def _actions() -> Mapping[str, argparse.Action]:
    named = {_name_of(action): action for action in _parser()._actions}
    named.pop("help")
    return named


def _name_of(action: argparse.Action) -> str:
    return max(action.option_strings, key=len).lstrip("-") if action.option_strings else action.dest


@cache
def _parser() -> Parser:
    parser = Parser(prog="dimitra generate")
    add_video(parser)
    return parser


def _from_csv(text: str, path: Path) -> Iterator[Line]:
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        if len(set(reader.fieldnames or ())) < len(reader.fieldnames or ()):
            raise InputError(f"Two columns of {path.name} have the same name.", "Remove one.")
        for number, cells in enumerate(reader, start=1):
            if None in cells:
                raise InputError(
                    f"Row {number} of {path.name} has more cells than the first line has columns.",
                    'Put a cell that contains a comma into quotation marks: "lips=1.2,pose=0.5".',
                )
            line = {column.strip().lower(): cell.strip() for column, cell in cells.items() if cell and cell.strip()}
            if line:
                yield line
    except csv.Error as error:
        raise InputError(f"{path.name} is damaged: {error}.", "Save it again as CSV UTF-8.") from error


def _from_json(text: str, path: Path) -> Iterator[Line]:
    try:
        content = json.loads(text)
    except DAMAGE as error:
        raise InputError(f"{path.name} is no JSON: {error}.", "Look at that place.") from error
    whole = {"rows": content} if isinstance(content, list) else content
    shape = {"rows"} if isinstance(whole, dict) and "rows" in whole else {"portraits", "voices"}
    if not isinstance(whole, dict) or not shape <= set(whole) <= shape | {"options"}:
        raise InputError(f"{path.name} has another shape than a list of jobs.", _SHAPE)
    rows: Any = whole.get("rows")
    if rows is None:
        pictures, voices = (_paths(whole[key], key, path) for key in ("portraits", "voices"))
        rows = [{"portrait": portrait, "voice": voice} for portrait, voice in product(pictures, voices)]
    options = whole.get("options", {})
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in (*rows, options)):
        raise InputError(f"{path.name} has another shape than a list of jobs.", _SHAPE)
    for number, row in enumerate(rows, start=1):
        yield _line({**options, **row}, f"Row {number} of {path.name}")


def _line(row: Mapping[str, Any], where: str) -> Line:
    words = {}
    for column, value in row.items():
        if value is None or value == "":
            continue
        if not isinstance(value, str | int | float):
            raise InputError(f"{where} has a {column} that is neither text nor a number.", 'Write "lips=1.2", or 0.8.')
        # Python's True is a number too, and "True" is the word for it.
        words[column.strip().lower()] = str(value)
    return words


def _paths(words: object, key: str, path: Path) -> list[str]:
    """File names; a name with `*` stands for all files that it fits."""
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise InputError(f"{key} of {path.name} is no list of file names.", f'Write "{key}": ["one", "two"].')
    found: list[str] = []
    for word in words:
        # Path.glob takes no absolute patterns.
        fitting = [word] if "*" not in word else sorted(glob.glob(word.replace("[", "[[]"), root_dir=path.parent))  # noqa: PTH207
        if not fitting:
            raise InputError(f"No file fits {word!r} in the {key} of {path.name}.", "Check the path.")
        found.extend(fitting)
    return found


def _row(number: int, line: Line, home: Path, folder: Path) -> "Row":
    from dimitra_studio.engine.batch.row import Row

    portrait, voice = (line.get(name, "") for name in ("portrait", "voice"))
    name = line.get("output") or _usual_name(line)
    try:
        arguments = _parser().parse_args(_words({**line, "output": name}, home, folder))
        return Row(number, PurePath(name).as_posix(), portrait, voice, video_request(arguments))
    except StudioError as fault:
        return Row(number, name, portrait, voice, fault)


def _usual_name(line: Line) -> str:
    """The video of a row that names none: called after its inputs and, where the row has one, its seed."""
    inputs = "-".join(PurePath(line[name]).stem for name in ("portrait", "voice") if name in line)
    seed = f"-seed{line['seed']}" if "seed" in line else ""
    a_folder = any(line.get(column, "").lower() in _YES for column in ("frames", "exr"))
    return f"{inputs}{seed}" + ("" if a_folder else ".mp4")


def _words(line: Line, home: Path, folder: Path) -> list[str]:
    """The row as `dimitra generate` takes it. Raises InputError for what lacks or leaves the folder."""
    for needed in ("portrait", "voice"):
        if needed not in line:
            raise InputError(f"The row names no {needed}.", f"Give it one in the column {needed}.")
    words = list[str]()
    for column, word in line.items():
        action = _actions()[column]
        if action.nargs == 0:
            words.extend([f"--{column}"] if _is_meant(column, word) else [])
        elif action.option_strings:
            words.append(f"--{column}={_placed(column, word, home, folder)}")
    return [*words, "--", *(str(home / line[needed]) for needed in ("portrait", "voice"))]


def _placed(column: str, word: str, home: Path, folder: Path) -> str:
    if column in _INPUTS:
        return str(home / word)
    return _inside(folder, word) if column in _RESULTS else word


def _is_meant(column: str, word: str) -> bool:
    if word.lower() not in (*_YES, *_NO):
        raise InputError(f"{column} is {word!r}.", "Write yes or no.")
    return word.lower() in _YES


def _inside(folder: Path, word: str) -> str:
    """A result's path in the folder, as typed: an ending `/` counts."""
    path = PurePath(word)
    if path.is_absolute() or ".." in path.parts:
        raise InputError(f"{word} does not lie in the batch's folder.", "Give a name, or a path within it.")
    return f"{folder}{os.sep}{word}"


def _refuse_twins(rows: "Sequence[Row]") -> None:
    """Raises InputError where two rows would write the same file, or one a file of the batch's own."""
    from dimitra_studio.engine.batch.ledger import LEDGER
    from dimitra_studio.engine.batch.report import REPORT, REPORT_TABLE
    from dimitra_studio.engine.batch.row import results

    writers: dict[str, str] = {}
    for row in rows:
        written: Iterable[Path] = () if isinstance(row.asked, StudioError) else results(row.asked)
        for path in written:
            key = str(path).casefold()  # as some disks have it
            if path.name in (LEDGER, REPORT, REPORT_TABLE):
                raise InputError(f"Row {row.number} would write {path.name}, the batch's own file.", "Rename it.")
            if key in writers:
                raise InputError(
                    f"{writers[key]} and row {row.number} would both write {path.name}.",
                    "Give them names in the column output (and motion).",
                )
            writers[key] = f"Row {row.number}"
