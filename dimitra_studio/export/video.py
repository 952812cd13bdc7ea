"""Video files with exact time stamps, sound and picture side by side."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from dimitra_studio import __version__
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import replacing
from dimitra_studio.export.encodings import USUAL, Encoding
from dimitra_studio.export.soundtrack import Soundtrack, SoundtrackEncoder

# Level 5.2, the most that players and phones decode (ITU-T H.264, A.3.1): macroblocks a frame, and pixels a side.
_LARGEST_FRAME = 36_864
_LARGEST_SIDE = 16 * math.isqrt(8 * _LARGEST_FRAME)
# The sound runs this far ahead in the file, so that a player never waits for it.
_SOUND_LEAD = 0.5
STATEMENT = "Generated picture: made by a computer from one portrait and a voice recording with Dimitra Studio"


@dataclass(frozen=True)
class WrittenVideo:
    """What was written, a file or a folder; `width` and `height` in px."""

    path: Path
    frames: int
    fps: float
    width: int
    height: int
    sound_seconds: float
    notes: tuple[str, ...] = ()


def largest_side(width: int, height: int) -> int:
    """The longer side, px, at which an H.264 picture of this shape plays everywhere: its own unless it is too large."""
    longer = max(width, height)
    side = min(longer, _LARGEST_SIDE, int(longer * math.sqrt(_LARGEST_FRAME * 256 / (width * height))))
    while math.prod(math.ceil(round(each * side / longer) / 16) for each in (width, height)) > _LARGEST_FRAME:
        side -= 1
    return side


def write_video(
    path: Path,
    frames: Iterator[NDArray[np.uint8]],
    count: int,
    fps: float,
    *,
    encoding: Encoding = USUAL,
    sound: Soundtrack | None = None,
    recipe: Mapping[str, Any] | None = None,
) -> Job[WrittenVideo]:
    """Writes `count` frames [H, W, 3 or 4] sRGB as they come, the fourth channel being alpha; frame i is shown during
    [i / fps, (i + 1) / fps).

    The sound begins with the first frame and is cut where the picture ends; a shorter one ends earlier. Where the
    encoding needs even sizes, an odd width or height gains one column or row, a copy of the last. `recipe` goes into
    the file's description as JSON, beside the statement that the picture is generated; where it is None, the file says
    neither. Raises InputError when the file cannot be written; nothing is left then.
    """
    with replacing(path) as part:
        try:
            result = yield from _encode(part, frames, count, fps, encoding=encoding, sound=sound, recipe=recipe)
        except av.FFmpegError as error:
            # PyAV's own errors carry the system's number; `replacing` puts it into words.
            raise OSError(error.errno, error.strerror) from error
    return WrittenVideo(path, **result)


def _encode(
    part: Path,
    frames: Iterator[NDArray[np.uint8]],
    count: int,
    fps: float,
    *,
    encoding: Encoding,
    sound: Soundtrack | None,
    recipe: Mapping[str, Any] | None,
) -> Job[dict[str, Any]]:
    rate = Fraction(fps).limit_denominator(1001)
    seconds = float(count / rate)
    first = next(frames)
    height, width = (size + size % 2 if encoding.even else size for size in first.shape[:2])
    notes = list(sound.notes_for(seconds)) if sound else []
    if first.shape[:2] != (height, width):
        notes.append(f"{encoding.title} needs even sizes: the picture was extended to {width} x {height} px.")
    # FFmpeg takes what stands before a colon for a protocol, unless the path is absolute.
    path, options = str(part.absolute()), dict(encoding.container_options)
    with av.open(path, "w", format=encoding.container, options=options) as container:
        if recipe is not None:
            container.metadata["comment"] = f"{STATEMENT} {__version__}."
            # ASCII: file names in the recipe may be no text, which FFmpeg's metadata must be.
            container.metadata["description"] = json.dumps(dict(recipe))
        stream = _video_stream(container, encoding, rate, width, height)
        track = SoundtrackEncoder(container, sound, seconds, encoding.sound) if sound else None
        notes += track.notes if track else ()
        for index, pixels in enumerate(_chained(first, frames)):
            if track:
                track.encode_until(index / rate + _SOUND_LEAD)
            container.mux(stream.encode(_picture(pixels, stream, index)))
            yield Progress("render", index + 1, count)
        # One by one: the encoder still holds seconds of work, and the job may be closed only where it yields.
        for packet in stream.codec_context.encode_lazy(None):
            packet.stream = stream
            container.mux(packet)
            yield Progress("render", count, count)
        if track:
            track.finish()
    return {
        "frames": index + 1,
        "fps": float(rate),
        "width": width,
        "height": height,
        "sound_seconds": min(sound.duration, seconds) if sound else 0.0,
        "notes": tuple(notes),
    }


def _video_stream(
    container: av.container.OutputContainer, encoding: Encoding, rate: Fraction, width: int, height: int
) -> av.VideoStream:
    stream = container.add_stream(encoding.video, rate=rate, options=dict(encoding.options))
    assert isinstance(stream, av.VideoStream)
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = width, height, encoding.pixel_format
    stream.metadata.update(encoding.marks)
    if encoding.tag:
        context.codec_tag = encoding.tag
    if encoding.key_seconds:
        context.gop_size = round(encoding.key_seconds * rate)
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
    return stream


def _picture(pixels: NDArray[np.uint8], stream: av.VideoStream, index: int) -> av.VideoFrame:
    context = stream.codec_context
    (have_height, have_width), (height, width) = pixels.shape[:2], (context.height, context.width)
    if (have_height, have_width) != (height, width):
        pixels = np.pad(pixels, ((0, height - have_height), (0, width - have_width), (0, 0)), mode="edge")
    layout = "rgba" if pixels.shape[2] == 4 else "rgb24"
    rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format=layout)
    frame = rgb.reformat(format=context.pix_fmt, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
    # ProRes writes into every picture what that picture says of its colours.
    frame.color_primaries, frame.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    frame.pts, frame.time_base = index, 1 / stream.codec_context.framerate
    return frame


def _chained(first: NDArray[np.uint8], rest: Iterator[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    yield first
    yield from rest
