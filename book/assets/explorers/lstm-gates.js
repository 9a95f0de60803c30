/**
 * One LSTM unit over 24 steps, with its three gates under the reader's hands.
 *
 * Twin of course_utils/explorers/lstm_gates.py: the same numbers, words and picture.
 */
import {
  ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, LINE, MUTED,
  circle, drawing, fixed, group, line, mountExplorer, polyline, pulses, rect, text,
} from "./ui.js";

const STEPS = 24;
const CANDIDATE = 3; // weight of the input in the candidate: a pulse is worth tanh(3) = 0.995
const SCALES = [1, 2, 5, 10, 25]; // ends of the axis of the cell state
const LANE = 30; // pixels: a gate that is wide open

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

/** The middle of step t, counted from 1. */
const across = (t, left, right) => left + ((right - left) * (t - 0.5)) / STEPS;

function inputLane(x, left, right) {
  const bars = x.map((now, t) => {
    const where = across(t + 1, left, right);
    return now === 0 ? "" : line(where, 40, where, 40 - 18 * now);
  });
  return [
    text(left, 14, "input xₜ"),
    line(left, 40, right, 40, `stroke:${LINE}`),
    group(`stroke:${INK};stroke-width:4;fill:none`, ...bars),
  ].join("");
}

function gateLane(name, gate, signal, colour, top, left, right) {
  const wide = (0.7 * (right - left)) / STEPS;
  const bars = gate.map((open, t) => {
    const high = LANE * open;
    return rect(across(t + 1, left, right) - wide / 2, top + LANE - high, wide, high);
  });
  const signs = signal.map((s, t) =>
    s === 0 ? "" : text(across(t + 1, left, right), top - 1, s > 0 ? "+" : "−"),
  );
  return [
    text(left, top - 16, name),
    group(`stroke:${LINE};fill:none`, line(left, top, right, top), line(left, top + LANE, right, top + LANE)),
    group(`fill:${colour}`, ...bars),
    group("text-anchor:middle;font-weight:700", ...signs),
    group(`fill:${MUTED};text-anchor:end`, text(left - 8, top + 6, "1"), text(left - 8, top + LANE + 3, "0")),
  ].join("");
}

function curve(name, values, scale, colour, [top, high], left, right) {
  const up = (value) => top + (high / 2) * (1 - value / scale);
  const ticks = [-scale, 0, scale];
  const path = values.map((value, t) => [across(t + 1, left, right), up(value)]);
  return [
    text(left, top - 8, name),
    group(`stroke:${LINE};fill:none`, ...ticks.map((v) => line(left, up(v), right, up(v)))),
    group(`fill:${MUTED};text-anchor:end`, ...ticks.map((v) => text(left - 8, up(v) + 4, fixed(v)))),
    polyline(path, `stroke:${colour};stroke-width:2;fill:none;stroke-linejoin:round`),
    group(`fill:${colour}`, ...path.map(([x, y]) => circle(x, y, 2.6))),
  ].join("");
}

/** From top to bottom over time: the input, the three gates, the cell state, the state. */
export function draw(_values, traces, width) {
  const [left, right] = [34, width - 10];
  const most = Math.max(...traces.c.map(Math.abs));
  const scale = SCALES.find((s) => s >= most) ?? SCALES[SCALES.length - 1];
  const times = [1, 6, 12, 18, 24].map((t) => text(across(t, left, right), 496, String(t)));
  const body = [
    inputLane(traces.x, left, right),
    gateLane("input gate iₜ: write", traces.i, traces.s_i, ACCENT3, 86, left, right),
    gateLane("forget gate fₜ: keep", traces.f, traces.s_f, ACCENT4, 150, left, right),
    curve("cell state cₜ", traces.c, scale, ACCENT, [208, 90], left, right),
    gateLane("output gate oₜ: show", traces.o, traces.s_o, ACCENT2, 336, left, right),
    curve("state hₜ", traces.h, 1, INK, [394, 80], left, right),
    group(`fill:${MUTED};text-anchor:middle`, ...times),
  ];
  return drawing(width, 503, group(`font-size:13px;fill:${INK}`, ...body));
}

export const mount = (element, config) => mountExplorer(element, config, { compute, summary, draw });
