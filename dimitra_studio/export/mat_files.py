"""Arrays of numbers out of MATLAB files of version 5 (what MATLAB 5 to 7.2 and scipy write).

A reader of our own, because scipy's takes a stranger's bytes at their word: a changed byte can end the whole program.
Structures, texts, cells, sparse and complex arrays are passed over.
"""

import struct
import zlib
from collections.abc import Iterator
from math import prod

import numpy as np
from numpy.typing import NDArray

_HEADER = 128
_COMPRESSED, _MATRIX = 15, 14
# What each element's numbers are, by its type's number.
_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
# Classes of arrays that hold plain numbers, and what their numbers become.
_CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
_COMPLEX = 0x0800
_LARGEST = 1 << 30  # bytes, unpacked
_MOST_DIMENSIONS = 8


def read_arrays(content: bytes) -> dict[str, NDArray[np.generic]]:
    """The arrays of numbers in a file's `content`, by name. Raises ValueError for what is not such a file."""
    if len(content) < _HEADER or content[126:128] not in (b"IM", b"MI"):
        raise ValueError("no header of version 5")
    order = "<" if content[126:128] == b"IM" else ">"
    arrays = dict[str, NDArray[np.generic]]()
    left = _LARGEST
    for kind, data in _elements(content[_HEADER:], order):
        if kind == _COMPRESSED:
            unpacked = _unpacked(data, left)
            left -= len(unpacked)
            inner = next(_elements(unpacked, order), (0, b""))
        else:
            inner = kind, data
        if inner[0] == _MATRIX:
            arrays.update(_array(inner[1], order))
    return arrays


def _elements(data: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """(type, bytes) of the elements that lie one after the other. Raises ValueError where one ends too late."""
    place = 0
    while place + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, place)
        if kind >> 16:  # a small element: its size and its bytes share the tag
            kind, size, start, after = kind & 0xFFFF, kind >> 16, place + 4, place + 8
            if size > 4:
                raise ValueError("a small element is too large")
        else:
            start = place + 8
            # Compressed elements alone are not filled up to eight bytes.
            after = start + size + (0 if kind == _COMPRESSED else -size % 8)
        if start + size > len(data):
            raise ValueError("an element ends after the file")
        yield kind, data[start : start + size]
        place = after


def _unpacked(data: bytes, limit: int) -> bytes:
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(data, limit)
    except zlib.error as error:
        raise ValueError(f"damaged compression: {error}") from error
    if not unpacker.eof:
        raise ValueError("compression ends too early, or holds too much")
    return content


def _array(data: bytes, order: str) -> dict[str, NDArray[np.generic]]:
    """The array of a matrix element under its name; nothing for what holds no plain numbers."""
    parts = _elements(data, order)
    try:
        flags, dimensions, name, (kind, numbers) = next(parts)[1], next(parts)[1], next(parts)[1], next(parts)
    except StopIteration as error:
        raise ValueError("a matrix ends too early") from error
    if len(flags) != 8 or len(dimensions) % 4 or not 2 <= len(dimensions) // 4 <= _MOST_DIMENSIONS:
        raise ValueError("a matrix without flags or dimensions")
    flag = struct.unpack(f"{order}I", flags[:4])[0]
    if flag & _COMPLEX or flag & 0xFF not in _CLASSES or kind not in _NUMBERS:
        return {}
    shape = struct.unpack(f"{order}{len(dimensions) // 4}i", dimensions)
    values = np.frombuffer(numbers, np.dtype(order + _NUMBERS[kind]))
    if min(shape) < 0 or prod(shape) != len(values):
        raise ValueError(f"a matrix {shape} of {len(values)} numbers")
    array = values.reshape(shape, order="F").astype(_CLASSES[flag & 0xFF])
    return {name.decode("ascii", "replace"): array}
