"""How many drawings the digit reader reads right: python bench/drawings.py [MODEL.json …]

The drawings of book/assets/models/digit-drawings.json, which no network was trained on, go the way
of the page's drawing pad. Prints one row a model (without arguments, the one in the page): for each
digit how many of its drawings are read right, and which are not.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from course_utils import exporting
from course_utils.explorers import digit_reader


def main(models: list[Path]) -> None:
    ways = json.loads(exporting.model_path("digit-drawings").read_text("utf-8"))["digits"]
    drawn = [(digit, way) for digit in ways for way in ways[digit]]
    pictures = np.array([digit_reader.preprocess(ways[digit][way])[0] for digit, way in drawn])
    print(f"{'model':24} {'all':>7} " + " ".join(f"{digit:>5}" for digit in ways))
    for path in models:
        probabilities = exporting.predict(exporting.load_exported(path), pictures)[:, -1]
        answers = probabilities.argmax(axis=-1)
        right = [answer == int(digit) for (digit, _), answer in zip(drawn, answers, strict=True)]
        good = Counter(digit for (digit, _), read in zip(drawn, right, strict=True) if read)
        counts = " ".join(f"{good[digit]:2}/{len(ways[digit]):<2}" for digit in ways)
        print(f"{path.stem[:24]:24} {sum(right):3}/{len(right):3} {counts}")
        for (digit, way), answer, p in zip(drawn, answers, probabilities, strict=True):
            if answer != int(digit):
                print(f"  {digit}, {way}: read as {answer}, {p[answer]:.2f}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [exporting.model_path("digit-reader")])
