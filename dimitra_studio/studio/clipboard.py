"""Pictures as files: the clipboard's, and thumbnails."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageWriter

from dimitra_studio.core.files import replacing


def png_of(picture: QImage) -> bytes:
    """The picture as the content of a PNG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(picture)  # QImage.save refuses the bytes that its stub asks for
    return bytes(content.data())


def keep_picture(picture: QImage, folder: Path) -> Path:
    """Writes the picture as PNG into `folder`, named by its content. Raises InputError where that cannot be."""
    data = png_of(picture)
    path = folder / f"{hashlib.sha256(data).hexdigest()}.png"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as part:
            part.write_bytes(data)
    return path
