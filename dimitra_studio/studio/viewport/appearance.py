"""How the portrait colours the head: the photo where it shows a place, a colour carried on from beside it elsewhere."""

from dataclasses import dataclass

import cv2
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.media import Portrait
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.render.geometry import HeadGeometry
from dimitra_studio.render.palette import Palette, guess_palette
from dimitra_studio.render.raster import Window, window_around
from dimitra_studio.render.texture import read_texture

# Vertices that the photo shows at least so well give their colour to those that it does not show.
_WELL_SEEN = 0.9
_BORROWED = 0.02  # of the distance between the eyes
_LARGEST_PHOTO = 2048  # px, of the head alone


@dataclass(frozen=True)
class Appearance:
    """Vertex v shows `photo` [H, W, 3] uint8 at `places[v]` (0..1, origin at the lower left) by the share `trust[v]`
    (0..1), and the colour `tints[v]` (0..255) for the rest; [V, 2], [V], [V, 3]."""

    photo: NDArray[np.uint8]
    places: FloatArray
    trust: FloatArray
    tints: NDArray[np.uint8]


def read_appearance(geometry: HeadGeometry, portrait: Portrait) -> Appearance | None:
    """Projects the fitted head onto the photo; None where the photo shows nothing of it.

    Colours of hidden skin and hair solve Laplace's equation over the surface with the seen ones given; teeth, tongue
    and the mouth's inside have guessed colours.
    """
    texture = read_texture(geometry)
    places, _ = texture.at(geometry.source)
    width, height = portrait.size
    columns = np.clip(np.rint(places[:, 0]), 0, width - 1).astype(np.intp)
    rows = np.clip(np.rint(places[:, 1]), 0, height - 1).astype(np.intp)
    inside = (np.rint(places) >= 0).all(axis=1) & (np.rint(places) <= [width - 1, height - 1]).all(axis=1)
    trust = (texture.trust * inside).astype(np.float32)
    # Between a vertex and a neighbour that borrows its place from elsewhere in the photo, the photo would be torn.
    borrowed = np.linalg.norm(places - geometry.source.uv, axis=1) > _BORROWED * geometry.eye_distance
    trust[borrowed | (_links(geometry.model) @ borrowed > 0)] = 0
    colours = portrait.pixels[rows, columns].astype(np.float64)
    palette = guess_palette(portrait.pixels, geometry.fit.landmarks)
    mouth = _inside_of_mouth(geometry.model, palette)
    trust[~np.isnan(mouth[:, 0])] = 0
    tints = _carried_on(geometry.model, colours, trust >= _WELL_SEEN)
    tints = np.where(np.isnan(tints), palette.flesh, tints)
    tints = np.where(np.isnan(mouth), tints, mouth)
    if not trust.any():
        return None
    window = window_around(places[trust > 0], 1).clipped(Window(0, 0, width, height))
    u, v = (places[:, 0] + 0.5 - window.x) / window.width, 1 - (places[:, 1] + 0.5 - window.y) / window.height
    return Appearance(
        _small_enough(portrait.pixels[window.slices]),
        np.column_stack([u, v]).astype(np.float32),
        trust,
        np.asarray(np.clip(np.rint(tints), 0, 255), np.uint8),
    )


def _small_enough(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    shrink = _LARGEST_PHOTO / max(photo.shape[:2])
    if shrink >= 1:
        return np.ascontiguousarray(photo)
    return np.asarray(cv2.resize(photo, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)


def _inside_of_mouth(model: HeadModel, palette: Palette) -> NDArray[np.float64]:
    """The guessed colours of what lies inside the mouth [V, 3], NaN for the rest."""
    colours = np.full((len(model.mean), 3), np.nan)
    for region, colour in (
        ("mouth_bag", palette.flesh),
        ("tongue", palette.tongue),
        ("teeth_upper", palette.teeth),
        ("teeth_lower", palette.teeth),
    ):
        colours[model.triangles[model.region(region)]] = colour
    # The lips' rims are skin.
    colours[np.unique(model.triangles[model.region("skin")])] = np.nan
    return colours


def _carried_on(model: HeadModel, colours: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """`colours` [V, 3] where `seen` [V], continued over the surface; NaN where no seen vertex is connected."""
    links = _links(model)
    _, island = connected_components(links, directed=False)
    reached = np.isin(island, island[seen])
    known, unknown = np.flatnonzero(seen), np.flatnonzero(reached & ~seen)
    carried = np.where(reached[:, None], colours, np.nan)
    if len(unknown):
        rows = sp.csr_array(sp.diags_array(np.asarray(links.sum(axis=1)).ravel()) - links)[unknown]
        carried[unknown] = splu(sp.csc_array(rows[:, unknown])).solve(-(rows[:, known] @ colours[known]))
    return carried


def _links(model: HeadModel) -> sp.csr_array:
    """Symmetric 0/1 matrix [V, V] of the mesh's edges."""
    edges = np.concatenate([model.triangles[:, [0, 1]], model.triangles[:, [1, 2]], model.triangles[:, [2, 0]]])
    count = len(model.mean)
    links = sp.csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count))
    return sp.csr_array(((links + links.T) > 0).astype(np.float64))
