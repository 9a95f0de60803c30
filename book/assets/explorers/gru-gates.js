/**
 * One GRU unit beside one LSTM unit, on the same input and the same signals, over 24 steps.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/gru_gates.py.
 */
import { endOfAxis, lanes } from "./lanes.js";
import {
  ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, drawing, fixed, group, pulses, text,
} from "./ui.js";

const STEPS = 24;
const CANDIDATE = 3; // weight of the input in both candidates: a pulse alone is worth tanh(3)
const SIGNAL = 8; // weight of the typed signals in the gates
const HIGH = 400; // pixels: one of the two cells

const sigma = (a) => 1 / (1 + Math.exp(-a));

/** All (STEPS,): x, s, q as typed; i, f, o, c and h_lstm of the LSTM; z, r and h of the GRU. */
export function compute({ x: tx, s: ts, q: tq, b_w, b_f, b_o, u }) {
  const [x, s, q] = [tx, ts, tq].map((row) => pulses(row, STEPS));
  const traces = { x, s, q, i: [], f: [], o: [], c: [], h_lstm: [], z: [], r: [], h: [] };
  let c = 0;
  let h_lstm = 0;
  let h = 0;
  for (let t = 0; t < STEPS; t++) {
    const came = CANDIDATE * x[t];
    const i = sigma(b_w + SIGNAL * s[t]);
    const f = sigma(b_f);
    const o = sigma(b_o + SIGNAL * q[t]);
    c = f * c + i * Math.tanh(came + u * h_lstm);
    h_lstm = o * Math.tanh(c);
    const z = 1 - i;
    const r = o;
    h = z * h + (1 - z) * Math.tanh(came + u * r * h);
    for (const [name, value] of Object.entries({ i, f, o, c, h_lstm, z, r, h })) traces[name].push(value);
  }
  return traces;
}

/** What both hold at the end, and how they came apart. */
export function summary(_values, { c, h }) {
  const last = STEPS - 1;
  const end =
    `At step ${STEPS} the LSTM's cell holds ${fixed(c[last], 2)} and the GRU's state is` +
    ` ${fixed(h[last], 2)}.`;
  const most = Math.max(...c.map(Math.abs));
  if (most > 1.005)
    return (
      `${end} The cell has added up to ${fixed(most, 2)}; the GRU's state is a weighted mean` +
      " of candidates and cannot leave the space between −1 and 1."
    );
  const apart = c.map((value, t) => Math.abs(value - h[t]));
  const largest = Math.max(...apart);
  if (largest < 0.05) return `${end} With these settings the two can hardly be told apart.`;
  const where = apart.findIndex((value) => value > largest - 1e-9);
  return (
    `${end} They were furthest apart at step ${where + 1}: ${fixed(c[where], 2)} in the cell` +
    ` against ${fixed(h[where], 2)} in the GRU.`
  );
}

/** The input on top; below it the LSTM and, beside it (or below, if narrow), the GRU. */
export function draw(_values, t, width) {
  const wide = width >= 600;
  const half = wide ? width / 2 : width;
  const below = wide ? 0 : HIGH;
  const edge = wide ? half + 30 : 30; // of the GRU's lanes
  const lstm = lanes(STEPS, 30, half - 10);
  const gru = lanes(STEPS, edge, width - 10);
  const end = endOfAxis(t.c, t.h);
  const none = t.s.map(() => 0);
  const turned = t.s.map((s) => -s);
  const writes = t.z.map((z) => 1 - z);
  const body = [
    text(30, 16, "LSTM", "font-weight:700"),
    lstm.pulses("input xₜ", t.x, 28),
    lstm.gate("input gate iₜ: write", t.i, t.s, ACCENT3, 104),
    lstm.gate("forget gate fₜ: keep", t.f, none, ACCENT4, 166),
    lstm.gate("output gate oₜ: show", t.o, t.q, ACCENT2, 228),
    lstm.curve("cell state cₜ", t.c, end, ACCENT, 284, 80),
    lstm.times(388),
    text(edge, below + 16, "GRU", "font-weight:700"),
    gru.pulses("input xₜ", t.x, below + 28),
    gru.gate("1 − zₜ: write", writes, t.s, ACCENT3, below + 104),
    gru.gate("update gate zₜ: keep", t.z, turned, ACCENT4, below + 166),
    gru.gate("reset gate rₜ: show", t.r, t.q, ACCENT2, below + 228),
    gru.curve("state hₜ", t.h, end, ACCENT, below + 284, 80),
    gru.times(below + 388),
  ];
  return drawing(width, below + HIGH, group(`font-size:13px;fill:${INK}`, ...body));
}
