"""`--hypothesis-profile=full` tries properties on many more examples than `make test` has time for. `-m reader` runs
what other programs' libraries say of exported files, and ends with the table of formats, readers and results."""

from collections import defaultdict
from importlib.metadata import PackageNotFoundError, version

from hypothesis import settings

from dimitra_studio.core.requests import FilmKind
from dimitra_studio.export.formats import Formats

settings.register_profile("full", max_examples=1000, deadline=None)

STREAMED = "vmc"


def pytest_collection_modifyitems(items):
    for item in items:
        for mark in item.iter_markers("reader"):
            item.user_properties.append(("reader", mark.args))


def pytest_terminal_summary(terminalreporter, config):
    if "reader" not in config.option.markexpr:
        return
    results = defaultdict(lambda: defaultdict(int))
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, told in report.user_properties:
                if name == "reader":
                    results[tuple(told)][outcome] += 1
    terminalreporter.section("formats and their readers")
    every = [*(each.value.name for each in Formats), *FilmKind, STREAMED]
    for form in every:
        rows = [(reader, counts) for (named, reader), counts in results.items() if named == form]
        for reader, counts in rows:
            told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
            terminalreporter.line(f"{form:12} {_with_version(reader):32} {told}")
        if not rows:
            terminalreporter.line(f"{form:12} {'-':32} no reader")


def _with_version(reader):
    try:
        return f"{reader} {version(reader)}"
    except PackageNotFoundError:
        return reader  # a program
