/**
 * The cliff: the loss of one unit that is unrolled for twenty steps, over its two weights.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/cliff.py.
 */
import {
  ACCENT, ACCENT2, INK, LINE, MUTED,
  at, circle, drawing, fixed, group, line, polyline, rect, text,
} from "./ui.js";

const [TIME, START, GOAL] = [20, 0.5, -0.5]; // steps of the unit, h_0, y
const [LEFT, RIGHT, LOW, HIGH] = [-0.5, 2.5, -1.25, 0.5]; // the map: u to the right, b upwards
const [COLUMNS, ROWS, LEVELS, HIGHEST] = [60, 42, 8, 2.25]; // of the map's shading
const FAR = 1000; // weights are not followed further than this

const STARTS = { below: [1.9, -0.6], above: [2.2, 0.1] };

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** [loss, its derivative by u, by b]. The derivatives of the state are carried along. */
function lossAndGradient(u, b) {
  let [h, byU, byB] = [START, 0, 0];
  for (let t = 0; t < TIME; t++) {
    const now = Math.tanh(u * h + b);
    const slope = 1 - now * now;
    [byU, byB] = [slope * (h + u * byU), slope * (1 + u * byB)];
    h = now;
  }
  return [(h - GOAL) ** 2, 2 * (h - GOAL) * byU, 2 * (h - GOAL) * byB];
}

/** A weight to six decimals, so that two languages walk the very same path on the wall. */
function kept(weight) {
  const near = Math.min(FAR, Math.max(-FAR, weight));
  return Math.floor(near * 1e6 + 0.5) / 1e6;
}

/** u, b, loss, norm (steps + 1), from the start to the last step; norm is before clipping. */
export function compute({ rate, rule, limit, start, steps }) {
  let [u, b] = STARTS[start];
  const path = { u: [], b: [], loss: [], norm: [] };
  for (let t = 0; t <= steps; t++) {
    let [loss, byU, byB] = lossAndGradient(u, b);
    const norm = Math.sqrt(byU * byU + byB * byB);
    path.u.push(u);
    path.b.push(b);
    path.loss.push(loss);
    path.norm.push(norm);
    if (rule === "value") {
      byU = Math.min(limit, Math.max(-limit, byU));
      byB = Math.min(limit, Math.max(-limit, byB));
    } else if (rule === "norm" && norm > limit) {
      [byU, byB] = [(byU * limit) / norm, (byB * limit) / norm];
    }
    [u, b] = [kept(u - rate * byU), kept(b - rate * byB)];
  }
  return path;
}

const outside = (u, b) => !(LEFT <= u && u <= RIGHT && LOW <= b && b <= HIGH);

/** The largest gradient, what was done about it, and where the walk ends. */
export function summary({ steps, limit, rule }, { u, b, loss, norm }) {
  const most = norm.indexOf(Math.max(...norm));
  let words = `The largest gradient, of norm ${fixed(norm[most], 2)}, is met after step ${most}.`;
  if (rule === "norm" && norm[most] > limit)
    words += ` It is shortened to ${fixed(limit, 1)} and keeps its direction.`;
  if (rule === "value" && norm[most] > limit)
    words += ` No part of it may pass ${fixed(limit, 1)}, so its direction can change.`;
  const gone = u.findIndex((value, t) => outside(value, b[t]));
  if (gone >= 0) {
    words += ` Step ${gone} throws the weights off the map, to u = ${fixed(u[gone], 2)} and`;
    words += ` b = ${fixed(b[gone], 2)}.`;
  }
  return (
    `${words} After step ${steps} the loss is ${fixed(loss[steps], 3)}` +
    ` and the gradient has norm ${fixed(norm[steps], 3)}.`
  );
}

/** levels[row][column], from the top: how high the loss is, 0 to LEVELS - 1. */
const SHADING = times(ROWS, (row) => {
  const b = HIGH - ((HIGH - LOW) * (row + 0.5)) / ROWS;
  return times(COLUMNS, (column) => {
    const u = LEFT + ((RIGHT - LEFT) * (column + 0.5)) / COLUMNS;
    let h = START;
    for (let t = 0; t < TIME; t++) h = Math.tanh(u * h + b);
    return Math.min(LEVELS - 1, Math.floor((LEVELS * (h - GOAL) ** 2) / HIGHEST));
  });
});

/** The shaded map: for each level one path of all its runs of cells. */
function shaded(left, top, width, height) {
  const across = width / COLUMNS;
  const down = height / ROWS;
  const parts = [];
  for (let level = 1; level < LEVELS; level++) {
    let runs = "";
    SHADING.forEach((levels, row) => {
      let column = 0;
      while (column < COLUMNS) {
        let end = column;
        while (end < COLUMNS && levels[end] === level) end += 1;
        if (end > column) {
          const length = at((end - column) * across);
          const place = `${at(left + column * across)} ${at(top + row * down)}`;
          runs += `M${place}h${length}v${at(down + 0.3)}h-${length}z`;
        }
        column = Math.max(end, column + 1);
      }
    });
    parts.push(`<path d="${runs}" style="fill-opacity:${fixed(0.08 * level, 2)}"/>`);
  }
  return group(`fill:${ACCENT2};stroke:none`, ...parts);
}

/** The part of the way from a to b that lies on the map; null if there is none. */
function cut(a, b) {
  let [first, last] = [0, 1];
  for (const [start, change, low, high] of [
    [a[0], b[0] - a[0], LEFT, RIGHT],
    [a[1], b[1] - a[1], LOW, HIGH],
  ]) {
    if (change === 0) {
      if (start < low || start > high) return null;
      continue;
    }
    const ends = [(low - start) / change, (high - start) / change];
    first = Math.max(first, Math.min(...ends));
    last = Math.min(last, Math.max(...ends));
  }
  if (first >= last) return null;
  const along = (part) => [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])];
  return [along(first), along(last)];
}

/** The map with the walk on it; beside it (or below, if narrow) the gradient norm. */
export function draw(values, traces, width) {
  const wide = width >= 600;
  const [left, top] = [40, 30];
  const mapWidth = wide ? width * 0.56 - left : width - left - 12;
  const mapHeight = wide ? 270 : mapWidth * 0.72;
  const second = wide ? [width * 0.56 + 52, top] : [left, top + mapHeight + 84];
  const size = [width - second[0] - 12, wide ? mapHeight : 130];
  const body = [
    mapPanel(traces, [left, top], [mapWidth, mapHeight]),
    normPanel(values, traces, second, size),
  ];
  return drawing(width, second[1] + size[1] + 46, group(`font-size:13px;fill:${INK}`, ...body));
}

function mapPanel(traces, [left, top], [width, height]) {
  const place = (u, b) => [
    left + (width * (u - LEFT)) / (RIGHT - LEFT),
    top + (height * (HIGH - b)) / (HIGH - LOW),
  ];
  const points = traces.u.map((u, t) => [u, traces.b[t]]);
  const legs = points.slice(1).map((after, t) => {
    const part = cut(points[t], after);
    return part ? line(...place(...part[0]), ...place(...part[1])) : "";
  });
  const dots = points.map((p) => (outside(...p) ? "" : circle(...place(...p), 2.6)));
  const [x, y] = place(...points[0]);
  const ticksU = [0, 1, 2].map((u) => text(place(u, 0)[0], top + height + 18, fixed(u)));
  const ticksB = [-1, -0.5, 0, 0.5].map((b) => text(left - 6, place(0, b)[1] + 4, fixed(b, 1)));
  return [
    text(left - 32, 16, "loss over the weights u and b (shaded: high)"),
    shaded(left, top, width, height),
    rect(left, top, width, height, 0, `fill:none;stroke:${LINE}`),
    group(`stroke:${ACCENT};stroke-width:1.6;fill:none`, ...legs),
    group(`fill:${ACCENT}`, ...dots),
    circle(x, y, 5, `fill:none;stroke:${ACCENT};stroke-width:2`),
    group(`fill:${MUTED};text-anchor:middle`, ...ticksU),
    group(`fill:${MUTED};text-anchor:end`, ...ticksB),
    text(left + width / 2, top + height + 36, "u", `fill:${MUTED};text-anchor:middle`),
  ].join("");
}

function normPanel({ steps, limit, rule }, { norm }, [left, top], [width, height]) {
  const [low, high] = [-4, 3]; // powers of ten
  const up = (value) => {
    const log = Math.min(high, Math.max(low, Math.log10(Math.max(value, 1e-9))));
    return top + (height * (high - log)) / (high - low);
  };
  const path = norm.map((value, t) => [left + (width * t) / Math.max(steps, 1), up(value)]);
  const frame = [-4, -2, 0, 2].map((p) => line(left, up(10 ** p), left + width, up(10 ** p)));
  const ticks = [[-4, "10⁻⁴"], [-2, "10⁻²"], [0, "1"], [2, "100"]].map(([p, label]) =>
    text(left - 6, up(10 ** p) + 4, label),
  );
  const clip = up(limit);
  const threshold = line(left, clip, left + width, clip, `stroke:${ACCENT2};stroke-dasharray:7 4`);
  return [
    text(left - 40, top - 14, "gradient norm at each step"),
    group(`stroke:${LINE};fill:none`, ...frame),
    group(`fill:${MUTED};text-anchor:end`, ...ticks),
    rule === "none" ? "" : threshold,
    polyline(path, `stroke:${ACCENT};stroke-width:1.6;fill:none`),
    group(`fill:${ACCENT}`, ...path.map(([x, y]) => circle(x, y, 2.2))),
    text(left, top + height + 18, "0", `fill:${MUTED};text-anchor:middle`),
    text(left + width, top + height + 18, String(steps), `fill:${MUTED};text-anchor:end`),
  ].join("");
}
