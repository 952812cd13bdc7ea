"""Motion and speech out of any of the formats that are read: one call each, for the command line and the window."""

from pathlib import Path

from dimitra_studio.core.errors import InputError
from dimitra_studio.export.bvh import read_bvh
from dimitra_studio.export.captions import CaptionKind, read_captions
from dimitra_studio.export.deng_files import read_deng
from dimitra_studio.export.exchange import Imported
from dimitra_studio.export.formats import Formats, format_of_file
from dimitra_studio.export.gltf_reader import read_gltf
from dimitra_studio.export.lip_reader import read_moho, read_papagayo, read_rhubarb_json, read_rhubarb_tsv
from dimitra_studio.export.live_link import read_live_link
from dimitra_studio.export.textgrid import read_textgrid
from dimitra_studio.export.transcription import Transcription
from dimitra_studio.export.usd_reader import read_usd
from dimitra_studio.export.weights_json import read_weights

_MOTION = {
    Formats.LIVE_LINK: read_live_link,
    Formats.WEIGHTS: read_weights,
    Formats.GLTF: read_gltf,
    Formats.USD: read_usd,
    Formats.DENG: read_deng,
    Formats.SADTALKER: read_deng,
    Formats.DREAMTALK: read_deng,
}
_SPEECH = {
    Formats.TEXTGRID: read_textgrid,
    Formats.RHUBARB: read_rhubarb_json,
    Formats.RHUBARB_TSV: read_rhubarb_tsv,
    Formats.PAPAGAYO: read_papagayo,
}
_CAPTIONS = {Formats.SRT: CaptionKind.SRT, Formats.VTT: CaptionKind.VTT, Formats.ASS: CaptionKind.ASS}


def readable_format(path: Path) -> Formats:
    """The format of a file that is there. Raises InputError where it is none that is read."""
    return format_of_file(path)


def read_motion_file(path: Path, fps: float | None = None) -> Imported:
    """The motion in a file of another program; `fps` for formats that do not say theirs. Raises InputError."""
    kind = readable_format(path)
    if kind is Formats.BVH:
        return read_bvh(path)
    if kind not in _MOTION:
        raise InputError(f"{path.name} holds words, no motion.", "Import it as speech.")
    return _MOTION[kind](path, fps)


def read_speech_file(path: Path, fps: float | None = None) -> Transcription:
    """The words and phones in a TextGrid, in captions or mouth shapes; `fps` for Moho's, which do not say theirs.

    Raises InputError.
    """
    kind = readable_format(path)
    if kind in _CAPTIONS:
        return read_captions(path, _CAPTIONS[kind])
    if kind is Formats.MOHO:
        return read_moho(path, fps)
    if kind not in _SPEECH:
        raise InputError(f"{path.name} holds motion, no words.", "Import it as motion.")
    return _SPEECH[kind](path)
