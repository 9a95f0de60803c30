"""The book's own page: its templates, and what they show of each page.

The theme's Python stays in use; its page, with a megabyte of scripts and styles, gives way to the
templates in `bookkit/sphinx/templates`: one style sheet, one small deferred script.
"""

import hashlib
from pathlib import Path
from typing import Any

from docutils import nodes

TEMPLATES = Path(__file__).resolve().parent / "templates"


def use_templates(app: Any, config: Any) -> None:
    config.templates_path.insert(0, str(TEMPLATES))


def describe(app: Any, doctree: nodes.document) -> None:
    """Hand the front matter's description to search engines and to link previews."""
    description = app.env.metadata[app.env.docname].get("description", "").strip()
    if description:
        app.env.metadata[app.env.docname]["og:description"] = description


def launch_links(app: Any, pagename: str) -> dict[str, str]:
    """Where the chapter's clean notebook can be opened or downloaded; empty if it has no cells."""
    metadata = app.env.metadata.get(pagename, {})
    if "kernelspec" not in metadata and metadata.get("file_format") != "mystnb":
        return {}
    theme = app.config.html_theme_options
    launch = theme["launch_buttons"]
    repository = theme["repository_url"].removeprefix("https://github.com/")
    branch = theme["repository_branch"]
    notebook = f"notebooks/{pagename}.ipynb"
    return {
        "colab": f"{launch['colab_url']}/github/{repository}/blob/{branch}/{notebook}",
        "binder": f"{launch['binderhub_url']}/v2/gh/{repository}/{branch}"
        f"?urlpath=lab/tree/{notebook}",
        "download": notebook,
    }


def scripts(app: Any) -> list[tuple[str, dict[str, str]]]:
    """The scripts that `html_js_files` names and that exist."""
    folders = [Path(app.srcdir) / folder for folder in app.config.html_static_path]
    found = []
    for name, attributes in app.config.html_js_files:
        if any((folder / name).exists() for folder in folders):
            found.append((name, attributes))
    return found


def script_version(app: Any) -> str:
    """Changes when the script does, so that browsers do not keep an old one."""
    script = Path(app.srcdir) / "assets" / "js" / "site.js"
    return hashlib.sha256(script.read_bytes()).hexdigest()[:8]


def show(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    metadata = app.env.metadata.get(pagename, {})
    theme = app.config.html_theme_options
    context["launch"] = launch_links(app, pagename)
    context["own_scripts"] = scripts(app)
    context["script_version"] = script_version(app)
    context["fonts"] = ["source-serif-4-latin-600-normal"]
    if 'class="katex"' in context.get("body", ""):
        context["fonts"] += ["KaTeX_Main-Regular", "KaTeX_Math-Italic"]
    context["landing"] = pagename == app.config.root_doc
    context["description"] = metadata.get("description", "").strip()
    context["repository_url"] = theme["repository_url"]
    context["source_url"] = ""
    if pagename in app.env.found_docs:
        path = Path(app.env.doc2path(pagename)).relative_to(app.srcdir).as_posix()
        context["source_url"] = (
            f"{theme['repository_url']}/blob/main/{theme['path_to_docs']}/{path}"
        )


def setup(app: Any) -> dict[str, bool]:
    app.connect("config-inited", use_templates)
    app.connect("doctree-read", describe)
    app.connect("html-page-context", show, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
