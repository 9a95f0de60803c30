/**
 * A gradient walks back through time: one unit, six steps, the chain rule one step at a time.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/gradient_walk.py.
 */
import {
  ACCENT, ACCENT2, ACCENT4, INK, LINE, MUTED, SURFACE,
  drawing, fixed, group, line, polyline, rect, text,
} from "./ui.js";

const STEPS = 6;
const X = [1, 0, -0.5, 0, 0.5, 0]; // the input at steps 1 to 6
const TARGET = 1; // what the state should be, where a loss sits

const total = (values) => values.reduce((sum, value) => sum + value, 0);

/** The whole walk; entry i of an array of STEPS belongs to step i + 1. */
export function compute({ back, u, w, losses }) {
  const h = [0];
  for (let t = 0; t < STEPS; t++) h.push(Math.tanh(w * X[t] + u * h[t]));
  const after = h.slice(1);
  const has_loss = X.map((_, t) => Number(losses === "every" || t === STEPS - 1));
  const own = after.map((state, t) => has_loss[t] * (state - TARGET));
  const slope = after.map((state) => 1 - state ** 2);
  const [later, dh, da] = [0, 1, 2].map(() => new Array(STEPS).fill(0));
  for (let t = STEPS - 1; t >= 0; t--) {
    later[t] = t + 1 < STEPS ? da[t + 1] * u : 0;
    dh[t] = own[t] + later[t];
    da[t] = dh[t] * slope[t];
  }
  const to_w = X.map((x, t) => x * da[t]);
  const to_u = da.map((delta, t) => h[t] * delta);
  const to_b = da;
  const parts = [to_w, to_u, to_b];
  return {
    h,
    loss: total(after.map((state, t) => has_loss[t] * (state - TARGET) ** 2)) / 2,
    has_loss,
    own,
    later,
    dh,
    slope,
    da,
    to_w,
    to_u,
    to_b,
    so_far: parts.map((part) => total(part.slice(STEPS - back))),
    total: parts.map(total),
  };
}

/** A step's number as an index. */
const low = (t) => "₀₁₂₃₄₅₆"[t];

/** What arrives at the present step, what it gives to the weights, and the sums so far. */
export function summary({ back }, traces) {
  if (back === 0)
    return (
      `The forward pass is done, and the loss is ${fixed(traces.loss, 3)}. Nothing has been` +
      " walked back yet."
    );
  const t = STEPS + 1 - back;
  const i = t - 1;
  const own = traces.has_loss[i] ? fixed(traces.own[i], 3) : "nothing";
  const later = back > 1 ? `${fixed(traces.later[i], 3)} from step ${t + 1}` : "nothing from later";
  const parts = ["w", "u", "b"].map((k) => `${fixed(traces[`to_${k}`][i], 3)} to ${k}`).join(", ");
  const sums = traces.so_far.map((value) => fixed(value, 3)).join(", ");
  const whole =
    back === STEPS
      ? " That is the whole gradient; step 6 alone would have given u" +
        ` ${fixed(traces.to_u[STEPS - 1], 3)}.`
      : "";
  return (
    `h${low(t)} gets ${own} from its own loss and ${later}: ${fixed(traces.dh[i], 3)} in all.` +
    ` Times the slope ${fixed(traces.slope[i], 3)} that is δ${low(t)} =` +
    ` ${fixed(traces.da[i], 3)}, which gives ${parts}. Sums so far, for w, u and b: ${sums}.` +
    whole
  );
}

/** An upright or level arrow. */
function arrow(x1, y1, x2, y2, colour, width) {
  const style = `stroke:${colour};stroke-width:${fixed(width, 1)};fill:none;stroke-linecap:round`;
  const level = y1 === y2;
  const back = (level ? x1 < x2 : y1 < y2) ? 5 : -5;
  const head = level
    ? [[x2 - back, y2 - 4], [x2, y2], [x2 - back, y2 + 4]]
    : [[x2 - 4, y2 - back], [x2, y2], [x2 + 4, y2 - back]];
  return group(style, line(x1, y1, x2, y2), polyline(head));
}

/** A box around the name of a state or a loss; filled at the present step. */
function node(x, y, name, colour, now) {
  const [fill, ink] = now ? [colour, SURFACE] : ["none", INK];
  return (
    rect(x - 14, y - 13, 28, 26, 7, `fill:${fill};stroke:${colour};stroke-width:1.5`) +
    text(x, y + 5, name, `fill:${ink};text-anchor:middle;font-weight:600`)
  );
}

/** Where step t stands. */
const across = (t, width) => 24 + ((width - 52) * t) / STEPS;

/** Losses above, states in the middle, inputs below; thin arrows forward, thick ones back. */
function graph(back, { has_loss }, width) {
  const first = STEPS + 1 - back; // the present step; all from here on are walked
  const [up, middle, down] = [20, 82, 140];
  const parts = [node(across(0, width), middle, "h₀", MUTED, false)];
  for (let t = 1; t <= STEPS; t++) {
    const [x, before, walked] = [across(t, width), across(t - 1, width), t >= first];
    parts.push(arrow(before + 16, middle - 5, x - 17, middle - 5, MUTED, 1.2));
    parts.push(arrow(x - 5, down - 12, x - 5, middle + 15, MUTED, 1.2));
    if (walked) {
      parts.push(arrow(x - 16, middle + 6, before + 17, middle + 6, ACCENT, 2.5));
      parts.push(arrow(x + 5, middle + 15, x + 5, down - 12, ACCENT2, 2.5));
    }
    if (has_loss[t - 1]) {
      parts.push(arrow(x - 5, middle - 15, x - 5, up + 15, MUTED, 1.2));
      if (walked) parts.push(arrow(x + 5, up + 15, x + 5, middle - 15, ACCENT, 2.5));
      parts.push(node(x, up, `L${low(t)}`, ACCENT4, false));
    }
    parts.push(node(x, middle, `h${low(t)}`, walked ? ACCENT : MUTED, t === first));
    parts.push(text(x, down + 4, `x${low(t)}`, `fill:${INK};text-anchor:middle`));
  }
  return parts.join("");
}

/** One bar for each step that is walked; all on the scale of the largest. */
function bars(top, title, heights, back, colour, width) {
  const zero = top + 54;
  const scale = 34 / Math.max(1e-12, ...heights.map(Math.abs));
  const parts = [text(8, top + 8, title), line(8, zero, width - 4, zero, `stroke:${LINE}`)];
  for (let t = STEPS + 1 - back; t <= STEPS; t++) {
    const [x, height] = [across(t, width), heights[t - 1]];
    const end = zero - scale * height;
    parts.push(line(x, zero, x, end, `stroke:${colour};stroke-width:14`));
    const where = height >= 0 ? end - 5 : end + 14;
    parts.push(text(x, where, fixed(height, 3), "text-anchor:middle;font-size:12px"));
  }
  return parts.join("");
}

/** A label, and a number at the right. */
const row = (y, label, value, left, right, style = "") =>
  text(left, y, label, style) + text(right, y, value, `text-anchor:end;${style}`);

/** The gradient that arrives at the present state, as a sum, and what is made of it. */
function sum(back, { loss, has_loss, own, later, dh, slope, da }, left, top, right) {
  if (back === 0) return text(left, top, `loss L = ${fixed(loss, 3)}`, "font-weight:600");
  const t = STEPS + 1 - back;
  const i = t - 1;
  const n = low(t);
  const mine = has_loss[i] ? fixed(own[i], 3) : "no loss here";
  const after = back > 1 ? `from step ${t + 1}: δ${low(t + 1)} u` : "from later steps";
  const theirs = back > 1 ? fixed(later[i], 3) : "nothing";
  const bold = "font-weight:700";
  return [
    row(top, `own loss: h${n} − 1`, mine, left, right, `fill:${ACCENT4}`),
    row(top + 22, after, theirs, left, right, `fill:${ACCENT}`),
    line(left, top + 30, right, top + 30, `stroke:${MUTED}`),
    row(top + 48, `∂L/∂h${n}`, fixed(dh[i], 3), left, right, bold),
    row(top + 70, `slope 1 − h${n}²`, fixed(slope[i], 3), left, right),
    row(top + 92, `δ${n}, their product`, fixed(da[i], 3), left, right, bold),
  ].join("");
}

/** What this step gives to each weight, and the sums. */
function parts(back, traces, left, top, right) {
  const columns = [right - 124, right - 62, right];
  const end = "text-anchor:end";
  const t = STEPS + 1 - back;
  const [n, before] = [low(Math.min(t, STEPS)), low(t - 1)];
  const factors = back ? [`x${n}δ${n}`, `h${before}δ${n}`, `δ${n}`] : ["", "", ""];
  const words = ["w", "u", "b"].map((name, k) => {
    const x = columns[k];
    const part = back ? fixed(traces[`to_${name}`][t - 1], 3) : "";
    return [
      text(x, top, name, `${end};font-weight:700`),
      text(x, top + 22, factors[k], `${end};fill:${MUTED}`),
      text(x, top + 44, part, `${end};fill:${ACCENT2}`),
      text(x, top + 74, fixed(traces.so_far[k], 3), `${end};font-weight:700`),
    ].join("");
  });
  return [
    text(left, top, "part for"),
    text(left, top + 44, "this step", `fill:${ACCENT2}`),
    line(left, top + 54, right, top + 54, `stroke:${MUTED}`),
    text(left, top + 74, "sum so far", "font-weight:700"),
    ...words,
  ].join("");
}

/** The graph with the walk; what arrives and what goes to u, as bars; the present step. */
export function draw({ back }, traces, width) {
  const wide = width >= 560;
  const half = width / 2;
  const body = [
    graph(back, traces, width),
    bars(160, "∂L/∂hₜ: what arrives at each state", traces.dh, back, ACCENT, width),
    bars(268, "hₜ₋₁ δₜ: what each step gives to u", traces.to_u, back, ACCENT2, width),
    line(0, 376, width, 376, `stroke:${LINE}`),
    sum(back, traces, 8, 402, wide ? half - 30 : width - 8),
    parts(back, traces, wide ? half + 10 : 8, wide ? 402 : 528, width - 8),
  ];
  const style = `font-size:14px;fill:${INK};font-variant-numeric:tabular-nums`;
  return drawing(width, wide ? 508 : 618, group(style, ...body));
}
