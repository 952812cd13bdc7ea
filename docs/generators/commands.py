"""Every command of `dimitra` with all that it takes, as its parsers say it."""

import argparse
from collections.abc import Iterator

from dimitra_studio.cli.main import _build_parser
from generators.markdown import code, plain, table

# Said once in the page, not with each command.
EVERYWHERE = ("--help", "--json", "--quiet")
_WIDTH = 88  # letters of a usage
_UNTITLED = ("positional arguments", "options")  # argparse's own titles


def write() -> str:
    """A heading for each command and for each of its parts, with usage and arguments."""
    parser, _ = _build_parser()
    return "\n".join(_write(each, level=2) for each in _parts(parser))


def _write(parser: argparse.ArgumentParser, level: int) -> str:
    text = [f"{'#' * level} {parser.prog}\n", plain(_sentence(parser.description or "")) + "\n"]
    parts = list(_parts(parser))
    if not parts:
        text.append(f"```text\n{_usage(parser)}\n```\n")
    for title, arguments in _groups(parser):
        rows = ([_name(each), _meaning(parser, each)] for each in arguments)
        text += [f"**{plain(_capital(title))}**\n"] if title else []
        text.append(table(("Argument", "What it means"), rows))
    return "\n".join([*text, *(_write(part, level + 1) for part in parts)])


def _parts(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


def _groups(parser: argparse.ArgumentParser) -> Iterator[tuple[str, list[argparse.Action]]]:
    """What a command takes: first what stands in no group of its own, then group after group with its title."""
    own: list[argparse.Action] = []
    titled: list[tuple[str, list[argparse.Action]]] = []
    # argparse has no public list of what was added to a parser.
    for group in parser._action_groups:
        arguments = [each for each in group._group_actions if _is_told(each)]
        if group.title in _UNTITLED:
            own += arguments
        elif arguments:
            titled.append((str(group.title), arguments))
    yield from ([("", own)] if own else [])
    yield from titled


def _is_told(action: argparse.Action) -> bool:
    silent = action.help == argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction)
    return not silent and not set(action.option_strings) & set(EVERYWHERE)


def _usage(parser: argparse.ArgumentParser) -> str:
    """What is typed, without what every command takes."""
    formatter = argparse.HelpFormatter(parser.prog, width=_WIDTH)
    told = [action for action in parser._actions if _is_told(action)]
    formatter.add_usage(None, told, parser._mutually_exclusive_groups, prefix="")
    return formatter.format_help().strip()


def _name(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return code(value)
    words = [f"{option} {value}" if option == action.option_strings[-1] else option for option in action.option_strings]
    return ", ".join(code(word.strip()) for word in words)


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.choices and action.metavar is None:
        return "" if action.option_strings else _choices(action)
    return str(action.metavar or action.dest.upper())


def _choices(action: argparse.Action) -> str:
    return ", ".join(map(str, action.choices or ()))


def _meaning(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    text = plain(argparse.HelpFormatter(parser.prog)._expand_help(action)) if action.help else ""
    if action.choices and action.option_strings:
        text += f"; one of {code(_choices(action))}"
    return f"{text} (needed)" if action.option_strings and action.required else text


def _sentence(text: str) -> str:
    return _capital(text) if text.endswith(".") else f"{_capital(text)}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
