/**
 * Which inputs output t may see, through layers and directions: its receptive field.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/cone_of_sight.py.
 */
import {
  ACCENT, ACCENT2, ACCENT4, INK, MUTED, SURFACE,
  circle, control, drawing, group, line, polyline, rect, text,
} from "./ui.js";

const STEPS = 12;
const TIMES = Array.from({ length: STEPS }, (_, i) => i + 1);
const convolves = (kind) => kind === "causal" || kind === "centred";
const sized = (kind) => convolves(kind) || kind === "windows";

/** How many steps one layer's cell reads back and ahead in the layer below. */
function reads(kind, size) {
  if (kind === "causal") return [size - 1, 0];
  if (kind === "centred") return [Math.floor((size - 1) / 2), Math.floor(size / 2)];
  return [0, 0];
}

/** The first and the last step whose states reach the one of step t in the same layer. */
function carries(kind, size, t) {
  if (kind === "stacked") return [1, t];
  if (kind === "bidirectional") return [1, STEPS];
  if (kind === "windows") return [t - ((t - 1) % size), t];
  return [t, t];
}

/**
 * reach (layers + 1, 12): which nodes reach the output, the inputs first; how many inputs are seen,
 * of these in the past and in the future, how many of the past are lost; how far ahead an output of
 * this network looks at most. What reaches an output is one stretch of time in every layer.
 */
export function compute({ kind, layers, size, step }) {
  const [back, on] = reads(kind, size);
  let [first, last] = carries(kind, size, step);
  const row = () => TIMES.map((t) => first <= t && t <= last);
  const reach = [row()];
  for (let layer = 0; layer < layers; layer++) {
    first = Math.max(1, first - back);
    last = Math.min(STEPS, last + on);
    reach.unshift(row());
  }
  return {
    reach,
    inputs: last - first + 1,
    past: Math.max(0, step - first),
    future: Math.max(0, last - step),
    lost: Math.min(step, first) - 1,
    ahead: kind === "bidirectional" ? STEPS - 1 : Math.min(STEPS - 1, layers * on),
  };
}

const steps = (count) => `${count} step${count === 1 ? "" : "s"}`;

/** Which inputs, and whether of the future; what is out of sight; what that allows. */
export function summary({ kind, layers, size, step }, { reach, inputs, future, lost, ahead }) {
  const first = reach[0].indexOf(true) + 1;
  const last = first + inputs - 1;
  const seen =
    inputs === STEPS ? `all ${STEPS} inputs`
    : inputs === 1 ? `only input ${first}`
    : inputs === 2 ? `inputs ${first} and ${last}, 2 of ${STEPS}`
    : `inputs ${first} to ${last}, ${inputs} of ${STEPS}`;
  const coming =
    future ? `${future} of them in its future`
    : ahead ? "none in its future, as nothing comes after it"
    : "none in its future";
  const past =
    !lost ? ""
    : kind === "windows" ? ` The state began anew at step ${first}; more layers bring nothing back.`
    : lost === 1 ? " The first one is out of sight: a window reaches only so far."
    : ` The first ${lost} are out of sight: a window reaches only so far.`;
  const delay = layers * reads(kind, size)[1];
  const even =
    kind === "centred" && size % 2 === 0
      ? " An even kernel reaches one step more ahead than back."
      : "";
  const use =
    kind === "bidirectional"
      ? " So this network has to wait for the end. It may tag a finished sequence; it cannot" +
        " answer while the input still comes, and in next-token prediction it would see the answer."
    : ahead
      ? ` So this network answers ${steps(delay)} late. It may tag a finished sequence, or` +
        " stream with that delay; in next-token prediction it would see the answer."
      : " So this network may stream, answer by answer, and may predict the next token.";
  return `Output ${step} sees ${seen}, ${coming}.${past}${even}${use}`;
}

/** The controls; the one of k is off where the layers have no k. */
export function controls(box, state) {
  for (const parameter of state.parameters) {
    const row = control(parameter, state);
    box.append(row);
    if (parameter.name !== "size") continue;
    state.watch(() => {
      const off = !sized(state.values.kind);
      row.querySelector("input").disabled = off;
      if (off) row.querySelector(".explorer-value").textContent = "not used";
    });
  }
}

/** A short level arrow between two nodes. */
function arrow(x1, x2, y) {
  const tail = x2 > x1 ? -4 : 4;
  return line(x1, y, x2, y) + polyline([[x2 + tail, y - 3], [x2, y], [x2 + tail, y + 3]]);
}

/** Lines between nodes: [those through which something reaches the output, the others]. */
function lines({ kind, size, layers, step }, reach, x, y, radius) {
  const [used, pale] = [[], []];
  const [back, on] = reads(kind, size);
  for (let layer = 1; layer <= layers; layer++) {
    const top = layer === layers;
    for (const t of TIMES) {
      const here = reach[layer][t - 1];
      for (let s = Math.max(1, t - back); s <= Math.min(STEPS, t + on); s++)
        (here ? used : pale).push(line(x(s), y(layer - 1) - radius, x(t), y(layer) + radius));
      if (convolves(kind) || t === STEPS) continue;
      const both = kind === "bidirectional";
      const apart = both ? radius / 2 : 0;
      const [from, to] = [x(t) + radius + 1, x(t + 1) - radius - 1];
      // In the top layer only what runs towards the output's own step still reaches it.
      const forward = reach[layer][t] && (!top || t < step) ? used : pale;
      const backward = here && (!top || t >= step) ? used : pale;
      if (kind !== "windows" || t % size) forward.push(arrow(from, to, y(layer) - apart));
      if (both) backward.push(arrow(to, from, y(layer) + apart));
    }
  }
  return [used, pale];
}

/** An input: round and filled if it is seen, square if it is seen and comes later. */
function input(x, y, radius, seen, later) {
  if (!seen) return circle(x, y, radius - 1, `fill:${SURFACE};stroke:${MUTED}`);
  if (!later) return circle(x, y, radius, `fill:${ACCENT}`);
  return rect(x - radius, y - radius, 2 * radius, 2 * radius, 2, `fill:${ACCENT4}`);
}

/** What the three marks of inputs mean. */
function legend(y, wide, left) {
  const marks = [
    ["seen, up to step t", true, false, 0],
    ["seen, in the future", true, true, wide ? 180 : 156],
    ["out of sight", false, false, wide ? 360 : 0],
  ];
  return marks.map(([words, seen, later, x], i) => {
    const [px, py] = [left + x, wide || i < 2 ? y : y + 24];
    return input(px, py - 4, 7, seen, later) + text(px + 13, py, words);
  });
}

/** Nodes and lines, the future shaded, the inputs counted. */
export function draw(params, { reach, inputs }, width) {
  const { kind, layers, size, step } = params;
  const wide = width >= 560;
  const radius = wide ? 9 : 7;
  const left = wide ? 92 : 64;
  const gap = (width - left - radius - 6) / (STEPS - 1);
  const [high, bottom] = [54, 274];
  const x = (t) => left + gap * (t - 1);
  const y = (layer) => bottom - Math.min(110, (bottom - high) / layers) * layer;
  const parts = [];

  if (step < STEPS) {
    const edge = x(step) + gap / 2;
    const shade = `fill:${ACCENT4};fill-opacity:.09`;
    parts.push(rect(edge, 1, width - edge - 1, bottom + 29, 6, shade));
    const style = `fill:${ACCENT4};text-anchor:end;font-weight:600`;
    if (width - edge > 56) parts.push(text(width - 7, 17, "future", style));
  }
  if (kind === "windows")
    for (let t = size; t < STEPS; t += size)
      parts.push(line(x(t) + gap / 2, y(layers) - 14, x(t) + gap / 2, bottom + 14,
        `stroke:${MUTED};stroke-dasharray:3 4`));

  const [used, pale] = lines(params, reach, x, y, radius);
  parts.push(group(`stroke:${MUTED};stroke-opacity:.4;fill:none`, ...pale));
  parts.push(group(`stroke:${ACCENT};stroke-width:1.6;fill:none`, ...used));

  for (let layer = 0; layer <= layers; layer++) {
    const name = layer ? `layer ${layer}` : "inputs";
    parts.push(text(2, y(layer) + 5, name, `fill:${MUTED}`));
    for (const t of TIMES) {
      const here = reach[layer][t - 1];
      if (!layer) parts.push(input(x(t), y(0), radius, here, t > step));
      else if (layer === layers && t === step)
        parts.push(circle(x(t), y(layer), radius + 2, `fill:${ACCENT2}`));
      else {
        const edge = here ? `${ACCENT};stroke-width:2` : `${MUTED};stroke-opacity:.6`;
        parts.push(circle(x(t), y(layer), radius - 1, `fill:${SURFACE};stroke:${edge}`));
      }
    }
  }

  const middle = (at, half) => Math.min(width - half - 2, Math.max(half + 2, at));
  parts.push(
    text(middle(x(step), 40), y(layers) - 18, `output ${step}`,
      `fill:${ACCENT2};text-anchor:middle;font-weight:700`),
  );
  const numbers = TIMES.map((t) => {
    const seen = reach[0][t - 1];
    const colour = !seen ? MUTED : t > step ? ACCENT4 : ACCENT;
    return text(x(t), bottom + 25, String(t), `fill:${colour};font-weight:${seen ? 700 : 400}`);
  });
  parts.push(group("text-anchor:middle;font-variant-numeric:tabular-nums", ...numbers));

  const first = reach[0].indexOf(true) + 1;
  const [from, to] = [x(first) - radius, x(first + inputs - 1) + radius];
  parts.push(
    polyline([[from, bottom + 34], [from, bottom + 40], [to, bottom + 40], [to, bottom + 34]],
      `stroke:${INK};fill:none`),
    text(middle((from + to) / 2, 54), bottom + 58, `${inputs} of ${STEPS} seen`,
      "text-anchor:middle;font-weight:600"),
  );
  parts.push(group(`fill:${INK}`, ...legend(bottom + 90, wide, wide ? left : 12)));
  const style = `font-size:14px;fill:${INK}`;
  return drawing(width, bottom + (wide ? 104 : 126), group(style, ...parts));
}
