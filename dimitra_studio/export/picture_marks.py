"""A text inside pictures whose writers know no place for one: GIF's comment, WebP's XMP."""

import struct
from xml.sax.saxutils import escape

_GIF_HEADER = 13  # bytes: signature and screen
_GIF_BLOCK = 255
_HAS_XMP = 0x04
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
    '<rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>'
)


def mark_gif(content: bytes, text: str) -> bytes:
    """A GIF with `text` (ASCII) in a comment extension (GIF89a, 24) before its first picture."""
    colours = content[10]
    start = _GIF_HEADER + (3 * 2 ** ((colours & 7) + 1) if colours & 0x80 else 0)
    words = text.encode("ascii")
    blocks = (words[place : place + _GIF_BLOCK] for place in range(0, len(words), _GIF_BLOCK))
    comment = b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\x00"
    return content[:start] + comment + content[start:]


def mark_webp(content: bytes, text: str, size: tuple[int, int]) -> bytes:
    """A WebP of that size (width, height) with `text` as its description in XMP: the last chunk, of which the first
    one, VP8X, tells."""
    if content[12:16] != b"VP8X":  # a picture that does not move is written without
        extent = b"".join(struct.pack("<I", side - 1)[:3] for side in size)
        content = content[:12] + b"VP8X" + struct.pack("<II", 10, 0) + extent + content[12:]
    xmp = _XMP.format(escape(text)).encode()
    chunk = b"XMP " + struct.pack("<I", len(xmp)) + xmp + b"\x00" * (len(xmp) % 2)
    flags = bytes([content[20] | _HAS_XMP])
    length = struct.pack("<I", len(content) + len(chunk) - 8)
    return content[:4] + length + content[8:20] + flags + content[21:] + chunk
