/**
 * A trained LSTM reads a digit row by row, and a pad to draw one on. The network runs in ../rnn.js.
 *
 * The description and the NumPy twin of `compute`: course_utils/explorers/digit_reader.py.
 *
 * A drawing is a list of strokes, a stroke a list of points [x, y] in a 28 × 28 square, y down.
 */

import { Network } from "../rnn.js";
import {
  ACCENT, ACCENT2, INK, LINE, MUTED,
  at, button, control, drawing, fixed, group, line, make, rect, text,
} from "./ui.js";

const ROWS = 28; // and columns: the network's picture, in pixels
const BOX = 20; // the digit's longer side, ink included, as in MNIST
const HALF_PEN = 1.25; // half the width of a stroke
const SOFT = 0.7; // ink fades from 1 to 0 between HALF_PEN - SOFT and HALF_PEN + SOFT
const CENTRE = 14.5; // mean centre of mass of MNIST digits, from the upper left corner
const SMALLEST = 4; // a drawing smaller than this is not enlarged further: a dot stays a dot

/** The trained network and the example digits. */
export const prepare = (files) => ({
  network: new Network(files["digit-reader"]),
  examples: files["digit-strokes"],
});

/* ---------------------------------------------------------------- the picture */

/** Segments [ax, ay, bx, by]; a stroke of one point is a segment of no length. */
const segments = (strokes) =>
  strokes.flatMap((s) => (s.length > 1 ? s.slice(1) : s).map((b, i) => [...s[i], ...b]));

/** The ink in each pixel, (28, 28) in 0..1, from the distance of its centre to the strokes. */
function ink(parts, scale, right, down) {
  const picture = Array.from({ length: ROWS }, () => new Array(ROWS).fill(0));
  const reach = HALF_PEN + SOFT;
  const clamp = (v) => Math.min(ROWS, Math.max(0, v));
  for (const [x1, y1, x2, y2] of parts) {
    const ax = x1 * scale + right, ay = y1 * scale + down;
    const bx = x2 * scale + right, by = y2 * scale + down;
    const length2 = (bx - ax) ** 2 + (by - ay) ** 2;
    const lastRow = clamp(Math.ceil(Math.max(ay, by) + reach));
    const lastColumn = clamp(Math.ceil(Math.max(ax, bx) + reach));
    for (let r = clamp(Math.floor(Math.min(ay, by) - reach)); r < lastRow; r++) {
      for (let c = clamp(Math.floor(Math.min(ax, bx) - reach)); c < lastColumn; c++) {
        const x = c + 0.5, y = r + 0.5;
        const along = (x - ax) * (bx - ax) + (y - ay) * (by - ay);
        const t = Math.min(1, Math.max(0, along / (length2 > 0 ? length2 : 1)));
        const distance = Math.sqrt((x - ax - t * (bx - ax)) ** 2 + (y - ay - t * (by - ay)) ** 2);
        const value = Math.min(1, Math.max(0, (reach - distance) / (2 * SOFT)));
        if (value > picture[r][c]) picture[r][c] = value;
      }
    }
  }
  return picture;
}

/** Strokes -> { picture (28, 28), place [scale, right, down] }, as MNIST would have made it. */
export function preprocess(strokes) {
  const parts = segments(strokes);
  if (!parts.length) return { picture: ink([]), place: [1, 0, 0] };
  let [left, top, width, height] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [ax, ay, bx, by] of parts) {
    left = Math.min(left, ax, bx), width = Math.max(width, ax, bx);
    top = Math.min(top, ay, by), height = Math.max(height, ay, by);
  }
  const scale = (BOX - 2 * HALF_PEN) / Math.max(width - left, height - top, SMALLEST);
  let right = ROWS / 2 - (scale * (left + width)) / 2;
  let down = ROWS / 2 - (scale * (top + height)) / 2;
  let mass = 0, across = 0, below = 0;
  ink(parts, scale, right, down).forEach((row, r) =>
    row.forEach((value, c) => {
      mass += value, across += value * (c + 0.5), below += value * (r + 0.5);
    }),
  );
  right += CENTRE - across / mass;
  down += CENTRE - below / mass;
  return { picture: ink(parts, scale, right, down), place: [scale, right, down] };
}

/* ---------------------------------------------------------------- the network */

/** Strokes -> picture, place, probabilities (28, 10), memories (28, units), settled. */
function read(strokes, network) {
  const { picture, place } = preprocess(strokes);
  const reader = network.stream();
  const probabilities = [], memories = [];
  for (const row of picture) {
    probabilities.push(Array.from(reader.step(row)));
    memories.push(Array.from(reader.snapshot()[0].h));
  }
  const leaders = probabilities.map((p) => p.indexOf(Math.max(...p)));
  const settled = leaders.findLastIndex((leader) => leader !== leaders[ROWS - 1]) + 2;
  return { picture, place, probabilities, memories, settled };
}

const after = ({ memories, ...reading }, rows) => ({
  ...reading,
  memory: rows ? memories[rows - 1] : memories[0].map(() => 0),
});

export const compute = ({ digit, hand, rows }, { network, examples }) =>
  after(read(examples[digit][hand], network), rows);

/* ---------------------------------------------------------------- words and picture */

function percent(p) {
  if (p >= 0.995) return "over 99 %";
  return p >= 0.005 ? `${fixed(100 * p)} %` : "under 1 %";
}

const short = (p) => (p >= 0.995 ? ">99 %" : `${fixed(100 * p)} %`);

export function summary({ digit, rows }, traces, what = `example ${digit}`) {
  if (rows === 0) {
    return `No row of ${what} has been read yet: all ${traces.memory.length} numbers in memory are 0.`;
  }
  const now = traces.probabilities[rows - 1];
  const [first, second, third] = now.map((_, i) => i).sort((i, j) => now[j] - now[i]);
  const likely = `${first} (${percent(now[first])})`;
  if (rows === ROWS) {
    return (
      `After all 28 rows of ${what} the network reads ${likely};` +
      ` ${first} has led since row ${traces.settled}.`
    );
  }
  return (
    `After ${rows} of 28 rows of ${what} the network leans to ${likely},` +
    ` then ${second} (${percent(now[second])})` +
    ` and ${third} (${percent(now[third])}).`
  );
}

/** Boxes [x, y, strength in 0..1] as one path for each of `steps` strengths. */
function levels(cells, width, height, steps, colour) {
  const paths = Array.from({ length: steps + 1 }, () => "");
  for (const [x, y, strength] of cells) {
    paths[Math.floor(strength * steps + 0.5)] +=
      `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h-${at(width)}z`;
  }
  return paths
    .map((path, level) =>
      level && path
        ? `<path d="${path}" style="fill:${colour};fill-opacity:${fixed(level / steps, 2)}"/>`
        : "",
    )
    .join("");
}

export function draw({ rows }, traces, width) {
  const wide = width >= 600;
  const pixel = wide ? 9 : Math.floor((width - 24) / 28) / 2;
  const side = ROWS * pixel;
  const column = wide ? 17 : Math.floor((width - 24 - side) / 10);
  const top = 40, heat = side + 24;
  const body = [
    pictureOf(traces.picture, rows, pixel, top),
    heatOf(traces.probabilities, rows, heat, top, column, pixel),
  ];
  const y = top + rows * pixel;
  const end = heat + 10 * column;
  if (rows) {
    body.push(line(0, y, end, y, `stroke:${ACCENT2};stroke-width:2`));
    body.push(text(side + 12, rows > 1 ? y - 4 : y + 10, String(rows), MIDDLE));
  }
  const now = rows ? traces.probabilities[rows - 1] : new Array(10).fill(0);
  let below;
  if (wide) {
    body.push(barsOf(now, rows, [end + 26, top], width - end - 26, side / 10));
    below = top + side + 30;
  } else {
    body.push(barsOf(now, rows, [0, top + side + 36], width, 20));
    below = top + side + 36 + 200 + 28;
  }
  const [memory, height] = memoryOf(traces.memory, below, width);
  body.push(memory);
  return drawing(width, below + height + 2, group(`font-size:13px;fill:${INK}`, ...body));
}

const MIDDLE = `text-anchor:middle;fill:${MUTED}`;

/** The 28 × 28 pixels: rows already read in full ink, the others pale. */
function pictureOf(picture, rows, pixel, top) {
  const read = [], unread = [];
  picture.forEach((row, r) =>
    row.forEach((value, c) => {
      if (value > 1 / 16) (r < rows ? read : unread).push([c * pixel, top + r * pixel, value]);
    }),
  );
  const side = ROWS * pixel;
  return [
    text(0, 14, "The 28 rows it gets"),
    rect(0, top, side, side, 0, `fill:none;stroke:${LINE}`),
    levels(read, pixel, pixel, 8, INK),
    group("opacity:0.3", levels(unread, pixel, pixel, 8, INK)),
  ].join("");
}

/** One line for each row read, one column for each digit: the darker, the likelier. */
function heatOf(probabilities, rows, left, top, column, pixel) {
  const cells = probabilities
    .slice(0, rows)
    .flatMap((p, r) => p.map((value, digit) => [left + digit * column, top + r * pixel, value]));
  const heads = probabilities[0].map((_, digit) =>
    text(left + (digit + 0.5) * column, top - 6, String(digit)),
  );
  return [
    text(left, 14, "Its guess, row by row"),
    group(MIDDLE, ...heads),
    rect(left, top, 10 * column, ROWS * pixel, 0, `fill:none;stroke:${LINE}`),
    levels(cells, column, pixel, 20, ACCENT),
  ].join("");
}

/** The ten probabilities after the last row read. */
function barsOf(now, rows, [left, top], width, step) {
  const room = width - 20 - 54; // for a bar of probability 1
  const leader = rows ? now.indexOf(Math.max(...now)) : -1;
  const parts = [text(left, step > 20 ? top - 26 : top - 8, `After row ${rows}`)];
  now.forEach((p, digit) => {
    const y = top + digit * step;
    const middle = y + step / 2 + 4.5;
    const bold = digit === leader ? "font-weight:700" : "";
    const colour = digit === leader ? ACCENT : ACCENT2;
    parts.push(text(left, middle, String(digit), bold));
    parts.push(rect(left + 18, y + 3, room, step - 6, 2, `fill:${LINE};fill-opacity:0.35`));
    parts.push(rect(left + 18, y + 3, room * p, step - 6, 2, `fill:${colour}`));
    parts.push(text(left + 26 + room, middle, rows ? short(p) : "–", bold));
  });
  return parts.join("");
}

/** The state h, one cell a number: one colour above zero, another below. */
function memoryOf(memory, top, width) {
  const across = width >= 600 ? 64 : 32;
  const step = width / across;
  const above = [], below = [];
  memory.forEach((h, i) => {
    const cell = [(i % across) * step, top + Math.floor(i / across) * step, Math.abs(h)];
    (h > 0 ? above : below).push(cell);
  });
  const height = Math.ceil(memory.length / across) * step;
  const parts = [
    text(0, top - 8, `What it carries to the next row: ${memory.length} numbers`),
    rect(0, top, width, height, 0, `fill:none;stroke:${LINE}`),
    levels(above, step - 1, step - 1, 10, ACCENT),
    levels(below, step - 1, step - 1, 10, ACCENT2),
  ];
  return [parts.join(""), height];
}

/* ---------------------------------------------------------------- the page */

const CELL = 2; // the keyboard's pen moves by so much
const FRAME = 120; // milliseconds from row to row
const HELP =
  "Draw with mouse or pen; with a finger, tap the pad first, and tap outside the figure to scroll again. With" +
  " the keyboard: arrow keys move the pen, Shift and an arrow draws a line, Space makes a dot," +
  " Backspace undoes the last step.";

/** A stroke as SVG: straight to the first middle, then rounded at each point, from middle to middle. */
function curve(points) {
  const [first, ...others] = points.map((p) => p.map(at).join(" "));
  if (!others.length) return `M${first}h0`;
  const middles = points.slice(1).map(([x, y], i) => {
    return `${at((points[i][0] + x) / 2)} ${at((points[i][1] + y) / 2)}`;
  });
  const bends = middles.slice(1).map((middle, i) => `Q${others[i]} ${middle}`);
  return `M${first}L${middles[0]}${bends.join("")}L${others.at(-1)}`;
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The drawing pad: strokes, what moves them, and how they are shown. `changed(final)` is told. */
class Pad {
  constructor(key, signal, changed) {
    this.changed = changed;
    this.strokes = [];
    this.pen = [13, 7]; // of the keyboard, at the centre of a cell
    this.status = make("p", { role: "status", class: "digit-pad-status" });
    this.element = make("div", {
      class: "digit-pad",
      tabindex: "0",
      role: "application",
      "aria-roledescription": "drawing pad",
      "aria-label": "Your drawing",
      "aria-describedby": `${key}-help`,
    });
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      this.element.addEventListener(name, (event) => this[name](event));
    }
    this.element.addEventListener("keydown", (event) => this.keydown(event));
    const elsewhere = (event) => {
      const figure = this.element.closest(".explorer");
      if (!event.composedPath().includes(figure)) this.arm(false);
    };
    document.addEventListener("pointerdown", elsewhere, { signal });
  }

  /** Whether a finger draws, which it does after a tap; else it scrolls, as anywhere in the page. */
  arm(armed) {
    if (armed === this.element.hasAttribute("data-armed")) return;
    this.element.toggleAttribute("data-armed", armed);
    this.status.textContent = armed ? "Draw with your finger. Tap outside the figure to scroll again." : "";
  }

  show(strokes) {
    this.strokes = structuredClone(strokes);
    this.line = null;
    this.example = true;
  }

  /** Own ink begins: an example gives way to it. */
  begin() {
    if (this.example) this.strokes = [];
    this.example = false;
  }

  undo() {
    this.example = false;
    const last = this.strokes.at(-1);
    if (last && last === this.line && last.length > 1) last.pop();
    else this.strokes.pop();
    this.line = null;
    this.changed();
  }

  clear() {
    this.show([]);
    this.begin();
    this.changed();
  }

  /** The ink, the rows not yet read under a veil, and the keyboard's pen. */
  paint(rows, [scale, , down]) {
    const y = this.strokes.length ? Math.min(ROWS, Math.max(0, (rows - down) / scale)) : ROWS;
    const [px, py] = this.pen;
    this.element.innerHTML =
      `<svg viewBox="0 0 28 28" aria-hidden="true"><path class="ink" d="${this.strokes.map(curve).join("")}"/>` +
      (y < ROWS ? `<rect class="veil" y="${at(y)}" width="28" height="${at(ROWS - y)}"/>` : "") +
      (y < ROWS && rows && rows < ROWS ? `<path class="scan" d="M0 ${at(y)}h28"/>` : "") +
      `<text class="tap" x="14" y="27">Tap to draw</text>` +
      `<rect class="pen" x="${px - 1}" y="${py - 1}" width="2" height="2"/></svg>`;
  }

  /** Where the pointer is, to a tenth; a pen that leaves the pad draws along its edge. */
  point({ clientX, clientY }) {
    const box = this.element.getBoundingClientRect();
    const inside = (v) => Math.round(10 * Math.min(27, Math.max(1, 28 * v))) / 10;
    return [inside((clientX - box.left) / box.width), inside((clientY - box.top) / box.height)];
  }

  pointerdown(event) {
    if (!event.isPrimary || event.button !== 0) return;
    if (event.pointerType === "touch" && !this.element.hasAttribute("data-armed")) {
      this.tapped = [event.clientX, event.clientY]; // or the beginning of a swipe
      return;
    }
    this.begin();
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.line = null;
    this.drawn = [this.point(event)];
    this.strokes.push(this.drawn);
    this.changed();
  }

  pointermove(event) {
    if (this.tapped && Math.hypot(event.clientX - this.tapped[0], event.clientY - this.tapped[1]) > 10)
      this.tapped = null;
    if (!this.drawn || !event.isPrimary) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) {
      const [x, y] = this.point(each);
      const [lastX, lastY] = this.drawn.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= 0.4) this.drawn.push([x, y]);
    }
    this.changed();
  }

  pointerup(event) {
    if (this.tapped && event.isPrimary) this.arm(true);
    this.pointercancel(event);
  }

  pointercancel(event) {
    this.tapped = null;
    if (!this.drawn || !event.isPrimary) return;
    this.drawn = null;
    this.changed();
  }

  keydown(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step[event.key]) {
      const from = [...this.pen];
      this.pen = from.map((v, axis) => Math.min(27, Math.max(1, v + CELL * step[event.key][axis])));
      if (event.shiftKey) this.mark(from);
      else this.changed(false);
    } else if (event.key === " ") this.mark(this.pen);
    else if (event.key === "Backspace" || event.key === "Delete") this.undo();
    else return;
    event.preventDefault();
    const [column, row] = this.pen.map((v) => (v + 1) / CELL);
    this.status.textContent = `Pen at column ${column}, row ${row} of 14.`;
  }

  /** Ink from `from` to the pen; it goes on with the keyboard's last line where they touch. */
  mark(from) {
    this.begin();
    const near = ([x, y], [u, v]) => Math.abs(x - u) <= CELL && Math.abs(y - v) <= CELL;
    if (!this.line || !near(this.line.at(-1), from)) {
      this.line = [[...from]];
      this.strokes.push(this.line);
    }
    const [x, y] = this.line.at(-1);
    if (x !== this.pen[0] || y !== this.pen[1]) this.line.push([...this.pen]);
    this.changed();
  }
}

/** One figure: what is shown is an example, or what its reader has drawn in the pad. */
export function instance(data) {
  let own = false; // whether what is shown was drawn by the reader
  let reading; // of the strokes in the pad
  let pad;

  function controls(box, state) {
    const { set, values } = state;
    let timer = null;
    let waiting = 0;
    const example = ({ digit, hand }) => data.examples[digit][hand];

    let cost = 0; // milliseconds that reading and drawing took last
    pad = new Pad(state.key, state.gone, (inked = true) => {
      if (!inked) return pad.paint(values.rows, reading.place);
      pause();
      own = true;
      pad.paint(ROWS, reading.place); // the ink is there at once; the network follows
      waiting ||= setTimeout(() => {
        const begun = performance.now();
        waiting = 0;
        reading = read(pad.strokes, data.network);
        set({ rows: pad.strokes.length ? ROWS : 0 });
        cost = performance.now() - begun;
      }, 2 * cost);
    });
    const show = (chosen) => {
      own = false;
      clearTimeout(waiting);
      waiting = 0;
      pad.show(example(chosen));
      reading = read(pad.strokes, data.network);
    };
    show(values);

    state.set = (changes) => {
      pause();
      if ("digit" in changes || "hand" in changes) {
        show({ ...values, ...changes });
      }
      set(changes);
    };

    state.gone.addEventListener("abort", () => {
      pause();
      clearTimeout(waiting);
    });
    const play = button("Play", () => (timer ? pause() : run()));
    function pause() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    }
    function run() {
      if (!pad.strokes.length) return;
      if (still()) {
        set({ rows: ROWS });
        return;
      }
      if (values.rows >= ROWS) set({ rows: 0 });
      play.textContent = "Pause";
      timer = setInterval(() => {
        set({ rows: values.rows + 1 });
        if (values.rows >= ROWS) pause();
      }, FRAME);
    }

    const digits = state.parameters.find((p) => p.name === "digit").options.map(([digit]) => {
      const pick = button(digit, () => {
        state.set({ digit, rows: 0 });
        run();
      });
      pick.setAttribute("aria-label", `Example ${digit}`);
      state.watch(() => pick.setAttribute("aria-pressed", !own && values.digit === digit));
      return pick;
    });
    const verdict = make("p", { class: "digit-verdict", "aria-hidden": "true" }); // the summary speaks
    state.watch(() => {
      const now = values.rows && pad.strokes.length ? reading.probabilities[values.rows - 1] : null;
      const top = now ? Math.max(...now) : 0;
      verdict.replaceChildren(
        now ? "reads " : "",
        make("strong", {}, now ? String(now.indexOf(top)) : ""),
        now ? ` ${short(top)}` : "",
      );
    });
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    const heading = make("p", { id: `${state.key}-digits` }, "Draw a digit, or take one of these:");
    const group = { role: "group", "aria-labelledby": `${state.key}-digits` };
    const erase = [button("Undo", () => pad.undo()), button("Clear", () => pad.clear())];
    state.watch(() => pad.paint(values.rows, reading.place));
    box.classList.add("digit-controls");
    const rows = named("rows");
    rows.querySelector(".explorer-buttons").prepend(play);
    box.append(
      make(
        "div",
        {},
        pad.element,
        pad.status,
        make("div", { class: "explorer-buttons" }, ...erase, verdict),
      ),
      make(
        "div",
        {},
        heading,
        make("div", { class: "digit-examples", ...group }, ...digits),
        named("hand"),
        rows,
      ),
      make("p", { id: `${state.key}-help`, class: "digit-help" }, HELP),
    );
  }

  return {
    compute: ({ rows }) => after(reading, rows),
    draw,
    controls,
    summary: (values, traces) =>
      own && !pad.strokes.length
        ? "The pad is empty: draw a digit, or take an example."
        : summary(values, traces, own ? "your drawing" : undefined),
  };
}
