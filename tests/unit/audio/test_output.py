"""Where there is no device, silence keeps time, and that is told once."""

from dimitra_studio.audio.output import Output
from dimitra_studio.audio.sink import SilentSink, SoundDeviceError


class Device(SilentSink):
    closed = aborted = False

    def abort(self):
        self.aborted = True

    def close(self):
        self.closed = True


def refuse(_rate, _channels):
    raise SoundDeviceError("There is none.")


def test_a_device_is_opened_once_and_only_when_it_is_needed():
    opened, told = [], []

    def open_sink(rate, channels):
        opened.append(Device(rate, channels))
        return opened[-1]

    output = Output(8000, 2, open_sink, SilentSink, told.append)
    output.abort()
    output.close()
    assert not opened
    assert output.sink() is output.sink() is opened[0]
    assert (opened[0].rate, opened[0].channels) == (8000, 2)
    output.abort()
    output.close()
    assert opened[0].aborted
    assert opened[0].closed
    assert not told


def test_a_missing_device_is_told_once():
    told = []
    output = Output(8000, 2, refuse, SilentSink, told.append)
    assert isinstance(output.sink(), SilentSink)
    assert output.sink() is output.sink()
    assert [str(error) for error in told] == ["There is none."]


def test_a_device_is_tried_again_once_it_failed_and_only_then():
    told, opened, refuses = [], [], True

    def open_sink(rate, channels):
        if refuses:
            raise SoundDeviceError("There is none.")
        opened.append(Device(rate, channels))
        return opened[-1]

    output = Output(8000, 2, open_sink, SilentSink, told.append)
    output.sink()
    refuses = False
    assert output.sink() not in opened  # silence goes on until somebody asks
    output.try_again()
    device = output.sink()
    assert device is opened[0]
    output.try_again()
    assert output.sink() is device
    assert len(told) == 1


def test_a_device_that_fails_is_closed_and_silence_follows():
    told = []
    output = Output(8000, 2, Device, SilentSink, told.append)
    device = output.sink()
    assert output.fail(SoundDeviceError("It is gone.", "Mend it.")) is output.sink()
    assert device.closed
    assert not isinstance(output.sink(), Device)
    assert [str(error) for error in told] == ["It is gone. Mend it."]
