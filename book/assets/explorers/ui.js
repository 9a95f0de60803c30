/**
 * What all explorers share: helpers to write SVG, and `mountExplorer`, which makes controls from a
 * description and keeps the picture and the sentence below it up to date.
 *
 * An explorer is a module that exports
 *
 *     compute(params, data)           -> traces, by name: what Python's function gives, to 1e-9
 *     summary(params, traces)         -> one to three sentences about what is shown
 *     draw(params, traces, width)     -> drawing(width, height, body), `width` pixels wide
 *
 * and, where it needs them, `prepare(files)` (files are the `models` that Python names, read by
 * who shows the figure: the page fetches them, a notebook gets them from Python, Node opens them;
 * what it returns is `data`), `controls(box, state)` (controls of its own; see mountExplorer), or
 * `instance(data)`, which returns the functions above for one figure that has a state of its own.
 */

/* ---------------------------------------------------------------- SVG */

export const INK = "var(--nr-ink,currentColor)";
export const MUTED = "var(--nr-muted,#767676)";
export const LINE = "var(--nr-line,#8886)";
export const SURFACE = "var(--nr-surface,transparent)";
export const ACCENT = "var(--nr-accent,#12877f)";
export const ACCENT2 = "var(--nr-accent-2,#c2571a)";
export const ACCENT3 = "var(--nr-accent-3,#7a6ad8)";
export const ACCENT4 = "var(--nr-accent-4,#c2417a)";

/** The inside of an SVG picture and its size in pixels. */
export const drawing = (width, height, body) => ({ width, height, body });

/** The whole picture; `key` makes its ids unique in the page, `most` is how wide it may be shown. */
function svg({ width, height, body }, key, title, description, most) {
  return (
    `<svg viewBox="0 0 ${fixed(width)} ${fixed(height)}" role="img"` +
    ` aria-labelledby="${key}-title ${key}-desc"` +
    ` style="display:block;width:100%;height:auto;max-width:${most};margin:auto;font-family:inherit">` +
    `<title id="${key}-title">${escape(title)}</title>` +
    `<desc id="${key}-desc">${escape(description)}</desc>${body}</svg>`
  );
}

/** A number with so many decimals: halves away from zero, no negative zero, a true minus. */
export function fixed(x, digits = 0) {
  const words = x.toFixed(digits);
  return Number(words) ? words.replace("-", "−") : words.replace("-", "");
}

/** A coordinate: at most one decimal, an ASCII minus. */
export const at = (x) => fixed(x, 1).replace("−", "-").replace(/\.0$/, "");

/** Text for XML. */
export const escape = (words) =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const styled = (style) => (style ? ` style="${style}"` : "");

/** Parts that share a style. */
export const group = (style, ...parts) => `<g style="${style}">${parts.join("")}</g>`;

/** Text at its baseline. */
export const text = (x, y, words, style = "") =>
  `<text x="${at(x)}" y="${at(y)}"${styled(style)}>${escape(words)}</text>`;

/** A straight line. */
export const line = (x1, y1, x2, y2, style = "") =>
  `<path d="M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}"${styled(style)}/>`;

/** A line through points. */
export const polyline = (points, style = "") =>
  `<path d="M${points.map(([x, y]) => `${at(x)} ${at(y)}`).join("L")}"${styled(style)}/>`;

/** A circle. */
export const circle = (x, y, radius, style = "") =>
  `<circle cx="${at(x)}" cy="${at(y)}" r="${at(radius)}"${styled(style)}/>`;

/** A box, with round corners if a radius is given. */
export const rect = (x, y, width, height, radius = 0, style = "") =>
  `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"` +
  `${radius ? ` rx="${at(radius)}"` : ""}${styled(style)}/>`;

/* ---------------------------------------------------------------- controls */

/** An element: make("p", {class: "x"}, "words", child…). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A button with words on it. */
export function button(words, onclick) {
  const element = make("button", { type: "button", class: "explorer-button" }, words);
  element.addEventListener("click", onclick);
  return element;
}

/** A value as it is shown and read out, with its unit; as Slider.text in Python. */
const words = ({ digits, unit }, value) => `${fixed(value, digits)} ${unit}`.trimEnd();

/** A labelled <input type="range"> for one parameter, with Previous and Next if it is a stepper. */
function slider(parameter, state) {
  const { key, values } = state;
  const id = `${key}-${parameter.name}`;
  const { min, max, step } = parameter;
  const input = make("input", { type: "range", id, min, max, step });
  // The slider says its value itself, as aria-valuetext: seen here, it is not to be said again.
  const output = make("span", { class: "explorer-value", "aria-hidden": "true" });
  const row = make(
    "div",
    { class: "explorer-control" },
    make("label", { for: id }, parameter.label),
    input,
    output,
  );
  const go = (direction) => state.set({ [parameter.name]: values[parameter.name] + direction * step });
  const previous = button("← Previous", () => go(-1));
  const next = button("Next →", () => go(1));
  if (parameter.stepper) row.append(make("div", { class: "explorer-buttons" }, previous, next));
  input.addEventListener("input", () => state.set({ [parameter.name]: Number(input.value) }));
  // A finger that comes to scroll moves the slider before the browser knows: that is taken back.
  let before;
  input.addEventListener("pointerdown", () => (before = values[parameter.name]));
  input.addEventListener("pointercancel", () => state.set({ [parameter.name]: before }));
  state.watch(() => {
    const value = values[parameter.name];
    if (Number(input.value) !== value) input.value = value;
    output.textContent = words(parameter, value);
    input.setAttribute("aria-valuetext", words(parameter, value));
    previous.setAttribute("aria-disabled", value <= min);
    next.setAttribute("aria-disabled", value >= max);
  });
  return row;
}

/** A labelled <select> for one parameter. */
function choice(parameter, state) {
  const id = `${state.key}-${parameter.name}`;
  const select = make("select", { id });
  const options = parameter.options.map(([value, label]) => make("option", { value }, label));
  select.append(...options);
  select.addEventListener("change", () => state.set({ [parameter.name]: select.value }));
  state.watch(() => {
    for (const option of options) option.selected = option.value === state.values[parameter.name];
  });
  return make(
    "div",
    { class: "explorer-control" },
    make("label", { for: id }, parameter.label),
    select,
  );
}

/** What a typed row means, a number for each of `steps` steps; as pulses in _description.py. */
export function pulses(row, steps) {
  const signs = [...row];
  return Array.from({ length: steps }, (_, i) =>
    i >= signs.length ? 0 : "+1".includes(signs[i]) ? 1 : "-−–".includes(signs[i]) ? -1 : 0,
  );
}

/** A labelled <input type="text"> for a row of pulses; what it means is shown as it is typed. */
function pulseRow(parameter, state) {
  const { name, label, steps, hint } = parameter;
  const id = `${state.key}-${name}`;
  const signs = { 1: "+", "-1": "-", 0: "." };
  const read = (row) => pulses(row, Math.min([...row].length, steps)).map((n) => signs[n]).join("");
  const quiet = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  const described = { "aria-describedby": `${id}-hint`, maxlength: steps };
  const input = make("input", { type: "text", id, ...quiet, ...described });
  input.addEventListener("input", () => state.set({ [name]: read(input.value) }));
  state.watch(() => {
    if (read(input.value) !== state.values[name]) input.value = state.values[name];
  });
  return make(
    "div",
    { class: "explorer-control" },
    make("label", { for: id }, label),
    input,
    make("p", { id: `${id}-hint`, class: "explorer-hint" }, hint),
  );
}

/** The generic control of one parameter: a slider, a choice or a row of pulses. */
export const control = (parameter, state) =>
  ({ slider, choice, pulses: pulseRow })[parameter.kind](parameter, state);

/* ---------------------------------------------------------------- the figure */

/** The two drawings there are of a figure: for a narrow place and for a wide one. */
const FRAMES = { narrow: { width: 340, most: "26rem" }, wide: { width: 700, most: "46rem" } };
const WIDE = 600; // pixels from which the wide one is shown; explorers.css has the same
const QUIET = 500; // milliseconds after the last change until a screen reader hears the sentence
const HEARD = 5000; // milliseconds after which it is taken back: those who read on meet it once

/**
 * Makes of `element` the figure that the explorer `module` draws.
 *
 * `config` is what Python says of it: key, title, description, parameters, values and presets
 * (pairs of a button's label and the values it sets). `files` are its `models`, parsed, by name.
 * `values` are those to show now, if they are others than it started with. `frames` names the
 * drawings to show, where the place does not decide. `changed(values)` is told of every change.
 *
 * The state that controls see has `key`, `parameters`, `values` (all of them, by name), `traces`,
 * `set({name: value, …})` (sliders are kept within their ends), `gone` (a signal: the figure has
 * been removed) and `watch(f)`: f runs now and after every change. A setting at which the module
 * throws is not taken: the figure stays as it was, and if it throws at the start, so does the
 * default frame.
 *
 * Returns
 *   set(changes)  as the state's
 *   values()      all values as they are now
 *   frame()       { picture, summary } as they are now, in the wide drawing
 *   remove()      ends it: nothing listens and no timer runs any more
 */
export function mountExplorer(element, config, module, files = {}, options = {}) {
  const { key, title, description, parameters } = config;
  const { frames, changed, values = config.values } = options;
  const data = module.prepare?.(files);
  const twin = module.instance?.(data) ?? module;
  const watchers = [];
  const gone = new AbortController();
  const state = {
    key,
    parameters,
    data,
    values: { ...values },
    traces: {},
    gone: gone.signal,
    set(changes) {
      const before = { ...state.values };
      for (const { name, min, max } of parameters) {
        if (!(name in changes)) continue;
        const value = changes[name];
        state.values[name] = min === undefined ? value : Math.min(max, Math.max(min, value));
      }
      try {
        update();
      } catch (error) {
        Object.assign(state.values, before);
        update();
        throw error;
      }
      announce();
      changed?.({ ...state.values });
    },
    watch(watcher) {
      watchers.push(watcher);
    },
  };

  const picture = make("div", { class: "explorer-picture" });
  const sentence = make("p", { class: "explorer-summary" });
  const spoken = make("p", { class: "explorer-spoken", role: "status" });
  const controls = make("div", { class: "explorer-controls" });
  if (twin.controls) twin.controls(controls, state);
  else for (const parameter of parameters) controls.append(control(parameter, state));

  let shown = frames ?? ["narrow"];
  const drawn = (frame, name = `${key}-${frame}`) => {
    const { width, most } = FRAMES[frame];
    return svg(twin.draw(state.values, state.traces, width), name, title, description, most);
  };
  const pictures = () =>
    shown.map((frame) => `<div class="explorer-${frame}">${drawn(frame)}</div>`).join("");
  let high = 0; // pixels that the longest sentence so far has taken
  function update() {
    state.traces = twin.compute(state.values, data);
    const [now, words] = [pictures(), twin.summary(state.values, state.traces)];
    picture.innerHTML = now;
    sentence.textContent = words;
    if (sentence.isConnected) {
      high = Math.max(high, sentence.offsetHeight); // what is below does not come up again
      sentence.style.minHeight = `${high}px`;
    }
    for (const watcher of watchers) watcher();
  }
  let waiting;
  function announce() {
    clearTimeout(waiting); // a screen reader hears where a movement ends, not every step of it
    spoken.textContent = "";
    waiting = setTimeout(() => {
      spoken.textContent = sentence.textContent;
      waiting = setTimeout(() => (spoken.textContent = ""), HEARD);
    }, QUIET);
  }

  const heading = make("p", { class: "explorer-title", id: `${key}-heading` }, make("strong", {}, title));
  const start = { ...config.values };
  const foot = make("div", { class: "explorer-buttons" });
  for (const [label, values] of config.presets ?? []) foot.append(button(label, () => state.set(values)));
  foot.append(button("Start again", () => state.set(start)));

  const fit = (width) => {
    const fits = width >= WIDE ? "wide" : "narrow";
    if (!width || shown[0] === fits) return false;
    shown = [fits];
    return true;
  };
  if (!frames) fit(element.querySelector(".explorer-picture")?.clientWidth);
  update();
  element.setAttribute("role", "group");
  element.setAttribute("aria-labelledby", `${key}-heading`);
  element.replaceChildren(heading, controls, picture, sentence, foot, spoken);
  if (!frames) {
    const sized = new ResizeObserver(([{ contentRect }]) => {
      high = 0;
      sentence.style.minHeight = "";
      if (fit(contentRect.width)) picture.innerHTML = pictures();
    });
    sized.observe(picture);
    gone.signal.addEventListener("abort", () => sized.disconnect());
  }
  return {
    set: (changes) => state.set(changes),
    values: () => ({ ...state.values }),
    frame: () => ({ picture: drawn("wide", `${key}-kept`), summary: sentence.textContent }),
    remove() {
      gone.abort();
      clearTimeout(waiting);
      element.remove();
    },
  };
}
