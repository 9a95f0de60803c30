"""Push a built site to the branch that GitHub Pages serves: python3 -m bookkit.push SITE REMOTE

The branch is made anew: one commit, the site, no history. Only the wheels that were there stay: the
install cell of a notebook that somebody has downloaded names the version that the site then had.
Nothing but Python and git is needed.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from bookkit import wheels

BRANCH = "refs/heads/gh-pages"
AUTHOR = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")


def git(site: Path, *arguments: str) -> str:
    """What git says in the folder of the site. CalledProcessError when it fails."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=site, check=True, stdout=subprocess.PIPE, text=True).stdout


def keep_wheels(site: Path, remote: str) -> str:
    """Add to the site the wheels of the branch that it has not; returns the branch's commit.

    The commit is empty when there is no such branch yet.
    """
    if not git(site, "ls-remote", remote, BRANCH):
        return ""
    git(site, "fetch", "--quiet", "--depth=1", remote, BRANCH)
    there = git(site, "ls-tree", "--name-only", "FETCH_HEAD", "wheels/").splitlines()
    missing = [name for name in there if name.endswith(".whl") and not (site / name).exists()]
    if missing:
        git(site, "checkout", "FETCH_HEAD", "--", *missing)
    wheels.write_index(site / "wheels")
    return git(site, "rev-parse", "FETCH_HEAD").strip()


def push(site: Path, remote: str, message: str) -> None:
    """Make the site, and the wheels of earlier ones, all that the branch holds.

    Raises CalledProcessError, and leaves the branch as it is, when its wheels cannot be had or it
    has changed meanwhile.
    """
    git(site, "init", "--quiet")
    before = keep_wheels(site, remote)
    git(site, "add", "--all")
    name, email = AUTHOR
    identity = ("-c", f"user.name={name}", "-c", f"user.email={email}")
    git(site, *identity, "commit", "--quiet", "--message", message)
    git(site, "push", "--quiet", f"--force-with-lease={BRANCH}:{before}", remote, f"HEAD:{BRANCH}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="the folder with the built site")
    parser.add_argument("remote", help="the address of the repository")
    parser.add_argument("--message", default="Publish the site", help="of the commit")
    arguments = parser.parse_args()
    try:
        push(arguments.site, arguments.remote, arguments.message)
    except subprocess.CalledProcessError as error:
        print(
            f"`git {error.cmd[1]}` failed, so nothing was published, and what is published stays. "
            "The reason stands above. Had another run published meanwhile? Then run this one again",
            file=sys.stderr,
        )
        return 1
    names = sorted(path.name for path in (arguments.site / "wheels").glob("*.whl"))
    print(f"Published, with {', '.join(names)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
