"""How pictures and sound are encoded in the video files that leave the studio."""

from collections.abc import Mapping
from dataclasses import dataclass

from dimitra_studio.core.requests import USUAL_CRF


@dataclass(frozen=True)
class Encoding:
    """FFmpeg's names: `container` with its options, `video` with its pixel format and options, `sound`.

    `even` says whether width and height must be, `key_seconds` how far whole pictures are apart (0: every one is).
    """

    container: str
    container_options: Mapping[str, str]
    video: str
    pixel_format: str
    options: Mapping[str, str]
    sound: str
    even: bool
    key_seconds: float


def h264(crf: int = USUAL_CRF) -> Encoding:
    """H.264 and AAC in an MP4, which every player and every editor reads; `crf` as in `RenderVideo`."""
    return Encoding(
        container="mp4",
        container_options={"movflags": "+faststart"},
        video="libx264",
        pixel_format="yuv420p",
        options={"crf": str(crf), "preset": "medium"},
        sound="aac",
        even=True,
        key_seconds=2,
    )


USUAL = h264()
# All of the colour, an alpha plane, every picture whole, the sound as it is: for editing. Editors know it by Apple's
# own mark.
PRORES_4444 = Encoding(
    container="mov",
    container_options={},
    video="prores_ks",
    pixel_format="yuva444p10le",
    options={"profile": "4444", "vendor": "apl0"},
    sound="pcm_s24le",
    even=False,
    key_seconds=0,
)
