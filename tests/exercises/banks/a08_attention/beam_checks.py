"""Task 9: beam search."""

SOLUTION_CELL = "beam"

ANSWER = """
def beam(step, state, start, end, width, max_length, normalised=False):
    going, finished = [([], 0.0, state)], []
    for _ in range(max_length):
        candidates = []
        for tokens, total, state in going:
            log_p, after = step(state, tokens[-1] if tokens else start)
            for token in range(len(log_p)):
                candidates.append((tokens + [token], total + log_p[token], after))
        candidates.sort(key=lambda one: one[1], reverse=True)
        kept = candidates[: width - len(finished)]
        finished += [one for one in kept if one[0][-1] == end]
        going = [one for one in kept if one[0][-1] != end]
    found = finished + going
    best = max(found, key=lambda one: one[1] / len(one[0]) if normalised else one[1])
    return best[0], best[1]
"""
RETURN = "return best[0], best[1]"


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "greedy": (
        change("candidates[: width - len(finished)]", "candidates[: 1 - len(finished)]"),
        "it is what greedy gives",
    ),
    "one more": (
        change("width - len(finished)", "width + 1 - len(finished)"),
        "one hypothesis more than width",
    ),
    "one fewer": (
        change("width - len(finished)", "max(width - 1, 1) - len(finished)"),
        "one hypothesis fewer than width",
    ),
    "each its own best": (
        change(
            "            for token in range(len(log_p)):\n",
            "            best = [int(np.argmax(log_p))] if tokens else range(len(log_p))\n"
            "            for token in best:\n",
        ),
        "each hypothesis keeps its own best continuation",
    ),
    "each its own best ones": (
        change(
            "for token in range(len(log_p)):",
            "for token in np.argsort(-log_p)[:width].tolist():",
            "candidates[: width - len(finished)]",
            "candidates",
        ),
        "their number multiplies from round to round",
    ),
    "max_length not used": (
        change("for _ in range(max_length):", "while going:"),
        "max_length is not used",
    ),
    "a list for all": (
        change(
            "                candidates.append((tokens + [token], total",
            "                tokens.append(token)\n"
            "                candidates.append((tokens, total",
        ),
        "all continuations of a hypothesis are the same list",
    ),
    "places given back": (
        change("width - len(finished)", "width"),
        "a finished hypothesis gives its place back",
    ),
    "finished put aside": (
        """
def beam(step, state, start, end, width, max_length, normalised=False):
    going, finished = [([], 0.0, state)], []
    for _ in range(max_length):
        candidates = []
        for tokens, total, state in going:
            log_p, after = step(state, tokens[-1] if tokens else start)
            for token, p in enumerate(log_p):
                new = (tokens + [token], total + p, after)
                (finished if token == end else candidates).append(new)
        going = sorted(candidates, key=lambda one: -one[1])[:width]
    found = finished + going
    best = max(found, key=lambda one: one[1] / len(one[0]) if normalised else one[1])
    return best[0], best[1]
""",
        "a finished hypothesis takes no place at all",
    ),
    "finished compete": (
        change(
            "candidates = []",
            "candidates, finished = finished, []",
        ),
        "a finished hypothesis may be pushed out",
    ),
    "first finished ends it": (
        change(
            "    found = finished + going",
            "        if finished:\n            going = []\n    found = finished + going",
        ),
        "the first hypothesis that is finished is taken",
    ),
    "best finished ends it": (
        change(
            "    found = finished + going",
            "        if kept and kept[0][0][-1] == end:\n            going = []\n"
            "    found = finished + going",
        ),
        "the search stops when the best hypothesis is finished",
    ),
    "first finished ends it, open ones count": (
        change(
            "    found = finished + going",
            "        if finished:\n            break\n    found = finished + going",
        ),
        "the search stops when a hypothesis is finished",
    ),
    "best finished is returned at once": (
        change(
            "    found = finished + going",
            "        if kept and kept[0][0][-1] == end:\n            return kept[0][:2]\n"
            "    found = finished + going",
        ),
        "is finished, and that one is taken",
    ),
    "only the best can end": (
        change(
            "finished += [one for one in kept if one[0][-1] == end]",
            "finished += [one for one in kept[:1] if one[0][-1] == end]",
            "[one for one in kept if one[0][-1] != end]",
            "kept[bool(kept) and kept[0][0][-1] == end :]",
        ),
        "only the best hypothesis of a round can be finished",
    ),
    "goes on after the end": (
        change("if one[0][-1] == end]", "if False]", "if one[0][-1] != end]", "if True]"),
        "hypotheses go on after the end token",
    ),
    "cut ones left out": (
        change("found = finished + going", "found = finished or going"),
        "the hypotheses that are cut off at max_length are left out",
    ),
    "finished forgotten": (
        change("found = finished + going", "found = going or finished"),
        "the finished hypotheses are forgotten",
    ),
    "first finished returned": (
        change("best = max(found, key=", "best = finished[0] if finished else max(found, key="),
        "the first hypothesis that is finished is taken",
    ),
    "one state for all": (
        change("for tokens, total, state in going", "for tokens, total, _ in going")
        .replace("log_p, after =", "log_p, state =")
        .replace("log_p[token], after", "log_p[token], state"),
        "the hypotheses share one state",
    ),
    "first state": (
        change("for tokens, total, state in going", "for tokens, total, _ in going"),
        "the state is not handed on",
    ),
    "always the start token": (
        change("tokens[-1] if tokens else start", "start"),
        "the decoder is given the start token at every step",
    ),
    "last token only": (
        change("total + log_p[token]", "log_p[token]"),
        "only the last token's log-probability",
    ),
    "multiplied": (
        change("total + log_p[token]", "-total * log_p[token] if tokens else log_p[token]"),
        "the log-probabilities are multiplied",
    ),
    "probabilities added": (
        change("total + log_p[token]", "total + np.exp(log_p[token])"),
        "probabilities are added",
    ),
    "smallest first": (change(", reverse=True", ""), "the smallest log-probabilities are kept"),
    "sorted by the tokens": (
        change("key=lambda one: one[1], reverse=True", "reverse=True"),
        "sorted by their tokens",
    ),
    "one step more": (
        change("range(max_length)", "range(max_length + 1)"),
        "longer than max_length",
    ),
    "one step fewer": (
        change("range(max_length)", "range(max_length - 1)"),
        "shorter than max_length",
    ),
    "end token missing": (
        change(RETURN, "return [token for token in best[0] if token != end], best[1]"),
        "the end token is missing at the end",
    ),
    "start token there": (
        change(RETURN, "return [start] + best[0], best[1]"),
        "the start token is part of the answer",
    ),
    "the worst": (
        change("best = max(found", "best = min(found"),
        "the worst of the hypotheses",
    ),
    "probability": (change(RETURN, "return best[0], np.exp(best[1])"), "it is the probability;"),
    "mean": (
        change(RETURN, "return best[0], best[1] / len(best[0])"),
        "it is the mean for each token",
    ),
    "mean where normalised": (
        change(RETURN, "return best[0], best[1] / len(best[0]) ** normalised"),
        "the value that was divided by the length is returned",
    ),
    "end not counted": (
        change(
            "total + log_p[token], after",
            "total + (log_p[token] if token != end else 0), after",
        ),
        "not right",
    ),
    "negative": (change(RETURN, "return best[0], -best[1]"), "the sign is wrong"),
    "always by length": (
        change(" if normalised else one[1]", ""),
        "although normalised is False",
    ),
    "never by length": (
        change("one[1] / len(one[0]) if normalised else one[1]", "one[1]"),
        "although normalised is True",
    ),
    "length without the end": (
        change("one[1] / len(one[0])", "one[1] / max(len(one[0]) - (one[0][-1] == end), 1)"),
        "the end token does not count in the length",
    ),
    "length with the start": (
        change("one[1] / len(one[0])", "one[1] / (len(one[0]) + 1)"),
        "the start token counts in the length",
    ),
    "root of the length": (
        change("one[1] / len(one[0])", "one[1] / len(one[0]) ** 0.5"),
        "by the root of the length",
    ),
    "tokens alone": (change(RETURN, "return best[0]"), "Return 2 things"),
    "in another order": (
        change(RETURN, "return best[1], best[0]"),
        "Return the list of tokens first",
    ),
    "three things": (change(RETURN, "return best"), "Return 2 things"),
    "token first": (
        change("step(state, tokens[-1] if tokens else start)", "step(start, state)"),
        "`step` was given the token",
    ),
    "one result": (change("log_p, after =", "log_p = after ="), "`step` returns two things"),
    "all tokens given": (
        change("tokens[-1] if tokens else start", "tokens or start"),
        "it takes one token, a whole number",
    ),
    "the package's answer": (
        """
from course_utils.decoding import beam as search, by_length

def beam(step, state, start, end, width, max_length, normalised=False):
    def rows(states, tokens):
        pairs = [step(s, int(t)) for s, t in zip(states, tokens)]
        return np.array([p for p, _ in pairs]), np.array([s for _, s in pairs])

    penalty = by_length if normalised else None
    settings = {"end": end, "width": width, "max_length": max_length, "penalty": penalty}
    best = search(rows, state[None], [start], **settings)[0][0]
    return list(best.tokens), best.log_probability
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "arrays": """
def beam(step, state, start, end, width, max_length, normalised=False):
    texts, totals, states = [[start]], np.zeros(1), [state]
    done = []
    while texts and len(texts[0]) <= max_length:
        pairs = [step(s, text[-1]) for s, text in zip(states, texts)]
        scores = totals[:, None] + np.array([p for p, _ in pairs])
        places = np.argsort(scores, axis=None)[::-1][: width - len(done)]
        rows, tokens = np.unravel_index(places, scores.shape)
        new = [(texts[r] + [int(t)], scores[r, t], pairs[r][1]) for r, t in zip(rows, tokens)]
        done += [(text, p) for text, p, _ in new if text[-1] == end]
        rest = [one for one in new if one[0][-1] != end]
        texts, states = [one[0] for one in rest], [one[2] for one in rest]
        totals = np.array([one[1] for one in rest])
    done += list(zip(texts, totals))
    best = max(done, key=lambda one: one[1] / (len(one[0]) - 1) ** normalised)
    return best[0][1:], best[1]
""",
    "dictionaries and heapq, with names that the tests use": """
import heapq

def beam(step, state, start, end, width, max_length, normalised=False):
    table = [{"tokens": (), "score": 0.0, "state": state, "over": False}]
    for _ in range(max_length):
        new, kept = [], [one for one in table if one["over"]]
        for one in table:
            if one["over"]:
                continue
            log_p, after = step(one["state"], one["tokens"][-1] if one["tokens"] else start)
            for token, p in enumerate(log_p):
                tokens = (*one["tokens"], token)
                score = one["score"] + p
                over = token == end
                new.append({"tokens": tokens, "score": score, "state": after, "over": over})
        table = kept + heapq.nlargest(width - len(kept), new, key=lambda one: one["score"])
    power = 1 if normalised else 0
    best = max(table, key=lambda one: one["score"] / len(one["tokens"]) ** power)
    return best["tokens"], best["score"]
""",
    "greedy where the width is 1, single precision, an array of tokens": """
def beam(step, state, start, end, width, max_length, normalised=False):
    if width == 1:
        total, tokens = np.float32(0), []
        for _ in range(max_length):
            log_p, state = step(state, tokens[-1] if tokens else start)
            tokens.append(int(np.argmax(log_p)))
            total += np.float32(log_p.max())
            if tokens[-1] == end:
                break
        return np.array(tokens), total
    finished, going = [], [(np.float32(0), [], state)]
    for _ in range(max_length):
        grown = []
        for total, tokens, own in going:
            log_p, after = step(own, (tokens or [start])[-1])
            grown += [(total + np.float32(p), tokens + [k], after) for k, p in enumerate(log_p)]
        grown = sorted(grown, key=lambda one: -one[0])[: width - len(finished)]
        going = []
        for one in grown:
            (finished if one[1][-1] == end else going).append(one)
    total, tokens, _ = max(
        finished + going, key=lambda one: one[0] / len(one[1]) if normalised else one[0]
    )
    return np.array(tokens), total
""",
}
