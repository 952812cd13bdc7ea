from datetime import UTC, datetime

import numpy as np
import pytest

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.project.document import Take, TakeSettings


@pytest.fixture
def make_take():
    """A take of a few frames, named by its id."""

    def make(take_id: str, **how: object) -> Take:
        motion = MotionSequence(np.full((3, 70), len(take_id) / 10, np.float32))
        made = {
            "seed": 4, "settings": TakeSettings(), "created": datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "motion": motion
        }  # fmt: skip
        return Take(take_id, f"Take {take_id}", **made | how)

    return make
