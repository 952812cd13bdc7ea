from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import trimesh
from alembic3d import Abc, AbcGeom
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfacefx.importers_bvh import parse_bvh
from pxr import Usd, UsdGeom, UsdSkel, UsdValidation

from dimitra_studio.core.errors import InputError
from dimitra_studio.engine.outputs import check_exchange
from dimitra_studio.export.alembic_cache import write_alembic
from dimitra_studio.export.bvh import read_bvh, write_bvh
from dimitra_studio.export.formats import Formats
from dimitra_studio.export.head_mesh import build_mesh
from dimitra_studio.export.mesh_sequence import MeshKind, write_meshes
from dimitra_studio.export.usd import write_usd
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.morph import deform, place


def finish(job):
    try:
        while True:
            next(job)
    except StopIteration as stop:
        return stop.value


def test_bvh_comes_back(tmp_path, motion):
    path = tmp_path / "head.bvh"
    write_bvh(path, motion)
    found = read_bvh(path).motion
    assert found.fps == 25
    np.testing.assert_allclose(found.pose, motion.pose, atol=1e-6)
    assert not found.components.any()


@pytest.mark.reader("bvh", "openfacefx")
def test_another_program_reads_the_angles(tmp_path, motion):
    path = tmp_path / "head.bvh"
    write_bvh(path, motion)
    result = parse_bvh(path.read_text(), epsilon=0)
    track = result[0] if isinstance(result, tuple) else result
    yaw = next(channel for channel in track.channels if channel.name.lower() == "headyaw")
    assert max(key.value for key in yaw.keys) == pytest.approx(np.degrees(motion.pose[:, 1]).max(), abs=0.01)
    assert track.fps == pytest.approx(25)


def test_other_orders_of_rotation_mean_the_same(tmp_path):
    path = tmp_path / "neck.bvh"
    path.write_text(
        "HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 3 Xposition Yposition Zposition\n"
        "JOINT mixamorig:Head\n{\nOFFSET 0 1 0\n"
        "CHANNELS 3 Xrotation Yrotation Zrotation\nEnd Site\n{\nOFFSET 0 1 0\n}\n}\n}\n"
        "MOTION\nFrames: 1\nFrame Time: 0.0333333\n1 2 3 0 30 0\n"
    )
    found = read_bvh(path)
    assert found.motion.fps == 30
    np.testing.assert_allclose(found.motion.pose[0], [0, np.radians(30), 0, 0, 0, 0], atol=1e-6)
    assert "mixamorig:Head" in found.notes[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("HIERARCHY", "H"), "not a BVH"),
        (("Frames: 60", "Frames: 61"), "numbers"),
        (("Frame Time: 0.04", "Frame Time: 0"), "frames of"),
        (("Zrotation", "Wrotation"), "not BVH's"),
        (("CHANNELS 6", "CHANNELS six"), "number is missing"),
        (("CHANNELS 6", "CHANNELS inf"), "not finite"),
    ],
)
def test_bvh_files_that_cannot_be_used_say_why(tmp_path, motion, change, told):
    path = tmp_path / "bad.bvh"
    write_bvh(path, motion)
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(InputError, match=told):
        read_bvh(path)


WORDS = st.sampled_from(
    [
        "HIERARCHY",
        "ROOT",
        "Head",
        "CHANNELS",
        "1",
        "0",
        "3",
        "nan",
        "inf",
        "-9",
        "1e999",
        "Xrotation",
        "Yposition",
        "MOTION",
        "Frames:",
        "Frame",
        "Time:",
        "0.04",
        "{",
        "}",
    ]
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.lists(WORDS, max_size=14), valid=st.booleans())
def test_no_bvh_crashes_the_reader(tmp_path, words, valid):
    path = tmp_path / "fuzz.bvh"
    head = "HIERARCHY ROOT Head CHANNELS 1 Xrotation MOTION Frames: 2 Frame Time: 0.04 " if valid else "HIERARCHY "
    path.write_text(head + " ".join(words))
    with suppress(InputError):
        assert len(read_bvh(path).motion) > 0


@pytest.mark.reader("usd", "usd-core")
def test_pixars_library_shows_the_same_face(tmp_path, motion, head):
    path = tmp_path / "take.usda"
    write_usd(path, motion.cut(range(9)), build_mesh(head))
    stage = Usd.Stage.Open(str(path))
    assert stage.GetTimeCodesPerSecond() == 25
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (0, 8)
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1
    root = UsdSkel.Root(stage.GetPrimAtPath("/Head"))
    cache = UsdSkel.Cache()
    assert cache.Populate(root, Usd.PrimDefaultPredicate)
    mesh = stage.GetPrimAtPath("/Head/Face")
    query = UsdSkel.BlendShapeQuery(UsdSkel.BindingAPI(mesh))
    assert query.GetNumBlendShapes() == 64
    skel = cache.GetSkelQuery(UsdSkel.Skeleton.Get(stage, "/Head/Skeleton"))
    animation = skel.GetAnimQuery()
    assert list(animation.GetBlendShapeOrder()) == list(COMPONENT_NAMES)
    weights = animation.ComputeBlendShapeWeights(5)
    # Only this library's own functions put the face together from here on.
    sub_weights, shapes, sub_shapes = query.ComputeSubShapeWeights(weights)
    points = UsdGeom.Mesh(mesh).GetPointsAttr().Get()
    assert query.ComputeDeformedPoints(
        sub_weights,
        shapes,
        sub_shapes,
        query.ComputeBlendShapePointIndices(),
        query.ComputeSubShapePointOffsets(),
        points,
    )
    transform = skel.ComputeJointSkelTransforms(5)[0]
    shown = np.array([transform.Transform(point) for point in points])
    own = place(deform(head, head.mean, motion.components[5]), motion.pose[5], head) / 10
    skin = np.unique(head.triangles[head.region("skin")])
    assert np.median(np.abs(shown - own)[skin]) < 1e-6
    assert np.abs(shown - own)[skin].max() < 4e-3


@pytest.mark.reader("usd", "usd-core's validators")
def test_usd_holds_the_skin_beside_it(tmp_path, motion, head):
    mesh = replace(build_mesh(head), uv=np.zeros((len(head.mean), 2), np.float32), texture=b"\xff\xd8\xff picture")
    path = tmp_path / "skin.usda"
    write_usd(path, motion.cut(range(2)), mesh)
    assert (tmp_path / "skin_skin.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    stage = Usd.Stage.Open(str(path))
    shader = stage.GetPrimAtPath("/Head/skin_material/Portrait")
    assert shader.GetAttribute("inputs:file").Get().path == "./skin_skin.jpg"
    assert not stage.GetPrimAtPath("/Head/teeth_material/Portrait").IsValid()
    validators = UsdValidation.ValidationRegistry().GetOrLoadAllValidators()
    assert len(validators) > 20
    faults = UsdValidation.ValidationContext(validators).Validate(stage)
    assert [fault.GetMessage() for fault in faults] == []


def test_an_obj_a_frame(tmp_path, motion, head):
    notes = finish(write_meshes(tmp_path / "seq", motion.cut(range(3)), head))
    assert any("25 a second" in note for note in notes)
    files = sorted((tmp_path / "seq").iterdir())
    assert [file.name for file in files] == [f"head_00000{index}.obj" for index in range(3)]
    rows = [line.split() for line in files[1].read_text().splitlines()]
    points = np.array([row[1:] for row in rows if row[0] == "v"], np.float64)
    faces = np.array([row[1:] for row in rows if row[0] == "f"], np.int64)
    own = place(deform(head, head.mean, motion.components[1]), motion.pose[1], head) / 10
    np.testing.assert_allclose(points, own, atol=1e-6)
    assert {tuple(face) for face in (faces - 1).tolist()} == {tuple(face) for face in head.triangles.tolist()}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.reader(kind.lstrip("."), "trimesh")) for kind in MeshKind]
)
def test_another_library_reads_the_meshes(tmp_path, motion, head, kind):
    finish(write_meshes(tmp_path / "seq", motion.cut(range(2)), head, kind=kind))
    files = sorted((tmp_path / "seq").iterdir())
    assert [file.name for file in files] == [f"head_000000{kind}", f"head_000001{kind}"]
    found = trimesh.load_mesh(files[1], process=False, maintain_order=True)
    own = place(deform(head, head.mean, motion.components[1]), motion.pose[1], head) / 10
    np.testing.assert_allclose(found.vertices, own, atol=1e-6)
    assert {tuple(face) for face in found.faces.tolist()} == {tuple(face) for face in head.triangles.tolist()}


@pytest.mark.reader("alembic", "alembic3d")
def test_alembics_own_reader_shows_the_same_head(tmp_path, motion, head):
    path = tmp_path / "take.abc"
    finish(write_alembic(path, motion.cut(range(4)), head))
    archive = Abc.IArchive(str(path))
    schema = AbcGeom.IPolyMesh(archive.getTop(), "Head").getSchema()
    assert schema.getNumSamples() == 4
    assert [round(schema.getTimeSampling().getSampleTime(frame), 6) for frame in range(4)] == [0, 0.04, 0.08, 0.12]
    found = schema.getValue(Abc.ISampleSelector(3))
    own = place(deform(head, head.mean, motion.components[3]), motion.pose[3], head) / 10
    np.testing.assert_allclose([tuple(point) for point in found.getPositions()], own, atol=1e-6)
    assert set(found.getFaceCounts()) == {3}
    corners = np.array(list(found.getFaceIndices())).reshape(-1, 3)
    np.testing.assert_array_equal(corners[:, ::-1], head.triangles)


def test_without_alembics_library_one_sentence_says_so(tmp_path, motion, head, monkeypatch):
    monkeypatch.setattr("dimitra_studio.export.formats.find_spec", lambda name: None)
    with pytest.raises(InputError, match="alembic3d, which is not installed"):
        finish(write_alembic(tmp_path / "a.abc", motion, head))
    with pytest.raises(InputError, match="alembic3d, which is not installed"):
        check_exchange(tmp_path / "a.abc", Formats.ALEMBIC)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_refused(tmp_path, motion, head):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="holds something"):
        finish(write_meshes(tmp_path, motion.cut(range(1)), head))
    assert (tmp_path / "mine.txt").read_text() == "keep"
