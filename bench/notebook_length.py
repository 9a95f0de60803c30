"""What a student scrolls past: python bench/notebook_length.py [FOLDER of assignments]

For each notebook, the characters that stand open on the page, those of folded test cells, and the
longest line of either. The folder is exercises/ unless another one is named.
"""

import json
import sys
from pathlib import Path


def lengths(path: Path) -> tuple[list[str], list[str]]:
    """The lines that stand open in a notebook, and those that are folded."""
    is_open: list[str] = []
    folded: list[str] = []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        hidden = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
        (folded if hidden else is_open).extend("".join(cell["source"]).split("\n"))
    return is_open, folded


def main() -> None:
    root = Path(__file__).resolve().parents[1]
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "exercises"
    print("assignment          open: lines  characters   folded: lines  characters   longest line")
    for path in sorted(folder.glob("*/*.ipynb")):
        counts = [f"{len(part):11d} {sum(map(len, part)):11d}" for part in lengths(path)]
        longest = max(len(line) for part in lengths(path) for line in part)
        print(f"{path.stem:<20} {counts[0]}     {counts[1]} {longest:14d}")


if __name__ == "__main__":
    main()
