/**
 * Byte-pair merges on a short text, one at a time, and how an unseen word is cut by them.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/byte_pairs.py. The same
 * rules as `BytePairs` in course_utils/preprocessing/text.py, that for ties included.
 */

import {
  ACCENT, ACCENT2, INK, MUTED,
  control, drawing, group, rect, text,
} from "./ui.js";
import { cut as shortened, field, flow, normalise, wide, words } from "./words.js";

const END = "</w>"; // the last symbol of every word
const SHOWN = 6; // pairs in the table
const TEXT = { label: "The text, or your own", hint: "Up to 200 characters.", longest: 200 };
const WORD = {
  label: "Another word, cut by the same merges",
  hint: "Any word, up to 24 characters: none is unknown.",
  longest: 24,
};

/* ---------------------------------------------------------------- the merges */

/** Wherever the two symbols are neighbours they become one, from left to right. */
function mergePair(symbols, [left, right]) {
  const merged = [];
  for (let i = 0; i < symbols.length; i++) {
    const both = symbols[i] === left && symbols[i + 1] === right;
    merged.push(both ? left + right : symbols[i]);
    if (both) i++;
  }
  return merged;
}

/** The pairs of neighbours inside words, [[pair, count], …], in the order in which they are met. */
function pairCounts(pieces, often) {
  const counts = new Map();
  for (const [word, symbols] of pieces) {
    for (let i = 1; i < symbols.length; i++) {
      const pair = [symbols[i - 1], symbols[i]];
      const key = pair.join(" "); // no symbol has a space
      const before = counts.get(key)?.[1] ?? 0;
      counts.set(key, [pair, before + often.get(word)]);
    }
  }
  return [...counts.values()];
}

/** The pieces of the text after so many merges, the pairs to merge next, the pieces of the word. */
export function compute({ text: typed, merges: asked, word }) {
  const tokens = words(normalise(typed));
  const often = new Map();
  for (const token of tokens) often.set(token, (often.get(token) ?? 0) + 1);
  let pieces = new Map([...often.keys()].map((token) => [token, [...token, END]]));
  const symbols = new Set([...pieces.values()].flat());
  const characters = tokens.reduce((sum, token) => sum + pieces.get(token).length, 0);
  const learned = [];
  // A stable sort: of equally frequent pairs, the one that was met first stays in front.
  const ranked = () => pairCounts(pieces, often).sort(([, a], [, b]) => b - a);
  let best = ranked();
  while (learned.length < asked && best.length) {
    const [pair] = best[0];
    learned.push(pair);
    pieces = new Map([...pieces].map(([token, parts]) => [token, mergePair(parts, pair)]));
    best = ranked();
  }
  best = best.slice(0, SHOWN);
  const cutUp = (token) => learned.reduce(mergePair, [...token, END]);
  return {
    pieces: tokens.flatMap((token) => pieces.get(token)),
    left: best.map(([[left]]) => left),
    right: best.map(([[, right]]) => right),
    counts: best.map(([, count]) => count),
    merges: learned.map(([left, right]) => left + right),
    symbols: symbols.size + learned.length,
    characters,
    cut: words(normalise(word)).flatMap(cutUp),
  };
}

/* ---------------------------------------------------------------- words */

const DOT = "·"; // stands for END
const shown = (symbol) => symbol.replace(END, DOT);
const counted = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
const parted = (pieces) => pieces.map(shown).join(" ");

/** How many pieces and symbols there are, what is merged next, and how the other word is cut. */
export function summary(values, { pieces, left, right, counts, merges, symbols, characters, cut }) {
  if (!characters) return "There is nothing to merge yet: type a text.";
  const said = (i) => `“${shortened(shown(left[i]), 20)}” + “${shortened(shown(right[i]), 20)}”`;
  const next =
    !left.length ? "Nothing is left to merge: every word is one piece."
    : counts[0] > 1 ? `Next: ${said(0)}, which meet ${counts[0]} times.`
    : `Next: ${said(0)}, which meet only once, as all pairs do now: more merges learn words by heart.`;
  const other =
    !cut.length ? ""
    : cut.length === 1 ? ` The other word is one piece: ${parted(cut)}.`
    : ` The other word has ${cut.length} pieces: ${parted(cut)}.`;
  return (
    `After ${counted(merges.length, "merge")} the text has ${counted(pieces.length, "piece")};` +
    ` it had ${characters} characters, word ends (${DOT}) included.` +
    ` The vocabulary has ${symbols} symbols. ${next}${other}`
  );
}

/* ---------------------------------------------------------------- picture */

const MONO = "font-family:var(--nr-mono,ui-monospace,monospace)";
const SIZE = 15;
const HIGH = 26; // of a box
const ROW = 34;
const BOLD = "font-weight:700";

/** The boxes of words, each a list of pieces, in rows: { body, height }; `look` gives a box's style. */
function boxes(groups, [left, top], across, look) {
  const most = Math.floor((across - 10) / (SIZE * 0.61));
  const widthOf = (piece) => wide(shortened(shown(piece), most), SIZE) + 9;
  const { corners, rows } = flow(groups.map((pieces) => pieces.map(widthOf)), across, 8);
  const parts = groups.flat().map((piece, i) => {
    const [x, y] = [left + corners[i][0], top + ROW * corners[i][1]];
    const width = widthOf(piece);
    const words = text(x + width / 2, y + 18, shortened(shown(piece), most));
    return rect(x + 1, y, width - 2, HIGH, 4, look(i, piece)) + words;
  });
  return { body: group(`font-size:${SIZE}px;text-anchor:middle;${MONO}`, ...parts), height: ROW * rows };
}

/** Pieces, word by word. */
function byWord(pieces) {
  const groups = [[]];
  for (const piece of pieces) {
    groups.at(-1).push(piece);
    if (piece.endsWith(END)) groups.push([]);
  }
  return groups.slice(0, -1);
}

const PLAIN = `fill:none;stroke:${MUTED}`;
const LATEST = `fill:${ACCENT};fill-opacity:0.3;stroke:${ACCENT}`;
const NEXT = `fill:none;stroke:${ACCENT2};stroke-width:2;stroke-dasharray:4 2`;

/** Which pieces would be merged next: from left to right, each in one pair only. */
function waiting(pieces, left, right) {
  const found = new Set();
  for (let i = 1; i < pieces.length; i++) {
    const meets = pieces[i - 1] === left && pieces[i] === right;
    if (meets && !left.endsWith(END) && !found.has(i - 1)) found.add(i - 1).add(i);
  }
  return found;
}

/** The most frequent pairs with their counts: { body, height }. */
function table({ left, right, counts }, [x, y], width) {
  const parts = [text(x, y + 14, "Most frequent pairs", BOLD)];
  if (!left.length) parts.push(text(x, y + 40, "None: every word is one piece.", `fill:${MUTED}`));
  const column = Math.min(150, 0.44 * width);
  const room = width - column - 92; // beside the longest count
  left.forEach((_, i) => {
    const top = y + 24 + 25 * i;
    const pair = `${shown(left[i])} + ${shown(right[i])}`;
    const words = shortened(pair, Math.floor(column / (14 * 0.61)));
    const share = counts[i] / counts[0];
    const colour = i ? MUTED : ACCENT2;
    parts.push(
      text(x, top + 16, words, `font-size:14px;${MONO}${i ? "" : `;${BOLD}`}`),
      rect(x + column, top + 4, room * share, 15, 2, `fill:${colour}`),
      text(x + column + room * share + 6, top + 16, `${counts[i]}${i ? "" : " ← next"}`),
    );
  });
  return { body: parts.join(""), height: 24 + 25 * Math.max(1, left.length) };
}

/** The text in its pieces, the pairs, the merges so far, and the other word. */
export function draw(values, traces, width) {
  const { pieces, left, right, merges, symbols, characters, cut } = traces;
  const style = `font-size:14px;fill:${INK}`;
  if (!characters)
    return drawing(width, 80, group(style, text(width / 2, 44, "Type a text above.", "text-anchor:middle")));
  const latest = merges.at(-1);
  const next = left.length ? waiting(pieces, left[0], right[0]) : new Set();
  const plain = (i, piece) => (piece === latest ? LATEST : PLAIN);
  const look = (i, piece) => (next.has(i) ? NEXT : plain(i, piece));
  const body = [];
  let y = 0;
  const block = ({ body: part, height }) => {
    body.push(part);
    y += height;
  };
  body.push(
    text(0, y + 16, `${counted(pieces.length, "piece")}, ${symbols} symbols`, BOLD),
    rect(0, y + 27, 13, 13, 3, LATEST),
    text(19, y + 38, "latest merge"),
    rect(110, y + 27, 13, 13, 3, NEXT),
    text(127, y + 38, "next merge"),
    text(204, y + 38, `${DOT} word end`),
  );
  y += 50;
  block(boxes(byWord(pieces), [0, y], width, look));
  y += 10;

  const two = width >= 600;
  const column = two ? (width - 30) / 2 : width;
  const pairs = table(traces, [0, y], column);
  body.push(pairs.body);
  const [x, top] = two ? [column + 30, y] : [0, y + pairs.height + 14];
  body.push(text(x, top + 14, "The other word", BOLD));
  const other = boxes(byWord(cut), [x, top + 24], column, plain);
  body.push(cut.length ? other.body : text(x, top + 40, "none", `fill:${MUTED}`));
  const below = top + 24 + Math.max(ROW, other.height) + 8;
  y = Math.max(below, y + pairs.height + 12);

  const made = `Merges so far, in order: ${merges.length}`;
  body.push(text(0, y + 14, merges.length < values.merges ? `${made}, the last` : made, BOLD));
  y += 24;
  block(boxes(merges.map((symbol) => [symbol]), [0, y], width, plain));
  return drawing(width, y + 4, group(style, ...body));
}

/* ---------------------------------------------------------------- the page */

/** One figure: its text and its word are among those offered, or what its reader types. */
export function instance() {
  const own = { text: "", word: "" }; // as typed, or as chosen

  function controls(box, state) {
    const { set, values } = state;
    const take = (given) => {
      for (const name of ["text", "word"]) if (given[name]) own[name] = given[name];
    };
    take(values);
    state.set = (changes) => {
      take(changes);
      set(changes);
    };
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    box.append(
      named("text"),
      field(state, own, "text", TEXT),
      named("merges"),
      field(state, own, "word", WORD),
    );
  }

  return {
    compute: ({ merges }) => compute({ ...own, merges }),
    summary,
    draw,
    controls,
  };
}
