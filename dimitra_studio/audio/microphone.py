"""Where recorded sound comes from: what an input must do, and what a machine without any has."""

from typing import Protocol

from dimitra_studio.audio.sink import SoundDeviceError
from dimitra_studio.core.arrays import FloatArray


class Microphone(Protocol):
    """An open sound input of `rate` Hz, used by one thread, which asks many times a second. `read` raises
    SoundDeviceError."""

    name: str
    rate: int

    def read(self) -> tuple[FloatArray, bool]:
        """What came since, [n], the mean of the channels, and whether sound before it was lost; waits for nothing."""
        ...

    def close(self) -> None:
        """Lets the input go."""
        ...


class Inputs(Protocol):
    """The sound inputs of a machine, used by one thread. Both raise SoundDeviceError."""

    def inputs(self) -> tuple[str, ...]:
        """Their names, looked for anew; at least one."""
        ...

    def open_input(self, name: str | None) -> Microphone:
        """Begins to listen to one of them, None to the system's default."""
        ...


class NoInputs:
    """A machine without any."""

    def inputs(self) -> tuple[str, ...]:
        """There are none."""
        raise no_input()

    def open_input(self, name: str | None) -> Microphone:
        """There are none."""
        del name
        raise no_input()


NO_INPUTS = NoInputs()


def no_input() -> SoundDeviceError:
    """The sentence for a machine without any."""
    return SoundDeviceError("No microphone was found.", "Connect one and look again.")
