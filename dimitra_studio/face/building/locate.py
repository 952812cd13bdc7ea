"""`python -m dimitra_studio.face.building.locate`: finds where MediaPipe's landmarks lie on the head model.

First on rendered heads, then on frames of many people's videos. Needed only when the head or MediaPipe's model changes.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.paths import resource
from dimitra_studio.face.building.landmark_file import write_places
from dimitra_studio.face.building.landmark_refine import SeenFace, refine_landmarks
from dimitra_studio.face.building.landmark_search import search_landmarks
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.face.video import VideoFile

_HEADS = 40
_ROUNDS = 12
# Parts of each video's length at which a frame is taken.
_MOMENTS = (0.2, 0.7)


def find_faces(videos: list[Path], detector: FaceDetector) -> list[SeenFace]:
    """The largest face in two frames of each video, where there is one."""
    faces: list[SeenFace] = []
    for path in videos:
        with VideoFile(path) as video:
            frames = list(video.read())
        for moment in _MOMENTS:
            frame = frames[int(moment * (len(frames) - 1))]
            found = detector.detect(frame)
            if found:
                faces.append(SeenFace(found[0], (frame.shape[1], frame.shape[0])))
    return faces


def main() -> int:
    """Writes the file of landmark places; exit status 2 when the input cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m dimitra_studio.face.building.locate", description=__doc__)
    parser.add_argument("detector", type=Path, help="MediaPipe's face_landmarker.task")
    parser.add_argument("videos", type=Path, help="a text file with the path of one video a line, each another person")
    parser.add_argument("-o", "--output", type=Path, default=resource("landmark_places.json"))
    arguments = parser.parse_args()
    try:
        model = load_head_model()
        videos = [Path(line) for line in arguments.videos.read_text("utf-8").splitlines() if line.strip()]
        with FaceDetector(arguments.detector) as detector:
            guess = search_landmarks(model, detector, _HEADS, seed=0)
            faces = find_faces(videos, detector)
        guessed = replace(model, landmark_triangles=guess.triangles, landmark_weights=guess.weights.astype(np.float32))
        write_places(refine_landmarks(guessed, faces, _ROUNDS), arguments.output)
    except StudioError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{arguments.output}: from {len(faces)} faces")
    return 0


if __name__ == "__main__":
    sys.exit(main())
