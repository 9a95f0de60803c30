"""Steps that make nbgrader's `autograde` fair to honest students and hard on careless tricks.

nbgrader turns a submission into grades in two passes, *sanitise* and *grade*. `VetSubmission` and
`RestoreCells` belong to the first, `SturdyExecute` and `SettleOutputs` to the second;
`nbgrader_config.py` puts them in their places. `ForgivingExporter` is what reads the files.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, v4
from nbgrader import utils
from nbgrader.api import Gradebook, Notebook, SourceCell
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from course_utils.notebooks import SturdyClient, read

__all__ = [
    "ForgivingExporter",
    "RejectedSubmission",
    "RestoreCells",
    "SettleOutputs",
    "SturdyExecute",
    "VetSubmission",
    "suspicious_files",
]

LOST_ANSWER = (
    "**This answer cell was missing and was put back by the grader. "
    "The answer may stand in another cell.**"
)

Processed = tuple[NotebookNode, dict[str, Any]]


class RejectedSubmission(NbGraderException):
    """The submission holds something that is not graded; the text says what."""


def suspicious_files(folder: Path) -> list[str]:
    """Names, relative to `folder`, of everything that is neither a plain file nor a folder."""
    if folder.is_symlink():
        return [folder.name]
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_symlink() or not (path.is_file() or path.is_dir())
    )


class ForgivingExporter(NotebookExporter):
    """nbconvert's, which reads a notebook as `course check` does, and so all that it can read.

    Tags, by which a cell could be skipped, and the saved state of widgets are not read.
    """

    def from_file(
        self, file_stream: TextIO, resources: dict[str, Any] | None = None, **kw: Any
    ) -> Processed:
        nb = read(Path(file_stream.name))
        done: Processed = self.from_notebook_node(  # type: ignore[no-untyped-call] # nbconvert's
            nb, resources=resources, **kw
        )
        return done


class VetSubmission(NbGraderPreprocessor):
    """Refuse a submission with links in it.

    nbgrader copies the target of a symbolic link into the graded and the returned folder.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        folder = Path(resources["metadata"]["path"])
        found = suspicious_files(folder)
        if found:
            raise RejectedSubmission(
                f"{', '.join(found)}: links and special files are not accepted; "
                "ask the student for plain files."
            )
        return nb, resources


class RestoreCells(NbGraderPreprocessor):
    """Give every cell of the assignment its own metadata back, and put lost test cells back.

    nbgrader loses a whole submission when a test cell was copied, when a flag was changed or when
    two neighbouring cells were deleted. What a cell is, the gradebook knows; the submission is
    asked only for the text of the student's cells. `OverwriteCells`, which comes next, restores the
    text of all others.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(where["notebook"], where["assignment"])
            sources = {cell.name: cell for cell in notebook.source_cells}
            metadata = {name: _metadata(notebook, cell) for name, cell in sources.items()}
            self._relabel(nb, metadata)
            self._put_back(nb, sources, metadata)
        return nb, resources

    def _relabel(self, nb: NotebookNode, metadata: dict[str, dict[str, Any]]) -> None:
        """Of several cells with one id the last counts, as in nbgrader; the others are plain."""
        seen: set[str] = set()
        for cell in reversed(nb.cells):
            claimed = cell.metadata.pop("nbgrader", None)
            name = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if name in metadata and name not in seen:
                seen.add(name)
                cell.metadata["nbgrader"] = NotebookNode(metadata[name])
            elif name is not None:
                self.log.warning("Cell %r is a copy, or not of this assignment: not graded", name)

    def _put_back(
        self,
        nb: NotebookNode,
        sources: dict[str, SourceCell],
        metadata: dict[str, dict[str, Any]],
    ) -> None:
        """A lost set-up cell returns after its predecessor, a lost test before its successor.

        In between may stand the student's own cells, which a set-up cell must precede and a test
        must follow. A lost solution cell stays lost: its stub would hide what the student wrote.
        """
        names = list(sources)
        for position, name in enumerate(names):
            present = {
                cell.metadata.nbgrader.grade_id: index
                for index, cell in enumerate(nb.cells)
                if "nbgrader" in cell.metadata
            }
            meta = metadata[name]
            if name in present or not (meta["grade"] or meta["locked"] or meta["task"]):
                continue
            self.log.warning("Cell %r was missing and is put back", name)
            if meta["grade"] or meta["task"]:
                later = [present[n] for n in names[position + 1 :] if n in present]
                index = min(later, default=len(nb.cells))
            else:
                earlier = [present[n] for n in names[:position] if n in present]
                index = max(earlier, default=-1) + 1
            new: Callable[..., NotebookNode] = (
                v4.new_code_cell if sources[name].cell_type == "code" else v4.new_markdown_cell
            )
            text = sources[name].source
            if meta["grade"] and meta["solution"]:
                text = f"{LOST_ANSWER}\n\n{text}"  # no longer the untouched stub: a person looks
            nb.cells.insert(index, new(source=text, metadata={"nbgrader": NotebookNode(meta)}))


def _metadata(notebook: Notebook, source: SourceCell) -> dict[str, Any]:
    """The nbgrader metadata that cell `source` had when the assignment was generated."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    task_points = {cell.name: cell.max_score for cell in notebook.task_cells}
    meta: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": source.name,
        "grade": source.name in points,
        "solution": source.name in {cell.name for cell in notebook.solution_cells},
        "task": source.name in task_points,
        "locked": source.locked,
        "cell_type": source.cell_type,
        "checksum": source.checksum,
    }
    worth = points.get(source.name, task_points.get(source.name))
    if worth is not None:
        meta["points"] = worth
    return meta


class SturdyExecute(SturdyClient, Execute):
    """nbgrader's Execute, which keeps the marks earned before a kernel died or hung."""


class SettleOutputs(NbGraderPreprocessor):
    """Make nbgrader's score of a test cell depend on one thing: whether a test failed.

    nbgrader takes all points away for one line on stderr, a warning of a library for example, and
    gives full points for a result that is no number. Here stderr becomes ordinary output, an error
    counts before any result, and a result that is no score within the points counts as an error.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> Processed:
        if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
            return cell, resources
        points = float(cell.metadata.nbgrader["points"])
        for output in cell.outputs:
            if output.output_type == "stream":
                output.name = "stdout"
        results = [out for out in cell.outputs if out.output_type == "execute_result"]
        others = [out for out in cell.outputs if out.output_type != "execute_result"]
        for result in results:
            text = result["data"].get("text/plain", "")
            if _is_impossible_score(text, points):
                message = f"The test returned {text}, which is no score between 0 and {points:g}."
                others.append(v4.new_output("error", ename="ScoreError", evalue=message))
        cell.outputs = others + results
        return cell, resources


def _is_impossible_score(text: str, points: float) -> bool:
    try:
        score = float(text)
    except ValueError:
        return False
    return not (math.isfinite(score) and 0 <= score <= points)
