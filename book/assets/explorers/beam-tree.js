/**
 * Beam search over what the date translator may write, grown step by step.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/beam_tree.py. The
 * network comes from ../models/dates.json and runs in ../encoder-decoder.js.
 */

import { EncoderDecoder } from "../encoder-decoder.js";
import { datesField, typed } from "./date-translator.js";
import {
  ACCENT, ACCENT2, INK, LINE, MUTED, SURFACE,
  at, control, drawing, fixed, group, rect, text,
} from "./ui.js";

const MOST = 33; // characters that are written, the end included
const SHOWN = 8; // candidates of a step
const OWN = ""; // instead of an example: the reader types
const END = "■";

/* ---------------------------------------------------------------- the search */

/** The network, its characters, and the searches there have been. */
export function prepare(files) {
  const network = new EncoderDecoder(files.dates);
  return { network, read: network.meta.read, write: network.meta.write, searches: new Map() };
}

/**
 * Beam search as `decoding.beam`: { tree, beams }, for each step its candidates, the most probable
 * first, and what is in the beam after it.
 */
function search(words, width, { network, read, write, searches }) {
  const name = `${width} ${words}`;
  if (searches.has(name)) return searches.get(name);
  const end = write.length + 2;
  const ids = [...words].map((c) => read.indexOf(c) + 1);
  let open = [{ tokens: [write.length + 1], logP: 0, place: -1, state: network.start(ids) }];
  const ended = [];
  const [tree, beams] = [[], []];
  while (open.length && tree.length < MOST) {
    const candidates = [];
    for (const path of open) {
      const { probabilities, state } = network.step(path.tokens.at(-1), path.state);
      probabilities.forEach((p, token) => {
        if (p > 0)
          candidates.push({ token, parent: path.place, logP: path.logP + Math.log(p), path, state });
      });
    }
    candidates.sort((a, b) => b.logP - a.logP);
    const kept = width - ended.length;
    candidates.forEach((candidate, place) => (candidate.kept = place < kept));
    open = [];
    candidates.slice(0, kept).forEach(({ token, logP, path, state }, place) => {
      const next = { tokens: [...path.tokens, token], logP, place, state };
      (token === end ? ended : open).push(next);
    });
    tree.push(candidates.slice(0, SHOWN));
    const beam = [...ended, ...open].map(({ tokens, logP }) => ({ tokens: tokens.slice(1), logP }));
    beams.push(beam.sort((a, b) => b.logP - a.logP));
  }
  const found = { tree, beams };
  searches.set(name, found);
  return found;
}

/** The tree after so many steps, what is in the beam then, and what greedy decoding writes. */
export function compute({ text: words, width, step }, data) {
  const { write } = data;
  const { tree, beams } = words ? search(words, width, data) : { tree: [], beams: [] };
  const [best] = words ? search(words, 1, data).beams.at(-1) : [{ tokens: [], logP: 0 }];
  const shown = Math.min(step, tree.length);
  const found = shown ? beams[shown - 1] : [];
  const said = (tokens) => tokens.map((token) => write[token - 1] ?? "").join("");
  const column = (value) =>
    tree.slice(0, shown).map((candidates) =>
      Array.from({ length: SHOWN }, (_, k) => (candidates[k] ? Number(value(candidates[k])) : -1)),
    );
  return {
    text: words,
    characters: write,
    steps: tree.length,
    step: shown,
    tokens: column(({ token }) => token),
    parents: column(({ parent }) => parent),
    log_p: column(({ logP }) => logP),
    kept: column(({ kept }) => kept),
    found: found.map(({ tokens }) => said(tokens)),
    found_log_p: found.map(({ logP }) => logP),
    found_length: found.map(({ tokens }) => tokens.length),
    ended: found.map(({ tokens }) => Number(tokens.at(-1) === write.length + 2)),
    greedy: said(best.tokens),
    greedy_log_p: best.logP,
  };
}

/* ---------------------------------------------------------------- words */

const quoted = (words) => `“${words.replaceAll("-", "‑")}”`;
const percent = (logP) => (Math.exp(logP) >= 0.995 ? "over 99 %" : `${fixed(100 * Math.exp(logP))} %`);
const shown = (c) => ({ " ": "␣" })[c] ?? c;

/** The place of the largest number. */
const argmax = (numbers) => numbers.reduce((best, x, i) => (x > numbers[best] ? i : best), 0);

/** log p a character, of each that is in the beam. */
const means = ({ found_log_p: sums, found_length: lengths }) => sums.map((sum, i) => sum / lengths[i]);

/** How far the search is, what leads, and whether greedy decoding writes the same. */
export function summary({ width }, traces) {
  const { text: words, step, steps, found, found_log_p: logP, greedy, greedy_log_p: greedyLogP } = traces;
  if (!words) return "There is nothing to translate yet: type a date.";
  if (!step) return `Nothing is written yet. The search for ${quoted(words)} takes ${steps} steps.`;
  const which = width === 1 ? "Greedy decoding, a beam of one" : `A beam of ${width}`;
  const done = step === steps;
  const sentences = [
    `${which}, step ${step} of ${steps}: ${done ? "the most probable is" : "so far the most probable is"}` +
      ` ${quoted(found[0])}, log p ${fixed(logP[0], 2)} (${percent(logP[0])}).`,
  ];
  if (done && width > 1)
    sentences.push(
      found[0] === greedy ? "Greedy decoding writes the same."
      : `Greedy decoding writes ${quoted(greedy)}, log p ${fixed(greedyLogP, 2)}: the wider beam found something more probable.`,
    );
  if (done && argmax(means(traces)) !== 0)
    sentences.push(`For each character ${quoted(found[argmax(means(traces))])} has the larger log p.`);
  return sentences.join(" ");
}

/* ---------------------------------------------------------------- picture */

const MONO = "font-family:var(--nr-mono,ui-monospace,monospace)";
const MIDDLE = "text-anchor:middle";
const HIGH = 34; // of a row of the tree
const TOP = 30;

/** The steps of the tree that there is room for, the beam below it. */
export function draw({ width: beam }, traces, width) {
  const isWide = width >= 600;
  const style = `font-size:14px;fill:${INK}`;
  const { text: words, characters, step, tokens, parents, log_p: logP, kept, found } = traces;
  if (!words) return drawing(width, 80, group(style, text(width / 2, 44, "Type a date above.", MIDDLE)));

  const columns = isWide ? 8 : 4;
  const first = Math.max(0, step - columns);
  const pitch = width / columns;
  const box = { wide: Math.min(66, pitch - 16), high: 26 };
  const x = (column) => (column - first) * pitch + 12;
  const y = (place) => TOP + place * HIGH;
  const rows = Math.min(SHOWN, beam + 3);
  const [edges, nodes] = [[], []];
  for (let column = first; column < step; column += 1) {
    nodes.push(text(x(column) + box.wide / 2, 16, `step ${column + 1}`, `${MIDDLE};fill:${MUTED};font-size:13px`));
    for (let place = 0; place < rows; place += 1) {
      const token = tokens[column][place];
      if (token < 0) continue;
      const isKept = kept[column][place] === 1;
      const character = shown(characters[token - 1] ?? END);
      const [left, top] = [x(column), y(place)];
      const colour = isKept ? INK : MUTED;
      if (column > first) {
        const [fromX, fromY] = [x(column - 1) + box.wide, y(parents[column][place]) + box.high / 2];
        const middle = (fromX + left) / 2;
        const toY = top + box.high / 2;
        const line = isKept ? `stroke:${ACCENT};stroke-width:2` : `stroke:${LINE};stroke-width:1.5`;
        edges.push(
          `<path d="M${at(fromX)} ${at(fromY)}C${at(middle)} ${at(fromY)} ${at(middle)} ${at(toY)} ${at(left)} ${at(toY)}" style="${line}"/>`,
        );
      }
      nodes.push(
        `<g data-candidate="${column + 1}-${place + 1}">` +
          rect(left, top, box.wide, box.high, 5, `fill:${SURFACE};stroke:${isKept ? ACCENT : LINE};stroke-width:${isKept ? 2 : 1}`) +
          text(left + 13, top + 18, character, `${MIDDLE};${MONO};font-size:15px;fill:${colour}${isKept ? ";font-weight:700" : ""}`) +
          text(left + box.wide - 5, top + 18, fixed(logP[column][place], 1), `text-anchor:end;font-size:13px;fill:${colour}`) +
          "</g>",
      );
    }
  }
  const before = first ? `… ${first} step${first > 1 ? "s" : ""} before` : "";
  let bottom = TOP + (step ? rows : 1) * HIGH + 4;
  const notes = [
    step ? text(0, bottom + 10, before, `fill:${MUTED}`) : text(width / 2, TOP + 10, "Press Next: the first characters.", MIDDLE),
  ];
  bottom += 34;

  const mean = means(traces);
  const best = argmax(mean);
  const [sumAt, meanAt] = [width - (isWide ? 130 : 62), width];
  if (step) {
    notes.push(
      text(0, bottom, isWide ? "In the beam (■ has ended)" : "In the beam", "font-weight:700"),
      text(sumAt, bottom, "log p", "text-anchor:end;font-weight:700"),
      text(meanAt, bottom, isWide ? "a character" : "a char.", "text-anchor:end;font-weight:700"),
    );
  }
  found.forEach((one, k) => {
    bottom += 24;
    const lead = (isBest) => (isBest ? `font-weight:700;fill:${ACCENT2}` : "");
    const most = isWide ? 40 : 21;
    const whole = [...one, ...(traces.ended[k] ? [END] : [])].map(shown).join("");
    const cut = whole.length > most ? `…${whole.slice(1 - most)}` : whole;
    notes.push(
      text(0, bottom, cut, `${MONO};font-size:14px`),
      text(sumAt, bottom, fixed(traces.found_log_p[k], 2), `text-anchor:end;${lead(k === 0)}`),
      text(meanAt, bottom, fixed(mean[k], 3), `text-anchor:end;${lead(k === best)}`),
    );
  });
  return drawing(width, bottom + 12, group(style, group("fill:none", ...edges), ...nodes, ...notes));
}

/* ---------------------------------------------------------------- the page */

/** One figure: what is read is one of the examples, or what its reader types. */
export function instance(data) {
  const own = { text: "" }; // as typed, or as chosen
  const read = () => typed(own.text, data.read).text;

  function controls(box, state) {
    const { set, values } = state;
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    own.text = values.text;
    state.set = (changes) => {
      const next = { ...changes };
      if ("text" in next && next.text !== OWN) own.text = next.text;
      if ("step" in next && read())
        next.step = Math.min(next.step, search(read(), next.width ?? values.width, data).tree.length);
      set(next);
    };
    const hint = "Leave something out, a year or a day, and there is more than one answer.";
    const dates = datesField(state, own, "This, or your own", hint, data.read);
    const steps = named("step");
    const following = [...steps.querySelectorAll("button")].at(-1);
    state.watch(() => {
      const { traces } = state;
      steps.querySelector("input").setAttribute("max", Math.max(1, traces.steps));
      following.setAttribute("aria-disabled", traces.step >= traces.steps);
    });
    box.append(named("text"), dates, named("width"), steps);
  }

  return { compute: (values) => compute({ ...values, text: read() }, data), summary, draw, controls };
}
