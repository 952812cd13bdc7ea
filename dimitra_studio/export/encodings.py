"""How pictures and sound are encoded in the video files that leave the studio."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dimitra_studio.core.requests import LARGEST_CRF, USUAL_CRF


@dataclass(frozen=True)
class Encoding:
    """FFmpeg's names: `container` with its options, `video` with its pixel format, options, `tag` and `marks`, `sound`
    (empty where it has none). `title` is what people call it.

    `even` says whether width and height must be, `key_seconds` how far whole pictures are apart (0: every one is).
    """

    title: str
    container: str
    video: str
    pixel_format: str
    sound: str
    options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""
    even: bool = True
    key_seconds: float = 2


def h264(crf: int = USUAL_CRF) -> Encoding:
    """H.264 and AAC in an MP4, which every player and every editor reads; `crf` as in `RenderVideo`."""
    return Encoding(
        title="H.264",
        container="mp4",
        video="libx264",
        pixel_format="yuv420p",
        sound="aac",
        options={"crf": str(crf), "preset": "medium"},
        container_options={"movflags": "+faststart"},
    )


def h265(crf: int = USUAL_CRF) -> Encoding:
    """H.265 and AAC in an MP4, marked as QuickTime wants it. `crf` is H.264's, for about the same picture."""
    # Measured on faces by PSNR: H.264's 12, 17 and 24 are 13, 18 and 26 here.
    own = min(round(1.07 * crf), LARGEST_CRF)
    lossless = ":lossless=1" if crf == 0 else ""
    return Encoding(
        title="H.265",
        container="mp4",
        video="libx265",
        pixel_format="yuv420p",
        sound="aac",
        options={"crf": str(own), "preset": "medium", "x265-params": f"log-level=none{lossless}"},
        container_options={"movflags": "+faststart"},
        tag="hvc1",
    )


def vp9(crf: int = USUAL_CRF, *, alpha: bool = False) -> Encoding:
    """VP9 and Opus in a WebM, which browsers play. `crf` is H.264's, for about the same picture; with `alpha` it says
    where the picture is transparent."""
    # Measured likewise: 12, 17 and 24 are 12, 24 and 40 here, where the worst is 63.
    own = min(max(round(2.3 * crf - 15), 0), 63)
    return Encoding(
        title="VP9",
        container="webm",
        video="libvpx-vp9",
        pixel_format="yuva420p" if alpha else "yuv420p",
        sound="libopus",
        options={
            "crf": str(own),
            "b": "0",  # quality alone decides
            "deadline": "good",
            "cpu-used": "4",
            "row-mt": "1",
            **({"lossless": "1"} if crf == 0 else {}),
            **({"auto-alt-ref": "0"} if alpha else {}),  # frames that are not shown have no transparency
        },
        marks={"alpha_mode": "1"} if alpha else {},
    )


USUAL = h264()
# All of the colour, an alpha plane, every picture whole, the sound as it is: for editing. Editors know it by Apple's
# own mark.
PRORES_4444 = Encoding(
    title="ProRes 4444",
    container="mov",
    video="prores_ks",
    pixel_format="yuva444p10le",
    sound="pcm_s24le",
    options={"profile": "4444", "vendor": "apl0"},
    container_options={"movflags": "use_metadata_tags"},  # else there is no place for the recipe
    even=False,
    key_seconds=0,
)
