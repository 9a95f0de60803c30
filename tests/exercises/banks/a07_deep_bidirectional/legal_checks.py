"""Task 9: which uses may have a layer that reads from both ends."""

SOLUTION_CELL = "legal"


def answer(
    in_time: str = 'due >= use["steps"] - 1',
    honest: str = 'wanted is None or wanted >= use["steps"] or wanted in use["struck_out"]',
    of: str = "all(found)",
    both: str = "and",
) -> str:
    return f"""
def legal(uses):
    result = {{}}
    for name, use in uses.items():
        found = []
        for due, wanted in zip(use["due"], use["wanted"]):
            found.append(({in_time}) {both} ({honest}))
        result[name] = {of}
    return result
"""


WRONG = {
    "exchanged": (answer(of="not all(found)"), "True and False are exchanged"),
    "only the time": (answer(honest="True"), "only the time is looked at"),
    "only what is wanted": (answer(in_time="True"), "only what is wanted is looked at"),
    "struck out forgotten": (
        answer(honest='wanted is None or wanted >= use["steps"]'),
        "what is struck out counts as read",
    ),
    "anything struck out": (
        answer(honest='wanted is None or wanted >= use["steps"] or len(use["struck_out"]) > 0'),
        "where anything is struck out, everything is allowed",
    ),
    "any": (answer(of="any(found)"), "one answer that holds is enough"),
    "first answer": (answer(of="found[0]"), "only the first answer is looked at"),
    "last answer": (answer(of="found[-1]"), "only the last answer is looked at"),
    "overwritten in the loop": (
        """
def legal(uses):
    result = {}
    for name, use in uses.items():
        for due, wanted in zip(use["due"], use["wanted"]):
            read = set(range(use["steps"])) - set(use["struck_out"])
            result[name] = due >= use["steps"] - 1 and wanted not in read
    return result
""",
        "only the last answer is looked at",
    ),
    "due off by one": (answer('due >= use["steps"]'), "due may be equal to"),
    "due off by one, the other way": (
        answer('due >= use["steps"] - 2'),
        "a step is missing when the answer is due",
    ),
    "struck-out steps have no time": (
        answer(
            'due >= max([s for s in range(use["steps"]) if s not in use["struck_out"]], default=-1)'
        ),
        "a blank stands for a step that is there, so the layer waits for it, too",
    ),
    "struck-out steps have no time, with nothing left": (
        answer('due >= max(set(range(use["steps"])) - set(use["struck_out"]))'),
        "All steps of a use may be struck out",
    ),
    "struck-out steps have no time, the last of a list": (
        answer('due >= [s for s in range(use["steps"]) if s not in use["struck_out"]][-1]'),
        "`struck_out` may be empty, or hold every step",
    ),
    "an answer for each step": (
        """
def legal(uses):
    result = {}
    for name, use in uses.items():
        read = set(range(use["steps"])) - set(use["struck_out"])
        steps = range(use["steps"])
        result[name] = all(
            use["due"][t] >= use["steps"] - 1 and use["wanted"][t] not in read for t in steps
        )
    return result
""",
        "one entry for each answer, not for each step",
    ),
    "nothing to read is cheating": (
        answer(
            honest='len(use["struck_out"]) < use["steps"] and '
            '(wanted is None or wanted >= use["steps"] or wanted in use["struck_out"])'
        ),
        "a use whose steps are all struck out is taken for cheating",
    ),
    "wanted off by one": (
        answer(honest='wanted is None or wanted > use["steps"] or wanted in use["struck_out"]'),
        "the wanted step `steps` counts as read",
    ),
    "wanted off by one, the other way": (
        answer(
            honest='wanted is None or wanted >= use["steps"] - 1 or wanted in use["struck_out"]'
        ),
        "the wanted step `steps - 1` does not count as read",
    ),
    "None is cheating": (
        answer(
            honest='wanted is not None and (wanted >= use["steps"] or wanted in use["struck_out"])'
        ),
        "an answer of None counts as cheating",
    ),
    "None compared": (
        answer(honest='wanted >= use["steps"] or wanted in use["struck_out"]'),
        "ask for that first, `wanted is None or …`",
    ),
    "step 0 taken for none": (
        answer(honest='not wanted or wanted >= use["steps"] or wanted in use["struck_out"]'),
        "the wanted step 0 counts as none at all",
    ),
    "what has happened counts as read": (
        answer(honest='wanted is None or wanted > due or wanted in use["struck_out"]'),
        "a wanted step before the answer is due counts as read",
    ),
    "any step counts as cheating": (
        answer(honest='wanted is None or wanted in use["struck_out"]'),
        "anything wanted from the sequence counts as cheating",
    ),
    "or": (answer(both="or"), "one of the two conditions is enough"),
    "always": (
        "def legal(uses):\n    return {name: True for name in uses}\n",
        "every use is allowed",
    ),
    "never": (
        "def legal(uses):\n    return {name: False for name in uses}\n",
        "no use is allowed",
    ),
    "a forward layer": (
        answer("True", 'wanted is None or wanted > due or wanted in use["struck_out"]'),
        "it is a forward layer's rule",
    ),
    "a list": (
        "def legal(uses):\n    return [True for use in uses]\n",
        "Return a dictionary",
    ),
    "guessed by name": (
        """
def legal(uses):
    return {name: name.startswith(("tag", "fill", "forecast tomorrow")) for name in uses}
""",
        "13 of 17 uses are right. For every answer both must hold",
    ),
    "texts": (answer(of='"yes" if all(found) else "no"'), "you have 'yes'"),
    "names forgotten": (
        answer().replace("result[name] =", 'result["use"] ='),
        "the keys differ",
    ),
    "spelled otherwise": (
        answer().replace('use["struck_out"]', 'use["struck out"]'),
        "The dictionary has no entry",
    ),
    "struck out for real": (
        answer(honest='wanted not in use["struck_out"]'),
        "For every answer both must hold",
    ),
    "changes the uses": (
        """
def legal(uses):
    for name, use in uses.items():
        use["steps"] -= 1
    return {name: True for name in uses}
""",
        "changed its input `uses` in place",
    ),
}

RIGHT = {
    "sets": """
def legal(uses):
    def good(use):
        read = set(range(use["steps"])) - set(use["struck_out"])
        return min(use["due"]) >= use["steps"] - 1 and not read.intersection(use["wanted"])

    return {name: good(use) for name, use in uses.items()}
""",
    "ruled out one by one": """
def legal(uses):
    result = {}
    for name in uses:
        steps, out = uses[name]["steps"], uses[name]["struck_out"]
        result[name] = True
        for i in range(len(uses[name]["due"])):
            if uses[name]["due"][i] < steps - 1:
                result[name] = False
            wanted = uses[name]["wanted"][i]
            if wanted is not None and wanted < steps and wanted not in out:
                result[name] = False
    return result
""",
    "arrays, and booleans of NumPy": """
def legal(uses):
    table = {}
    for name, use in uses.items():
        right = [use["steps"] if w is None else w for w in use["wanted"]]
        seen = np.setdiff1d(np.arange(use["steps"]), use["struck_out"])
        table[name] = np.all(np.array(use["due"]) + 1 >= use["steps"]) & ~np.isin(right, seen).any()
    return table
""",
}
