"""Task 8: token after token, the most probable each time."""

SOLUTION_CELL = "greedy"

ANSWER = """
def greedy(step, state, start, end, max_length):
    tokens = []
    token = start
    for _ in range(max_length):
        log_p, state = step(state, token)
        token = int(np.argmax(log_p))
        tokens.append(token)
        if token == end:
            break
    return tokens
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


STOP = "        if token == end:\n            break\n"
APPEND = "        tokens.append(token)\n"

WRONG = {
    "end token missing": (
        change(APPEND + STOP, STOP + APPEND),
        "the end token is missing at the end",
    ),
    "start token there": (
        change("tokens = []", "tokens = [start]"),
        "the start token is part of the answer",
    ),
    "start token there, counted": (
        """
def greedy(step, state, start, end, max_length):
    tokens = [start]
    while len(tokens) < max_length:
        log_p, state = step(state, tokens[-1])
        tokens.append(int(np.argmax(log_p)))
        if tokens[-1] == end:
            break
    return tokens
""",
        "the start token is part of the answer",
    ),
    "start token in place of end token": (
        change("tokens = []", "tokens = [start]", APPEND + STOP, STOP + APPEND),
        "it should be the other way round",
    ),
    "goes on": (change(STOP, ""), "it goes on after the end token"),
    "end token put at the end": (
        change("return tokens", "return tokens if tokens[-1] == end else tokens + [end]"),
        "nobody wrote it",
    ),
    "one more": (change("range(max_length)", "range(max_length + 1)"), "longer than max_length"),
    "one fewer": (change("range(max_length)", "range(1, max_length)"), "shorter than max_length"),
    "state not handed on": (
        change("log_p, state = step", "log_p, _ = step"),
        "the state is not handed on",
    ),
    "always the start token": (
        change("step(state, token)", "step(state, start)"),
        "the decoder is given the start token at every step",
    ),
    "number of the step": (
        change("for _ in", "for t in", "step(state, token)", "step(state, t if t else start)"),
        "the decoder is given the number of the step",
    ),
    "least probable": (change("argmax", "argmin"), "the least probable token is taken"),
    "second": (
        change("np.argmax(log_p)", "np.argsort(log_p)[-2]"),
        "the second most probable token",
    ),
    "largest absolute value": (
        change("np.argmax(log_p)", "np.argmax(np.abs(log_p))"),
        "so the largest is the one nearest to 0",
    ),
    "without the first entry": (
        change("np.argmax(log_p)", "np.argmax(log_p[1:])"),
        "the largest is looked for without the first entry",
    ),
    "drawn": (
        change(
            "    token = start\n",
            "    token, rng = start, np.random.default_rng(1)\n",
            "int(np.argmax(log_p))",
            "int(rng.choice(len(log_p), p=np.exp(log_p)))",
        ),
        "it has 5 entries, expected 6",
    ),
    "never ends": (
        change("        token = int", "        log_p[end] = -np.inf\n        token = int"),
        "the end token is never taken",
    ),
    "last token": (change("return tokens", "return token"), "only the last token is returned"),
    "return inside the loop": (
        change(STOP, "        return tokens\n"),
        "does the function return inside the loop?",
    ),
    "turned round": (change("return tokens", "return tokens[::-1]"), "the order is turned round"),
    "first call lost": (
        change(
            "    for _",
            "    log_p, state = step(state, start)\n    token = np.argmax(log_p)\n    for _",
        ),
        "what it said is lost",
    ),
    "start token twice": (
        change("    for _", "    _, state = step(state, start)\n    for _"),
        "step is called with it before the loop",
    ),
    "start token twice, the second time after a token": (
        change("step(state, token)", "step(state, token if len(tokens) > 1 else start)"),
        "after the first token it is given that token",
    ),
    "one step late": (
        change("step(state, token)", "step(state, ([start, start] + tokens)[len(tokens)])"),
        "each token one step too late",
    ),
    "tokens and state": (
        change("return tokens", "return tokens, state"),
        "the list of tokens alone",
    ),
    "one result": (
        change("log_p, state = step(state, token)", "log_p = step(state, token)"),
        "`step` returns two things",
    ),
    "token first": (
        change("step(state, token)", "step(token, state)"),
        "`step` was given the token",
    ),
    "token alone": (change("step(state, token)", "step(token)"), "`step(state, token)`"),
    "token in a list": (
        change("step(state, token)", "step(state, [token])"),
        "it takes one token, a whole number",
    ),
    "max_length not used": (
        change("for _ in range(max_length):", "while True:"),
        "max_length is not used",
    ),
    "a probability for a token": (
        change("int(np.argmax(log_p))", "log_p.max()"),
        "it takes one token, a whole number",
    ),
    "the package's answer": (
        """
from course_utils import decoding

def greedy(step, state, start, end, max_length):
    def rows(states, tokens):
        log_p, state = step(states[0], int(tokens[0]))
        return log_p[None], state[None]

    found = decoding.greedy(rows, state[None], [start], end=end, max_length=max_length)
    return list(found[0].tokens)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "while": """
def greedy(step, state, start, end, max_length):
    tokens = [start]
    while len(tokens) <= max_length and tokens[1:][-1:] != [end]:
        log_p, state = step(state, tokens[-1])
        tokens = tokens + [int(log_p.argmax())]
    return tokens[1:]
""",
    "calls itself, with names that the tests use": """
def greedy(step, state, start, end, max_length):
    if max_length == 0:
        return []
    numbers, right = step(state, start)
    token = max(range(len(numbers)), key=lambda k: numbers[k])
    if token == end:
        return [token]
    return [token] + greedy(step, right, token, end, max_length - 1)
""",
    "an array, in single precision": """
def greedy(step, state, start, end, max_length):
    written = np.zeros(max_length, int)
    token = start
    for t in range(max_length):
        log_p, state = step(np.float32(state), token)
        token = written[t] = np.argmax(np.float32(log_p))
        if token == end:
            return written[: t + 1]
    return written
""",
}
