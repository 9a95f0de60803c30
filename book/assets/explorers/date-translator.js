/**
 * Dates as people write them, translated into ISO form: where attention looks, and what follows
 * when it is moved, or when less of it, or of the encoder's last state, is let through.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/date_translator.py. The
 * network comes from ../models/dates.json and runs in ../encoder-decoder.js.
 */

import { EncoderDecoder } from "../encoder-decoder.js";
import {
  ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, LINE, MUTED, SURFACE,
  at, button, control, drawing, fixed, group, make, rect, text,
} from "./ui.js";
import { field } from "./words.js";

const LONGEST = 80; // characters that are read
const MOST = 44; // characters that are written, the end included
const BEST = 5; // of a list
const OWN = ""; // instead of an example: the reader types
const TYPED = { "‘": "'", "’": "'", "–": "-", "—": "-" }; // as the dates have them
const MONTHS = [
  "January February March April May June July August September October November December",
  "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
  "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
  "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
].map((names) => names.toLowerCase().split(" "));

/* ---------------------------------------------------------------- the network */

/** The network, its characters, and of the last text the state and the answers. */
export function prepare(files) {
  const network = new EncoderDecoder(files.dates);
  const { read, write } = network.meta;
  let last = {};
  function remembered(words) {
    if (last.words !== words) {
      const ids = [...words].map((c) => read.indexOf(c) + 1);
      last = { words, state: network.start(ids), answers: new Map() };
    }
    return last;
  }
  return { network, read, write, remembered };
}

/** Every number of the decoder's state times a share. */
const shrunk = (state, share) => ({
  ...state,
  decoder: state.decoder.map((layer) =>
    layer && Object.fromEntries(Object.entries(layer).map(([name, part]) => [name, part.map((x) => share * x)])),
  ),
});

/**
 * The most probable token, one after the other, until the end: what step gives of each, and `token`.
 * shares: what the state that is handed over, and attention at every step, are multiplied by
 * moved: [step, character]; that step gives all attention to that character
 */
function translate(words, shares, moved, { network, write, remembered }) {
  if (!words) return [];
  const { state: read, answers } = remembered(words);
  const name = [shares, moved].join();
  if (answers.has(name)) return answers.get(name);
  const end = write.length + 2;
  const [share, most] = shares;
  let [token, state] = [write.length + 1, shrunk(read, share)];
  const steps = [];
  while (steps.length < MOST && token !== end) {
    let found = network.step(token, state);
    const isMoved = moved?.[0] === steps.length;
    if (isMoved || most < 1) {
      const weights = found.weights.map((w, j) => most * (isMoved ? Number(j === moved[1]) : w));
      found = network.step(token, state, { weights });
    }
    ({ state } = found);
    token = found.probabilities.reduce((best, p, k, all) => (p > all[best] ? k : best), 0);
    steps.push({ ...found, token });
  }
  if (!moved) answers.set(name, steps);
  return steps;
}

/** What the steps say, without the end. */
const characters = (steps, write) => steps.map(({ token }) => write[token - 1] ?? "").join("");

/* ---------------------------------------------------------------- what is meant */

/** What was typed, as the network can read it: { text, unknown }, unknown being left out. */
export function typed(words, read) {
  const all = [...words].slice(0, LONGEST).map((c) => TYPED[c] ?? c);
  const known = (c) => read.includes(c);
  return { text: all.filter(known).join(""), unknown: [...new Set(all.filter((c) => !known(c)))] };
}

/** The field for dates of the reader's own; what cannot be read is named, else `hint` is shown. */
export function datesField(state, own, label, hint, read) {
  const told = (words) => {
    const { unknown } = typed(words, read);
    return unknown.length
      ? `Left out, since no date that it learned from has them: ${unknown.join(" ")}`
      : hint;
  };
  return field(state, own, "text", { label, hint: told, longest: LONGEST });
}

/** One date that a text names, in ISO form, or "" where that is not plain. */
function date(words) {
  const long = (words.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => word.length > 2);
  const isNamed = (names, month) => long.some((word) => names[month].startsWith(word));
  const named = [...MONTHS[0].keys()].filter((month) => MONTHS.some((names) => isNamed(names, month)));
  const numbers = words.match(/[0-9]+/g) ?? [];
  if (numbers.length + named.length !== 3 || named.length > 1) return "";
  if (numbers[0].length === 4) numbers.reverse();
  const last = numbers.at(-1);
  const [day, month] = [Number(numbers[0]), named.length ? named[0] : Number(numbers[1]) - 1];
  const year = Number(last) + (last.length !== 2 ? 0 : last >= "50" ? 1900 : 2000);
  if (year < 1000 || year > 9999) return "";
  const found = new Date(Date.UTC(year, month, day));
  const isReal = found.getUTCMonth() === month && found.getUTCDate() === day;
  return isReal ? found.toISOString().slice(0, 10) : "";
}

/** The dates that a text names, a space between them, or "". */
function meaning(words) {
  const found = words.split(";").map(date);
  return found.every(Boolean) ? found.join(" ") : "";
}

/** What is written, what would be if the network were left alone, and what was meant. */
export function compute({ text: words, at: step, look, state, attention }, data) {
  const { write } = data;
  const shares = [state / 100, attention / 100];
  const base = translate(words, shares, null, data);
  const place = Math.min(step, base.length) - 1;
  const to = place >= 0 ? Math.min(look, words.length) - 1 : -1;
  const answer = to >= 0 ? translate(words, shares, [place, to], data) : base;
  const written = characters(answer, write);
  const chosen = (name, size) => [base, answer].map((steps) => Array.from(steps[place]?.[name] ?? new Float64Array(size)));
  return {
    text: words,
    meant: meaning(words),
    untouched: characters(translate(words, [1, 1], null, data), write),
    written,
    ended: written.length < answer.length,
    place,
    look: to,
    weights: answer.map(({ weights }) => Array.from(weights)),
    given: answer.map(({ probabilities, token }) => probabilities[token]),
    looked: chosen("weights", words.length),
    probabilities: chosen("probabilities", write.length + 3),
    characters: write,
  };
}

/* ---------------------------------------------------------------- words */

const END = "■";
const shown = (c) => ({ " ": "␣" })[c] ?? c;
const said = (c) => ({ " ": "a space", [END]: "the end" })[c] ?? `“${c}”`;
/** A text in the sentence: no line ends within a date. */
const quoted = (words) => `“${words.replaceAll("-", "‑")}”`;

const percent = (p) => (p >= 0.995 ? ">99 %" : p >= 0.005 ? `${fixed(100 * p)} %` : "<1 %");
const spoken = (p) => percent(p).replace(">", "over ").replace("<", "under ");

/** The places of the largest numbers, the largest first. */
const largest = (numbers, count) =>
  [...numbers.keys()].sort((i, j) => numbers[j] - numbers[i]).slice(0, count);

/** What a token is, the end included; padding and the start are never written. */
const character = (token, { characters: write }) => write[token - 1] ?? END;

/** The character that was written at a step. */
const writtenAt = (i, { written }) => written[i] ?? END;

/** What was written and meant, then where the chosen character looked. */
export function summary({ state, attention }, traces) {
  const { text: words, meant, untouched, written, ended, place, look, weights, probabilities } = traces;
  if (!words) return "There is nothing to translate yet: type a date.";
  const narrowed = [[state, "the state"], [attention, "attention"]]
    .filter(([share]) => share < 100)
    .map(([share, what]) => `${share ? `${fixed(share)} %` : "nothing"} of ${what}`)
    .join(" and ");
  const isChanged = narrowed || look >= 0;
  const sentences = [
    `${narrowed ? `With ${narrowed} it` : "It"} writes ${quoted(written)}` +
      (ended ? "" : `, and after ${MOST} characters has not ended`) +
      (written === meant ? ", which is what was meant."
      : meant ? `, but ${quoted(meant)} was meant${isChanged && meant === untouched ? ", and is written when it is left alone" : ""}.`
      : ". Which dates are meant is not plain enough to judge it here."),
  ];
  if (isChanged && meant !== untouched)
    sentences.push(written === untouched ? "Left alone, it writes the same." : `Left alone, it writes ${quoted(untouched)}.`);
  if (place >= 0) {
    const it = said(writtenAt(place, traces));
    if (look >= 0) {
      const [[alone], [now]] = probabilities.map((shares) => largest(shares, 1));
      const before = said(character(alone, traces));
      const other = before === it ? `it writes ${it} all the same` : `it writes ${it} instead of ${before}`;
      const shares = `${spoken(probabilities[1][now])}, left alone ${spoken(probabilities[0][now])}`;
      sentences.push(
        `Character ${place + 1} gives all its attention to typed character ${look + 1}, ${said(words[look])}: ${other} (${shares}).`,
      );
    } else {
      const [most] = largest(weights[place], 1);
      sentences.push(
        `Character ${place + 1}, ${it}, looked most at typed character ${most + 1}, ` +
          `${said(words[most])} (${spoken(weights[place][most])}).`,
      );
    }
  }
  return sentences.join(" ");
}

/* ---------------------------------------------------------------- picture */

const MONO = "font-family:var(--nr-mono,ui-monospace,monospace)";
const MIDDLE = "text-anchor:middle";
const HIGH = 30; // of a bar for all of the attention
const TALL = 28; // of a row of characters
const SEEN = 0.02; // the least attention that is drawn as a line
const COLOURS = [ACCENT, ACCENT2, ACCENT3];

/** Where each character stands, [column, row]; a date begins a new row where it does not fit. */
function rowsOf(words, across) {
  let [column, row] = [0, 0];
  return [...words].map((_, j) => {
    const { length } = words.slice(j).split(";", 1)[0];
    const begins = words.slice(0, j).endsWith("; ") && column + length > across;
    if (begins || column === across) [column, row] = [0, row + 1];
    return [column++, row];
  });
}

/** The corner of each character and the width of all, in the middle of the picture. */
function laid(places, top, pitch, most, width) {
  const across = 1 + Math.max(...places.map(([column]) => column));
  const size = Math.min(most, width / across);
  const left = (width - size * across) / 2;
  const corners = places.map(([column, row]) => [left + column * size, top + row * pitch]);
  return { corners, size, bottom: top + (1 + places.at(-1)[1]) * pitch };
}

const font = (size) => `font-size:${at(Math.min(18, Math.max(14, 1.4 * size)))}px;${MIDDLE};${MONO}`;
const boxed = (x, y, size) =>
  rect(x + 0.5, y + 1, size - 1, TALL - 3, 4, `fill:${SURFACE};stroke:${ACCENT4};stroke-width:2`);
/** A character that stands out from the lines behind it. */
const letter = (x, y, size, c, style = "") =>
  text(x + size / 2, y + 19, shown(c), `paint-order:stroke;stroke:${SURFACE};stroke-width:3px;${style}`);

/** A typed character under the bar of its attention. */
function typedCell(c, j, share, isChosen, colour, [x, y], size) {
  const bar = Math.max(3, size - 3);
  const [left, base] = [x + (size - bar) / 2, y + HIGH];
  return (
    `<g data-typed="${j + 1}">` +
    rect(x, y, size, HIGH + TALL, 0, "fill:transparent") +
    rect(left, base - 1, bar, 1, 0, `fill:${LINE}`) +
    rect(left, base - HIGH * share, bar, HIGH * share, 0, `fill:${colour}`) +
    (isChosen ? boxed(x, base + 1, size) : "") +
    letter(x, base, size, c, c === " " ? `fill:${MUTED};font-size:14px` : "") +
    "</g>"
  );
}

/** A written character, how sure it was, and below it what stands there if it is left alone. */
function writtenCell(c, i, p, isChosen, colour, other, [x, y], size) {
  const style = other !== null && other !== c ? `fill:${ACCENT4};font-weight:700` : c === " " ? `fill:${MUTED}` : "";
  return (
    `<g data-written="${i + 1}">` +
    rect(x, y, size, TALL + 6, 0, "fill:transparent") +
    (isChosen ? boxed(x, y, size) : "") +
    letter(x, y, size, c, style) +
    rect(x + 2, y + TALL, size - 4, 4, 1, `fill:${LINE}`) +
    rect(x + 2, y + TALL, (size - 4) * p, 4, 1, `fill:${colour}`) +
    (other ? text(x + size / 2, y + TALL + 20, shown(other), `fill:${MUTED}`) : "") +
    "</g>"
  );
}

/** Attention as curves from what is typed down to one written character. */
function threads(weights, above, [x, y], size, colour, isAlone) {
  const to = x + size / 2;
  return above.corners.flatMap(([left, top], j) => {
    if (weights[j] < SEEN) return [];
    const [from, start] = [left + above.size / 2, top + HIGH + TALL - 4];
    const half = (start + y) / 2;
    const wide = isAlone ? 1 + 6 * weights[j] : 0.4 + 2.2 * weights[j];
    const style = `stroke:${colour};stroke-width:${at(wide)};stroke-opacity:${fixed(0.2 + 0.6 * weights[j], 2)}`;
    return [`<path d="M${at(from)} ${at(start)}C${at(from)} ${at(half)} ${at(to)} ${at(half)} ${at(to)} ${at(y)}" style="${style}"/>`];
  });
}

/**
 * The likeliest of what there is, each with a bar and a percentage.
 * shares: [left alone, now]; the first is drawn, in grey, where attention has been moved
 * names(k): a character, and a note on it
 */
function list(heading, [alone, now], names, isMoved, colour, [x, y], width) {
  const rows = [...now.keys()].sort((i, j) => now[j] - now[i] || alone[j] - alone[i]).slice(0, BEST);
  const [first] = largest(alone, 1);
  if (!rows.includes(first)) rows[rows.length - 1] = first; // what it was is not to be missing
  const bar = x + (names(0)[1] ? 66 : 24);
  const room = x + width - 56 - bar;
  const parts = [text(x, y + 14, heading, "font-weight:700")];
  rows.forEach((k, row) => {
    const top = y + 24 + 24 * row;
    const [c, note] = names(k);
    parts.push(
      text(x + 8, top + 15, shown(c), `${MIDDLE};${MONO}`),
      note ? text(x + 20, top + 15, note, `fill:${MUTED}`) : "",
      rect(bar, top + 3, room, 14, 2, `fill:${LINE};fill-opacity:0.45`),
      rect(bar, top + 3, room * now[k], isMoved ? 9 : 14, 2, `fill:${colour}`),
      isMoved ? rect(bar, top + 13, room * alone[k], 4, 1, `fill:${MUTED}`) : "",
      text(x + width, top + 15, percent(now[k]), "text-anchor:end"),
    );
  });
  return parts.join("");
}

/** What the chosen character looked at, and what it might have been. */
function details(traces, [x, y], width, isWide) {
  const { text: words, place, look, looked: attention, probabilities } = traces;
  const isMoved = look >= 0;
  const gap = 36;
  const column = isWide ? (width - gap) / 2 : width;
  const second = isWide ? [x + column + gap, y] : [x, y + 34 + 24 * BEST];
  const [looked, wrote] = isMoved
    ? ["Where it looks (grey: left alone)", "What it writes (grey: left alone)"]
    : [`Where character ${place + 1} looked`, "What it might have written"];
  return (
    list(looked, attention, (j) => [words[j], `at ${j + 1}`], isMoved, ACCENT2, [x, y], column) +
    list(wrote, probabilities, (k) => [character(k, traces), ""], isMoved, ACCENT, second, column)
  );
}

/** What was typed, the lines of attention, what is written; below, the chosen character. */
export function draw(values, traces, width) {
  const isWide = width >= 600;
  const style = `font-size:14px;fill:${INK}`;
  const { text: words, meant, untouched, written, place, look, weights, given, looked } = traces;
  if (!words) return drawing(width, 80, group(style, text(width / 2, 44, "Type a date above.", MIDDLE)));

  const above = laid(rowsOf(words, isWide ? LONGEST : 27), 4, HIGH + TALL + 6, 22, width);
  const isChanged = values.state < 100 || values.attention < 100 || look >= 0;
  const pitch = TALL + (isChanged ? 32 : 14);
  const across = isWide ? MOST : 11; // a date and what is between two
  const count = Math.max(given.length, isChanged ? untouched.length : 0);
  const grid = Array.from({ length: count }, (_, i) => [i % across, Math.floor(i / across)]);
  const below = laid(grid, above.bottom + (isWide ? 110 : 80), pitch, 24, width);

  const colours = given.map((_, i) => COLOURS[(written.slice(0, i).split(" ").length - 1) % COLOURS.length]);
  const sums = [...words].map((_, j) => weights.reduce((sum, row) => sum + row[j], 0));
  const most = Math.max(...sums, 1e-9);
  const bars = place >= 0 ? weights[place] : sums.map((sum) => sum / most);
  const lines = weights.flatMap((row, i) =>
    place < 0 || i === place ? threads(row, above, below.corners[i], below.size, colours[i], i === place) : [],
  );
  if (look >= 0) lines.unshift(...threads(looked[0], above, below.corners[place], below.size, MUTED, true));
  const body = [
    group("fill:none", ...lines),
    group(font(above.size), ...[...words].map((c, j) =>
      typedCell(c, j, bars[j], j === look, place >= 0 ? colours[place] : MUTED, above.corners[j], above.size),
    )),
    group(font(below.size), ...grid.map((_, i) => {
      const other = isChanged ? untouched[i] ?? (i === untouched.length ? END : "") : null;
      return i < given.length
        ? writtenCell(writtenAt(i, traces), i, given[i], i === place, colours[i], other, below.corners[i], below.size)
        : text(below.corners[i][0] + below.size / 2, below.corners[i][1] + TALL + 20, shown(other), `fill:${MUTED}`);
    })),
  ];
  let y = below.bottom + 16;
  const tell = (line, more = "") => {
    body.push(text(width / 2, y, line, `${MIDDLE};${more}`));
    y += 20;
  };
  if (isChanged) tell("In grey: what it writes when it is left alone.", `fill:${MUTED}`);
  if (written === meant) tell("✓ This is what was meant.", "font-weight:700");
  else if (meant) tell("✗ This is not what was meant.", `font-weight:700;fill:${ACCENT4}`);
  if (place >= 0) {
    body.push(details(traces, [0, y], width, isWide));
    y += (34 + 24 * BEST) * (isWide ? 1 : 2);
  }
  return drawing(width, y, group(style, ...body));
}

/* ---------------------------------------------------------------- the page */

/** One figure: its dates are one of the examples, or what its reader types. */
export function instance(data) {
  const own = { text: "" }; // as typed, or as chosen
  const read = () => typed(own.text, data.read).text;
  const steps = ({ state, attention }) => translate(read(), [state / 100, attention / 100], null, data);
  /** The step, from 1, that looks most at a typed character. */
  const looker = (typedAt, values) =>
    1 + largest(steps(values).map(({ weights }) => weights[Math.min(typedAt, read().length) - 1]), 1)[0];

  function controls(box, state) {
    const { set, values } = state;
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    own.text = values.text;
    state.set = (changes) => {
      const next = { ...changes };
      if ("text" in next) {
        if (next.text !== OWN) own.text = next.text;
        Object.assign(next, { at: next.at ?? 0, look: next.look ?? 0 });
      }
      const now = { ...values, ...next };
      if (read() && now.look > 0 && now.at < 1) now.at = looker(now.look, now);
      next.at = Math.min(now.at, steps(now).length);
      next.look = next.at ? Math.min(now.look, read().length) : 0;
      set(next);
    };
    const hint = "Change it as you like: up to three dates, semicolons between them.";
    const dates = datesField(state, own, "These dates, or your own", hint, data.read);

    const [step, look] = [named("at"), named("look")];
    const back = button("Give it back", () => state.set({ look: 0 }));
    const all = button("Show all lines", () => state.set({ at: 0, look: 0 }));
    look.append(make("div", { class: "explorer-buttons" }, back, all));
    const following = [...step.querySelectorAll("button")].at(-1);
    /** A slider ends with its row of characters, and says which one it is at. */
    function follow(row, end, value, c) {
      const slider = row.querySelector("input");
      slider.setAttribute("max", Math.max(1, end));
      if (!value) return;
      row.querySelector(".explorer-value").textContent = `${value}: ${shown(c)}`;
      slider.setAttribute("aria-valuetext", `${value}: ${said(c)}`);
    }
    state.watch(() => {
      const { traces } = state;
      follow(step, traces.given.length, values.at, writtenAt(values.at - 1, traces));
      follow(look, read().length, values.look, read()[values.look - 1]);
      following.setAttribute("aria-disabled", values.at >= traces.given.length);
      back.setAttribute("aria-disabled", !values.look);
      all.setAttribute("aria-disabled", !values.at);
    });
    const tap = (event) => {
      const hit = event.composedPath()[0].closest?.("[data-typed], [data-written]");
      if (!hit || !box.parentNode.contains(hit)) return;
      const [typedAt, step] = [Number(hit.dataset.typed), Number(hit.dataset.written)];
      if (step) state.set({ at: step === values.at ? 0 : step, look: 0 });
      else if (values.at) state.set({ look: typedAt === values.look ? 0 : typedAt });
      else state.set({ at: looker(typedAt, values) });
    };
    document.addEventListener("click", tap, { signal: state.gone });
    const help =
      "Tap or click a written character to see where it looked, then a typed one to give all of" +
      " its attention to that; the sliders do the same. Bars: over a typed character its share of" +
      " attention, under a written one its probability.";
    const helped = make("div", { class: "explorer-control" }, make("p", { class: "explorer-hint" }, help));
    box.append(named("text"), dates, step, look, named("state"), named("attention"), helped);
  }

  return {
    compute: (values) => compute({ ...values, text: read() }, data),
    summary,
    draw,
    controls,
  };
}
