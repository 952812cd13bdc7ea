"""Motion and speech as any of the formats: one call each, for the command line and the window."""

from collections.abc import Sequence
from pathlib import Path

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.export.alembic_cache import write_alembic
from dimitra_studio.export.bvh import write_bvh
from dimitra_studio.export.captions import CaptionKind, write_captions
from dimitra_studio.export.deng_files import MatLayout, write_mat, write_npy
from dimitra_studio.export.formats import DRAWN_FPS, Formats
from dimitra_studio.export.gltf import write_gltf
from dimitra_studio.export.head_mesh import build_mesh
from dimitra_studio.export.lip_files import (
    write_moho,
    write_papagayo,
    write_rhubarb_json,
    write_rhubarb_tsv,
)
from dimitra_studio.export.live_link import write_live_link
from dimitra_studio.export.mesh_sequence import MeshKind, write_meshes
from dimitra_studio.export.textgrid import write_textgrid
from dimitra_studio.export.usd import write_usd
from dimitra_studio.export.weights_json import write_weights
from dimitra_studio.face.head_model import HeadModel

_SEQUENCES = {Formats.OBJ: MeshKind.OBJ, Formats.PLY: MeshKind.PLY}
_SHAPED = (Formats.GLTF, Formats.USD, Formats.ALEMBIC, *_SEQUENCES)
_LAYOUTS = {Formats.DENG: MatLayout.DENG, Formats.SADTALKER: MatLayout.SADTALKER}
_PLAIN = {
    Formats.LIVE_LINK: write_live_link,
    Formats.WEIGHTS: write_weights,
    Formats.BVH: write_bvh,
    Formats.DREAMTALK: write_npy,
}
_CAPTIONS = {Formats.SRT: CaptionKind.SRT, Formats.VTT: CaptionKind.VTT, Formats.ASS: CaptionKind.ASS}


def takes_a_head(kind: Formats) -> bool:
    """Whether the format holds a mesh, which a portrait's fit makes that person's."""
    return kind in _SHAPED


def write_motion(
    kind: Formats,
    path: Path,
    motion: MotionSequence,
    model: HeadModel,
    *,
    fit: FaceFit | None = None,
    portrait: Portrait | None = None,
) -> Job[tuple[str, ...]]:
    """Writes `motion`; the mesh is the mean head, or `fit`'s with `portrait` as its texture. Returns notes.

    Raises InputError where it cannot be written.
    """
    yield Progress("export", 0, 1)
    if kind in _SEQUENCES:
        return (yield from write_meshes(path, motion, model, fit, _SEQUENCES[kind]))
    if kind is Formats.ALEMBIC:
        return (yield from write_alembic(path, motion, model, fit))
    if kind in _SHAPED:
        mesh = build_mesh(model, fit, portrait)
        notes = write_gltf(path, motion, mesh) if kind is Formats.GLTF else write_usd(path, motion, mesh)
    elif kind in _LAYOUTS:
        notes = write_mat(path, motion, _LAYOUTS[kind])
    elif kind in _PLAIN:
        notes = _PLAIN[kind](path, motion)
    else:
        raise ValueError(f"{kind} is not made of motion")
    yield Progress("export", 1, 1)
    return notes


def write_speech(
    kind: Formats,
    path: Path,
    words: Sequence[Word],
    phonemes: Sequence[Phoneme],
    duration: float,
    *,
    fps: int = DRAWN_FPS,
    sound: str = "",
) -> None:
    """Writes words or phones; `fps` is the drawing's rate, `sound` the recording's name for formats that name it.

    Raises InputError where the speech holds none, or where it cannot be written.
    """
    captioned = kind in _CAPTIONS
    if not (words if captioned else words or phonemes) or (
        kind is not Formats.TEXTGRID and not captioned and not phonemes
    ):
        lacking = "words" if captioned else "phones"
        raise InputError(
            f"The speech holds no {lacking} to write.", "Analyse a voice that speaks English: dimitra analyse."
        )
    if captioned:
        write_captions(path, words, _CAPTIONS[kind])
    elif kind is Formats.TEXTGRID:
        write_textgrid(path, words, phonemes, duration)
    elif kind is Formats.RHUBARB:
        write_rhubarb_json(path, phonemes, duration, sound)
    elif kind is Formats.RHUBARB_TSV:
        write_rhubarb_tsv(path, phonemes, duration)
    elif kind is Formats.MOHO:
        write_moho(path, phonemes, duration, fps)
    elif kind is Formats.PAPAGAYO:
        write_papagayo(path, words, phonemes, duration, fps=fps, sound=sound)
    else:
        raise ValueError(f"{kind} is not made of speech")
