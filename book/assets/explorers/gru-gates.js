/**
 * One GRU unit beside one LSTM unit, on the same input and the same signals, over 24 steps.
 *
 * Twin of course_utils/explorers/gru_gates.py: the same numbers, words and picture.
 */
import {
  ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, LINE, MUTED,
  circle, drawing, fixed, group, line, mountExplorer, polyline, pulses, rect, text,
} from "./ui.js";

const STEPS = 24;
const CANDIDATE = 3; // weight of the input in both candidates: a pulse alone is worth tanh(3)
const SIGNAL = 8; // weight of the typed signals in the gates
const SCALES = [1, 2, 5, 10, 25]; // ends of the axis of the states
const LANE = 28; // pixels: a gate that is wide open
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
  const most = Math.max(...t.c.map(Math.abs), ...t.h.map(Math.abs));
  const scale = SCALES.find((s) => s >= most) ?? SCALES[SCALES.length - 1];
  const half = wide ? width / 2 : width;
  const lstm = [30, half - 10];
  const gru = wide ? [half + 30, width - 10] : [30, width - 10];
  const below = wide ? 0 : HIGH;
  const none = t.s.map(() => 0);
  const writes = t.z.map((z) => 1 - z);
  const body = [
    text(30, 16, "LSTM", "font-weight:700"),
    inputLane(t.x, 0, ...lstm),
    gateLane("input gate iₜ: write", t.i, t.s, 1, ACCENT2, 104, ...lstm),
    gateLane("forget gate fₜ: keep", t.f, none, 1, ACCENT4, 166, ...lstm),
    gateLane("output gate oₜ: show", t.o, t.q, 1, ACCENT3, 228, ...lstm),
    curve("cell state cₜ", t.c, scale, 284, ...lstm),
    text(gru[0], below + 16, "GRU", "font-weight:700"),
    inputLane(t.x, below, ...gru),
    gateLane("1 − zₜ: write", writes, t.s, 1, ACCENT2, below + 104, ...gru),
    gateLane("update gate zₜ: keep", t.z, t.s, -1, ACCENT4, below + 166, ...gru),
    gateLane("reset gate rₜ: show", t.r, t.q, 1, ACCENT3, below + 228, ...gru),
    curve("state hₜ", t.h, scale, below + 284, ...gru),
  ];
  return drawing(width, below + HIGH, group(`font-size:13px;fill:${INK}`, ...body));
}

/** The middle of step t, counted from 1. */
const across = (t, left, right) => left + ((right - left) * (t - 0.5)) / STEPS;

function inputLane(x, top, left, right) {
  const middle = top + 57;
  const bars = x.map((now, t) => {
    const where = across(t + 1, left, right);
    return now === 0 ? "" : line(where, middle, where, middle - 14 * now);
  });
  return [
    text(left, top + 38, "input xₜ"),
    line(left, middle, right, middle, `stroke:${LINE}`),
    group(`stroke:${INK};stroke-width:4;fill:none`, ...bars),
  ].join("");
}

function gateLane(name, gate, signal, sign, colour, top, left, right) {
  const wide = (0.7 * (right - left)) / STEPS;
  const bars = gate.map((open, t) => {
    const high = LANE * open;
    return rect(across(t + 1, left, right) - wide / 2, top + LANE - high, wide, high);
  });
  const signs = signal.map((s, t) =>
    s === 0 ? "" : text(across(t + 1, left, right), top - 1, sign * s > 0 ? "+" : "−"),
  );
  return [
    text(left, top - 13, name),
    group(`stroke:${LINE};fill:none`, line(left, top, right, top), line(left, top + LANE, right, top + LANE)),
    group(`fill:${colour}`, ...bars),
    group("text-anchor:middle;font-weight:700", ...signs),
    group(`fill:${MUTED};text-anchor:end`, text(left - 7, top + 6, "1"), text(left - 7, top + LANE + 3, "0")),
  ].join("");
}

function curve(name, values, scale, top, left, right) {
  const up = (value) => top + 40 * (1 - value / scale);
  const ticks = [-scale, 0, scale];
  const path = values.map((value, t) => [across(t + 1, left, right), up(value)]);
  const times = [1, 6, 12, 18, 24].map((t) => text(across(t, left, right), top + 104, String(t)));
  return [
    text(left, top - 10, name),
    group(`stroke:${LINE};fill:none`, ...ticks.map((v) => line(left, up(v), right, up(v)))),
    group(`fill:${MUTED};text-anchor:end`, ...ticks.map((v) => text(left - 7, up(v) + 4, fixed(v)))),
    group(`fill:${MUTED};text-anchor:middle`, ...times),
    polyline(path, `stroke:${ACCENT};stroke-width:2;fill:none;stroke-linejoin:round`),
    group(`fill:${ACCENT}`, ...path.map(([x, y]) => circle(x, y, 2.6))),
  ].join("");
}

/** Brings the default frame `element` to life. */
export const mount = (element, config) => mountExplorer(element, config, { compute, summary, draw });
