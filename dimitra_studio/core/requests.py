"""What the user asks for: complete and picklable, so that the same request gives the same result."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from dimitra_studio.core.channels import Group

if TYPE_CHECKING:  # it brings numpy, for which `dimitra --help` must not wait
    from dimitra_studio.core.timebase import TimeRange


@dataclass(frozen=True)
class ByGroup:
    """A number for each group of channels."""

    lips: float = 1.0
    expression: float = 1.0
    pose: float = 1.0

    def __getitem__(self, group: Group) -> float:
        return {Group.LIPS: self.lips, Group.EXPRESSION: self.expression, Group.POSE: self.pose}[group]


DEFAULT_SEED = 0
DEFAULT_STEPS = 10
DEFAULT_GUIDANCE = ByGroup()
DEFAULT_STRENGTH = ByGroup()
# Lips best follow the voice with half the noise; heads and faces come to real ones' range with a little more.
DEFAULT_TEMPERATURE = ByGroup(lips=0.5, expression=1.15, pose=1.1)
LARGEST_SCALE = 10.0  # of guidance, strength and temperature
MOST_STEPS = 500  # as many as the diffusion has
# Visually lossless on faces; about 1.5 Mbit/s at 512 px.
USUAL_CRF = 17
LARGEST_CRF = 51
USUAL_LUFS = -16.0  # what podcasts and video sites bring speech to (EBU R 128 measures it)
# The words for it: how a film looks, and how large it is.
QUALITIES = {"high": 12, "good": USUAL_CRF, "small": 24}


class FilmKind(StrEnum):
    """What pictures and sound become."""

    MP4 = "mp4"  # H.264 and AAC: plays everywhere
    HEVC = "hevc"  # H.265 and AAC in an .mp4: half as large
    WEBM = "webm"  # VP9 and Opus: for the web
    PRORES = "prores"  # ProRes 4444 and PCM in a .mov: for editing
    GIF = "gif"  # a silent preview
    WEBP = "webp"  # the same in true colours
    PICTURES = "pictures"  # a folder of PNG pictures and a WAV
    EXR = "exr"  # the same as EXR: linear light, half floats

    @property
    def suffix(self) -> str:
        """How the file's name ends; empty for a folder."""
        named = {FilmKind.HEVC: ".mp4", FilmKind.PRORES: ".mov"}
        return "" if self.is_folder else named.get(self, f".{self.value}")

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of pictures."""
        return self in (FilmKind.PICTURES, FilmKind.EXR)

    @property
    def has_quality(self) -> bool:
        """Whether it can be better and larger, or worse and smaller."""
        return self in (FilmKind.MP4, FilmKind.HEVC, FilmKind.WEBM)

    @property
    def has_sound(self) -> bool:
        """Whether it can be heard."""
        return self not in (FilmKind.GIF, FilmKind.WEBP)

    @property
    def has_alpha(self) -> bool:
        """Whether it can say where the picture is transparent."""
        return self not in (FilmKind.MP4, FilmKind.HEVC, FilmKind.GIF)


class RendererName(StrEnum):
    """What makes the pictures."""

    AUTO = "auto"  # what suits most portraits: the warp, so far
    NEURAL = "neural"  # the warp, with the mouth repaired by a network
    WARP = "warp"  # the portrait's own pixels moved by the mesh: quick
    PIRENDERER = "pirenderer"  # the papers' network, with weights that the user brings


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
    (1 = as trained), `strength` how far the face goes from rest (1 = as learned), `temperature` how much chance there
    is (0 = what is most likely, 1 = as in training), `device` where the networks run ("auto", "cpu", "cuda").
    """

    portrait: FitPortrait
    voice: AnalyseVoice
    seed: int = DEFAULT_SEED
    steps: int = DEFAULT_STEPS
    guidance: ByGroup = DEFAULT_GUIDANCE
    strength: ByGroup = DEFAULT_STRENGTH
    temperature: ByGroup = DEFAULT_TEMPERATURE
    device: str = "auto"


@dataclass(frozen=True)
class RegenerateMotion:
    """Write parts of the motion file `source` anew: `groups` within `ranges`, [(start, end)] in seconds.

    `motion` is how: portrait, voice and settings as for a whole sequence. Everything else stays bit by bit.
    """

    motion: GenerateMotion
    source: Path
    ranges: tuple[tuple[float, float], ...]
    groups: tuple[Group, ...] = tuple(Group)


@dataclass(frozen=True)
class RenderVideo:
    """Show a motion sequence on a portrait.

    `renderer` is a RendererName, `device` where its networks run ("auto", "cpu", "cuda").
    `size` is the frames' longer side in px (None = the portrait's own), `sound` the file whose sound the video gets.
    `crf` is H.264's constant rate factor (0 = lossless, 51 = worst; other codecs get their own number for it), `even`
    whether the sound is brought to the usual loudness, `matte` whether the person is cut out of the background, `part`
    a stretch of the motion: every frame that it touches is shown (None = the whole). `mark`: what is written says that
    it is generated, and how.
    """

    portrait: FitPortrait
    output: Path
    sound: Path | None = None
    renderer: str = RendererName.AUTO.value
    size: int | None = None
    kind: FilmKind = FilmKind.MP4
    crf: int = USUAL_CRF
    part: "TimeRange | None" = None
    device: str = "auto"
    even: bool = False
    matte: bool = False
    mark: bool = True


@dataclass(frozen=True)
class GenerateVideo:
    """A portrait and a voice become a video; the motion sequence is kept too where `motion_output` says so."""

    motion: GenerateMotion
    render: RenderVideo
    motion_output: Path | None = None
