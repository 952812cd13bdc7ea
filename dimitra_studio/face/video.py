"""Frames of a video file, one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import check_input
from dimitra_studio.core.timebase import frame_count, is_frame_rate

# A container may announce a few frames that its encoder never delivered; more missing than this is a cut file.
_MISSING_SHARE = 0.02
_MISSING_FRAMES = 3


@dataclass(frozen=True)
class VideoInfo:
    """What a video file says of itself: upright `width` x `height` px, `fps`, `seconds`, `rotation` in degrees
    counter-clockwise that was applied to show it upright; `frames` as announced (0 when the file does not say)."""

    width: int
    height: int
    fps: float
    seconds: float
    frames: int
    rotation: int

    def count(self, fps: float | None = None) -> int:
        """How many frames `VideoFile.read(fps)` is expected to give."""
        if fps is None and self.frames:
            return self.frames
        return frame_count(self.seconds, fps or self.fps)


class VideoFile:
    """A video opened for reading; use as a context manager. Memory does not grow with the video's length.

    Raises InputError when the file is missing, is no video, has only sound, or (from `read`) is damaged or cut off.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self._container = _open(self.path)
        try:
            self._stream = _picture_stream(self._container, self.name)
            self.info = self._inspect()
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> "VideoFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Releases the file."""
        self._container.close()

    def read(self, fps: float | None = None) -> Iterator[NDArray[np.uint8]]:
        """Upright sRGB frames [H, W, 3] from the start, in order; every frame once, or at `fps`.

        At `fps`, frame `i` is the picture that stands at the middle of its time, `(i + 1/2) / fps` seconds after the
        file's start; frames are repeated or left out, never blended.
        """
        if fps is None:
            return (picture for _, picture in self.read_timed())
        return self._resample(fps)

    def _resample(self, fps: float) -> Iterator[NDArray[np.uint8]]:
        index, held, end = 0, None, 0.0
        for time, picture in self.read_timed():
            while held is not None and (index + 0.5) / fps < time:
                yield held
                index += 1
            held, end = picture, time + 1.0 / self.info.fps
        if held is None:
            return
        for _ in range(index, frame_count(end, fps)):
            yield held

    def read_timed(self) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        """Every frame once, as from `read`, with the time in seconds since the file's start at which it appears."""
        self._container.seek(self._container.start_time or 0)
        origin = (self._container.start_time or 0) / av.time_base
        count = 0
        try:
            for frame in self._container.decode(self._stream):
                time = frame.time - origin if frame.time is not None else count / self.info.fps
                yield max(0.0, time), _upright(frame)
                count += 1
        except av.FFmpegError as error:
            raise self._damaged(count) from error
        missing = self.info.frames - count
        if count == 0 or missing > max(_MISSING_FRAMES, _MISSING_SHARE * self.info.frames):
            raise self._damaged(count)

    def _damaged(self, count: int) -> InputError:
        place = f"after {count} frames ({count / self.info.fps:.1f} s)" if count else "before its first frame"
        return InputError(f"The video {self.name} is damaged or cut off {place}.", "Copy or download it again.")

    def _inspect(self) -> VideoInfo:
        stream = self._stream
        rate: Fraction | None = stream.average_rate or stream.guessed_rate
        fps = float(rate) if rate else 0.0
        if not is_frame_rate(fps):
            raise InputError(
                f"The video {self.name} does not say how many frames a second it has.", "Convert it to MP4."
            )
        seconds = 0.0
        if stream.duration is not None and stream.time_base is not None:
            seconds = float(stream.duration * stream.time_base)
        elif self._container.duration is not None:
            seconds = self._container.duration / av.time_base
        first = self._first_frame()
        picture = _upright(first)
        return VideoInfo(picture.shape[1], picture.shape[0], fps, seconds, stream.frames, int(first.rotation))

    def _first_frame(self) -> VideoFrame:
        try:
            return next(self._container.decode(self._stream))
        except (av.FFmpegError, StopIteration) as error:
            message = f"The video {self.name} is damaged or cut off before its first frame."
            raise InputError(message, "Copy or download it again.") from error


def _open(path: Path) -> InputContainer:
    check_input(path, "video")
    try:
        # FFmpeg takes what stands before a colon for a protocol, unless the path is absolute; old tags are not UTF-8.
        return av.open(str(path.absolute()), "r", metadata_errors="replace")
    except av.FFmpegError as error:
        message = f"{path.name} is not a video that can be read, or is cut off."
        raise InputError(
            message, "Use an MP4, MOV, MKV or WebM video; copy or download it again if it was one."
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"The path of the video cannot be used: {error}.", "Check the path.") from error


def _picture_stream(container: InputContainer, name: str) -> VideoStream:
    """The first moving picture: neither an album cover nor a still."""
    still = container.format.name.endswith("_pipe") or container.format.name == "image2"
    if still:
        raise InputError(f"{name} is a still picture, not a video.", "Use `dimitra fit` for a picture.")
    covers = av.stream.Disposition.attached_pic
    moving = [stream for stream in container.streams.video if not stream.disposition & covers]
    if not moving:
        raise InputError(f"{name} has no moving picture, only sound.", "Give a video file.")
    # One video thread is kept by default; frames of large videos decode side by side.
    moving[0].thread_type = "AUTO"
    return moving[0]


def _upright(frame: VideoFrame) -> NDArray[np.uint8]:
    picture = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture
