"""Silent moving pictures for chats and pages: GIF in 256 colours, WebP in all of them."""

import io
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext
from av.frame import Frame
from av.video.format import VideoFormat
from numpy.typing import NDArray

from dimitra_studio import __version__
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import replacing
from dimitra_studio.export.picture_marks import mark_gif, mark_webp
from dimitra_studio.export.video import STATEMENT, WrittenVideo

# The colours of a GIF are chosen by its beginning: so many frames, or as many as take so many bytes.
_SEEN_FRAMES, _SEEN_BYTES = 50, 64 << 20
# A pattern that stands still where the picture does, so that nothing shimmers.
_DITHER = "dither=bayer:bayer_scale=4"
_QUALITY = "85"  # of 100
_PIXELS = "bgra"
_PALETTE_SIDE = 16  # px: 256 colours


class PreviewKind(StrEnum):
    """The formats, by FFmpeg's names for their containers."""

    GIF = "gif"
    WEBP = "webp"


_CODECS = {
    PreviewKind.GIF: ("gif", "pal8", {}),
    PreviewKind.WEBP: ("libwebp_anim", _PIXELS, {"quality": _QUALITY, "compression_level": "4"}),
}


def write_preview(
    path: Path,
    frames: Iterator[NDArray[np.uint8]],
    count: int,
    fps: float,
    kind: PreviewKind,
    *,
    recipe: Mapping[str, Any] | None = None,
) -> Job[WrittenVideo]:
    """Writes `count` frames [H, W, 3] sRGB ([H, W, 4] for WebP) as they come, to be shown again and again.
    Recipe and statement stand in the file's comment (neither where `recipe` is None). Raises InputError when the file
    cannot be written; nothing is left then.
    """
    rate = Fraction(fps).limit_denominator(1001)
    with replacing(path) as part:
        try:
            content, (height, width), written = yield from _encode(frames, count, rate, kind)
        except av.FFmpegError as error:
            # PyAV's own errors carry the system's number; `replacing` puts it into words.
            raise OSError(error.errno, error.strerror) from error
        if recipe is not None:
            # ASCII: file names in the recipe may be no text.
            text = f"{STATEMENT} {__version__}. {json.dumps(dict(recipe))}"
            gif = kind is PreviewKind.GIF
            content = mark_gif(content, text) if gif else mark_webp(content, text, (width, height))
        part.write_bytes(content)
    return WrittenVideo(path, written, float(rate), width, height, 0.0, _slips(rate, kind))


def _slips(rate: Fraction, kind: PreviewKind) -> tuple[str, ...]:
    """A note where the format's clock cannot say when each frame is shown."""
    ticks = 100 if kind is PreviewKind.GIF else 1000
    if (ticks / rate).denominator == 1:
        return ()
    return (f"{kind.upper()} counts 1/{ticks} s: some frames are shown a little longer than others.",)


def _encode(
    frames: Iterator[NDArray[np.uint8]], count: int, rate: Fraction, kind: PreviewKind
) -> Job[tuple[bytes, tuple[int, int], int]]:
    codec, pixel_format, options = _CODECS[kind]
    done = 0
    seen = list[NDArray[np.uint8]]()
    if kind is PreviewKind.GIF:
        for pixels in frames:
            seen.append(pixels)
            yield Progress("render", len(seen), count)
            if len(seen) >= _SEEN_FRAMES or sum(each.nbytes for each in seen) >= _SEEN_BYTES:
                break
    else:
        seen.append(next(frames))
    height, width = seen[0].shape[:2]
    painter = _Painter(seen, rate) if kind is PreviewKind.GIF else None
    content = io.BytesIO()
    with av.open(content, "w", format=kind.value, options={"loop": "0"}) as container:
        stream = container.add_stream(codec, rate=rate, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
        for pixels in chain(seen, frames):
            frame = _frame(pixels, done, rate)
            container.mux(stream.encode(painter.paint(frame) if painter else frame))
            done += 1
            yield Progress("render", max(done, len(seen)), count)
        container.mux(stream.encode(None))
    return content.getvalue(), (height, width), done


class _Painter:
    """Gives frames the 256 colours that suit those `seen` best."""

    def __init__(self, seen: list[NDArray[np.uint8]], rate: Fraction) -> None:
        self._graph = Graph()
        self._source = _buffer(self._graph, seen[0].shape, rate)
        palette = _buffer(self._graph, (_PALETTE_SIDE, _PALETTE_SIDE), rate)
        use, self._sink = self._graph.add("paletteuse", _DITHER), self._graph.add("buffersink")
        self._source.link_to(use, 0, 0)
        palette.link_to(use, 0, 1)
        use.link_to(self._sink)
        self._graph.configure()
        palette.push(_palette(seen, rate))
        palette.push(None)

    def paint(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame in those colours."""
        self._source.push(frame)
        painted = self._sink.pull()
        assert isinstance(painted, av.VideoFrame)
        painted.pts, painted.time_base = frame.pts, frame.time_base
        return painted


def _palette(seen: list[NDArray[np.uint8]], rate: Fraction) -> Frame:
    graph = Graph()
    source, choose, sink = _buffer(graph, seen[0].shape, rate), graph.add("palettegen"), graph.add("buffersink")
    source.link_to(choose)
    choose.link_to(sink)
    graph.configure()
    for index, pixels in enumerate(seen):
        source.push(_frame(pixels, index, rate))
    source.push(None)
    return sink.pull()


def _buffer(graph: Graph, shape: tuple[int, ...], rate: Fraction) -> FilterContext:
    height, width = shape[:2]
    return graph.add_buffer(width=width, height=height, format=VideoFormat(_PIXELS), time_base=1 / rate)


def _frame(pixels: NDArray[np.uint8], index: int, rate: Fraction) -> av.VideoFrame:
    layout = "rgba" if pixels.shape[2] == 4 else "rgb24"
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format=layout).reformat(format=_PIXELS)
    frame.pts, frame.time_base = index, 1 / rate
    return frame
