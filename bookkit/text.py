"""A text of which some parts are written anew and all others stay as they are."""

from itertools import accumulate


class Text:
    """A text, and what is to be written in it instead of what."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]
        self.edits: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, text: str) -> None:
        """Write `text` instead of what stands from `start` to before `end`."""
        self.edits.append((start, end, text))

    def edited(self) -> str:
        """The text with all that is written instead."""
        text = self.text
        for start, end, new in sorted(self.edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text
