/**
 * The scalar recurrent network: h_t = tanh(w x_t + u h_(t-1) + b), one unit, forty steps.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/scalar_rnn.py.
 */
import {
  ACCENT, ACCENT2, INK, LINE, MUTED, SURFACE,
  circle, drawing, fixed, group, line, polyline, rect, text,
} from "./ui.js";

const STEPS = 40;

/** x (STEPS,): the input from step 1 to step 40; pulses are 15 steps apart. */
function inputs(shape, height, start) {
  return Array.from({ length: STEPS }, (_, i) => {
    const t = i + 1;
    if (shape === "step") return t >= start ? height : 0;
    if (shape === "alternating") return t < start ? 0 : (t - start) % 2 ? -height : height;
    const second = { pulse: 0, pulses: height, opposite: -height }[shape];
    return t === start ? height : t === start + 15 ? second : 0;
  });
}

/** The h in [low, high] with tanh(u h + b) = h, by bisection; null without a change of sign. */
function crossing(u, b, low, high) {
  const excess = (h) => Math.tanh(u * h + b) - h;
  const rising = excess(low) < 0;
  if (excess(high) < 0 === rising) return null;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    const value = excess(middle);
    if (value === 0) return middle;
    if (value < 0 === rising) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Where the state stays when nothing comes in (one point, or up to three when u > 1). */
function fixedPoints(u, b) {
  let ends = [-1, 1];
  if (u > 1) {
    const bend = Math.acosh(Math.sqrt(u));
    const places = [(-bend - b) / u, (bend - b) / u];
    ends = [-1, ...places.map((place) => Math.min(1, Math.max(-1, place))), 1];
  }
  const found = [];
  for (let i = 0; i < ends.length - 1; i++) {
    const h = crossing(u, b, ends[i], ends[i + 1]);
    if (h !== null) found.push(h);
  }
  return found;
}

/** x and h (STEPS,) with h_0 = 0; fixed points of the map without input, and its slopes there. */
export function compute({ w, u, b, input, height, start }) {
  const x = inputs(input, height, start);
  let state = 0;
  const h = x.map((now) => (state = Math.tanh(w * now + u * state + b)));
  const fixed_points = fixedPoints(u, b);
  const slopes = fixed_points.map((point) => u * (1 - point * point));
  return { x, h, fixed_points, slopes };
}

/** What kind of memory this is. */
function regime(u, points, slopes) {
  if (points.length === 3)
    return (
      `A switch: without input the state rests at ${fixed(points[0], 2)} or at` +
      ` ${fixed(points[2], 2)}, and ${fixed(points[1], 2)} between them is the tipping point.`
    );
  const where = `rests at ${fixed(points[0], 2)}`;
  const slope = slopes[0];
  if (u === 0) return "No memory: u is 0, so each state depends on its own input alone.";
  if (slope < -1)
    return (
      "An oscillator: the state overshoots its resting point" +
      ` ${fixed(points[0], 2)} at every step, and never comes to rest.`
    );
  if (slope < 0)
    return (
      `A damped oscillation: the state changes side at every step, and ${where}; each step` +
      ` keeps ${fixed(-100 * slope)} % of the distance.`
    );
  if (slope > 0.995) return `On the edge: the state ${where}, but ever more slowly.`;
  const half = slope > 0 ? Math.log(0.5) / Math.log(slope) : 0;
  return (
    `A leaky integrator: without input the state ${where}; near it each step keeps` +
    ` ${fixed(100 * slope)} % of the distance, so half is forgotten in ${fixed(half, 1)} steps.`
  );
}

/** Where the state is at the end. */
function ending({ x, h, fixed_points: points }) {
  const last = h[STEPS - 1];
  const before = h[STEPS - 2];
  if (Math.abs(last - before) > 0.02)
    return `At the end it still moves between ${fixed(before, 2)} and ${fixed(last, 2)}.`;
  if (x[STEPS - 1] !== 0) return `Under the lasting input the state holds ${fixed(last, 2)}.`;
  const most = Math.max(...h.map(Math.abs));
  const peak = h.find((state) => Math.abs(state) > most - 1e-9); // the first of equals
  if (points.length === 3 && Math.min(Math.abs(last - points[0]), Math.abs(last - points[2])) < 0.02)
    return `After the input the state settles at ${fixed(last, 2)} and stays.`;
  if (most < 0.005)
    return `Nothing pushes it: the state stays at ${fixed(last, 2)} throughout.`;
  return `Its largest state was ${fixed(peak, 2)}; at step ${STEPS} it is ${fixed(last, 2)}.`;
}

/** The kind of memory, and where the state ends. */
export const summary = (values, traces) =>
  `${regime(values.u, traces.fixed_points, traces.slopes)} ${ending(traces)}`;

/** The input above the state over time; beside it (or below, if narrow) the map of the state. */
export function draw(values, traces, width) {
  const wide = width >= 600;
  const side = wide ? 210 : Math.min(width - 44, 260); // of the map's square
  const left = 34;
  const right = wide ? width - side - 86 : width - 52;
  const corner = wide ? [width - side - 8, 106] : [34, 372];
  const body = [
    inputPanel(traces.x, left, right),
    statePanel(traces, left, right),
    mapPanel(values, traces, corner, side),
  ];
  const style = `font-size:13px;fill:${INK}`;
  return drawing(width, wide ? 350 : 372 + side + 34, group(style, ...body));
}

const across = (t, left, right) => left + ((right - left) * t) / STEPS;

function inputPanel(x, left, right) {
  const up = (value) => 52 - 10 * value;
  const bars = x.map((value, t) =>
    value === 0
      ? ""
      : line(across(t + 1, left, right), up(0), across(t + 1, left, right), up(value)),
  );
  return [
    text(left, 14, "input xₜ"),
    line(left, up(0), right, up(0), `stroke:${LINE}`),
    group(`stroke:${ACCENT2};stroke-width:3;fill:none`, ...bars),
  ].join("");
}

function statePanel({ h, fixed_points: points, slopes }, left, right) {
  const up = (value) => 211 - 105 * value;
  const frame = [-1, 0, 1].map((v) => line(left, up(v), right, up(v)));
  const ticks = [-1, 0, 1].map((v) => text(left - 8, up(v) + 4, fixed(v)));
  const times = [0, 10, 20, 30, 40].map((t) => text(across(t, left, right), 338, String(t)));
  const rests = points.map((point, i) => {
    const dashes = Math.abs(slopes[i]) < 1 ? "7 4" : "1.5 4";
    return line(left, up(point), right, up(point), `stroke-dasharray:${dashes}`);
  });
  const marks = points.map((point) => text(right + 8, up(point) + 4, fixed(point, 2)));
  const path = h.map((state, t) => [across(t + 1, left, right), up(state)]);
  path.unshift([across(0, left, right), up(0)]);
  return [
    text(left, 100, "state hₜ"),
    group(`stroke:${LINE};fill:none`, ...frame),
    group(`fill:${MUTED};text-anchor:end`, ...ticks),
    group(`fill:${MUTED};text-anchor:middle`, ...times),
    group(`stroke:${MUTED};stroke-width:1.5;fill:none`, ...rests),
    group(`fill:${MUTED}`, ...marks),
    polyline(path, `stroke:${ACCENT};stroke-width:2;fill:none;stroke-linejoin:round`),
    group(`fill:${ACCENT}`, ...path.map(([x, y]) => circle(x, y, 2.6))),
  ].join("");
}

function mapPanel({ u, b }, { h, fixed_points: points, slopes }, [left, top], side) {
  const to = (before, after) => [left + (side * (before + 1)) / 2, top + (side * (1 - after)) / 2];
  const curve = Array.from({ length: 41 }, (_, i) => to(i / 20 - 1, Math.tanh(u * (i / 20 - 1) + b)));
  const [rest, tip] = [INK, SURFACE].map((fill) => `fill:${fill};stroke:${INK};stroke-width:1.5`);
  const below = top + side + 20;
  const crossings = points.map((point, i) =>
    circle(...to(point, point), 5, Math.abs(slopes[i]) < 1 ? rest : tip),
  );
  const steps = h.map((state, t) => circle(...to(t ? h[t - 1] : 0, state), 2.6));
  return [
    text(left, top - 6, "hₜ against hₜ₋₁"),
    rect(left, top, side, side, 0, `fill:none;stroke:${LINE}`),
    line(left, top + side, left + side, top, `stroke:${LINE}`),
    polyline(curve, `stroke:${ACCENT};stroke-width:2;fill:none`),
    ...crossings,
    group(`fill:${ACCENT2}`, ...steps),
    circle(left + 5, below - 4, 5, rest),
    circle(left + 64, below - 4, 5, tip),
    circle(left + 149, below - 4, 3, `fill:${ACCENT2}`),
    group(
      `fill:${MUTED}`,
      text(left + 15, below, "rests"),
      text(left + 74, below, "tips away"),
      text(left + 156, below, "a step"),
    ),
  ].join("");
}
