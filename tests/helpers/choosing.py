"""A small chapter whose scored runs take what others have chosen, as far as its tests share it."""

SWEEPS = """
```{code-cell} ipython3
:tags: ["train:choose"]

chosen = records.sweep("choose", {f"at {r}": {"rate": r} for r in (9, 4, 3, 1)}, train, seeds=[100])
```

```{code-cell} ipython3
:tags: ["train:scored"]

best = min(chosen, key=lambda run: run["metrics"]["loss"])["options"]
scored = records.sweep("scored", {"chosen": best, "as published": {"rate": 7}}, train)
```

```{code-cell} ipython3
:tags: ["train:aside"]

aside = records.sweep("aside", {"alone": {"rate": 0}}, train, seeds=[5])
print("the end", len(scored))
```
"""


def change(chapter, old, new):
    """Put other code in the place of some that has to be there."""
    text = chapter.read_text("utf-8")
    assert old in text
    chapter.write_text(text.replace(old, new), "utf-8")
