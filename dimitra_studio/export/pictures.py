"""A folder of PNG pictures and a WAV, for programs that take pictures: every pixel and every sample as it is."""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

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


def picture_name(index: int) -> str:
    """The file of frame `index`, from 0 on."""
    return f"frame_{index:06}.png"


def write_pictures(
    folder: Path,
    frames: Iterator[NDArray[np.uint8]],
    count: int,
    fps: float,
    *,
    sound: Soundtrack | None = None,
    recipe: Mapping[str, Any] | None = None,
) -> Job[WrittenVideo]:
    """Writes `count` frames [H, W, 3] sRGB as they come, the sound that is heard meanwhile (24 bits, its own rate and
    channels; a shorter one ends earlier), and `about.json`: frame rate, recipe, the statement that it is generated.

    The folder appears when all is written. Raises InputError where it holds something already or cannot be written.
    """
    rate = Fraction(fps).limit_denominator(1001)
    seconds = float(count / rate)
    statement = f"{STATEMENT} {__version__}."
    marks = PngInfo()
    marks.add_text("Comment", statement)
    with replacing_folder(folder) as part:
        if sound:
            yield from _write_sound(part / SOUND, sound, seconds)
        for index, pixels in enumerate(frames):
            height, width = pixels.shape[:2]
            iio.imwrite(part / picture_name(index), pixels, plugin="pillow", compress_level=_COMPRESSION, pnginfo=marks)
            yield Progress("render", index + 1, count)
        about = {
            "comment": statement, "fps": float(rate), "frames": index + 1, "width": width, "height": height,
            "sound": SOUND if sound else None, "recipe": dict(recipe or {}),
        }  # fmt: skip
        (part / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    heard = min(sound.duration, seconds) if sound else 0.0
    return WrittenVideo(folder, index + 1, float(rate), width, height, heard, sound.notes_for(seconds) if sound else ())


def _write_sound(path: Path, sound: Soundtrack, seconds: float) -> Job[None]:
    whole = min(sound.duration, seconds)
    done = 0
    with soundfile.SoundFile(path, "w", sound.rate, sound.channels, subtype="PCM_24", format="WAV") as file:
        for block in sound_blocks(sound, seconds):
            file.write(np.clip(block, -1, 1))
            done += len(block)
            yield Progress("sound", int(done / sound.rate), int(whole))
