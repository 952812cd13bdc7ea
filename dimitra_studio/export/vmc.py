"""A moment of a face as VMC messages (protocol.vmc.info, OSC over UDP), which avatars follow live.

Shapes bear the names that VRM's Perfect Sync gave to ARKit's 52. The head's turn is that of the bone `Head` against
its parent, in Unity's axes (x to the subject's right, z forward, left-handed); its place is left to the avatar's own
skeleton, so receivers should take rotations alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import UDPClient

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.export.arkit import SHAPES, shapes_of
from dimitra_studio.export.turns import quaternions

_IN_A_PACKET = 20  # messages: 1.1 kB, which no network parts
_NAMES = tuple(name[0].upper() + name[1:] for name in SHAPES)


@dataclass(frozen=True)
class Moment:
    """The 70 channels at a time (seconds); NaN, where no face was seen, is not sent."""

    values: FloatArray
    seconds: float


class VmcClient:
    """Sends moments to a host. Raises OSError where there is no such host or no way to it."""

    def __init__(self, host: str, port: int) -> None:
        self._client = UDPClient(host, port)

    def send(self, moment: Moment) -> None:
        """Hands the packets to the system, which does not wait for anybody to take them."""
        for bundle in bundles(moment):
            self._client.send(bundle)

    def close(self) -> None:
        """Sends no more."""
        self._client.close()


def bundles(moment: Moment) -> Iterator[OscBundle]:
    """What is sent of a moment, in order: that all is well, the time, the head, the shapes, and that they are in
    force."""
    shapes = shapes_of(moment.values[None, COMPONENTS])[0]
    x, y, z, w = quaternions(moment.values[None, Group.POSE.columns])[0]
    messages: list[tuple[str, tuple[int | float | str, ...]]] = [
        ("/VMC/Ext/OK", (1,)),
        ("/VMC/Ext/T", (float(moment.seconds),)),
        ("/VMC/Ext/Bone/Pos", ("Head", 0.0, 0.0, 0.0, float(x), -float(y), -float(z), float(w))),
        *(("/VMC/Ext/Blend/Val", (name, float(value))) for name, value in zip(_NAMES, shapes, strict=True)),
        ("/VMC/Ext/Blend/Apply", ()),
    ]
    for first in range(0, len(messages), _IN_A_PACKET):
        bundle = OscBundleBuilder(IMMEDIATELY)
        for address, words in messages[first : first + _IN_A_PACKET]:
            message = OscMessageBuilder(address)
            for word in words:
                message.add_arg(word)
            bundle.add_content(message.build())
        yield bundle.build()
