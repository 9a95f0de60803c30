"""The role `{claim}` prints a measured number; the directive `{claims-table}` lists them all.

Numbers live in `book/claims.yml` and are read by `course_utils.claims`. An unknown id, a source
that is missing, and a run record that disagrees with the number are warnings, which fail the
build. Numbers measured in a cell are checked by that cell.
"""

from typing import Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from course_utils import claims, records

log = logging.getLogger(__name__)


def known() -> dict[str, claims.Claim]:
    """All claims; none while there is no file, or while the file is wrong, which is warned of."""
    try:
        return claims.load()
    except FileNotFoundError:
        return {}
    except ValueError as error:
        log.warning("%s", error, type="claim", once=True)
        return {}


class ClaimRole(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        claim = known().get(self.text)
        try:
            if claim is None:
                raise LookupError("no such id in book/claims.yml")
            return [nodes.inline("", claim.text, classes=["claim"])], []
        except (LookupError, OSError, ValueError) as error:
            message = "claim %s: %s"
            log.warning(message, self.text, error, location=self.get_location(), type="claim")
            return [nodes.literal("", self.text)], []


class ClaimsTable(SphinxDirective):
    has_content = False

    def run(self) -> list[nodes.Node]:
        widths = [46, 14, 14, 26]
        group = nodes.tgroup(cols=len(widths))
        group.extend(nodes.colspec(colwidth=width) for width in widths)
        head = nodes.thead("", row("Claim", "Value", "Tolerance", "Source"))
        body = nodes.tbody()
        for claim in known().values():
            entry = row(claim.statement, claim.text, f"± {claim.tolerance:g}", None)
            entry[-1] += nodes.paragraph("", "", *self._source(claim.source))
            body += entry
        group += [head, body]
        return [nodes.table("", group, classes=["claims-table"])]

    @staticmethod
    def _source(source: str) -> list[nodes.Node]:
        kind, _, where = source.partition(":")
        kinds = {"record": "run record ", "cell": "measured in "}
        text = nodes.inline("", kinds.get(kind, ""))
        text += nodes.literal("", where)
        if kind == "record" and where.split("/")[1] in records.load(where.split("/")[0]).stale:
            return [text, nodes.inline("", " (its code has changed since, and is to run again)")]
        return [text]


def row(*cells: str | None) -> nodes.row:
    return nodes.row(
        "", *(nodes.entry("", *([nodes.paragraph("", cell)] if cell else [])) for cell in cells)
    )


def check_records(app: Any, env: Any) -> None:
    """Hold every number that comes from a run record against the record."""
    for claim in known().values():
        try:
            if claim.measured is not None:
                claim.check(claim.measured)
        except (claims.ClaimError, LookupError, OSError, ValueError) as error:
            log.warning("claim %s: %s", claim.id, error, type="claim")


def setup(app: Any) -> dict[str, bool]:
    app.add_role("claim", ClaimRole())
    app.add_directive("claims-table", ClaimsTable)
    app.connect("env-updated", check_records)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
