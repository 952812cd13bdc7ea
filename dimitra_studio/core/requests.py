"""What the user asks for: complete and picklable, so that the same request gives the same result."""

from dataclasses import dataclass
from pathlib import Path

DEFAULT_SEED = 0
DEFAULT_STEPS = 10
DEFAULT_GUIDANCE = 1.0


@dataclass(frozen=True)
class FitPortrait:
    """Fit the face model to a picture; `face` counts from 0, the largest."""

    portrait: Path
    face: int = 0


@dataclass(frozen=True)
class AnalyseVoice:
    """Find words, phonemes and features in a recording; `text` is what is said, where the user has it."""

    voice: Path
    text: str | None = None


@dataclass(frozen=True)
class TrackVideo:
    """Fit the face model to every frame of a video; `smooth` removes jitter without delay."""

    video: Path
    face: int = 0
    smooth: bool = False


@dataclass(frozen=True)
class GenerateMotion:
    """Write a motion sequence for a portrait and a voice.

    `seed` draws the noise, `steps` is how many denoising steps are taken, `guidance` how strongly the voice is followed
    (1 = as trained), `device` where the networks run ("auto", "cpu", "cuda").
    """

    portrait: FitPortrait
    voice: AnalyseVoice
    seed: int = DEFAULT_SEED
    steps: int = DEFAULT_STEPS
    guidance: float = DEFAULT_GUIDANCE
    device: str = "auto"


@dataclass(frozen=True)
class RenderVideo:
    """Show a motion sequence on a portrait.

    `size` is the frames' longer side in px (None = the portrait's own), `sound` the file whose sound the video gets.
    """

    portrait: FitPortrait
    output: Path
    sound: Path | None = None
    renderer: str = "warp"
    size: int | None = None


@dataclass(frozen=True)
class GenerateVideo:
    """A portrait and a voice become a video; the motion sequence is kept too where `motion_output` says so."""

    motion: GenerateMotion
    render: RenderVideo
    motion_output: Path | None = None
