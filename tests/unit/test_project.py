"""The project's own files agree with each other."""

import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from dimitra_studio.cli.main import _build_parser
from dimitra_studio.core.paths import shipped_root

ROOT = shipped_root()
pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="only in a checkout")


def pins(lines):
    return dict(line.lower().replace("_", "-").split("==") for line in lines if "==" in line)


def test_every_dependency_is_pinned_and_the_constraints_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["test"], *extras["docs"], *extras["package"]]
    constraints = pins((ROOT / "constraints.txt").read_text().splitlines())
    assert all("==" in requirement for requirement in wanted)
    for name, version in pins(wanted).items():
        assert constraints[name] == version


def test_every_dependency_is_justified():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    architecture = (ROOT / "ARCHITECTURE.md").read_text().lower()
    for name in pins(project["dependencies"]):
        assert re.search(rf"\b{re.escape(name)}\b", architecture), f"ARCHITECTURE.md does not say why {name} is needed"


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("names", [["python3.11", "python3"], ["python3.11"], ["python3"]])
def test_make_finds_python_under_either_name(tmp_path, names):
    for name in ("sh", "cat", "cut", "cksum", "make"):
        (tmp_path / name).symlink_to(shutil.which(name))
    for name in names:
        (tmp_path / name).symlink_to(sys.executable)
    plan = subprocess.run(
        [tmp_path / "make", "--dry-run", "--always-make", "setup"],
        cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"{names[0]} -m venv .venv" in plan.stdout


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text()
    for command in _build_parser()[1].choices:
        assert f"`{command}`" in readme or f"dimitra {command}" in readme
