"""A folder of pictures and a WAV, for programs that take pictures: every pixel and every sample as it is."""

import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import imageio.v3 as iio
import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL.PngImagePlugin import PngInfo

from dimitra_studio import __version__
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import replacing_folder
from dimitra_studio.export.soundtrack import Soundtrack, sound_blocks
from dimitra_studio.export.video import STATEMENT, WrittenVideo

SOUND, ABOUT = "sound.wav", "about.json"
_COMPRESSION = 3  # of 0 to 9: twice as quick as the usual 6, and a tenth larger


class PictureKind(StrEnum):
    """The formats, by the endings of their files."""

    PNG = "png"  # 8 bits, sRGB
    EXR = "exr"  # half floats, linear light with sRGB's primaries


def picture_name(index: int, kind: PictureKind = PictureKind.PNG) -> str:
    """The file of frame `index`, from 0 on."""
    return f"frame_{index:06}.{kind}"


def write_pictures(
    folder: Path,
    frames: Iterator[NDArray[np.uint8]],
    count: int,
    fps: float,
    *,
    kind: PictureKind = PictureKind.PNG,
    sound: Soundtrack | None = None,
    recipe: Mapping[str, Any] | None = None,
) -> Job[WrittenVideo]:
    """Writes `count` frames [H, W, 3 or 4] sRGB as they come, the sound that is heard meanwhile (24 bits, its own
    rate and channels; a shorter one ends earlier), and `about.json`: frame rate, recipe, the statement that it is
    generated (neither of the two where `recipe` is None).

    The folder appears when all is written. Raises InputError where it holds something already or cannot be written.
    """
    rate = Fraction(fps).limit_denominator(1001)
    seconds = float(count / rate)
    statement = f"{STATEMENT} {__version__}."
    write = _png_writer(statement if recipe is not None else "") if kind is PictureKind.PNG else _exr_writer()
    with replacing_folder(folder) as part:
        if sound:
            yield from _write_sound(part / SOUND, sound, seconds)
        for index, pixels in enumerate(frames):
            height, width = pixels.shape[:2]
            write(part / picture_name(index, kind), pixels)
            yield Progress("render", index + 1, count)
        about: dict[str, Any] = {
            "fps": float(rate), "frames": index + 1, "width": width, "height": height,
            "sound": SOUND if sound else None,
        }  # fmt: skip
        if recipe is not None:
            about |= {"comment": statement, "recipe": dict(recipe)}
        (part / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    heard = min(sound.duration, seconds) if sound else 0.0
    return WrittenVideo(folder, index + 1, float(rate), width, height, heard, sound.notes_for(seconds) if sound else ())


def _png_writer(statement: str) -> Callable[[Path, NDArray[np.uint8]], None]:
    marks = PngInfo()
    if statement:
        marks.add_text("Comment", statement)

    def write(path: Path, pixels: NDArray[np.uint8]) -> None:
        iio.imwrite(path, pixels, plugin="pillow", compress_level=_COMPRESSION, pnginfo=marks)

    return write


def _exr_writer() -> Callable[[Path, NDArray[np.uint8]], None]:
    shades = np.arange(256, dtype=np.float32) / 255
    linear = np.where(shades <= 0.04045, shades / 12.92, ((shades + 0.055) / 1.055) ** 2.4).astype(np.float32)

    def write(path: Path, pixels: NDArray[np.uint8]) -> None:
        encoder = av.CodecContext.create("exr", "w")
        assert isinstance(encoder, av.VideoCodecContext)
        encoder.height, encoder.width = pixels.shape[:2]
        light = linear[pixels[:, :, :3]]
        layout = "gbrpf32le"
        if pixels.shape[2] == 4:  # EXR's colours are those that are left beside the alpha
            cover = pixels[:, :, 3:].astype(np.float32) / 255
            light, layout = np.concatenate([light * cover, cover], axis=2), "gbrapf32le"
        encoder.pix_fmt, encoder.time_base = layout, Fraction(1)
        encoder.options = {"format": "half", "compression": "zip16"}
        frame = av.VideoFrame.from_ndarray(light, format=layout)
        frame.pts = 0
        path.write_bytes(b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None))))

    return write


def _write_sound(path: Path, sound: Soundtrack, seconds: float) -> Job[None]:
    whole = min(sound.duration, seconds)
    done = 0
    with soundfile.SoundFile(path, "w", sound.rate, sound.channels, subtype="PCM_24", format="WAV") as file:
        for block in sound_blocks(sound, seconds):
            file.write(np.clip(block, -1, 1))
            done += len(block)
            yield Progress("sound", int(done / sound.rate), int(whole))
