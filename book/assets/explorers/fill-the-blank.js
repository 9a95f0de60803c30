/**
 * One character of a sentence is struck out, and three networks say what stood there.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/fill_the_blank.py. The
 * networks come from ../models/blank-*.json, as written by bookkit/models/fill_the_blank.py, and run in
 * ../rnn.js.
 */

import { ACTIVATIONS, Network } from "../rnn.js";
import {
  ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, LINE, MUTED, SURFACE,
  control, drawing, fixed, group, line, make, rect, text,
} from "./ui.js";

const NETWORKS = [
  { name: "left", label: "From the left", sees: "sees what comes before", colour: ACCENT },
  { name: "both", label: "From both sides", sees: "sees before and after", colour: ACCENT3 },
  { name: "right", label: "From the right", sees: "sees what comes after", colour: ACCENT2 },
];
const LONGEST = 60; // characters of a sentence
const BEST = 5;
const OWN = ""; // instead of a sentence: the reader types one
const TYPED = { "‘": "'", "’": "'", "“": "'", "”": "'", "–": "-", "—": "-" }; // as Shakespeare has them

/** The three networks, and the characters they know: a character's id is its place. */
export function prepare(files) {
  const chain = (name) => new Network(files[`blank-${name}`]);
  const [forward, backward] = [chain("both-before"), chain("both-after")];
  return {
    vocabulary: files["blank-left"].meta.vocabulary,
    left: chain("left"),
    right: chain("right"),
    both(before, after) {
      const fromAfter = backward.predict(after).reverse();
      return forward.predict(before).map((scores, t) => ACTIVATIONS.softmax(scores.map((s, k) => s + fromAfter[t][k])));
    },
  };
}

/** What was typed, as the networks can read it: { text, unknown }, unknown being left out. */
export function typed(words, vocabulary) {
  const characters = [...words].slice(0, LONGEST).map((c) => TYPED[c] ?? c);
  const known = (c) => vocabulary.includes(c);
  return {
    text: characters.filter(known).join(""),
    unknown: [...new Set(characters.filter((c) => !known(c)))],
  };
}

/** What each network expects at each place: (3 networks, characters, 65), between two line ends. */
function read(sentence, { vocabulary, left, both, right }) {
  if (!sentence) return NETWORKS.map(() => []);
  const ids = [...`\n${sentence}\n`].map((c) => vocabulary.indexOf(c));
  const before = ids.slice(0, -2);
  const after = ids.slice(2).reverse();
  return [left.predict(before), both(before, after), right.predict(after).reverse()];
}

/** The traces of a sentence that has been read. */
function blank(sentence, at, expected, { vocabulary }) {
  const place = Math.min(at, sentence.length) - 1;
  return {
    characters: vocabulary,
    text: sentence,
    place,
    probabilities: expected.map((rows) => Array.from(rows[place] ?? new Float64Array(vocabulary.length))),
    given: expected.map((rows) => rows.map((row, t) => row[vocabulary.indexOf(sentence[t])])),
  };
}

/** The blank's place, what is expected there, and what each true character was given. */
export const compute = ({ sentence, at }, data) => blank(sentence, at, read(sentence, data), data);

/* ---------------------------------------------------------------- words */

const shown = (c) => ({ " ": "␣", "\n": "↵" })[c] ?? c;
const said = (c) => ({ " ": "a space", "\n": "a line end" })[c] ?? `“${c}”`;

const percent = (p) => (p >= 0.995 ? ">99 %" : p >= 0.005 ? `${fixed(100 * p)} %` : "<1 %");
const spoken = (p) => percent(p).replace(">", "over ").replace("<", "under ");

/** The likeliest characters of one network: [[character, probability], …]. */
const best = (probabilities, characters) =>
  [...probabilities.keys()]
    .sort((i, j) => probabilities[j] - probabilities[i])
    .slice(0, BEST)
    .map((id) => [characters[id], probabilities[id]]);

/** What was struck out, what each network says stood there, and which direction knew. */
export function summary(values, { characters, text: sentence, place, probabilities, given }) {
  if (place < 0) return "There is nothing to strike out yet: type a sentence.";
  const truth = sentence[place];
  const guesses = NETWORKS.map(({ label }, i) => {
    const [[first, p]] = best(probabilities[i], characters);
    const rest = first === truth ? ", correct" : `; ${said(truth)} gets ${spoken(given[i][place])}`;
    return `${said(first)} ${label.toLowerCase()} (${spoken(p)}${rest})`;
  });
  const [left, both, right] = given.map((row) => row[place]);
  const [high, low] = [Math.max(left, right), Math.min(left, right)];
  const knew =
    high < 0.1 ? "Neither direction knew."
    : high < 1.5 * low ? "Both directions knew about equally well."
    : left > right ? "What comes before gave it away more than what comes after."
    : "What comes after gave it away more than what comes before.";
  const surer = both > high + 0.1 ? " From both sides it is surer." : "";
  return (
    `Character ${place + 1} is struck out: ${said(truth)}.` +
    ` Best guesses: ${guesses.join(", ")}. ${knew}${surer}`
  );
}

/* ---------------------------------------------------------------- picture */

const MONO = "font-family:var(--nr-mono,ui-monospace,monospace)";
const HIGH = 40; // of a bar for probability 1
const MIDDLE = "text-anchor:middle";

/** Where each character stands, [column, row]: a word begins a new row where it does not fit. */
function rowsOf(sentence, across) {
  let [column, row] = [0, 0];
  return [...sentence].map((character, t) => {
    const { length } = sentence.slice(t).split(" ", 1)[0];
    const begins = t > 0 && sentence[t - 1] === " " && column + length > across;
    if (begins || column === across) [column, row] = [0, row + 1];
    return [column++, row];
  });
}

/** One character of the sentence, struck out or not, over its three bars; it can be clicked. */
function cell(character, t, struck, given, [x, y], width) {
  const bar = Math.min(6, (width - 4) / 3);
  const start = x + (width - 3 * bar) / 2;
  const base = y + 30 + HIGH;
  const parts = [
    rect(x, y, width, 34 + HIGH, 0, "fill:transparent"),
    struck ? rect(x + 1, y, width - 2, 26, 4, `fill:${SURFACE};stroke:${ACCENT4};stroke-width:2`) : "",
    character === " "
      ? text(x + width / 2, y + 16, shown(character), struck ? "" : `fill:${MUTED}`)
      : text(x + width / 2, y + 19, character),
    struck ? line(x + 3, y + 23, x + width - 3, y + 3, `stroke:${ACCENT4};stroke-width:2`) : "",
    rect(start, base - HIGH, 3 * bar, HIGH, 0, `fill:${LINE};fill-opacity:0.45`),
    ...NETWORKS.map(({ colour }, i) => {
      const height = HIGH * given[i][t];
      return rect(start + i * bar + 0.5, base - height, bar - 1, height, 0, `fill:${colour}`);
    }),
  ];
  return `<g data-place="${t + 1}">${parts.join("")}</g>`;
}

/** One network's five likeliest characters, and what the true one got. */
function panel({ label, sees, colour }, i, traces, [x, y], width) {
  const { characters, text: sentence, place, probabilities, given } = traces;
  const truth = sentence[place];
  const room = width - 31 - 56;
  const parts = [
    rect(x, y + 2, 12, 12, 2, `fill:${colour}`),
    text(x + 18, y + 13, label, "font-weight:700"),
    text(x, y + 33, sees, `fill:${MUTED}`),
  ];
  best(probabilities[i], characters).forEach(([character, p], rank) => {
    const top = y + 42 + 24 * rank;
    const bold = character === truth ? ";font-weight:700" : "";
    if (bold) parts.push(rect(x + 1, top, 21, 20, 4, `fill:none;stroke:${ACCENT4};stroke-width:2`));
    parts.push(
      text(x + 11.5, top + (character === " " ? 12 : 15), shown(character), `font-size:15px;${MIDDLE};${MONO}${bold}`),
      rect(x + 31, top + 3, room, 14, 2, `fill:${LINE};fill-opacity:0.45`),
      rect(x + 31, top + 3, room * p, 14, 2, `fill:${colour}`),
      text(x + width, top + 15, percent(p), `text-anchor:end${bold}`),
    );
  });
  parts.push(text(x, y + 180, `The true ${shown(truth)} gets ${percent(given[i][place])}`));
  return parts.join("");
}

/** The sentence with its bars, in rows, and below it what the three networks offer. */
export function draw(values, traces, width) {
  const wide = width >= 600;
  const { text: sentence, place, given } = traces;
  const style = `font-size:14px;fill:${INK}`;
  if (place < 0) {
    const words = "Type a sentence above.";
    return drawing(width, 80, group(style, text(width / 2, 44, words, MIDDLE)));
  }
  const across = wide ? 30 : 15;
  const size = width / across;
  const step = HIGH + 44;
  const places = rowsOf(sentence, across);
  const cells = [...sentence].map((character, t) => {
    const [column, row] = places[t];
    return cell(character, t, t === place, given, [column * size, 6 + row * step], size);
  });
  let y = 6 + (places.at(-1)[1] + 1) * step + 12;
  const key = wide
    ? ["Bars: what each network gave the true character (left, both, right), from 0 to 100 %."]
    : ["Bars: what each network gave the true", "character (left, both, right), 0 to 100 %."];
  const body = [group(`font-size:18px;${MIDDLE};${MONO}`, ...cells)];
  for (const words of key) {
    body.push(text(0, y, words, `fill:${MUTED}`));
    y += 19;
  }
  y += 8;
  const gap = 26;
  const column = wide ? (width - 2 * gap) / 3 : width;
  NETWORKS.forEach((network, i) => {
    const corner = wide ? [i * (column + gap), y] : [0, y + 206 * i];
    body.push(panel(network, i, traces, corner, column));
  });
  return drawing(width, y + (wide ? 0 : 412) + 188, group(style, ...body));
}

/* ---------------------------------------------------------------- the page */

/** One figure: its sentence is one of those offered, or what its reader types. */
export function instance(data) {
  let words = ""; // as typed, or as chosen
  let sentence = ""; // what the networks read of it
  let expected = read(sentence, data);

  function take(now) {
    words = now;
    const { text: known, unknown } = typed(words, data.vocabulary);
    if (known !== sentence) {
      sentence = known;
      expected = read(sentence, data);
    }
    return unknown;
  }

  function controls(box, state) {
    const { key, set, values } = state;
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    take(values.sentence);

    const quiet = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
    const described = { "aria-describedby": `${key}-told`, maxlength: LONGEST };
    const input = make("input", { type: "text", id: `${key}-own`, ...quiet, ...described });
    const told = make("p", { id: `${key}-told`, class: "explorer-hint" });
    function tell(unknown) {
      const left = unknown.join(" ");
      told.textContent = unknown.length
        ? `Left out, since Shakespeare has none: ${left}`
        : `Change it as you like: up to ${LONGEST} characters.`;
    }
    tell([]);

    state.set = (changes) => {
      const chosen = "sentence" in changes && changes.sentence !== OWN;
      if (chosen) tell(take(changes.sentence));
      const end = Math.max(1, sentence.length);
      set({ ...changes, at: Math.min(changes.at ?? values.at, end) });
    };
    input.addEventListener("input", () => {
      tell(take(input.value));
      state.set({ sentence: OWN });
    });
    const own = make("div", { class: "explorer-control" });
    own.append(make("label", { for: `${key}-own` }, "The sentence, or your own"), input, told);

    const at = named("at");
    const slider = at.querySelector("input");
    const next = [...at.querySelectorAll("button")].at(-1);
    state.watch(() => {
      const end = Math.max(1, sentence.length);
      slider.setAttribute("max", end);
      next.setAttribute("aria-disabled", values.at >= end);
      if (input.value !== words) input.value = words;
    });
    const strike = (event) => {
      const clicked = event.composedPath()[0].closest?.("[data-place]");
      if (clicked && box.parentNode.contains(clicked))
        state.set({ at: Number(clicked.dataset.place) });
    };
    document.addEventListener("click", strike, { signal: state.gone });
    const help = "Tap or click a character in the picture to strike it out, or use the slider.";
    const helped = make("div", { class: "explorer-control" }, make("p", { class: "explorer-hint" }, help));
    box.append(named("sentence"), own, at, helped);
  }

  return {
    compute: ({ at }) => blank(sentence, at, expected, data),
    summary,
    draw,
    controls,
  };
}
