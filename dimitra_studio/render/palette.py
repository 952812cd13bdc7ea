"""Colours that the portrait does not show, guessed from those that it does."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.landmark_sets import EYE_LEFT, EYE_RIGHT, LIPS_INNER, LIPS_OUTER
from dimitra_studio.render.compose import Pixels

# Teeth are a little darker than the eyes' white and warmer; they lie in the lips' shade.
_TEETH_TINT = np.array([1.0, 0.91, 0.86], np.float32)
_TEETH_TO_SCLERA = 0.9
# How much of the eye white's hue, which is the light's but also that of veins and make-up, the teeth take.
_LIGHT_HUE = 0.3
# Teeth are paler (range of the channels over the brightest) than lips; fewer of them are a highlight, not teeth.
_PALE, _FEWEST = 0.3, 0.04
# The mouth's darkness is dimmer than this share of the teeth, and not much brighter than guessed: else it is lip.
_DARK, _DARK_TO_GUESS = 0.35, 1.8
# Cheeks, in MediaPipe's numbering.
_CHEEKS = (50, 280, 205, 425, 101, 330)


@dataclass(frozen=True)
class Palette:
    """sRGB 0..255 [3] each: `teeth` in full light, `gums`, `tongue`, the mouth's `flesh`, the dark `cavity`
    and the `lips`."""

    teeth: FloatArray
    gums: FloatArray
    tongue: FloatArray
    flesh: FloatArray
    cavity: FloatArray
    lips: FloatArray

    def with_mouth(self, pixels: FloatArray) -> "Palette":
        """The same with the teeth and the darkness of the mouth's `pixels` [n, 3] that the portrait shows."""
        luminance = pixels.mean(axis=1)
        dark = luminance[luminance < _DARK * self.teeth.mean()]
        # Dim pixels are no teeth in full light, red ones are lips or tongue, bright ones no darkness.
        pale = np.ptp(pixels, axis=1) < _PALE * np.maximum(pixels.max(axis=1), 1)
        shown = pixels[pale & (luminance >= 0.75 * self.teeth.mean())]
        teeth = self.teeth
        if len(shown) >= _FEWEST * len(pixels):
            brightness = shown.mean(axis=1)
            teeth = shown[brightness >= np.percentile(brightness, 75)].mean(axis=0)
        guess = float(self.cavity.mean())
        darkness = min(float(np.median(dark)), _DARK_TO_GUESS * guess) if len(dark) else guess
        # Its brightness only: the hue of so dark a pixel is the compression's.
        cavity = self.cavity * (darkness / max(guess, 1.0))
        return replace(self, teeth=teeth.astype(np.float32), cavity=cavity.astype(np.float32))


def guess_palette(picture: Pixels, landmarks: FloatArray) -> Palette:
    """From a `picture` [h, w, 3] and its 478 landmarks [478, 2], px."""
    skin = _median_near(picture, landmarks[list(_CHEEKS)], landmarks)
    lips = _median_near(picture, landmarks[[LIPS_OUTER, LIPS_INNER]].mean(axis=0), landmarks)
    white = _eye_white(picture, landmarks)
    brightness = float(np.clip(_TEETH_TO_SCLERA * white.mean(), 0.9 * skin.mean(), 2.5 * skin.mean()))
    tint = _TEETH_TINT * (1 - _LIGHT_HUE + _LIGHT_HUE * white / max(float(white.mean()), 1.0))
    teeth = np.minimum(brightness * tint / tint.mean(), 245).astype(np.float32)
    red = np.array([1.0, 0.62, 0.6], np.float32)
    return Palette(
        teeth=teeth,
        gums=(0.8 * lips).astype(np.float32),
        tongue=(0.45 * lips + 0.4 * skin * red).astype(np.float32),
        flesh=(0.4 * skin * np.array([1.0, 0.5, 0.45], np.float32)).astype(np.float32),
        cavity=(0.1 * skin * np.array([1.0, 0.55, 0.5], np.float32)).astype(np.float32),
        lips=lips,
    )


def _median_near(picture: Pixels, points: FloatArray, landmarks: FloatArray) -> FloatArray:
    """Median colour of small patches around the points."""
    height, width = picture.shape[:2]
    reach = max(1, round(0.01 * float(np.ptp(landmarks[:, 0]))))
    steps = np.arange(-reach, reach + 1)
    x = np.clip(np.rint(points[:, 0, None, None] + steps[None, None]), 0, width - 1).astype(int)
    y = np.clip(np.rint(points[:, 1, None, None] + steps[None, :, None]), 0, height - 1).astype(int)
    return np.asarray(np.median(picture[y, x].reshape(-1, 3), axis=0), np.float32)


def _eye_white(picture: Pixels, landmarks: FloatArray) -> FloatArray:
    """The brighter pixels between the lids, without the irises; of both eyes."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    for lids, iris in ((EYE_LEFT, 473), (EYE_RIGHT, 468)):
        cv2.fillPoly(mask, [np.rint(landmarks[list(lids)]).astype(np.int32)], 1)
        radius = np.linalg.norm(landmarks[iris + 1 : iris + 5] - landmarks[iris], axis=1).mean()
        x, y = np.rint(landmarks[iris]).astype(int).tolist()
        cv2.circle(mask, (x, y), int(np.ceil(radius)), 0, -1)
    pixels = picture[mask > 0].astype(np.float32)
    if not len(pixels):
        return np.full(3, 180, np.float32)
    luminance = pixels.mean(axis=1)
    return np.asarray(pixels[luminance >= np.percentile(luminance, 75)].mean(axis=0), np.float32)
