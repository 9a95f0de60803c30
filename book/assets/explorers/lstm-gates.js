/**
 * One LSTM unit over 24 steps, with its three gates under the reader's hands.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/lstm_gates.py.
 */
import { endOfAxis, lanes } from "./lanes.js";
import {
  ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, drawing, fixed, group, pulses,
} from "./ui.js";

const STEPS = 24;
const CANDIDATE = 3; // weight of the input in the candidate: a pulse is worth tanh(3) = 0.995

const sigma = (a) => 1 / (1 + Math.exp(-a));

/** All (STEPS,): x, the signals s_i, s_f, s_o, the gates i, f, o, then c and h; and half_life. */
export function compute({ x: typed, i: ti, f: tf, o: to, b_i, b_f, b_o, w }) {
  const x = pulses(typed, STEPS);
  const [s_i, s_f, s_o] = [ti, tf, to].map((row) => pulses(row, STEPS));
  const gate = (bias, signal) => signal.map((s) => sigma(bias + w * s));
  const [i, f, o] = [gate(b_i, s_i), gate(b_f, s_f), gate(b_o, s_o)];
  let cell = 0;
  const c = x.map((now, t) => (cell = f[t] * cell + i[t] * Math.tanh(CANDIDATE * now)));
  const h = c.map((value, t) => o[t] * Math.tanh(value));
  const half_life = -Math.log(2) / Math.log(sigma(b_f));
  return { x, s_i, s_f, s_o, i, f, o, c, h, half_life };
}

/** What was let in, how long it is held, and what is shown at the end. */
export function summary(_values, { x, i, o, c, h, half_life: half }) {
  const came = x.filter((now) => now !== 0).length;
  const written = x.filter((now, t) => now !== 0 && i[t] > 0.5).length;
  const first = came
    ? `Of ${came} pulse${came === 1 ? "" : "s"} the input gate lets in ${written}.`
    : "Nothing comes in, so the cell stays empty.";
  const last = STEPS - 1;
  return (
    `${first} While the forget gate rests, half of what is held is gone in` +
    ` ${fixed(half, half < 10 ? 1 : 0)} steps. At step ${STEPS} the cell state is` +
    ` ${fixed(c[last], 2)}, the output gate is ${fixed(100 * o[last])} % open, and the state shows` +
    ` ${fixed(h[last], 2)}.`
  );
}

/** From top to bottom over time: the input, the three gates, the cell state, the state. */
export function draw(_values, t, width) {
  const { pulses: row, gate, curve, times } = lanes(STEPS, 34, width - 10);
  const body = [
    row("input xₜ", t.x, 4),
    gate("input gate iₜ: write", t.i, t.s_i, ACCENT3, 86),
    gate("forget gate fₜ: keep", t.f, t.s_f, ACCENT4, 150),
    curve("cell state cₜ", t.c, endOfAxis(t.c), ACCENT, 208, 90),
    gate("output gate oₜ: show", t.o, t.s_o, ACCENT2, 336),
    curve("state hₜ", t.h, 1, INK, 394, 80),
    times(496),
  ];
  return drawing(width, 503, group(`font-size:13px;fill:${INK}`, ...body));
}
