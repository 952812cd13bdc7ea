import json
import math

from dimitra_studio.evaluation.command import without_nan


def test_what_could_not_be_measured_is_null_in_json() -> None:
    scores = {"rows": ({"gap": math.nan, "width": 0.5}, [math.nan, 1]), "clips": 3}
    assert json.loads(json.dumps(without_nan(scores), allow_nan=False)) == {
        "rows": [{"gap": None, "width": 0.5}, [None, 1]],
        "clips": 3,
    }
