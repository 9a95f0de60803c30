/**
 * A sentence becomes tokens, ids and a padded row, and a trained LSTM reads the row in three ways.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/text_to_batch.py. The
 * network comes from ../models/verdict.json, as written by bookkit/models/verdict.py, and runs in ../rnn.js.
 */

import { Network } from "../rnn.js";
import {
  ACCENT, ACCENT2, INK, LINE, MUTED,
  circle, control, drawing, fixed, group, line, polyline, rect, text,
} from "./ui.js";
import { cut as shortened, field, flow, normalise, wide, words } from "./words.js";

const STEPS = 60; // of the longest row
const READINGS = ["Padded at the end, no mask", "Padded in front, no mask", "With the mask"];
const OWN = { label: "The sentence, or your own", hint: "Up to 160 characters.", longest: 160 };

/** The network, and the id of each word that it knows. */
export function prepare({ verdict }) {
  return {
    network: new Network(verdict),
    ids: new Map(verdict.meta.vocabulary.map((word, i) => [word, i + 2])), // 0 padding, 1 unknown
  };
}

/** A row padded, or cut, on one side: { row, mask }. */
function padded(ids, length, side) {
  const kept = side === "post" ? ids.slice(0, length) : ids.slice(-length);
  const row = new Array(length).fill(0);
  const first = side === "post" ? 0 : length - kept.length;
  kept.forEach((id, i) => (row[first + i] = id));
  const inside = (t) => t >= first && t < first + kept.length;
  return { row, mask: row.map((_, t) => Number(inside(t))), kept };
}

/** Tokens, ids, the padded row, and the probability of "positive" as the row is read. */
export function compute({ sentence, length, side }, { network, ids: known }) {
  const tokens = words(normalise(sentence.replaceAll("’", "'"))).slice(0, STEPS);
  const ids = tokens.map((word) => known.get(word) ?? 1);
  const read = (row) => (row.length ? network.predict(row).map(([chance]) => chance) : []);
  const [post, pre] = ["post", "pre"].map((where) => padded(ids, length, where));
  const alone = read(post.kept);
  const last = alone.at(-1) ?? unread(network);
  const curves = [read(post.row), read(pre.row), post.row.map((_, t) => alone[t] ?? last)];
  const { row, mask } = side === "post" ? post : pre;
  return { words: tokens, ids, row, mask, curves, verdicts: curves.map((curve) => curve.at(-1)) };
}

/** The probability before anything is read: the LSTM's state is zero. */
function unread({ layers }) {
  const answer = layers.at(-1);
  return answer.step(new Float64Array(answer.inputs))[0];
}

/* ---------------------------------------------------------------- words */

const counted = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
const verdict = (p) => (p > 0.5 ? "positive" : "negative");
/** The probability of the side that it takes: from 50 % on. */
const sure = (p) => `${fixed(100 * Math.max(p, 1 - p))} %`;
const said = (p) => `${verdict(p)}, ${sure(p)}`;

/** What padding has done to a verdict. */
function moved(reading, p, alone) {
  const points = Math.round(100 * Math.abs(p - alone));
  if (verdict(p) !== verdict(alone)) return `${reading}, the verdict has turned round: ${said(p)}.`;
  if (points < 5) return `${reading}, it is about the same: ${said(p)}.`;
  const fainter = Math.abs(p - 0.5) < Math.abs(alone - 0.5);
  return `${reading}, it has grown ${fainter ? "weaker" : "stronger"}: ${said(p)}.`;
}

/** The way from words to steps, and the three verdicts. */
export function summary({ length }, { words: tokens, ids, verdicts }) {
  if (!tokens.length) return "There are no words to read yet: type a sentence.";
  const unknown = ids.filter((id) => id === 1).length;
  const missing = unknown ? `, ${unknown} of them unknown,` : "";
  const rest = length - tokens.length;
  const room =
    rest > 0 ? `${counted(rest, "step")} of padding`
    : rest < 0 ? `no padding, and ${counted(-rest, "token")} cut off`
    : "no padding";
  const [post, pre, alone] = verdicts;
  const first =
    `${counted(tokens.length, "token")}${missing} in a row of ${counted(length, "step")}: ${room}.` +
    ` With the mask the verdict is ${said(alone)}.`;
  if (rest === 0) return first;
  if (rest < 0) return `${first} Cut in front instead, it is ${said(pre)}.`;
  return `${first} ${moved("Padded at the end", post, alone)} ${moved("Padded in front", pre, alone)}`;
}

/* ---------------------------------------------------------------- picture */

const MONO = "font-family:var(--nr-mono,ui-monospace,monospace)";
const MIDDLE = "text-anchor:middle";
const BOLD = "font-weight:700";
const FAINT = `fill:${MUTED}`;
const UNKNOWN = `fill:none;stroke:${ACCENT2};stroke-width:2;stroke-dasharray:4 2`;

/** The tokens in boxes over their ids: { body, height }. */
function boxes(tokens, ids, y, across) {
  const most = Math.floor((across - 12) / (15 * 0.61));
  const written = tokens.map((token) => shortened(token, most));
  const widths = written.map((word, i) => Math.max(wide(word, 15), wide(`${ids[i]}`, 14)) + 12);
  const { corners, rows } = flow(widths.map((width) => [width]), across, 4);
  const parts = written.map((word, i) => {
    const [x, top] = [corners[i][0], y + 54 * corners[i][1]];
    const look = ids[i] === 1 ? UNKNOWN : `fill:${ACCENT};fill-opacity:0.2;stroke:${ACCENT}`;
    return (
      rect(x + 1, top, widths[i] - 2, 26, 4, look) +
      text(x + widths[i] / 2, top + 18, word) +
      text(x + widths[i] / 2, top + 42, `${ids[i]}`, "font-size:14px")
    );
  });
  return { body: group(`font-size:15px;${MIDDLE};${MONO}`, ...parts), height: 54 * rows };
}

/** The padded row over its mask, in as many lines as it needs: { body, height }. */
function grid(row, mask, y, across) {
  const columns = Math.floor(across / 37);
  const cell = across / columns;
  const parts = row.map((id, t) => {
    const [x, top] = [(t % columns) * cell, y + 52 * Math.floor(t / columns)];
    const look = !mask[t] ? `fill:none;stroke:${LINE}` : id === 1 ? UNKNOWN : `fill:${ACCENT};fill-opacity:0.2`;
    const tone = mask[t] ? "" : FAINT;
    return (
      rect(x + 1, top, cell - 2, 22, 3, look) +
      text(x + cell / 2, top + 16, `${id}`, tone) +
      text(x + cell / 2, top + 38, `${mask[t]}`, tone)
    );
  });
  const lines = Math.ceil(row.length / columns);
  return { body: group(`font-size:14px;${MIDDLE};${MONO}`, ...parts), height: 52 * lines };
}

/**
 * One verdict: a bar, and below it the verdict after every step. Padding, from step `from` to step
 * `to`, has a grey ground.
 */
function panel(i, curve, [from, to], [x, y], width) {
  const p = curve.at(-1);
  const colour = p > 0.5 ? ACCENT : ACCENT2;
  const middle = x + width / 2;
  const end = x + width * p;
  const [high, top] = [64, y + 74];
  const step = width / curve.length;
  const level = (chance) => top + high * (1 - chance);
  const points = curve.map((chance, t) => [x + (t + 0.5) * step, level(chance)]);
  return [
    text(x, y + 14, READINGS[i], BOLD),
    text(x, y + 33, said(p)),
    rect(x, y + 42, width, 16, 3, `fill:${LINE};fill-opacity:0.45`),
    rect(Math.min(middle, end), y + 42, Math.abs(end - middle), 16, 0, `fill:${colour}`),
    line(middle, y + 39, middle, y + 61, `stroke:${INK};stroke-width:2`),
    rect(x + from * step, top, (to - from) * step, high, 0, `fill:${LINE};fill-opacity:0.45`),
    line(x, level(0.5), x + width, level(0.5), `stroke:${MUTED};stroke-dasharray:2 4`),
    line(x, top + high, x + width, top + high, `stroke:${MUTED}`),
    polyline(points, `fill:none;stroke:${INK};stroke-width:2;stroke-linejoin:round`),
    circle(...points.at(-1), 4, `fill:${colour}`),
  ].join("");
}

/** Tokens with their ids, the row with its mask, and the three verdicts. */
export function draw({ length, side }, { words: tokens, ids, row, mask, curves }, width) {
  const style = `font-size:14px;fill:${INK}`;
  const body = [];
  let y = 0;
  const head = (title, ...rest) => {
    body.push(text(0, y + 15, title, BOLD));
    for (const words of rest) body.push(text(0, (y += 19) + 15, words, FAINT));
    y += 26;
  };
  const block = ({ body: part, height }) => {
    body.push(part);
    y += height + 4;
  };
  const two = width >= 600;
  head("1. Tokens and their ids", ...(ids.includes(1) ? ["Dashed: not in the vocabulary, [UNK], id 1."] : []));
  if (tokens.length) block(boxes(tokens, ids, y, width));
  else block({ body: text(0, y + 14, "Type a sentence above.", FAINT), height: 24 });

  const place = side === "post" ? "at the end" : "in front";
  const left = tokens.length - length;
  head(
    `2. Row, ${left > 0 ? "cut" : "padded"} ${place}: ${counted(length, "step")}`,
    ...(two ? ["Ids above, the mask below: 1 is to be read, 0 is padding and to be skipped."]
    : ["Ids above, the mask below:", "1 is to be read, 0 is padding, to be skipped."]),
  );
  block(grid(row, mask, y, width));

  head(
    "3. Verdicts: is it from a good review?",
    ...(two ? ["The network learned with masks and has never read padding. Line: its verdict after every step."]
    : ["It learned with masks and has never read", "padding. Line: its verdict after every step."]),
  );
  const gap = 26;
  const column = two ? (width - 2 * gap) / 3 : width;
  const kept = Math.min(tokens.length, length);
  const padding = [[kept, length], [0, length - kept], [kept, length]];
  curves.forEach((curve, i) => {
    const corner = two ? [i * (column + gap), y] : [0, y + 160 * i];
    body.push(panel(i, curve, padding[i], corner, column));
  });
  y += (two ? 0 : 320) + 146;
  const key = two
    ? ["Bars: left of the middle negative, right of it positive. Grey ground: steps of padding."]
    : ["Bars: left of the middle negative, right of it", "positive. Grey ground: steps of padding."];
  for (const words of key) body.push(text(0, (y += 19), words, FAINT));
  return drawing(width, y + 8, group(style, ...body));
}

/* ---------------------------------------------------------------- the page */

/** One figure: its sentence is one of those offered, or what its reader types. */
export function instance(data) {
  const own = { sentence: "" }; // as typed, or as chosen

  function controls(box, state) {
    const { set, values } = state;
    const take = ({ sentence }) => {
      if (sentence) own.sentence = sentence;
    };
    take(values);
    state.set = (changes) => {
      take(changes);
      set(changes);
    };
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    box.append(named("sentence"), field(state, own, "sentence", OWN), named("length"), named("side"));
  }

  return { compute: (values) => compute({ ...values, ...own }, data), summary, draw, controls };
}
