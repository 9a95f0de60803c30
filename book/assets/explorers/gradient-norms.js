/**
 * How far a gradient reaches: the norm of v' dh_T/dh_(T-k) against the distance k, on a log axis.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/gradient_norms.py.
 */
import {
  ACCENT, ACCENT2, ACCENT3, INK, LINE, MUTED,
  circle, drawing, fixed, group, line, polyline, text,
} from "./ui.js";

const UNITS = 24;
const LONGEST = 100;
const SEED = 45;

// Of the matrix of sums of uniforms that `network` draws: its spectral radius and its largest
// singular value.
const RADIUS = 5.177746087865416;
const LARGEST = 9.5758684331798;

const ACTIVATIONS = { linear: "linear", tanh: "tanh", sigmoid: "sigmoid", relu: "ReLU" };

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

let drawn; // the network, once it was made

/** orthogonal and gaussian (UNITS, UNITS), v (UNITS), noise (LONGEST + 1, UNITS). */
function network() {
  if (drawn) return drawn;
  let seed = SEED;
  const uniform = () => {
    seed = (Math.imul(1664525, seed) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const normal = () => times(12, uniform).reduce((sum, u) => sum + u, 0) - 6;
  const matrix = times(UNITS, () => times(UNITS, normal));
  const orthogonal = [];
  for (let row of matrix) {
    for (const above of orthogonal) {
      const along = dot(row, above);
      row = row.map((value, i) => value - along * above[i]);
    }
    const norm = Math.sqrt(dot(row, row));
    orthogonal.push(row.map((value) => value / norm));
  }
  const v = times(UNITS, normal);
  const norm = Math.sqrt(dot(v, v));
  const noise = times(LONGEST + 1, () => times(UNITS, () => Math.sqrt(12) * (uniform() - 0.5)));
  drawn = {
    orthogonal,
    gaussian: matrix.map((row) => row.map((value) => value / RADIUS)),
    v: v.map((value) => value / norm),
    noise,
  };
  return drawn;
}

/** The activation of a number, and its slope there. */
const STEP = {
  linear: (a) => [a, 1],
  tanh: (a) => {
    const h = Math.tanh(a);
    return [h, 1 - h * h];
  },
  sigmoid: (a) => {
    const h = 1 / (1 + Math.exp(-a));
    return [h, h * (1 - h)];
  },
  relu: (a) => [Math.max(a, 0), a > 0 ? 1 : 0],
};

/** measured, predicted, bound (length + 1): logarithms to base 10; squared: mean of slope². */
export function compute({ radius, activation, kind, size, length }) {
  const made = network();
  const U = made[kind].map((row) => row.map((value) => radius * value));
  const largest = kind === "orthogonal" ? radius : (radius * LARGEST) / RADIUS;
  let h = made.noise[LONGEST].map((value) => value * 0.5);
  const slopes = [];
  for (let t = 0; t < length; t++) {
    const a = times(UNITS, (j) => {
      let sum = 0;
      for (let i = 0; i < UNITS; i++) sum += h[i] * U[i][j];
      return sum + size * made.noise[t][j];
    });
    const pairs = a.map(STEP[activation]);
    h = pairs.map(([value]) => value);
    slopes.push(pairs.map(([, slope]) => slope));
  }
  const measured = [0];
  const bound = [0];
  let back = made.v;
  for (let k = 0; k < length; k++) {
    const slope = slopes[length - 1 - k];
    const scaled = back.map((value, j) => value * slope[j]);
    back = U.map((row) => dot(row, scaled));
    const norm = Math.max(Math.sqrt(dot(back, back)), 1e-30);
    back = back.map((value) => value / norm); // only the logarithm grows: nothing overflows
    measured.push(measured[k] + Math.log10(norm));
    bound.push(bound[k] + Math.log10(Math.max(largest * Math.max(...slope), 1e-30)));
  }
  const all = slopes.flat();
  const squared = dot(all, all) / all.length;
  const rate = Math.log10(radius) + 0.5 * Math.log10(Math.max(squared, 1e-30));
  return { measured, predicted: times(length + 1, (k) => rate * k), bound, squared };
}

const power = (log) => `10 to the power of ${fixed(log, 1)}`;

/** What a step does to the gradient, measured and predicted, and what is left at the end. */
export function summary({ radius, activation, kind, length }, { measured, predicted, bound }) {
  const end = measured[length];
  const factor = 10 ** (end / length);
  const expected = 10 ** (predicted[length] / length);
  const verdict = factor < 0.97 ? "vanishes" : factor > 1.03 ? "explodes" : "nearly holds";
  const article = kind === "orthogonal" ? "An orthogonal" : "A Gaussian";
  return (
    `${article} U, ${ACTIVATIONS[activation]}, spectral radius ${fixed(radius, 2)}:` +
    ` the gradient ${verdict}. Each step multiplies it by ${fixed(factor, 3)} on average,` +
    ` predicted ${fixed(expected, 3)}; after ${length} steps ${power(end)} of it is left.` +
    ` The bound allows ${power(bound[length])}.`
  );
}

/** Three lines over the distance: what was measured, the prediction, the bound. */
export function draw({ length }, traces, width) {
  const left = 46;
  const right = width - 14;
  const top = 50;
  const bottom = 300;
  const every = [...traces.measured, ...traces.predicted, ...traces.bound];
  let low = Math.min(-1, ...every);
  let high = Math.max(1, ...every);
  const unit = [1, 2, 5, 10, 20, 50, 100].find((u) => (high - low) / u <= 7);
  low = Math.floor(low / unit) * unit;
  high = Math.ceil(high / unit) * unit;
  const across = (k) => left + ((right - left) * k) / length;
  const up = (log) => bottom - ((bottom - top) * (log - low)) / (high - low);
  const marks = times(Math.round((high - low) / unit) + 1, (i) => low + i * unit);
  const spacing = length <= 60 ? 10 : 20;
  const tens = times(Math.floor(length / spacing) + 1, (i) => i * spacing);
  const styles = {
    bound: `stroke:${ACCENT3};stroke-width:1.5;fill:none;stroke-dasharray:1.5 4`,
    predicted: `stroke:${ACCENT2};stroke-width:2;fill:none;stroke-dasharray:7 4`,
    measured: `stroke:${ACCENT};stroke-width:2;fill:none;stroke-linejoin:round`,
  };
  const paths = Object.entries(styles).map(([name, style]) =>
    polyline(traces[name].map((log, k) => [across(k), up(log)]), style),
  );
  const dots = times(Math.floor(length / 5) + 1, (i) =>
    circle(across(5 * i), up(traces.measured[5 * i]), 2.2),
  );
  const key = [];
  let place = left - 38;
  for (const [name, space] of [["measured", 102], ["predicted", 100], ["bound", 0]]) {
    key.push(line(place, 30, place + 24, 30, styles[name]), text(place + 30, 34, name));
    place += space;
  }
  const body = [
    text(left - 38, 14, "gradient norm, powers of ten"),
    ...key,
    group(`stroke:${LINE};fill:none`, ...marks.map((m) => line(left, up(m), right, up(m)))),
    line(left, up(0), right, up(0), `stroke:${MUTED}`),
    group(`fill:${MUTED};text-anchor:end`, ...marks.map((m) => text(left - 8, up(m) + 4, fixed(m)))),
    group(
      `fill:${MUTED};text-anchor:middle`,
      ...tens.map((k) => text(across(k), bottom + 18, String(k))),
    ),
    text(left, bottom + 38, "distance k: steps back from the end", `fill:${MUTED}`),
    ...paths,
    group(`fill:${ACCENT}`, ...dots),
  ];
  return drawing(width, bottom + 48, group(`font-size:13px;fill:${INK}`, ...body));
}
