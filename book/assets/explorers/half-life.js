/**
 * How long an LSTM remembers: the half-life of its cell state against the forget bias.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/half_life.py.
 */
import {
  ACCENT, ACCENT2, INK, LINE, MUTED,
  circle, drawing, fixed, group, line, polyline, text,
} from "./ui.js";

const POINTS = 61; // of each curve
const [LOWEST, HIGHEST] = [-2, 8]; // of the forget bias
const HORIZONS = [10, 30, 100, 300, 1000, 3000, 10000]; // steps that the decay is drawn over
const MARKS = [1, 3, 5];
const HIGH = 190; // pixels of a panel

const logSigma = (a) => -Math.log1p(Math.exp(-a));

/** Steps in which half of the cell state is gone while the gate rests at sigma(bias). */
const predict = (bias) => -Math.log(2) / logSigma(bias);

const BIASES = Array.from({ length: POINTS }, (_, k) => LOWEST + ((HIGHEST - LOWEST) * k) / (POINTS - 1));

/** The predicted curve (POINTS,); steps and cell (POINTS,) of the simulated unit; the half-lives. */
export function compute({ bias, shake }) {
  const rest = predict(bias);
  const [up, down] = [logSigma(bias + shake), logSigma(bias - shake)];
  const half = -Math.log(2);
  const horizon = HORIZONS.find((h) => h >= 3 * rest) ?? HORIZONS[HORIZONS.length - 1];
  const every = [0]; // ln c after each step
  let [log, measured] = [0, 0];
  for (let t = 0; t < horizon || log > half; ) {
    const before = log;
    log += t % 2 === 0 ? down : up;
    t++;
    if (before > half && half >= log) measured = t - 1 + (before - half) / (before - log);
    if (t <= horizon) every.push(log);
  }
  const steps = BIASES.map((_, k) => Math.floor((horizon * k) / (POINTS - 1)));
  return {
    curve: BIASES.map(predict),
    steps,
    cell: steps.map((k) => Math.exp(every[k])),
    gate: Math.exp(logSigma(bias)),
    predicted: rest,
    measured,
  };
}

/** A number of steps with two or three digits that count. */
const number = (steps) => fixed(steps, steps < 1 ? 2 : steps < 10 ? 1 : 0);

/** The gate at rest, and the two half-lives. */
export function summary({ bias, shake }, { gate, predicted, measured }) {
  const first =
    `With a forget bias of ${fixed(bias, 1)} the gate at rest keeps` +
    ` ${fixed(100 * gate, gate < 0.99 ? 1 : 2)} % at each step, so half is gone in` +
    ` ${number(predicted)} steps.`;
  if (shake === 0) return `${first} The simulated unit needs ${number(measured)}.`;
  return (
    `${first} Shaken by ${fixed(shake, 1)} either way, the simulated unit needs` +
    ` ${number(measured)}: a closing gate loses more than an opening one saves.`
  );
}

function biasPanel({ bias }, traces, left, right, top) {
  const to = (b, steps) => [
    left + ((right - left) * (b - LOWEST)) / (HIGHEST - LOWEST),
    top + (HIGH * (3.5 - Math.log10(steps))) / 4.5,
  ];
  const ticks = [1, 10, 100, 1000];
  const level = (n) => line(left, to(0, n)[1], right, to(0, n)[1]);
  return [
    text(left, top - 12, "half-life, in steps"),
    group(`stroke:${LINE};fill:none`, ...ticks.map(level), line(left, top + HIGH, right, top + HIGH)),
    group(`fill:${MUTED};text-anchor:end`, ...ticks.map((n) => text(left - 8, to(0, n)[1] + 4, String(n)))),
    group(
      `fill:${MUTED};text-anchor:middle`,
      ...[-2, 0, 2, 4, 6, 8].map((b) => text(to(b, 1)[0], top + HIGH + 16, fixed(b))),
      text((left + right) / 2, top + HIGH + 36, "forget bias"),
    ),
    polyline(BIASES.map((b, k) => to(b, traces.curve[k])), `stroke:${ACCENT};stroke-width:2;fill:none`),
    group(
      `fill:none;stroke:${MUTED};stroke-width:1.5`,
      ...MARKS.map((b) => circle(...to(b, predict(b)), 4)),
    ),
    circle(...to(bias, traces.predicted), 6, `fill:${ACCENT}`),
    circle(...to(bias, Math.max(traces.measured, 0.1)), 4, `fill:${ACCENT2}`),
  ].join("");
}

function decayPanel({ steps, cell, predicted, measured }, left, right, top) {
  const horizon = steps[steps.length - 1];
  const to = (step, c) => [left + ((right - left) * step) / horizon, top + HIGH * (1 - c)];
  const ticks = [[0, "0"], [0.5, "½"], [1, "1"]];
  const rest = Math.min(predicted, horizon);
  return [
    text(left, top - 12, "cell state cₜ, from 1"),
    group(`stroke:${LINE};fill:none`, ...ticks.map(([c]) => line(left, to(0, c)[1], right, to(0, c)[1]))),
    group(`fill:${MUTED};text-anchor:end`, ...ticks.map(([c, words]) => text(left - 8, to(0, c)[1] + 4, words))),
    group(
      `fill:${MUTED};text-anchor:middle`,
      ...[0, 1, 2].map((k) => text(to((horizon * k) / 2, 0)[0], top + HIGH + 16, fixed((horizon * k) / 2))),
      text((left + right) / 2, top + HIGH + 36, "steps"),
    ),
    line(...to(rest, 0), ...to(rest, 1), `stroke:${ACCENT};stroke-dasharray:4 4`),
    polyline(steps.map((s, k) => to(s, cell[k])), `stroke:${ACCENT2};stroke-width:2;fill:none;stroke-linejoin:round`),
    circle(...to(Math.min(measured, horizon), 0.5), 4, `fill:${ACCENT2}`),
  ].join("");
}

/** Half-life against bias; beside it (or below, if narrow) the decay of the cell state. */
export function draw(values, traces, width) {
  const wide = width >= 600;
  const left = 48;
  const body = [biasPanel(values, traces, left, wide ? width / 2 - 12 : width - 12, 30)];
  if (wide) body.push(decayPanel(traces, width / 2 + 36, width - 22, 30));
  else body.push(decayPanel(traces, left, width - 22, 296));
  return drawing(width, wide ? 270 : 536, group(`font-size:13px;fill:${INK}`, ...body));
}
