/**
 * Five words in any order, and what four models without memory make of them.
 *
 * Its description and the NumPy twin of `compute`: course_utils/explorers/word_order.py. The
 * weights come from ../models/word-order.json, as written by bookkit/models/word_order.py.
 */
import {
  ACCENT, ACCENT2, INK, LINE, MUTED,
  button, control, drawing, fixed, group, line, make, rect, text,
} from "./ui.js";

const MODELS = {
  bag: "bag of words",
  mean: "mean of embeddings",
  dense: "dense over positions",
  convolution: "convolution",
};
const QUESTIONS = { bite: "Is it done to a person?", mood: "Is the verdict good?" };
const SIZES = [24, 6, 2, 1, 1];

/** The exported file: vocabulary, word lists, and for each question the weights of each model. */
export const prepare = (files) => files["word-order"];

/** Which word stands at each place: order 0 as written, 119 reversed, lexicographic. */
function permutation(order) {
  const left = [0, 1, 2, 3, 4];
  return SIZES.map((size) => {
    const [place] = left.splice(Math.floor(order / size), 1);
    order %= size;
    return place;
  });
}

/** The number of a permutation: the inverse of `permutation`. */
function rank(places) {
  const left = [0, 1, 2, 3, 4];
  return places.reduce((order, place, i) => {
    const index = left.indexOf(place);
    left.splice(index, 1);
    return order + index * SIZES[i];
  }, 0);
}

const question = (words) => (words.includes("the") ? "bite" : "mood");

/** What the rule of the toy language says: the second noun receives; the last adjective decides. */
function answer(words, { people, animals, good, bad }) {
  if (question(words) === "bite")
    return people.includes(words.findLast((w) => people.includes(w) || animals.includes(w)));
  const places = [0, 1, 2, 3, 4].filter((i) => good.includes(words[i]) || bad.includes(words[i]));
  const not = words.indexOf("not"); // turns the next adjective round
  const negated = places.at(-2) < not && not < places.at(-1);
  return good.includes(words[places.at(-1)]) !== negated;
}

/** x (n) times w (n, m): (m) */
const times = (x, w) => w[0].map((_, j) => x.reduce((sum, value, i) => sum + value * w[i][j], 0));
const plus = (a, b) => a.map((value, i) => value + b[i]);
const tanh = (x) => x.map(Math.tanh);

/** The probability of "yes" from each of the four models. */
function probabilities(words, data) {
  const models = data.questions[question(words)];
  const ids = words.map((word) => data.vocabulary.indexOf(word));
  const sorted = ids.toSorted((a, b) => a - b); // any order of the words gives the very same sum
  const total = (rows) => rows.reduce(plus);
  const logits = {
    bag([w1, b1, w2, b2]) {
      const hidden = tanh(plus(total(sorted.map((id) => w1[id])), b1));
      return plus(times(hidden, w2), b2);
    },
    mean([e, w1, b1, w2, b2]) {
      const middle = total(sorted.map((id) => e[id])).map((sum) => sum / 5);
      return plus(times(tanh(plus(times(middle, w1), b1)), w2), b2);
    },
    dense([e, w1, b1, w2, b2]) {
      const all = ids.flatMap((id) => e[id]);
      return plus(times(tanh(plus(times(all, w1), b1)), w2), b2);
    },
    convolution([e, kernel, b1, w2, b2]) {
      const windows = [0, 1, 2].map((start) =>
        plus(total(kernel.map((w, k) => times(e[ids[start + k]], w))), b1),
      );
      const most = b1.map((_, j) => Math.max(0, ...windows.map((features) => features[j])));
      return plus(times(most, w2), b2);
    },
  };
  return Object.keys(MODELS).map((kind) => 1 / (1 + Math.exp(-logits[kind](models[kind].weights)[0])));
}

/** The words in their order, the rule's answer, the models' probabilities now and as written. */
export function compute({ sentence, order }, data) {
  const written = sentence.split(" ");
  const words = permutation(order).map((place) => written[place]);
  return {
    words,
    answer: Number(answer(words, data)),
    probabilities: probabilities(words, data),
    as_written: probabilities(written, data),
  };
}

const percent = (probability) => `${fixed(100 * probability)} %`;
const listed = (names) =>
  names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join("");

/** The sentence, the right answer, the four answers, and who moved. */
export function summary(values, { words, answer: yes, probabilities: now, as_written: before }) {
  const names = Object.values(MODELS);
  const said = names.map((name, i) => `${name} ${percent(now[i])}`).join(", ");
  const first =
    `“${words.join(" ")}”. ${QUESTIONS[question(words)]} By the rule:` +
    ` ${yes ? "yes" : "no"}. The models' probability of yes: ${said}.`;
  if (words.join(" ") === values.sentence)
    return `${first} Now change the order, and see who notices.`;
  const moved = names.filter((_, i) => Math.abs(now[i] - before[i]) > 0.005);
  if (!moved.length) return `${first} Nobody moved.`;
  return `${first} Moved by the new order: ${listed(moved)}. The first two models cannot move.`;
}

/** The sentence, the question, and four bars from 0 to 100 %, with a tick for "as written". */
export function draw(values, { words, answer: yes, probabilities: now, as_written: before }, width) {
  const left = 8;
  const right = width - 8;
  const parts = [
    text(left, 24, words.join(" "), "font-size:19px;font-weight:600"),
    text(left, 48, `${QUESTIONS[question(words)]} By the rule: ${yes ? "yes" : "no"}.`),
  ];
  const across = (probability) => left + (right - left) * probability;
  Object.values(MODELS).forEach((name, i) => {
    const top = 84 + 50 * i;
    const p = now[i];
    const says = p > 0.4 && p < 0.6 ? "cannot tell" : p > 0.5 ? "says yes" : "says no";
    const colour = i < 2 ? ACCENT2 : ACCENT;
    const mark = across(before[i]);
    parts.push(
      text(left, top, name),
      text(right, top, `${percent(p)}, ${says}`, "text-anchor:end"),
      rect(left, top + 8, right - left, 14, 3, `fill:${LINE}`),
      rect(left, top + 8, across(p) - left, 14, 3, `fill:${colour}`),
      line(mark, top + 4, mark, top + 26, `stroke:${INK};stroke-width:2`),
    );
  });
  const labels = [
    text(left, 286, "0 % (no)", "text-anchor:start"),
    text(across(0.5), 286, "50 %", "text-anchor:middle"),
    text(right, 286, "100 % (yes)", "text-anchor:end"),
    text(left, 308, "The mark: the sentence as written."),
  ];
  const middle = line(across(0.5), 62, across(0.5), 270, `stroke:${MUTED};stroke-dasharray:2 4`);
  const body = group(`font-size:14px;fill:${INK}`, ...parts, middle, group(`fill:${MUTED}`, ...labels));
  return drawing(width, 316, body);
}

/** Pseudo-random numbers in [0, 1) from a seed (mulberry32), so that shuffles can be repeated. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The choice of a sentence; its words as buttons, of which one is held; what moves the held one.
 * The arrow keys move the word that has the focus.
 */
export function controls(box, state) {
  const { key, values } = state;
  const random = generator(1);
  let held = 1; // the word, by its place in the written sentence
  const places = () => permutation(values.order);

  function move(direction) {
    const order = places();
    const from = order.indexOf(held);
    const to = from + direction;
    if (to < 0 || to > 4) return;
    [order[from], order[to]] = [order[to], order[from]];
    state.set({ order: rank(order) });
  }
  function shuffle() {
    let order;
    do order = Math.floor(random() * 120);
    while (order === values.order);
    state.set({ order });
  }

  const row = make("div", { class: "explorer-buttons", role: "group", "aria-labelledby": `${key}-words` });
  const tiles = [0, 1, 2, 3, 4].map((word) => {
    const tile = button("", () => {
      held = word;
      show();
    });
    tile.addEventListener("keydown", (event) => {
      const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!direction) return;
      event.preventDefault();
      held = word;
      move(direction);
      tile.focus();
    });
    return tile;
  });
  const left = button("← Move left", () => move(-1));
  const right = button("Move right →", () => move(1));
  const written = button("As written", () => state.set({ order: 0 }));

  function show() {
    const order = places();
    const sentence = values.sentence.split(" ");
    order.forEach((word, place) => {
      tiles[word].textContent = sentence[word];
      tiles[word].setAttribute("aria-pressed", word === held);
      if (row.children[place] !== tiles[word]) row.insertBefore(tiles[word], row.children[place] ?? null);
    });
    left.setAttribute("aria-disabled", order[0] === held);
    right.setAttribute("aria-disabled", order[4] === held);
    written.setAttribute("aria-disabled", values.order === 0);
  }
  const choose = state.parameters.find(({ name }) => name === "sentence");
  box.append(
    control(choose, state),
    make(
      "div",
      { class: "explorer-row" },
      make("p", { id: `${key}-words` }, "Pick a word, then move it (or use the arrow keys)"),
      row,
      make("div", { class: "explorer-buttons" }, left, right, button("Shuffle", shuffle), written),
    ),
  );
  state.watch(show);
}
