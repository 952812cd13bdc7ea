import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle
from scipy.spatial.transform import Rotation

from dimitra_studio.export.vmc import Moment, bundles
from dimitra_studio.face.components import COMPONENT_INDEX


def said(values):
    """Addresses and arguments in order, as python-osc reads the datagrams."""
    packets = [OscBundle(bundle.dgram) for bundle in bundles(Moment(np.asarray(values, np.float32), 1.5))]
    assert all(packet.size < 1400 for packet in packets)
    return [(message.address, message.params) for packet in packets for message in packet]


@pytest.mark.reader("vmc", "python-osc")
def test_a_moment_is_the_time_the_head_and_all_shapes_put_in_force():
    values = np.zeros(70)
    values[COMPONENT_INDEX["jawOpen"]] = 0.5
    messages = said(values)
    assert [address for address, _ in messages[:3]] == ["/VMC/Ext/OK", "/VMC/Ext/T", "/VMC/Ext/Bone/Pos"]
    assert messages[-1] == ("/VMC/Ext/Blend/Apply", [])
    shapes = dict(params for address, params in messages if address == "/VMC/Ext/Blend/Val")
    assert len(shapes) == 52
    assert shapes["JawOpen"] == 0.5
    assert sum(map(abs, shapes.values())) == 0.5
    assert messages[1][1] == [1.5]


@pytest.mark.parametrize(
    ("channel", "axis", "sign"),
    [(64, 0, 1), (65, 1, -1), (66, 2, -1)],
)
def test_the_head_turns_in_unitys_axes(channel, axis, sign):
    """Down stays down (x points to the right on both sides of the mirror), left and tilt change their signs."""
    values = np.zeros(70)
    values[channel] = 0.3
    name, *place = said(values)[2][1]
    assert (name, place[:3]) == ("Head", [0, 0, 0])
    turned = Rotation.from_quat(place[3:]).as_rotvec()
    np.testing.assert_allclose(turned, np.eye(3)[axis] * 0.3 * sign, atol=1e-6)
