"""Edits as plain values for JSON, and back.

An operation is its `kind` and its fields; samples are float32, little-endian, in base 64. What is read comes from
strangers: every field is looked at, nothing unknown is taken, numbers are finite, and the operations' own limits hold.
"""

import base64
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import numpy as np

from dimitra_studio.core.errors import InputError
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.recordings import Samples
from dimitra_studio.editing.registry import BY_KIND

_V = TypeVar("_V")
_MOST = 1_000_000  # entries of one list


def describe_edit(edit: Edit) -> dict[str, Any]:
    """The edit as JSON values."""
    return _describe_fields(edit)


def read_edit(described: object) -> Edit:
    """The edit that was described. Raises InputError for what is none."""
    return _refusing("An edit", lambda: cast("Edit", _read(Edit, described)))


def describe_operation(operation: Operation) -> dict[str, Any]:
    """The operation as JSON values, `kind` among them."""
    return {"kind": operation.kind} | _describe_fields(operation)


def read_operation(described: object) -> Operation:
    """The operation that was described. Raises InputError for what is none."""
    return _refusing("An operation", lambda: _read_operation(described))


def _refusing(what: str, read: Callable[[], _V]) -> _V:
    try:
        return read()
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise InputError(f"{what} cannot be read: {error}.", "Use a file that Dimitra Studio wrote.") from error


def _describe(value: object) -> Any:
    if isinstance(value, Operation):
        return describe_operation(value)
    if isinstance(value, Samples):
        packed = base64.b64encode(value.values.astype("<f4").tobytes()).decode("ascii")
        return {"start": value.start, "rate": value.rate, "columns": value.values.shape[1], "float32": packed}
    if is_dataclass(value):
        return _describe_fields(value)
    if isinstance(value, tuple):
        return [_describe(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value


def _describe_fields(value: Any) -> dict[str, Any]:
    return {field.name: _describe(getattr(value, field.name)) for field in fields(value)}


def _read(wanted: Any, value: object) -> Any:
    """`value` as the type `wanted`."""
    if wanted is Operation:
        return _read_operation(value)
    if wanted is Samples:
        return _read_samples(_mapping(value, "samples"))
    if get_origin(wanted) is tuple:
        if not isinstance(value, list) or len(value) > _MOST:
            raise TypeError(f"{_shown(value)} is no list")
        return tuple(_read(get_args(wanted)[0], each) for each in value)
    if isinstance(wanted, type) and is_dataclass(wanted):
        return _read_fields(wanted, _mapping(value, wanted.__name__))
    return _read_plain(wanted, value)


def _read_plain(wanted: Any, value: object) -> Any:
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted(_typed(str, value, "text"))
    if wanted is bool:
        return _typed(bool, value, "yes or no")
    if wanted is str:
        return _typed(str, value, "text")
    if isinstance(value, bool):
        raise TypeError(f"{_shown(value)} is no number")
    if wanted is int:
        return _typed(int, value, "whole number")
    number = float(_typed(int | float, value, "number"))
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number")
    return number


def _read_operation(described: object) -> Operation:
    given = dict(_mapping(described, "an operation"))
    kind = given.pop("kind", None)
    operation = BY_KIND.get(kind) if isinstance(kind, str) else None
    if operation is None:
        raise LookupError(f"there is no operation {_shown(kind)}")
    return cast("Operation", _read_fields(operation, given))


def _read_fields(wanted: type, given: Mapping[str, Any]) -> Any:
    known = {field.name: field for field in fields(wanted)}
    if unknown := set(given) - set(known):
        raise LookupError(f"{_shown(min(unknown, key=str))} is not known")
    types = get_type_hints(wanted)
    read = {}
    for name, field in known.items():
        if name in given:
            read[name] = _read(types[name], given[name])
        elif not _has_default(field):
            raise LookupError(f"{name!r} is missing")
    return wanted(**read)


def _has_default(field: "Field[Any]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _read_samples(given: Mapping[str, Any]) -> Samples:
    columns = _read(int, given["columns"])
    numbers = np.frombuffer(base64.b64decode(_typed(str, given["float32"], "text"), validate=True), "<f4")
    if columns < 1:
        raise ValueError("samples have no columns")
    return Samples(_read(float, given["start"]), _read(float, given["rate"]), numbers.reshape(-1, columns))


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{_shown(value)} stands for {what}")
    return value


def _typed(kind: type | UnionType, value: object, what: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{_shown(value)} is no {what}")
    return value


def _shown(value: object) -> str:
    """As much of a stranger's value as a sentence bears."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
