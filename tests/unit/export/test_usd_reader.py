from contextlib import suppress
from random import Random

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdSkel, Vt
from scipy.spatial.transform import Rotation

from dimitra_studio.core.errors import InputError
from dimitra_studio.export.head_mesh import build_mesh, shape_weights
from dimitra_studio.export.incoming import read_motion_file
from dimitra_studio.export.usd import write_usd
from dimitra_studio.export.usd_reader import read_usd
from dimitra_studio.face.components import COMPONENT_INDEX


@pytest.fixture(scope="module")
def mesh(head):
    return build_mesh(head)


@pytest.fixture
def file(tmp_path, motion, mesh):
    write_usd(tmp_path / "take.usda", motion.cut(range(12)), mesh)
    return tmp_path / "take.usda"


@pytest.mark.parametrize("ending", ["usda", "usdc", "usd", "usdz"])
def test_a_take_comes_back_from_each_kind_of_file(file, motion, ending):
    path = file.with_suffix(f".{ending}")
    if ending == "usdz":
        binary = file.with_suffix(".usdc")
        Sdf.Layer.FindOrOpen(str(file)).Export(str(binary))
        with Sdf.ZipFileWriter.CreateNew(str(path)) as archive:
            archive.AddFile(str(binary), binary.name)
    elif ending != "usda":
        Sdf.Layer.FindOrOpen(str(file)).Export(str(path))
    found = read_motion_file(path)
    assert (found.motion.fps, found.notes) == (25, ())
    meant = np.concatenate([shape_weights(motion), motion.pose], axis=1)[:12]
    np.testing.assert_allclose(found.motion.values, meant, atol=2e-6)


def stage_of(path, names, *, up="Y", rate=30.0, metre=0.01):
    """Another program's head: centimetres, a joint below a neck, three frames of which the second has no key."""
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, metre)
    stage.SetTimeCodesPerSecond(rate)
    UsdSkel.Root.Define(stage, "/Man")
    skeleton = UsdSkel.Skeleton.Define(stage, "/Man/Bones")
    rest = [Gf.Matrix4d().SetTranslate((0, 150, 0)), Gf.Matrix4d().SetTranslate((0, 12, 0))]
    joints = ["Neck", "Neck/rig_Head"]
    skeleton.CreateJointsAttr(joints)
    skeleton.CreateRestTransformsAttr(Vt.Matrix4dArray(rest))
    skeleton.CreateBindTransformsAttr(Vt.Matrix4dArray([rest[0], rest[1] * rest[0]]))
    take = UsdSkel.Animation.Define(stage, "/Man/Take")
    take.CreateJointsAttr(joints)
    take.CreateBlendShapesAttr(names)
    UsdSkel.BindingAPI.Apply(skeleton.GetPrim()).CreateAnimationSourceRel().SetTargets(["/Man/Take"])
    for code, angle in ((1, 0), (2, 10), (4, 30)):
        turn = Gf.Quatf(Gf.Rotation((0, 1, 0) if up == "Y" else (0, 0, 1), angle).GetQuat())
        take.CreateRotationsAttr().Set(Vt.QuatfArray([turn, Gf.Quatf(1)]), code)
        take.CreateTranslationsAttr().Set(Vt.Vec3fArray([(0, 150, 0), (0, 12, 5)]), code)
        take.CreateScalesAttr().Set(Vt.Vec3hArray([(1, 1, 1)] * 2), code)
        take.CreateBlendShapeWeightsAttr().Set(Vt.FloatArray([0.1 * code] * len(names)), code)
    stage.GetRootLayer().Save()


def test_another_programs_head_is_understood(tmp_path):
    stage_of(tmp_path / "man.usda", ["jawOpen", "MOUTHSMILELEFT", "earWiggle"])
    found = read_usd(tmp_path / "man.usda", 30)
    assert found.motion.fps == 30
    assert "1 frames lie between keys" in found.notes[0]
    assert any("earWiggle" in note for note in found.notes)
    smile = found.motion.components[:, COMPONENT_INDEX["mouthSmileLeft"]]
    np.testing.assert_allclose(smile, [0.1, 0.2, 0.3, 0.4], atol=1e-6)
    # The neck turns the head, and the place is that against the rest: 5 cm before it, swung round with the neck.
    pose = found.motion.pose
    np.testing.assert_allclose(np.degrees(pose[:, 1]), [0, 10, 20, 30], atol=1e-3)
    np.testing.assert_allclose(pose[3, 3:], Rotation.from_euler("y", 30, degrees=True).apply([0, 0, 0.5]), atol=1e-5)


def test_where_z_points_up_the_head_is_turned_upright(tmp_path):
    stage_of(tmp_path / "man.usda", ["jawOpen"], up="Z")
    pose = read_usd(tmp_path / "man.usda", 30).motion.pose
    np.testing.assert_allclose(np.degrees(pose[3, :3]), [0, 30, 0], atol=1e-3)


def test_the_rate_is_that_of_the_times(tmp_path, file):
    stage = Usd.Stage.Open(str(file))
    stage.SetTimeCodesPerSecond(6000)
    stage.GetRootLayer().Export(str(tmp_path / "b.usda"))
    with pytest.raises(InputError, match="frames a second"):
        read_usd(tmp_path / "b.usda")


def test_without_pixars_library_one_sentence_says_so(file, monkeypatch):
    monkeypatch.setattr("dimitra_studio.export.usd_reader.find_spec", lambda name: None)
    with pytest.raises(InputError, match="usd-core, which is not installed") as refused:
        read_usd(file)
    assert "pip install 'dimitra-studio[usd]'" in refused.value.hint


def test_files_that_cannot_be_used_say_why(tmp_path, file):
    plain = tmp_path / "plain.usda"
    plain.write_text('#usda 1.0\ndef Cube "Box" {\n}\n')
    with pytest.raises(InputError, match="no face shapes move"):
        read_usd(plain)
    file.write_text(file.read_text().replace("#usda 1.0", "#usda 9.9"))
    with pytest.raises(InputError, match="damaged or no USD"):
        read_usd(file)
    with pytest.raises(InputError, match="does not exist"):
        read_usd(tmp_path / "none.usdc")


def test_a_short_row_of_weights_is_told(file):
    text = file.read_text()
    start = text.index("blendShapeWeights.timeSamples")
    line = text.index("3: [", start) + 4
    file.write_text(text[:line] + "0.5" + text[text.index("]", line) :])
    with pytest.raises(InputError, match="64 weights in every frame"):
        read_usd(file)


def test_no_binary_crashes_the_program(file):
    """Such bytes may end the process that Pixar's library works in, which is not this one."""
    whole, damaged = file.with_suffix(".usdc"), file.with_name("fuzz.usdc")
    Sdf.Layer.FindOrOpen(str(file)).Export(str(whole))
    content, dice = whole.read_bytes(), Random(11)
    for _ in range(12):
        changed = bytearray(content)
        for _ in range(3):
            at = dice.choice([dice.randrange(200), len(changed) - 1 - dice.randrange(8000)])
            changed[at] ^= 1 << dice.randrange(8)
        damaged.write_bytes(changed)
        with suppress(InputError):
            assert len(read_usd(damaged).motion) > 0


def test_a_reader_that_dies_is_one_sentence(file, monkeypatch):
    """As it does on some damaged binaries."""
    monkeypatch.setattr("dimitra_studio.export.usd_reader._PROBE", file.with_name("dies.py"))
    file.with_name("dies.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    with pytest.raises(InputError, match="damaged or no USD"):
        read_usd(file)
