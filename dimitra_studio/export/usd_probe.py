"""Run as a program of its own by `usd_reader`: what moves a face in a USD file, as JSON on the standard output.

Pixar's library can end the process on damaged bytes. Nothing of the project is imported, so that it starts quickly.
"""

import json
import sys
from typing import Any

from pxr import Tf, Usd, UsdGeom, UsdSkel


def probe(path: str) -> dict[str, Any]:
    """`times` [T] in seconds, `names` [N] and `weights` [T, N] of the animation with the most blend shapes; where a
    joint called head moves, its `turns` [T, 4] (x, y, z, w) and `places` [T, 3] in metres in the skeleton's space,
    against its rest. `up` is the stage's axis. Or a `fault`, in words."""
    try:
        stage = Usd.Stage.Open(path)
    except Tf.ErrorException:
        return {"fault": "it is damaged or no USD file"}
    found = _liveliest(stage)
    if found is None:
        return {"fault": "no face shapes move in it"}
    skeleton, animation = found
    names = list(animation.GetBlendShapeOrder())
    codes = sorted({*animation.GetBlendShapeWeightTimeSamples(), *animation.GetJointTransformTimeSamples()}) or [0.0]
    weights = [list(animation.ComputeBlendShapeWeights(code) or ()) for code in codes]
    second = stage.GetTimeCodesPerSecond()
    told = {"times": [code / second for code in codes], "rate": second, "names": names, "weights": weights}
    return told | {"up": str(UsdGeom.GetStageUpAxis(stage))} | _head(stage, skeleton, codes)


def _liveliest(stage: Any) -> tuple[Any, Any] | None:
    """The skeleton whose animation has the most blend shapes, and that animation."""
    cache, found = UsdSkel.Cache(), list[tuple[int, Any, Any]]()
    for root in filter(lambda prim: prim.IsA(UsdSkel.Root), stage.Traverse()):
        cache.Populate(UsdSkel.Root(root), Usd.PrimDefaultPredicate)
        for prim in filter(lambda prim: prim.IsA(UsdSkel.Skeleton), Usd.PrimRange(root)):
            skeleton = cache.GetSkelQuery(UsdSkel.Skeleton(prim))
            animation = skeleton.GetAnimQuery() if skeleton else None
            if animation and animation.GetBlendShapeOrder():
                found.append((len(animation.GetBlendShapeOrder()), skeleton, animation))
    return max(found, key=lambda each: each[0])[1:] if found else None


def _head(stage: Any, skeleton: Any, codes: list[float]) -> dict[str, Any]:
    joints = [str(joint).rpartition("/")[2].lower() for joint in skeleton.GetJointOrder()]
    head = next((index for index, joint in enumerate(joints) if joint.endswith("head")), None)
    if head is None:
        return {}
    metre = UsdGeom.GetStageMetersPerUnit(stage)
    rest = skeleton.ComputeJointSkelTransforms(codes[0], True)[head]
    rest_turn = rest.RemoveScaleShear().ExtractRotationQuat()
    turns, places = [], []
    for code in codes:
        now = skeleton.ComputeJointSkelTransforms(code)[head]
        turn = now.RemoveScaleShear().ExtractRotationQuat() * rest_turn.GetInverse()
        turns.append([*turn.GetImaginary(), turn.GetReal()])
        places.append([metre * moved for moved in now.ExtractTranslation() - rest.ExtractTranslation()])
    return {"turns": turns, "places": places}


if __name__ == "__main__":
    json.dump(probe(sys.argv[1]), sys.stdout)
