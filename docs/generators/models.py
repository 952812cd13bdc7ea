"""Every model of the manifest: what it is for, under which licence, where it comes from."""

from dimitra_studio.engine.registry import Model, read_manifest
from generators.markdown import code, plain, table


def write() -> str:
    """Three tables: what ships, what is installed, what is optional."""
    models = list(read_manifest())
    ships = [model for model in models if model.ships]
    fetched = [model for model in models if not model.ships and not model.optional]
    optional = [model for model in models if not model.ships and model.optional]
    return "\n".join(
        f"### {title}\n\n{_table(rows)}"
        for title, rows in (
            ("Part of the project", ships),
            ("Installed with the program", fetched),
            ("Only if you ask for them", optional),
        )
    )


def _table(models: list[Model]) -> str:
    rows = ([code(each.id), plain(each.needed_for), plain(each.licence), _size(each), _source(each)] for each in models)
    return table(("Model", "Needed for", "Licence", "Size", "From"), rows)


def _size(model: Model) -> str:
    if model.given:
        return "yours"
    return f"{model.size / 1e6:.1f} MB" if model.size >= 1e5 else f"{model.size / 1e3:.0f} kB"


def _source(model: Model) -> str:
    if model.ships:
        return "this project"
    publisher = f"[publisher]({model.publisher})"
    return f"{code(model.package)}, {publisher}" if model.package else publisher
