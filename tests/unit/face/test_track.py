import math

import av
import cv2
import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Progress, finish
from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT, BLENDSHAPE_NAMES
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.follow import follow_face
from dimitra_studio.face.landmark_sets import LIP_GAP_PAIRS, eye_distance, pair_gap
from dimitra_studio.face.landmark_track import LandmarkTrack
from dimitra_studio.face.normal_equations import project_points
from dimitra_studio.face.smoothing import smooth_motion
from dimitra_studio.face.track import track_landmarks, track_video

COUNT = 75
TIME = np.arange(COUNT) / 25
JAW, SMILE = COMPONENT_INDEX["jawOpen"], COMPONENT_INDEX["mouthSmileLeft"]
BLINKS = [COMPONENT_INDEX["eyeBlinkLeft"], COMPONENT_INDEX["eyeBlinkRight"]]
BLINK_FRAMES = (20, 21, 22, 60, 61)


def talking(noise=0.0, seed=0):
    """Somebody who opens and shuts the mouth at 4 Hz, blinks twice and turns the head: (identity, values [T, 70])."""
    rng = np.random.default_rng(seed)
    values = np.zeros((COUNT, 70))
    values[:, JAW] = np.maximum(0, 0.25 * np.sin(2 * np.pi * 4 * TIME))
    values[:, SMILE] = 0.3 + 0.2 * np.sin(2 * np.pi * 0.7 * TIME)
    for frame in BLINK_FRAMES:
        values[frame, BLINKS] = 1.0
    values[:, 64] = 0.05 * np.sin(2 * np.pi * 0.5 * TIME)
    values[:, 65] = 0.2 * np.sin(2 * np.pi * 0.4 * TIME)
    values[:, 67] = 0.3 * np.sin(2 * np.pi * 0.3 * TIME)
    return rng.normal(0, 0.3, 80), values


@pytest.fixture(scope="module")
def scene(shape, camera):
    """A landmark track of `talking`, with the detector's tremble of 0.4 % of the eye distance."""
    identity, values = talking()
    points = [
        project_points(shape.points(np.concatenate([identity, frame[:64]]).astype(np.float32)), frame[64:], camera).T
        for frame in values
    ]
    landmarks = np.stack(points)
    landmarks += np.random.default_rng(3).normal(0, 0.004 * np.median(eye_distance(landmarks)), landmarks.shape)
    scores = np.zeros((COUNT, BLENDSHAPE_COUNT))
    scores[:, BLENDSHAPE_NAMES.index("jawOpen")] = values[:, JAW] / 0.7
    scores[:, BLENDSHAPE_NAMES.index("mouthSmileLeft")] = values[:, SMILE] / 0.7
    for side, column in zip(("Left", "Right"), BLINKS, strict=True):
        scores[:, BLENDSHAPE_NAMES.index(f"eyeBlink{side}")] = 0.7 * values[:, column]
    return LandmarkTrack(landmarks.astype(np.float32), scores.astype(np.float32), 25.0, (512, 512)), values


@pytest.fixture(scope="module")
def track(scene, shape):
    return finish(track_landmarks(scene[0], shape))


def correlation(one, two):
    return np.corrcoef(one, two)[0, 1]


def lip_gap(track, shape, values):
    """The fitted lips' gap [T] over the eye distance."""
    person = shape.of_person(track.identity)
    points = np.stack([project_points(person.points(v[:64]), v[64:], track.camera).T for v in values])
    return pair_gap(points, LIP_GAP_PAIRS) / np.median(eye_distance(points))


def test_motion_is_recovered(track, scene):
    truth, found = scene[1], track.motion.values
    assert track.motion.fps == 25.0
    assert np.nanmax(track.error) < 0.012
    assert correlation(found[:, JAW], truth[:, JAW]) > 0.98
    assert np.abs(found[:, JAW] - truth[:, JAW]).mean() < 0.03
    assert correlation(found[:, SMILE], truth[:, SMILE]) > 0.95
    assert correlation(found[:, 65], truth[:, 65]) > 0.995
    assert np.abs(found[:, 65] - truth[:, 65]).max() < 0.04
    assert correlation(found[:, 67], truth[:, 67]) > 0.99


def test_fit_has_no_lag(track, scene):
    truth, found = scene[1][:, JAW], track.motion.values[:, JAW]
    at = {lag: correlation(found[2 + lag : COUNT - 2 + lag], truth[2 : COUNT - 2]) for lag in (-1, 0, 1)}
    assert max(at, key=at.get) == 0


def test_lips_close_when_they_close(track, scene, shape):
    closed = scene[1][:, JAW] == 0
    gap = lip_gap(track, shape, track.motion.values)
    assert np.percentile(gap[closed], 90) < 0.012
    assert gap[scene[1][:, JAW] > 0.2].min() > 0.05


def test_blinks_close(track):
    blinks = track.motion.values[:, BLINKS]
    assert blinks[list(BLINK_FRAMES)].min() > 0.96
    assert np.median(blinks) < 0.2


def test_smoothing_is_smoother_without_lag_and_keeps_closures(track, scene, shape):
    smooth = smooth_motion(track.motion, scene[0]).values
    raw, truth = track.motion.values, scene[1]

    def tremble(values):
        return np.abs(np.diff(values, 2, axis=0)).mean()

    assert tremble(smooth[:, 64:]) < 0.6 * tremble(raw[:, 64:])
    assert tremble(smooth[:, SMILE]) < 0.8 * tremble(raw[:, SMILE])
    at = {lag: correlation(smooth[2 + lag : COUNT - 2 + lag, 65], truth[2 : COUNT - 2, 65]) for lag in (-1, 0, 1)}
    assert max(at, key=at.get) == 0
    closed = truth[:, JAW] == 0
    gap, before = lip_gap(track, shape, smooth), lip_gap(track, shape, raw)
    assert np.percentile(gap[closed], 90) < max(0.015, 1.2 * np.percentile(before[closed], 90))
    assert smooth[list(BLINK_FRAMES)][:, BLINKS].min() > 0.95


def test_option_smooths(scene, shape, track):
    smooth = finish(track_landmarks(scene[0], shape, smooth=True))
    assert np.array_equal(smooth.motion.values, smooth_motion(track.motion, scene[0]).values)
    assert np.array_equal(smooth.identity, track.identity)


def gapped(seen, frames):
    landmarks, scores = seen.landmarks.copy(), seen.blendshapes.copy()
    landmarks[frames], scores[frames] = np.nan, np.nan
    return LandmarkTrack(landmarks, scores, seen.fps, seen.size)


def test_gaps_are_left_empty_and_told(scene, shape):
    track = finish(track_landmarks(gapped(scene[0], [*range(5), *range(30, 40), 74]), shape, smooth=True))
    assert track.gaps() == ((0, 5), (30, 40), (74, 75))
    assert np.isnan(track.motion.values[30:40]).all()
    assert np.isfinite(track.motion.values[5:30]).all()
    assert np.isnan(track.error[:5]).all()
    (note,) = track.notes
    assert "16 of 75" in note
    assert "1.20-1.60 s" in note


def test_frames_that_are_no_face_or_turned_away_become_gaps(scene, shape, see):
    landmarks = scene[0].landmarks.copy()
    landmarks[10] = landmarks[10][::-1]
    landmarks[50] = see(np.zeros(80), np.zeros(64), (0, math.radians(65), 0, 0, 0, 0))
    seen = LandmarkTrack(landmarks, scene[0].blendshapes, 25.0, (512, 512))
    track = finish(track_landmarks(seen, shape))
    assert track.gaps() == ((10, 11), (50, 51))
    assert np.isnan(track.landmarks[10]).all()
    assert "In 2 of them" in track.notes[1]
    # The frame after a bad one starts afresh.
    assert track.error[11] < 0.012


def test_short_and_unusable_tracks(scene, shape):
    seen = scene[0]
    one = LandmarkTrack(seen.landmarks[:1], seen.blendshapes[:1], 25.0, seen.size)
    assert len(finish(track_landmarks(one, shape, smooth=True)).motion) == 1
    tiny = LandmarkTrack(seen.landmarks / 8, seen.blendshapes, 25.0, (64, 64))
    with pytest.raises(InputError, match="at least 64 px"):
        finish(track_landmarks(tiny, shape, name="tiny.mp4"))
    nonsense = LandmarkTrack(seen.landmarks[:, ::-1], seen.blendshapes, 25.0, seen.size)
    with pytest.raises(InputError, match="turned too far aside or unlike"):
        finish(track_landmarks(nonsense, shape))


def test_a_few_frontal_frames_are_enough(scene, shape, see):
    """Most of the time the head is turned away; the identity comes from the rest."""
    away = see(np.zeros(80), np.zeros(64), (0, math.radians(65), 0, 0, 0, 0))
    landmarks = np.repeat(away[None], COUNT, axis=0)
    landmarks[3:6] = scene[0].landmarks[3:6]
    track = finish(track_landmarks(LandmarkTrack(landmarks, scene[0].blendshapes, 25.0, (512, 512)), shape))
    assert np.array_equal(np.flatnonzero(track.seen), [3, 4, 5])
    assert np.nanmax(track.error) < 0.012


def film(path, pictures, fps=25):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "12"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def portrait_pixels(sample):
    return cv2.resize(sample.pixels, (400, 400), interpolation=cv2.INTER_AREA)


def moved(pixels, dx, canvas=(400, 900), left=20):
    """The portrait on grey, `dx` px to the right."""
    scene = np.full((*canvas, 3), 110, np.uint8)
    scene[: pixels.shape[0], left + dx : left + dx + pixels.shape[1]] = pixels
    return scene


def test_video_is_tracked(tmp_path, portrait_pixels, detector, head):
    path = film(tmp_path / "film.mp4", [moved(portrait_pixels, 4 * i) for i in range(30)])
    events = []
    job = track_video(path, detector, head)
    while True:
        try:
            events.append(next(job))
        except StopIteration as stop:
            track = stop.value
            break
    assert len(track.motion) == 30
    assert track.notes == ()
    assert np.nanmax(track.error) < 0.02
    # 4 px a frame to the right, in decimetres.
    step = np.diff(track.motion.pose[:, 3])
    assert np.median(step) == pytest.approx(4 * track.camera.distance / track.camera.focal, rel=0.15)
    assert {event.stage for event in events} == {"detect", "fit"}
    assert all(isinstance(event, Progress) and 0 <= event.done <= event.total for event in events)


def test_the_chosen_face_is_followed_and_found_again(tmp_path, portrait_pixels, detector):
    small = cv2.resize(portrait_pixels, (320, 320), interpolation=cv2.INTER_AREA)
    pictures = []
    for i in range(36):
        scene = moved(portrait_pixels, i)
        if not 12 <= i < 20:
            scene[60:380, 560 - i : 880 - i] = small
        pictures.append(scene)
    path = film(tmp_path / "two.mp4", pictures)
    first = finish(follow_face(path, detector))
    second = finish(follow_face(path, detector, face=1))
    assert first.faces == second.faces == 2
    assert first.seen.all()
    assert np.array_equal(np.flatnonzero(~second.seen), range(12, 20))
    assert np.nanmax(first.landmarks[..., 0]) < 460 < np.nanmin(second.landmarks[..., 0])
    with pytest.raises(InputError, match="never shows more than 2"):
        finish(follow_face(path, detector, face=2))


def test_a_video_without_a_face(tmp_path, detector):
    path = film(tmp_path / "empty.mp4", [np.full((200, 300, 3), 90, np.uint8)] * 6)
    with pytest.raises(InputError, match=r"No face was found in empty\.mp4"):
        finish(follow_face(path, detector))
