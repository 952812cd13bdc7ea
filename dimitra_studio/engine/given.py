"""Keeps the model files that only the user can bring: each is read, checked, and kept under its own SHA-256."""

import hashlib
from pathlib import Path

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import check_input, make_folder, replacing
from dimitra_studio.engine.registry import GIVEN_SUFFIX, Model, Registry


def keep_given(registry: Registry, model: Model, source: Path | None) -> None:
    """Takes the weights of a given `model` out of the user's file; an earlier file is let go.

    Raises InputError for no file or one that cannot be read or kept, ModelError for one that holds other things.
    """
    if source is None:
        raise InputError(f"{model.id} is a file of yours, and none was given.", model.mend)
    check_input(source, "model file")
    content = _read(source)
    target = registry.folder / model.id / (hashlib.sha256(content).hexdigest() + GIVEN_SUFFIX)
    make_folder(target.parent)
    with replacing(target) as part:
        part.write_bytes(content)
    for other in target.parent.glob(f"*{GIVEN_SUFFIX}"):
        if other != target:
            other.unlink(missing_ok=True)


def _read(source: Path) -> bytes:
    """The weights as they are kept. PIRenderer's are the only ones so far."""
    from dimitra_studio.render.pirenderer.weights import read_published, to_bytes

    return to_bytes(read_published(source))
