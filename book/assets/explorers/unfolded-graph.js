/**
 * Stepping through the unfolded graph: one recurrent layer, drawn once for each of five steps.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/unfolded_graph.py.
 */
import {
  ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, LINE, MUTED, SURFACE,
  drawing, fixed, group, line, polyline, rect, text,
} from "./ui.js";

const STEPS = 5;
const X = [[1, 0], [0, 1], [1, 1], [0, 0], [0, -1]]; // (time, features)
const W = [[0.5, -1, 0], [1, 0.5, -0.5]]; // (features, units)
const U = [[0.5, 0, 1], [0, 0.5, -0.5], [-1, 0, 0.5]]; // (units, units)
const B = [0, 0.5, 0]; // (units,)
const V = [[2, -1], [0, 1], [-1, 1]]; // (units, outputs)
const B_Y = [0, 0.5]; // (outputs,)

/** x (n) times w (n, m): (m) */
const times = (x, w) => w[0].map((_, j) => x.reduce((sum, value, i) => sum + value * w[i][j], 0));
const plus = (a, b) => a.map((value, i) => value + b[i]);

function softmax(scores) {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** The whole forward pass; which inputs and outputs exist: has_input, has_output (5,), 0 or 1. */
export function compute({ mode }) {
  const has_input = X.map((_, i) => Number(mode !== "one-to-many" || i === 0));
  const has_output = X.map((_, i) => Number(mode !== "many-to-one" || i === STEPS - 1));
  const x = X.map((row, i) => row.map((value) => value * has_input[i]));
  const from_x = x.map((row) => times(row, W));
  const h = [[0, 0, 0]];
  const [from_h, a, y] = [[], [], []];
  for (let t = 0; t < STEPS; t++) {
    from_h.push(times(h[t], U));
    a.push(plus(plus(from_x[t], from_h[t]), B));
    h.push(a[t].map(Math.tanh));
    y.push(softmax(plus(times(h[t + 1], V), B_Y)));
  }
  return { x, from_x, from_h, a, h, y, has_input, has_output };
}

const vector = (values, digits = 2) => `[${values.map((value) => fixed(value, digits)).join(", ")}]`;

/** A step's number as an index. */
const low = (t) => "₀₁₂₃₄₅"[t];

/** What comes in at this step, the sum, the new state, and whether there is an output. */
export function summary({ step: t }, { x, a, h, y, has_input, has_output }) {
  const i = t - 1;
  const came = has_input[i] ? `x${low(t)} = ${vector(x[i], 0)}` : "no input, x = [0, 0],";
  const left = has_output[i] ? `Output y${low(t)} = ${vector(y[i])}.` : "No output is read here.";
  return (
    `Step ${t} of ${STEPS}: ${came} and h${low(i)} = ${vector(h[i])} come in;` +
    ` a${low(t)} = ${vector(a[i])}, so h${low(t)} = ${vector(h[t])}.` +
    ` ${left} W, U and b are the same at every step.`
  );
}

/** An upright or level arrow. */
function arrow(x1, y1, x2, y2, colour, width) {
  const style = `stroke:${colour};stroke-width:${fixed(width, 1)};fill:none;stroke-linecap:round`;
  const head =
    y1 === y2
      ? [[x2 - 6, y2 - 4], [x2, y2], [x2 - 6, y2 + 4]]
      : [[x2 - 4, y2 + 6], [x2, y2], [x2 + 4, y2 + 6]];
  return group(style, line(x1, y1, x2, y2), polyline(head));
}

/** A box around the name of an array; filled when it is part of the present step. */
function node(x, y, name, colour, now) {
  const [fill, ink] = now ? [colour, SURFACE] : ["none", INK];
  return (
    rect(x - 19, y - 15, 38, 30, 8, `fill:${fill};stroke:${colour};stroke-width:1.5`) +
    text(x, y + 5, name, `fill:${ink};text-anchor:middle;font-weight:600`)
  );
}

/** Inputs below, states in the middle, outputs above; the present step in colour. */
function graph(step, { has_input, has_output }, width) {
  const gap = (width - (width > 510 ? 112 : 60)) / STEPS;
  const [up, middle, down] = [30, 112, 194];
  const parts = [node(27, middle, "h₀", step === 1 ? ACCENT2 : MUTED, false)];
  for (let t = 1; t <= STEPS; t++) {
    const x = 27 + gap * t;
    const now = t === step;
    const thick = now ? 2.5 : 1.2;
    parts.push(arrow(x - gap + 21, middle, x - 21, middle, now ? ACCENT2 : MUTED, thick));
    if (has_input[t - 1]) {
      const colour = now ? ACCENT : MUTED;
      parts.push(arrow(x, down - 17, x, middle + 17, colour, thick));
      parts.push(node(x, down, `x${low(t)}`, colour, now));
    }
    if (has_output[t - 1]) {
      const colour = now ? ACCENT4 : MUTED;
      parts.push(arrow(x, middle - 17, x, up + 17, colour, thick));
      parts.push(node(x, up, `y${low(t)}`, colour, now));
    }
    parts.push(node(x, middle, `h${low(t)}`, t <= step ? INK : MUTED, now));
    const weight = now ? "font-weight:700" : "opacity:.75";
    const name = (letter, shape) => (now && gap > 90 ? `${letter} (${shape})` : letter);
    const style = `fill:${ACCENT2};text-anchor:middle;${weight}`;
    parts.push(text(x - gap / 2 - 1, middle - 8, name("U", "3, 3"), style));
    if (has_input[t - 1])
      parts.push(text(x + 6, 159, name("W", "2, 3"), `fill:${ACCENT};${weight}`));
    if (has_output[t - 1])
      parts.push(text(x + 6, 75, name("V", "3, 2"), `fill:${ACCENT4};${weight}`));
  }
  return parts.join("");
}

/** A label and its numbers, one below the other's. */
function row(y, label, values, colour, columns) {
  const numbers = values.map((value, k) => text(columns[k], y, fixed(value, 2)));
  return text(12, y, label, `fill:${colour}`) + group("text-anchor:end", ...numbers);
}

/** The step as a column sum. */
function sum(step, { x, from_x, from_h, a, h, y, has_input, has_output }, width) {
  const i = step - 1;
  const first = width < 560 ? 150 : 190;
  const columns = [0, 1, 2].map((k) => first + (width < 560 ? 62 : 90) * k);
  const [t, before] = [low(step), low(i)];
  return [
    text(12, 246, has_input[i] ? `x${t} = ${vector(x[i], 0)}` : "no input", `fill:${ACCENT}`),
    row(272, `x${t} W`, from_x[i], ACCENT, columns),
    row(294, `h${before} U`, from_h[i], ACCENT2, columns),
    row(316, "b", B, ACCENT3, columns),
    line(12, 324, columns[2], 324, `stroke:${MUTED}`),
    row(344, `a${t}, their sum`, a[i], INK, columns),
    group("font-weight:700", row(370, `h${t} = tanh a${t}`, h[step], INK, columns)),
    has_output[i]
      ? row(396, `y${t} = softmax`, y[i], ACCENT4, columns)
      : text(12, 396, "no output is read at this step", `fill:${MUTED}`),
  ].join("");
}

/** A weight with its shape, in a frame. */
function matrix(x, y, name, rows, colour, shape) {
  const numbers = rows.flatMap((values, i) =>
    values.map((value, k) => text(x + 38 * k + 34, y + 26 + 18 * i, fixed(value, 1))),
  );
  const style = `fill:none;stroke:${colour}`;
  return (
    text(x, y, `${name} (${shape})`, `fill:${colour};font-weight:600`) +
    rect(x, y + 9, 38 * rows[0].length + 6, 18 * rows.length + 8, 5, style) +
    group("text-anchor:end;font-size:12px", ...numbers)
  );
}

/** The graph; the present step as a sum; the weights, which never change. */
export function draw({ step }, traces, width) {
  const wide = width >= 560;
  const [left, top] = wide ? [width - 268, 240] : [12, 432];
  const parts = [
    graph(step, traces, width),
    line(0, 222, width, 222, `stroke:${LINE}`),
    sum(step, traces, width),
    matrix(left, top + 6, "W", W, ACCENT, "2, 3"),
    matrix(left, top + 82, "U", U, ACCENT2, "3, 3"),
    matrix(left + 140, top + 6, "b", [B], ACCENT3, "3,"),
    matrix(left + 140, top + 82, "V", V, ACCENT4, "3, 2"),
    text(left + 140, top + 172, `b_y ${vector(B_Y, 1)}`, `fill:${ACCENT4}`),
    text(left, top + 196, "the same at every step", `fill:${MUTED}`),
  ];
  const style = `font-size:14px;fill:${INK};font-variant-numeric:tabular-nums`;
  return drawing(width, wide ? 446 : 640, group(style, ...parts));
}
