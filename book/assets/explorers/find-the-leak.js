/**
 * Find the leak: how windows are dealt out, where a scaler looks, and how good the score then is.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/find_the_leak.py.
 */
import {
  ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, LINE, MUTED,
  at, circle, control, drawing, fixed, group, line, polyline, rect, text,
} from "./ui.js";

const [STEPS, DEALT, SHORTEST] = [160, 120, 10];
const [RHYTHM, MEMORY, SEED, SHUFFLE] = [12, 40, 3911, 7038];
const [NEAREST, PENALTY] = [3, 1];
const [TRAINING, VALIDATION, USE, LEFT_OUT] = [0, 1, 2, 3];

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const sum = (row) => row.reduce((total, value) => total + value, 0);
const mean = (row) => sum(row) / row.length;

/* ---------------------------------------------------------------- numbers */

/** Numbers from 0 to 1, from a linear congruential generator. */
function uniforms(seed) {
  return () => {
    seed = (Math.imul(1664525, seed) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

let made; // the series, once it was made

/** The series in kW: a level that wanders and comes back, a rhythm of 12, noise. */
function load() {
  if (made) return made;
  const uniform = uniforms(SEED);
  const normal = () => sum(times(12, uniform)) - 6;
  const stays = Math.exp(-1 / MEMORY);
  let [wander, level] = [0, 0];
  const levels = times(100 + STEPS, () => {
    wander = stays * wander + Math.sqrt(1 - stays * stays) * normal();
    level += 0.3 * (wander - level);
    return level;
  });
  made = times(STEPS, (t) => {
    const turn = (2 * Math.PI * t) / RHYTHM;
    return 80 + 14 * levels[100 + t] + 10 * Math.sin(turn) + 0.8 * normal();
  });
  return made;
}

/** The numbers below `count`, shuffled (Fisher and Yates). */
function shuffled(count) {
  const uniform = uniforms(SHUFFLE);
  const order = times(count, (i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The part of each window, which belongs where its target is: see the twin. */
function parts(deal, border, gap, width) {
  if (deal === "time")
    return times(STEPS - width, (i) => {
      const target = i + width + 1;
      if (target > border) return target > DEALT ? USE : VALIDATION;
      return target > border - gap ? LEFT_OUT : TRAINING;
    });
  const part = Array(STEPS - width).fill(USE);
  shuffled(DEALT - width).forEach((window, rank) => {
    part[window] = rank < border - width ? TRAINING : VALIDATION;
  });
  return part;
}

/** Which windows of training and validation share a step with one of the other part. */
function touching(part, width) {
  return part.map((own, i) => {
    if (own !== TRAINING && own !== VALIDATION) return false;
    return part.slice(Math.max(0, i - width), i + width + 1).includes(TRAINING + VALIDATION - own);
  });
}

/** x with A x = b, where A is symmetric and positive definite (Cholesky). */
function solve(A, b) {
  const size = b.length;
  const L = A.map((row) => [...row]);
  const x = [...b];
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let rest = A[i][j];
      for (let k = 0; k < j; k++) rest -= L[i][k] * L[j][k];
      L[i][j] = i === j ? Math.sqrt(rest) : rest / L[j][j];
    }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= L[i][k] * x[k];
    x[i] /= L[i][i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= L[k][i] * x[k];
    x[i] /= L[i][i];
  }
  return x;
}

/** Each forecaster: (x (n, width), y (n), trained: numbers of windows) -> forecasts (n). */
const FORECASTERS = {
  /** The mean target of the nearest training windows. */
  neighbours: (x, y, trained) =>
    x.map((window) => {
      const apart = trained.map((i) => [sum(x[i].map((value, k) => (value - window[k]) ** 2)), i]);
      apart.sort(([a], [b]) => a - b);
      return mean(apart.slice(0, NEAREST).map(([, i]) => y[i]));
    }),
  /** Least squares with a penalty on the squared weights, not on the intercept. */
  linear: (x, y, trained) => {
    const middle = x[0].map((_, k) => mean(trained.map((i) => x[i][k])));
    const centre = mean(trained.map((i) => y[i]));
    const moved = x.map((window) => window.map((value, k) => value - middle[k]));
    const along = (of) => middle.map((_, k) => sum(trained.map((i) => moved[i][k] * of(i))));
    const A = middle.map((_, j) => along((i) => moved[i][j]));
    A.forEach((row, j) => (row[j] += PENALTY));
    const weights = solve(A, along((i) => y[i] - centre));
    return moved.map((window) => sum(window.map((value, k) => value * weights[k])) + centre);
  },
};

/** The parts, the scaler and the errors: see the twin. */
export function compute({ deal, border, gap, width, start, end, forecaster }) {
  const series = load();
  const x = times(STEPS - width, (i) => series.slice(i, i + width));
  const y = series.slice(width);
  const part = parts(deal, border, gap, width);
  const touches = touching(part, width);
  const [trained, validated, used] = [TRAINING, VALIDATION, USE].map((which) =>
    part.flatMap((own, i) => (own === which ? [i] : [])),
  );
  const first = Math.min(start, end);
  const last = Math.max(start, end, first + SHORTEST - 1);
  const seen = (windows) => windows.filter((i) => first <= i + width + 1 && i + width + 1 <= last);

  const scaledBy = (stretch) => {
    const middle = mean(stretch);
    const sd = Math.sqrt(mean(stretch.map((value) => (value - middle) ** 2)));
    const scale = (value) => (value - middle) / sd;
    const inputs = x.map((window) => window.map(scale));
    const scaled = FORECASTERS[forecaster](inputs, y.map(scale), trained);
    return [middle, sd, scaled.map((value) => value * sd + middle)];
  };
  const error = (forecasts, windows) => mean(windows.map((i) => Math.abs(forecasts[i] - y[i])));

  const [middle, sd, forecasts] = scaledBy(series.slice(first - 1, last));
  const held = series.filter((_, t) => trained.some((i) => i <= t && t <= i + width));
  const [, ownSd, ownForecasts] = scaledBy(held);
  const validation = error(forecasts, validated);
  const own = error(ownForecasts, validated);
  return {
    series,
    part,
    touches,
    forecasts,
    trained: trained.length,
    validated: validated.length,
    touched: validated.filter((i) => touches[i]).length,
    first,
    last,
    mean: middle,
    sd,
    seen_validation: seen(validated).length,
    seen_use: seen(used).length,
    validation,
    use: error(forecasts, used),
    repeat: error(x.map((window) => window[width - 1]), used),
    scaled: validation / sd,
    own,
    own_scaled: own / ownSd,
  };
}

/* ---------------------------------------------------------------- words */

const kW = (value) => `${fixed(value, 2)} kW`;

/** What is shared, whether the score keeps its promise, and what the scaler changes. */
export function summary({ deal, gap }, traces) {
  const { validated, touched, seen_validation, seen_use } = traces;
  const { validation, use, scaled, own, own_scaled } = traces;
  const some = touched === validated ? "all" : `${touched} of`;
  const windows = `${some} ${validated} validation windows`;
  const shared =
    deal === "shuffled"
      ? `Shuffled: ${windows} share steps with training windows.`
      : touched
        ? `In time: ${windows}, those next to the border, share steps with training.`
        : `In time, ${gap} windows left out: no validation window shares a step with training.`;
  const ratio = use / validation;
  const why = deal === "shuffled" ? "the score flatters" : "what comes later is harder";
  const promise =
    ratio > 1.15
      ? `${fixed(ratio, 1)} times as much: ${why}`
      : ratio < 0.87
        ? "less than in validation"
        : `about as much${deal === "shuffled" ? ": sharing steps alone does not flatter" : ""}`;
  const seen = [
    seen_validation ? `${seen_validation} steps of validation` : "",
    seen_use ? `${seen_use} of use` : "",
  ].filter(Boolean).join(" and ");
  const moved = Math.abs(validation - own);
  const effect =
    moved < 0.005 ? "less than 0.01 kW" : `${validation > own ? "+" : "−"}${kW(moved)}`;
  const scaler = seen
    ? `The scaler saw ${seen}. Against one fitted on training windows alone, that changes the` +
      ` validation error by ${effect}; in the scaler's units it is ${fixed(scaled, 2)} instead of` +
      ` ${fixed(own_scaled, 2)}.`
    : "The scaler saw neither validation nor use.";
  return (
    `${shared} The forecaster is off by ${kW(validation)} in validation and by ${kW(use)} in use,` +
    ` ${promise}. ${scaler}`
  );
}

/* ---------------------------------------------------------------- the picture */

/** The controls; the gap is off where windows are shuffled. */
export function controls(box, state) {
  for (const parameter of state.parameters) {
    const row = control(parameter, state);
    box.append(row);
    if (parameter.name !== "gap") continue;
    state.watch(() => {
      const off = state.values.deal === "shuffled";
      if (off) row.querySelector("input").setAttribute("disabled", "disabled");
      else row.querySelector("input").removeAttribute("disabled");
      if (off) row.querySelector(".explorer-value").textContent = "not used";
    });
  }
}

const COLOURS = [ACCENT, ACCENT2, ACCENT3, MUTED]; // of the four parts
const NAMES = ["training", "validation", "in use", "of no part"];
const LANES = 21; // the widest window and its target

/** Many straight strokes [x1, y1, x2, y2] in one path. */
function strokes(ends, style) {
  if (!ends.length) return "";
  const path = ends.map(([x1, y1, x2, y2]) => `M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}`);
  return `<path d="${path.join("")}" style="fill:none;${style}"/>`;
}

/** The series in the colours of its parts, the scaler's band behind it. */
function seriesOf({ width }, { series, part, first, last, mean: middle, sd }, x, up) {
  const edges = [x(first) - (x(2) - x(1)) / 2, x(last) + (x(2) - x(1)) / 2];
  const [top, bottom] = [up(middle + sd), up(middle - sd)];
  const ends = COLOURS.map(() => []);
  for (let t = 1; t < STEPS; t++)
    ends[part[t - width] ?? LEFT_OUT].push([x(t), up(series[t - 1]), x(t + 1), up(series[t])]);
  const dots = part.flatMap((own, i) =>
    own === VALIDATION ? [circle(x(i + width + 1), up(series[i + width]), 2)] : [],
  );
  return [
    rect(edges[0], top, edges[1] - edges[0], bottom - top, 0, `fill:${ACCENT4};fill-opacity:.13`),
    line(edges[0], up(middle), edges[1], up(middle), `stroke:${ACCENT4};stroke-dasharray:5 4`),
    ...ends.map((of, own) =>
      strokes(of, `stroke:${COLOURS[own]};stroke-width:1.8;stroke-linecap:round`),
    ),
    group(`fill:${ACCENT2}`, ...dots),
  ];
}

/** Each window a bar that ends at its target, those that touch the other part thick. */
function windowsOf({ width }, { part, touches }, x, top, pitch) {
  const inset = (x(2) - x(1)) / 2 - 0.5;
  const bars = part.map((_, i) => {
    const y = top + pitch * (i % LANES);
    return [x(i + 1) - inset, y, x(i + width + 1) + inset, y];
  });
  return COLOURS.flatMap((colour, own) =>
    [false, true].map((thick) => {
      const ends = bars.filter((_, i) => part[i] === own && touches[i] === thick);
      return strokes(ends, `stroke:${colour};stroke-width:${thick ? 3.8 : 1.4}`);
    }),
  );
}

/** What the colours mean: in one row, or in two on a phone. */
function legend(wide, y) {
  const places = wide
    ? [[0, 0], [108, 0], [228, 0], [324, 0]]
    : [[0, 0], [120, 0], [0, 22], [120, 22]];
  return [TRAINING, VALIDATION, USE, LEFT_OUT].map((own, i) => {
    const [px, py] = [places[i][0] + 2, y + places[i][1]];
    const dot = own === VALIDATION ? circle(px + 11, py - 5, 3.2, `fill:${ACCENT2}`) : "";
    const dash = line(px, py - 5, px + 22, py - 5, `stroke:${COLOURS[own]};stroke-width:2.5`);
    return dash + dot + text(px + 28, py, NAMES[own]);
  });
}

/** The border between the parts, through the series and the windows. */
const borderAt = (x, top, bottom, lanesTop, foot) =>
  text(x, top - 12, "border", "text-anchor:middle") +
  strokes(
    [[x, top - 8, x, bottom], [x, lanesTop - 6, x, foot]],
    `stroke:${INK};stroke-dasharray:2 4`,
  );

/** The errors as bars. */
function scores({ validation, use, repeat }, width, top) {
  const wide = width >= 560;
  const rows = [
    ["validation says", validation, ACCENT2],
    ["in use", use, ACCENT3],
    [wide ? "repeating the last value, in use" : "repeat, in use", repeat, MUTED],
  ];
  const left = wide ? 244 : 122;
  const space = width - left - 74;
  const longest = Math.max(8, ...rows.map(([, value]) => value));
  return rows.flatMap(([name, value, colour], i) => {
    const y = top + 28 * i;
    const long = (space * value) / longest;
    return [
      text(left - 10, y + 14, name, "text-anchor:end"),
      rect(left, y + 1, long, 18, 3, `fill:${colour}`),
      text(left + long + 7, y + 15, kW(value), "font-weight:600;font-variant-numeric:tabular-nums"),
    ];
  });
}

/** The series, its windows below it, and the errors at the foot. */
export function draw(params, traces, width) {
  const { deal, border } = params;
  const { first, last, mean: middle, sd } = traces;
  const wide = width >= 560;
  const [left, right] = [34, width - 6];
  const x = (t) => left + ((right - left) * (t - 0.5)) / STEPS;
  const top = wide ? 56 : 78;
  const bottom = top + 140;
  const up = (value) => bottom - ((bottom - top) * (value - 60)) / 55;
  const lanesTop = bottom + 78;
  const pitch = 5.4;
  const foot = lanesTop + pitch * LANES;
  const bars = foot + 62;
  const half = (x(2) - x(1)) / 2;
  const edge = x(DEALT) + half;
  const [from, to] = [x(first) - half, x(last) + half];
  const words = `scaler: mean ${fixed(middle, 1)}, sd ${fixed(sd, 1)} kW`;
  const clamp = (place, reach) => Math.min(width - reach - 2, Math.max(reach + 2, place));
  const numbers = [60, 80, 100];
  const shares = wide ? "shares steps with the other part" : "shares steps";
  const body = [
    ...legend(wide, 15),
    rect(edge, top - 14, right - edge, foot - top + 16, 4, `fill:${ACCENT3};fill-opacity:.1`),
    text(2, top - 2, "load, kW", `fill:${MUTED}`),
    group(`stroke:${LINE}`, ...numbers.map((v) => line(left, up(v), right, up(v)))),
    group(`fill:${MUTED};text-anchor:end`,
      ...numbers.map((v) => text(left - 6, up(v) + 4, String(v)))),
    ...seriesOf(params, traces, x, up),
    polyline([[from, bottom + 8], [from, bottom + 15], [to, bottom + 15], [to, bottom + 8]],
      `stroke:${ACCENT4};stroke-width:2;fill:none`),
    text(clamp((from + to) / 2, 130), bottom + 33, words,
      `fill:${ACCENT4};text-anchor:middle;font-weight:600`),
    text(2, lanesTop - 14, `windows; thick: ${shares}`, `fill:${MUTED}`),
    ...windowsOf(params, traces, x, lanesTop, pitch),
    deal === "time" ? borderAt(x(border) + half, top, bottom, lanesTop, foot) : "",
    group(`fill:${MUTED};text-anchor:middle`,
      ...[1, 40, 80, 120, 160].map((t) => text(clamp(x(t), 13), foot + 14, String(t)))),
    text(2, bars - 14, "mean absolute error", `fill:${MUTED}`),
    ...scores(traces, width, bars),
  ];
  return drawing(width, bars + 82, group(`font-size:14px;fill:${INK}`, ...body));
}
