import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.face.morph import deform
from dimitra_studio.motion.lip_shape import inter_ocular
from dimitra_studio.training.lip_mesh import mesh_form, mouth_vertices


@pytest.fixture(scope="module")
def head():
    return load_head_model()


def test_equals_the_deformed_heads_vertices(head) -> None:
    rng, form, chosen = np.random.default_rng(0), mesh_form(head), mouth_vertices(head)
    for _ in range(3):
        one, other = rng.uniform(0, 0.6, (2, 64)).astype(np.float32)
        other[Group.EXPRESSION.columns] = one[Group.EXPRESSION.columns]
        one[COMPONENT_INDEX["mouthClose"]] = other[COMPONENT_INDEX["mouthClose"]] = 0.0
        moved = (deform(head, head.mean, one) - deform(head, head.mean, other))[chosen] / inter_ocular(head)
        error = (one - other)[Group.LIPS.columns]
        assert error @ form @ error == pytest.approx(float(np.square(moved).sum(axis=1).mean()), rel=1e-3)


def test_sees_every_component_but_the_tongue_and_no_negative_distance(head) -> None:
    form = mesh_form(head)
    assert np.flatnonzero(np.diag(form) < 1e-4).tolist() == [COMPONENT_INDEX["tongueOut"]]
    assert np.linalg.eigvalsh(form.astype(np.float64)).min() > -1e-9


def test_the_vertices_lie_about_the_mouth(head) -> None:
    """The lips among them, none of the teeth, and nothing as far as the nose's tip or the chin."""
    chosen = mouth_vertices(head)
    assert set(head.mouth.upper) | set(head.mouth.lower) <= set(chosen.tolist())
    assert not np.isin(chosen, head.triangles[head.region("teeth_upper", "teeth_lower", "tongue")]).any()
    width = head.mean[head.mouth.upper[0]] - head.mean[head.mouth.upper[-1]]
    reach = np.ptp(head.mean[chosen], axis=0)
    assert reach[0] < 1.6 * np.linalg.norm(width)
    assert reach[1] < 0.9 * np.linalg.norm(width)
