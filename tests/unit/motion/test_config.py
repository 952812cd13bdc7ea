import json

import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.motion.config import CMDTConfig, embedded, paper


@pytest.mark.parametrize("preset", [embedded, paper])
def test_survives_json(preset) -> None:
    config = preset(Group.POSE)
    assert CMDTConfig.from_dict(json.loads(json.dumps(config.as_dict()))) == config


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        CMDTConfig.from_dict({**embedded(Group.LIPS).as_dict(), "colour": 1})


def test_impossible_sizes_are_refused(small) -> None:
    with pytest.raises(ValueError, match="heads"):
        small.config(heads=5)
    with pytest.raises(ValueError, match="middle"):
        small.config(kernel=4)
    with pytest.raises(ValueError, match="hands"):
        CMDTConfig.from_dict({**embedded(Group.LIPS).as_dict(), "group": "hands"})
