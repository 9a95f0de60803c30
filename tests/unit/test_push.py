"""What is published replaces what was published, but for the wheels: old notebooks name them.

The step of the workflow is run as it stands, with a repository on disk in place of GitHub.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from bookkit.serve import serving

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "checks.yml"
BRANCH = "refs/heads/gh-pages"


def wheel(version):
    return f"course_utils-{version}-py3-none-any.whl"


def git(*arguments):
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


class Repository:
    """What stands for GitHub: a bare repository, to which sites are published."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "remote.git"
        git("init", "--quiet", "--bare", str(self.path))

    def publish(self, name, version, **settings):
        """Publish a site with a page `name` and a wheel, by the workflow's own step.

        settings: of git, for this one run.
        """
        site = self.folder / name / "site"
        (site / "wheels").mkdir(parents=True)
        (site / f"{name}.html").write_text(name)
        metadata = f"course_utils-{version}.dist-info"
        with zipfile.ZipFile(site / "wheels" / wheel(version), "w") as file:
            file.writestr(f"{metadata}/METADATA", f"Name: course-utils\nVersion: {version}\n")
            file.writestr(f"{metadata}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            file.writestr(f"{metadata}/RECORD", "")
            file.writestr("made_for.txt", name)
        steps = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["publish"]["steps"]
        (command,) = [step["run"] for step in steps if "run" in step]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "REMOTE": str(self.path),
            "GITHUB_SHA": f"commit-of-{name}",
            "GIT_CONFIG_COUNT": str(len(settings)),
        }
        for number, (key, value) in enumerate(settings.items()):
            environment[f"GIT_CONFIG_KEY_{number}"] = key
            environment[f"GIT_CONFIG_VALUE_{number}"] = str(value)
        return subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=site.parent,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def said(self, *arguments):
        return git("-C", str(self.path), *arguments)

    def files(self):
        return set(self.said("ls-tree", "-r", "--name-only", BRANCH).splitlines())


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def test_the_site_is_replaced_and_wheels_of_earlier_ones_stay(repository):
    for name, version in (("first", "0.1.0"), ("second", "0.2.0"), ("third", "0.3.0")):
        done = repository.publish(name, version)
        assert done.returncode == 0, done.stderr
    pages = {"third.html", "wheels/index.html", "wheels/course-utils/index.html"}
    versions = ("0.1.0", "0.2.0", "0.3.0")
    assert repository.files() == pages | {f"wheels/{wheel(version)}" for version in versions}
    assert repository.said("log", "--format=%s", BRANCH) == "Publish commit-of-third\n"


def test_a_wheel_of_the_same_version_is_the_new_one(repository, tmp_path):
    for name in ("first", "second"):
        repository.publish(name, "0.1.0")
    git("clone", "--quiet", "--branch", "gh-pages", str(repository.path), str(tmp_path / "there"))
    with zipfile.ZipFile(tmp_path / "there" / "wheels" / wheel("0.1.0")) as file:
        assert file.read("made_for.txt") == b"second"


@pytest.mark.parametrize(
    "options",
    [["--no-index", "--find-links={}/wheels/"], ["--index-url={}/wheels/"]],
    ids=["find-links", "index-url"],
)
def test_pip_finds_an_earlier_wheel_in_the_published_pages(repository, tmp_path, options):
    for name, version in (("first", "0.1.0"), ("second", "0.2.0")):
        repository.publish(name, version)
    there, got = tmp_path / "there", tmp_path / "got"
    git("clone", "--quiet", "--branch", "gh-pages", str(repository.path), str(there))
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--isolated"]
    with serving(there, base="/course/") as site:
        asked = [f"--dest={got}", *(option.format(site) for option in options)]
        subprocess.run([*pip, *asked, "course-utils==0.1.0"], check=True, timeout=60)
    assert [path.name for path in got.iterdir()] == [wheel("0.1.0")]


def test_where_the_old_wheels_cannot_be_had_nothing_is_published(repository):
    repository.publish("first", "0.1.0")
    before = repository.files()
    nowhere = repository.folder / "nowhere.git"
    away = {  # what is read is not there; what is written could be
        f"url.{nowhere}.insteadOf": repository.path,
        f"url.{repository.path}.pushInsteadOf": repository.path,
    }
    done = repository.publish("second", "0.2.0", **away)
    assert done.returncode == 1 and "`git ls-remote` failed" in done.stderr
    assert repository.files() == before


def test_what_another_run_publishes_meanwhile_is_not_lost(repository):
    """The other run ends after this one has fetched the wheels, and before it pushes."""
    repository.publish("first", "0.1.0")
    hook = repository.folder / "hooks" / "post-commit"
    hook.parent.mkdir()
    hook.write_text(
        f"#!/bin/sh\nexport GIT_DIR='{repository.path}'\n"
        f"git update-ref {BRANCH} $(git commit-tree -m 'By another run' '{BRANCH}^{{tree}}')\n"
    )
    hook.chmod(0o755)
    done = repository.publish("second", "0.2.0", **{"core.hooksPath": hook.parent})
    assert done.returncode == 1 and "`git push` failed" in done.stderr
    assert "run this one again" in done.stderr
    assert repository.said("log", "--format=%s", BRANCH) == "By another run\n"
