"""The directive `{quiz}`: a question whose every answer explains itself when it is opened.

```{quiz} quiz-feedforward-1
question: Which of these sees the order of words?   # Markdown, mathematics allowed
options:
  - text: A bag of words
    why: It counts words and forgets where they stood.
  - text: A recurrent network
    correct: true
    why: Its state is carried from word to word.
```

Each option is a native disclosure element, so a quiz works with the keyboard, without a script,
and in print, where all explanations are open.
"""

from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

log = logging.getLogger(__name__)


class quiz(nodes.General, nodes.Element):
    """A question with its options."""


class quiz_option(nodes.General, nodes.Element):
    """One option: its text, then its explanation."""


class quiz_text(nodes.Part, nodes.TextElement):
    """The text of an option, visible before it is opened."""


class Quiz(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        try:
            described = yaml.safe_load("\n".join(self.content))
            problem = complaint(described)
        except yaml.YAMLError as error:
            problem = f"is not YAML: {error}"
        if problem:
            log.warning("quiz %s %s", name, problem, location=self.get_location(), type="quiz")
            return []

        box = quiz("", ids=[nodes.make_id(name)])
        self.set_source_info(box)
        question = nodes.container("", classes=["quiz-question"])
        self._markdown(described["question"], question)
        box += question
        for described_option in described["options"]:
            option = quiz_option("", correct=bool(described_option.get("correct")))
            text = quiz_text()
            holder = nodes.container()
            self._markdown(described_option["text"], holder)
            for child in holder.children:
                text += child.children if isinstance(child, nodes.paragraph) else [child]
            why = nodes.container("", classes=["quiz-why"])
            self._markdown(described_option["why"], why)
            option += text
            option += why
            box += option
        return [box]

    def _markdown(self, text: Any, into: nodes.Element) -> None:
        lines = StringList(str(text).splitlines(), self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, into)


def complaint(described: Any) -> str:
    """What is wrong with the description of a quiz; empty when nothing is."""
    if not isinstance(described, dict) or set(described) != {"question", "options"}:
        return "needs exactly the keys question and options"
    options = described["options"]
    if not isinstance(options, list) or len(options) < 2:
        return "needs two options or more"
    for option in options:
        if not isinstance(option, dict) or not {"text", "why"} <= set(option):
            return f"has an option without text or why: {option!r}"
        if set(option) - {"text", "why", "correct"}:
            return f"has an option with unknown keys: {sorted(set(option))}"
    if not any(option.get("correct") for option in options):
        return "has no option marked correct: true"
    return ""


def visit_quiz(self: Any, node: quiz) -> None:
    self.body.append(self.starttag(node, "div", CLASS="quiz"))
    self.body.append('<p class="quiz-label">Check yourself</p>\n')


def depart_quiz(self: Any, node: quiz) -> None:
    self.body.append("</div>\n")


def visit_option(self: Any, node: quiz_option) -> None:
    kind = "right" if node["correct"] else "wrong"
    self.body.append(f'<details class="quiz-option {kind}">\n')


def depart_option(self: Any, node: quiz_option) -> None:
    self.body.append("</details>\n")


def visit_text(self: Any, node: quiz_text) -> None:
    self.body.append("<summary><span>")


def depart_text(self: Any, node: quiz_text) -> None:
    verdict = "Right." if node.parent["correct"] else "Not quite."
    self.body.append(f'</span></summary>\n<p class="quiz-verdict">{verdict}</p>\n')


def setup(app: Any) -> dict[str, bool]:
    app.add_node(quiz, html=(visit_quiz, depart_quiz))
    app.add_node(quiz_option, html=(visit_option, depart_option))
    app.add_node(quiz_text, html=(visit_text, depart_text))
    app.add_directive("quiz", Quiz)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
