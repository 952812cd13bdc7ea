import pytest

from dimitra_studio.core.errors import ModelError
from dimitra_studio.evaluation.likeness import Likeness


@pytest.mark.parametrize("content", [None, b"nonsense"], ids=["missing", "nonsense"])
def test_a_file_that_is_no_network_is_told(tmp_path, content):
    path = tmp_path / "sface.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"sface\.onnx is no face recogniser"):
        Likeness(path)
