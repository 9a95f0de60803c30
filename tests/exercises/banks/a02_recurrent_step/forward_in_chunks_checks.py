"""Task 6: a sequence that comes in pieces, with the state carried from piece to piece."""

SOLUTION_CELL = "forward-in-chunks"

LOOP = """
def forward_in_chunks(chunks, weights, h0=None):
    h = h0
    pieces = []
    for chunk in chunks:
        states, h = forward(chunk, weights, h)
        pieces.append(states)
    return np.concatenate(pieces, axis=1)
"""


def change(*pairs: str) -> str:
    code = LOOP
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "state set back": (change("weights, h)", "weights)"), "the state is set back"),
    "every piece from h0": (change("weights, h)", "weights, h0)"), "the state is set back"),
    "only the first piece gets h0": (
        """
def forward_in_chunks(chunks, weights, h0=None):
    pieces = [forward(chunks[0], weights, h0)[0]]
    for chunk in chunks[1:]:
        pieces.append(forward(chunk, weights)[0])
    return np.concatenate(pieces, axis=1)
""",
        "the state is set back",
    ),
    "every piece from h0, or carried when there is none": (
        """
def forward_in_chunks(chunks, weights, h0=None):
    h, pieces = h0, []
    for chunk in chunks:
        states, h = forward(chunk, weights, h)
        if h0 is not None:
            h = h0
        pieces.append(states)
    return np.concatenate(pieces, axis=1)
""",
        "each piece starts from h0 again",
    ),
    "first state carried": (
        change("        pieces", "        h = states[:, 0]\n        pieces"),
        "it should be the last",
    ),
    "wrong axis carried": (
        change("        pieces", "        h = states[-1]\n        pieces"),
        "the wrong axis",
    ),
    "joined along the batch": (change("axis=1", "axis=0"), "which axis should grow?"),
    "joined along the units": (change("axis=1", "axis=2"), "which axis should grow?"),
    "a list of pieces": (
        change("np.concatenate(pieces, axis=1)", "pieces"),
        "differ in length or shape",
    ),
    "np.stack": (
        change("np.concatenate(pieces, axis=1)", "np.stack(pieces)"),
        "which axis should grow?",
    ),
    "only the last piece": (
        change("np.concatenate(pieces, axis=1)", "states"),
        "only the last piece",
    ),
    "return inside the loop": (
        change("    return", "        return"),
        "only the first piece",
    ),
    "only the last states": (
        change("pieces.append(states)", "pieces.append(h[:, None])"),
        "only the last state of each piece",
    ),
    "only the last state": (
        change("np.concatenate(pieces, axis=1)", "h"),
        "only the last state is",
    ),
    "reversed pieces": (
        change("in chunks:", "in chunks[::-1]:"),
        "pieces are read in reversed order",
    ),
    "h0 ignored": (change("h = h0", "h = None"), "h0 is ignored"),
    "two results": (
        change("np.concatenate(pieces, axis=1)", "np.concatenate(pieces, axis=1), h"),
        "You returned 2 things",
    ),
    "takes the pieces off the list": (
        change("for chunk in chunks:", "while chunks:\n        chunk = chunks.pop(0)"),
        "changed its input `chunks` in place",
    ),
    "never leaves the loop": (
        change("for chunk in chunks:", "while len(chunks) > 0:\n        chunk = chunks[0]").replace(
            "pieces.append(states)", "pieces = [states]"
        ),
        "Does a loop never end?",
    ),
    "the package's answer": (
        """
from course_utils.cells import SimpleRNN

def forward_in_chunks(chunks, weights, h0=None):
    return SimpleRNN.forward(np.concatenate(chunks, axis=1), *weights, h0=h0)[0]
""",
        "Write this one by hand",
    ),
    "a stateful Keras layer": (
        """
def forward_in_chunks(chunks, weights, h0=None):
    from keras import layers

    layer = layers.SimpleRNN(len(weights[2]), return_sequences=True, stateful=True)
    layer.build(chunks[0].shape)
    layer.set_weights(weights)
    return np.concatenate([np.asarray(layer(c)) for c in chunks], axis=1)
""",
        "Write this one by hand",
    ),
    "state before the last carried": (
        change(
            "        pieces", "        h = states[:, max(0, states.shape[1] - 2)]\n        pieces"
        ),
        "the state before the last one of a piece",
    ),
    "mean carried": (
        change("        pieces", "        h = states.mean(axis=1)\n        pieces"),
        "the mean of the states of a piece",
    ),
    "first piece left out": (
        change("in chunks:", "in chunks[1:] or chunks:"),
        "the first piece is left out",
    ),
    "last piece left out": (
        change("in chunks:", "in chunks[:-1] or chunks:"),
        "only the first piece is returned",
    ),
    "laid together in reversed order": (
        change("np.concatenate(pieces", "np.concatenate(pieces[::-1]"),
        "laid together in reversed order",
    ),
    "two pieces at most": (
        change("in chunks:", "in chunks[:2]:"),
        "expected (",
    ),
    "carried to the second piece only": (
        change(
            "    for chunk in chunks:",
            "    for number, chunk in enumerate(chunks):\n        h = h if number < 2 else h0",
        ),
        "the array of all states (pieces",
    ),
    "state rounded between the pieces": (
        change("        pieces", "        h = np.round(h, 4)\n        pieces"),
        "rounded to 4 places between the pieces",
    ),
    "state rounded to 8 places between the pieces": (
        change("        pieces", "        h = np.round(h, 8)\n        pieces"),
        "rounded to 8 places between the pieces",
    ),
    "half precision between the pieces": (
        change("        pieces", "        h = h.astype('float16')\n        pieces"),
        "the array of all states",
    ),
    "rounded at the end": (
        change("np.concatenate(pieces, axis=1)", "np.round(np.concatenate(pieces, axis=1), 6)"),
        "rounded to 6 places",
    ),
    "first row of h0 for all": (
        change("h = h0", "h = h0 if h0 is None else np.tile(h0[0], (len(h0), 1))"),
        "the first row of h0",
    ),
    "pieces of equal length only": (
        """
def forward_in_chunks(chunks, weights, h0=None):
    together = np.array(chunks)
    pieces, batch, steps, features = together.shape
    x = np.moveaxis(together, 0, 1).reshape(batch, pieces * steps, features)
    return forward(x, weights, h0)[0]
""",
        "stops with an error",
    ),
}

RIGHT = {
    "joined first": """
def forward_in_chunks(chunks, weights, h0=None):
    states, last = forward(np.concatenate(chunks, axis=1), weights, h0)
    return states
""",
    "two loops": """
def forward_in_chunks(pieces, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(pieces[0]), len(b))) if h0 is None else h0
    states = []
    for piece in pieces:
        for t in range(piece.shape[1]):
            h = np.tanh(piece[:, t] @ W + h @ U + b)
            states.append(h)
    return np.stack(states, axis=1)
""",
    "filling an array, float32": """
def forward_in_chunks(chunks, weights, h0=None):
    total = sum(chunk.shape[1] for chunk in chunks)
    result = np.empty((chunks[0].shape[0], total, weights[2].shape[0]), dtype="float32")
    start, state = 0, h0
    for chunk in chunks:
        end = start + chunk.shape[1]
        result[:, start:end], state = forward(chunk, weights, state)
        start = end
    return result
""",
    "recursion": """
def forward_in_chunks(chunks, weights, h0=None):
    if not chunks:
        return np.zeros((0, 0, len(weights[2])))
    states, h = forward(chunks[0], weights, h0)
    if len(chunks) == 1:
        return states
    return np.concatenate([states, forward_in_chunks(chunks[1:], weights, h)], axis=1)
""",
    "reduce, with the student's own step": """
from functools import reduce

def forward_in_chunks(chunks, weights, h0=None):
    start = np.zeros((len(chunks[0]), len(weights[2]))) if h0 is None else h0
    inputs = [x_t for chunk in chunks for x_t in np.moveaxis(chunk, 1, 0)]
    states = reduce(lambda row, x_t: row + [step(x_t, row[-1], *weights)], inputs, [start])
    return np.array(states[1:]).transpose(1, 0, 2).tolist()
""",
}
