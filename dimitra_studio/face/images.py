"""Pictures: any file that Pillow decodes, as an upright sRGB `Portrait`."""

import hashlib
import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import check_input
from dimitra_studio.core.media import Portrait

MAX_PIXELS = 100_000_000
# Seen through transparent places: a grey that neither brightens nor darkens the hair's edge much.
BACKGROUND = 128
_KINDS = "Use a JPEG, PNG, WebP, TIFF or BMP picture."


def read_portrait(path: str | Path) -> Portrait:
    """Decodes a picture of any size up to 100 megapixels at its native resolution.

    EXIF rotation is applied, colour profiles and CMYK become sRGB, 16-bit and floating-point samples are reduced to
    8 bits, transparency is laid on a neutral grey, and of an animation the first frame is taken. The notes tell of
    CMYK, 16-bit grey, floating point, transparency, animations and profiles that cannot be used.

    Raises InputError when the file is missing, empty, not a picture, cut off, or larger than 100 megapixels.
    """
    path = Path(path)
    check_input(path, "picture")
    notes: list[str] = []
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            pixels = _decode(file, path.name, notes)
    except OSError as error:
        raise InputError(f"The picture {path.name} cannot be read: {error.strerror or error}.", _KINDS) from error
    return Portrait(pixels, path.name, digest, tuple(notes))


def _decode(file: io.BufferedReader, name: str, notes: list[str]) -> NDArray[np.uint8]:
    # The size is checked below by a limit of our own, so Pillow's warning at 89 megapixels is not wanted.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image: Image.Image = Image.open(file)
        except Image.DecompressionBombError as error:
            raise InputError(f"The picture {name} has more than 100 megapixels.", "Scale it down.") from error
        except (UnidentifiedImageError, SyntaxError, ValueError, AttributeError) as error:
            raise InputError(f"{name} is not a picture that can be read.", _KINDS) from error
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise InputError(
                f"The picture {name} has {width} × {height} = {width * height / 1e6:.0f} megapixels, more than 100.",
                "Scale it down.",
            )
        if getattr(image, "is_animated", False) and image.format != "MPO":
            notes.append("The picture is an animation; its first frame is used.")
        try:
            image.load()
            image = ImageOps.exif_transpose(image)
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, RuntimeError) as error:
            raise InputError(
                f"The picture {name} is damaged or cut off and cannot be decoded.", "Copy or download it again."
            ) from error
    return np.asarray(_opaque_rgb(image, notes))


def _opaque_rgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """The picture in 8-bit sRGB without transparency."""
    if image.mode.startswith(("I", "F")):
        return _from_deep(image, notes)
    if image.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colour = _to_srgb(image, notes)
    if alpha is None or alpha.getextrema() == (255, 255):
        return colour
    notes.append("Transparent places are laid on neutral grey.")
    return Image.composite(colour, Image.new("RGB", colour.size, (BACKGROUND,) * 3), alpha)


def _to_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode == "CMYK":
        notes.append("The picture's CMYK colours were converted to sRGB.")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            base = image.convert("RGB") if image.mode == "RGBA" else image
            converted = ImageCms.profileToProfile(base, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError) as error:
            notes.append(f"The picture's colour profile cannot be used ({error}); its colours may look different.")
        else:
            if converted is not None:
                return converted
    return image.convert("RGB")


def _from_deep(image: Image.Image, notes: list[str]) -> Image.Image:
    """16-bit, 32-bit and floating-point greyscale, which Pillow's own conversion would clip."""
    values = np.asarray(image, dtype=np.float32)
    if not np.isfinite(values).all():
        notes.append("Pixels that are not numbers were made black.")
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    top = float(values.max(initial=0.0))
    if image.mode == "F":
        full = 1.0 if top <= 1.0 else (255.0 if top <= 255.0 else top)
    else:
        full = 65535.0 if top <= 65535.0 else float(2**31 - 1)
    notes.append("The picture was reduced to 8 bits a channel.")
    grey = np.clip(values * (255.0 / full) + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")
