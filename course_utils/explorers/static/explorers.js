var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// book/assets/explorers/ui.js
var INK = "var(--nr-ink,currentColor)";
var MUTED = "var(--nr-muted,#767676)";
var LINE = "var(--nr-line,#8886)";
var SURFACE = "var(--nr-surface,transparent)";
var ACCENT = "var(--nr-accent,#12877f)";
var ACCENT2 = "var(--nr-accent-2,#c2571a)";
var ACCENT3 = "var(--nr-accent-3,#7a6ad8)";
var ACCENT4 = "var(--nr-accent-4,#c2417a)";
var drawing = (width, height, body) => ({ width, height, body });
function svg({ width, height, body }, key, title, description, most) {
  return `<svg viewBox="0 0 ${fixed(width)} ${fixed(height)}" role="img" aria-labelledby="${key}-title ${key}-desc" style="display:block;width:100%;height:auto;max-width:${most};margin:auto;font-family:inherit"><title id="${key}-title">${escape(title)}</title><desc id="${key}-desc">${escape(description)}</desc>${body}</svg>`;
}
function fixed(x, digits = 0) {
  const words3 = x.toFixed(digits);
  return Number(words3) ? words3.replace("-", "−") : words3.replace("-", "");
}
var at = (x) => fixed(x, 1).replace("−", "-").replace(/\.0$/, "");
var escape = (words3) => words3.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
var styled = (style) => style ? ` style="${style}"` : "";
var group = (style, ...parts3) => `<g style="${style}">${parts3.join("")}</g>`;
var text = (x, y, words3, style = "") => `<text x="${at(x)}" y="${at(y)}"${styled(style)}>${escape(words3)}</text>`;
var line = (x1, y1, x2, y2, style = "") => `<path d="M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}"${styled(style)}/>`;
var polyline = (points, style = "") => `<path d="M${points.map(([x, y]) => `${at(x)} ${at(y)}`).join("L")}"${styled(style)}/>`;
var circle = (x, y, radius, style = "") => `<circle cx="${at(x)}" cy="${at(y)}" r="${at(radius)}"${styled(style)}/>`;
var rect = (x, y, width, height, radius = 0, style = "") => `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"${radius ? ` rx="${at(radius)}"` : ""}${styled(style)}/>`;
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
function button(words3, onclick) {
  const element = make("button", { type: "button", class: "explorer-button" }, words3);
  element.addEventListener("click", onclick);
  return element;
}
var words = ({ digits, unit }, value) => `${fixed(value, digits)} ${unit}`.trimEnd();
function slider(parameter, state) {
  const { key, values } = state;
  const id = `${key}-${parameter.name}`;
  const { min, max, step } = parameter;
  const input2 = make("input", { type: "range", id, min, max, step });
  const output = make("span", { class: "explorer-value", "aria-hidden": "true" });
  const row3 = make(
    "div",
    { class: "explorer-control" },
    make("label", { for: id }, parameter.label),
    input2,
    output
  );
  const go = (direction) => state.set({ [parameter.name]: values[parameter.name] + direction * step });
  const previous = button("← Previous", () => go(-1));
  const next = button("Next →", () => go(1));
  if (parameter.stepper) row3.append(make("div", { class: "explorer-buttons" }, previous, next));
  input2.addEventListener("input", () => state.set({ [parameter.name]: Number(input2.value) }));
  let before;
  input2.addEventListener("pointerdown", () => before = values[parameter.name]);
  input2.addEventListener("pointercancel", () => state.set({ [parameter.name]: before }));
  state.watch(() => {
    const value = values[parameter.name];
    if (Number(input2.value) !== value) input2.value = value;
    output.textContent = words(parameter, value);
    input2.setAttribute("aria-valuetext", words(parameter, value));
    previous.setAttribute("aria-disabled", value <= min);
    next.setAttribute("aria-disabled", value >= max);
  });
  return row3;
}
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
    select
  );
}
function pulses(row3, steps2) {
  const signs = [...row3];
  return Array.from(
    { length: steps2 },
    (_, i) => i >= signs.length ? 0 : "+1".includes(signs[i]) ? 1 : "-−–".includes(signs[i]) ? -1 : 0
  );
}
function pulseRow(parameter, state) {
  const { name, label, steps: steps2, hint } = parameter;
  const id = `${state.key}-${name}`;
  const signs = { 1: "+", "-1": "-", 0: "." };
  const read3 = (row3) => pulses(row3, Math.min([...row3].length, steps2)).map((n) => signs[n]).join("");
  const quiet = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  const described = { "aria-describedby": `${id}-hint`, maxlength: steps2 };
  const input2 = make("input", { type: "text", id, ...quiet, ...described });
  input2.addEventListener("input", () => state.set({ [name]: read3(input2.value) }));
  state.watch(() => {
    if (read3(input2.value) !== state.values[name]) input2.value = state.values[name];
  });
  return make(
    "div",
    { class: "explorer-control" },
    make("label", { for: id }, label),
    input2,
    make("p", { id: `${id}-hint`, class: "explorer-hint" }, hint)
  );
}
var control = (parameter, state) => ({ slider, choice, pulses: pulseRow })[parameter.kind](parameter, state);
var FRAMES = { narrow: { width: 340, most: "26rem" }, wide: { width: 700, most: "46rem" } };
var WIDE = 600;
var QUIET = 500;
var HEARD = 5e3;
function mountExplorer(element, config, module, files = {}, options = {}) {
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
        state.values[name] = min === void 0 ? value : Math.min(max, Math.max(min, value));
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
    }
  };
  const picture = make("div", { class: "explorer-picture" });
  const sentence = make("p", { class: "explorer-summary" });
  const spoken3 = make("p", { class: "explorer-spoken", role: "status" });
  const controls4 = make("div", { class: "explorer-controls" });
  if (twin.controls) twin.controls(controls4, state);
  else for (const parameter of parameters) controls4.append(control(parameter, state));
  let shown5 = frames ?? ["narrow"];
  const drawn2 = (frame, name = `${key}-${frame}`) => {
    const { width, most } = FRAMES[frame];
    return svg(twin.draw(state.values, state.traces, width), name, title, description, most);
  };
  const pictures = () => shown5.map((frame) => `<div class="explorer-${frame}">${drawn2(frame)}</div>`).join("");
  let high = 0;
  function update() {
    state.traces = twin.compute(state.values, data);
    const [now, words3] = [pictures(), twin.summary(state.values, state.traces)];
    picture.innerHTML = now;
    sentence.textContent = words3;
    if (sentence.isConnected) {
      high = Math.max(high, sentence.offsetHeight);
      sentence.style.minHeight = `${high}px`;
    }
    for (const watcher of watchers) watcher();
  }
  let waiting2;
  function announce() {
    clearTimeout(waiting2);
    spoken3.textContent = "";
    waiting2 = setTimeout(() => {
      spoken3.textContent = sentence.textContent;
      waiting2 = setTimeout(() => spoken3.textContent = "", HEARD);
    }, QUIET);
  }
  const heading = make("p", { class: "explorer-title", id: `${key}-heading` }, make("strong", {}, title));
  const start = { ...config.values };
  const foot = make("div", { class: "explorer-buttons" });
  for (const [label, values2] of config.presets ?? []) foot.append(button(label, () => state.set(values2)));
  foot.append(button("Start again", () => state.set(start)));
  const fit = (width) => {
    const fits = width >= WIDE ? "wide" : "narrow";
    if (!width || shown5[0] === fits) return false;
    shown5 = [fits];
    return true;
  };
  if (!frames) fit(element.querySelector(".explorer-picture")?.clientWidth);
  update();
  element.setAttribute("role", "group");
  element.setAttribute("aria-labelledby", `${key}-heading`);
  element.replaceChildren(heading, controls4, picture, sentence, foot, spoken3);
  if (!frames) {
    const sized2 = new ResizeObserver(([{ contentRect }]) => {
      high = 0;
      sentence.style.minHeight = "";
      if (fit(contentRect.width)) picture.innerHTML = pictures();
    });
    sized2.observe(picture);
    gone.signal.addEventListener("abort", () => sized2.disconnect());
  }
  return {
    set: (changes) => state.set(changes),
    values: () => ({ ...state.values }),
    frame: () => ({ picture: drawn2("wide", `${key}-kept`), summary: sentence.textContent }),
    remove() {
      gone.abort();
      clearTimeout(waiting2);
      element.remove();
    }
  };
}

// course_utils/explorers/widget.js
var REST = 250;
var views = 0;
var widget = (modules) => ({
  render({ model, el }) {
    const name = model.get("name");
    const files = Object.entries(model.get("files")).map(([file, bytes]) => [
      file,
      JSON.parse(new TextDecoder().decode(bytes))
    ]);
    const config = { ...model.get("config") };
    config.key += `-${++views}`;
    const box = document.createElement("div");
    box.className = "explorer explorer-live";
    const hidden = document.createElement("style");
    hidden.textContent = `#${model.get("config").key}-frame { display: none !important }`;
    let resting;
    const tell = (values) => {
      clearTimeout(resting);
      resting = setTimeout(() => {
        try {
          if (values) {
            model.set("values", values);
            model.save_changes();
          }
          model.send(figure.frame());
        } catch (error) {
          console.warn("The kernel is gone: run the cell again, and the notebook keeps what is seen.", error);
        }
      }, REST);
    };
    el.append(box);
    const figure = mountExplorer(box, config, modules[name], Object.fromEntries(files), {
      values: model.get("values"),
      changed: tell
    });
    el.append(hidden);
    tell();
    const follow = () => {
      const now = figure.values();
      const changes = Object.entries(model.get("values")).filter(([name2, value]) => value !== now[name2]);
      if (changes.length) figure.set(Object.fromEntries(changes));
    };
    model.on("change:values", follow);
    const keep = ({ target, key, shiftKey, ctrlKey, altKey, metaKey }) => {
      if (!box.contains(target)) return;
      const notebook = ctrlKey || altKey || metaKey || key === "Escape" || shiftKey && key === "Enter";
      target.toggleAttribute("data-lm-suppress-shortcuts", !notebook);
    };
    addEventListener("keydown", keep, { capture: true });
    return () => {
      removeEventListener("keydown", keep, { capture: true });
      model.off("change:values", follow);
      clearTimeout(resting);
      figure.remove();
    };
  }
});

// book/assets/explorers/beam-tree.js
var beam_tree_exports = {};
__export(beam_tree_exports, {
  compute: () => compute2,
  draw: () => draw2,
  instance: () => instance2,
  prepare: () => prepare2,
  summary: () => summary2
});

// book/assets/rnn.js
var FORMAT = "networks-that-remember/1";
var RnnError = class extends Error {
  constructor(message) {
    super(message);
    this.name = "RnnError";
  }
};
function ensure(holds, message) {
  if (!holds) throw new RnnError(message);
}
function pick(table2, name, what) {
  const known = Object.keys(table2).join(", ");
  ensure(Object.hasOwn(table2, name), `${what} ${JSON.stringify(name)}; known are ${known}`);
  return table2[name];
}
var ACTIVATIONS = {
  linear: (v) => v,
  relu: (v) => each(v, (x) => x > 0 ? x : 0),
  tanh: (v) => each(v, Math.tanh),
  sigmoid: (v) => each(v, (x) => 1 / (1 + Math.exp(-x))),
  softmax(v) {
    let top = -Infinity;
    for (const x of v) top = Math.max(top, x);
    let sum4 = 0;
    for (let i = 0; i < v.length; i++) sum4 += v[i] = Math.exp(v[i] - top);
    return each(v, (x) => x / sum4);
  }
};
function each(v, f) {
  for (let i = 0; i < v.length; i++) v[i] = f(v[i]);
  return v;
}
function activation(name, layer) {
  return pick(ACTIVATIONS, name, `${layer}: unknown activation`);
}
function addProduct(out, v, M, width, first = 0) {
  for (let i = 0; i < v.length; i++) {
    const x = v[i];
    if (x === 0) continue;
    const row3 = i * width + first;
    for (let j = 0; j < out.length; j++) out[j] += x * M[row3 + j];
  }
  return out;
}
var Embedding = class {
  constructor(config, weights) {
    this.table = weights.take("embeddings", [config.input_dim, config.output_dim]);
    this.inputs = null;
    this.vocabulary = config.input_dim;
    this.maskZero = config.mask_zero === true;
    this.units = config.output_dim;
  }
  start() {
    return null;
  }
  /** id -> (units) */
  step(id) {
    if (!Number.isInteger(id) || id < 0 || id >= this.vocabulary) {
      throw new RnnError(`Embedding: id ${id} is not one of 0 to ${this.vocabulary - 1}`);
    }
    return this.table.slice(id * this.units, (id + 1) * this.units);
  }
  run(sequence) {
    return Array.from(sequence, (id) => this.step(id));
  }
};
var Dense = class {
  constructor(config, weights) {
    this.units = config.units;
    this.kernel = weights.take("kernel", [null, this.units]);
    this.bias = weights.takeIfThere("bias", [this.units]);
    this.inputs = this.kernel.length / this.units;
    this.activate = activation(config.activation, "Dense");
  }
  start() {
    return null;
  }
  /** (inputs) -> (units) */
  step(x) {
    const out = this.bias ? this.bias.slice() : new this.kernel.constructor(this.units);
    return this.activate(addProduct(out, x, this.kernel, this.units));
  }
  run(x) {
    return isSequence(x) ? x.map((x_t) => this.step(x_t)) : this.step(x);
  }
};
var Recurrent = class {
  constructor(config, weights, gates, biasShape) {
    this.name = config.type;
    this.units = config.units;
    this.width = gates * this.units;
    this.kernel = weights.take("kernel", [null, this.width]);
    this.inputs = this.kernel.length / this.width;
    this.recurrent = weights.take("recurrent_kernel", [this.units, this.width]);
    this.bias = weights.takeIfThere("bias", biasShape ?? [this.width]);
    this.Float = this.kernel.constructor;
    this.activate = activation(config.activation, this.name);
    this.returnSequences = config.return_sequences === true;
    this.returnState = config.return_state === true;
    this.goBackwards = config.go_backwards === true;
  }
  /** A state of zeros: h (units). */
  start() {
    return { h: new this.Float(this.units) };
  }
  /** x W + b (gates * units), b being the first `width` numbers of the bias. */
  fromInput(x) {
    const out = new this.Float(this.width);
    if (this.bias) out.set(this.bias.subarray(0, this.width));
    return addProduct(out, x, this.kernel, this.width);
  }
  /** (time, inputs) -> (time, units), or (units) when only the last output is returned. */
  run(sequence, state = this.start()) {
    const steps2 = this.goBackwards ? Array.from(sequence).reverse() : sequence;
    const outputs = steps2.map((x) => this.step(x, state));
    return this.returnSequences ? outputs : outputs[outputs.length - 1];
  }
  /** What a state consists of: [h], of an LSTM [h, c]. */
  parts(state) {
    return Object.values(state);
  }
};
var SimpleRNN = class extends Recurrent {
  constructor(config, weights) {
    super(config, weights, 1);
  }
  /** h_t = tanh(x_t W + h_{t-1} U + b) */
  step(x, state) {
    const sum4 = addProduct(this.fromInput(x), state.h, this.recurrent, this.width);
    return state.h = this.activate(sum4);
  }
};
var LSTM = class extends Recurrent {
  constructor(config, weights) {
    super(config, weights, 4);
    this.gate = activation(config.recurrent_activation, "LSTM");
  }
  start() {
    return { h: new this.Float(this.units), c: new this.Float(this.units) };
  }
  /** Keras' gate order: input, forget, candidate, output. */
  step(x, state) {
    const n = this.units;
    const sum4 = addProduct(this.fromInput(x), state.h, this.recurrent, this.width);
    const i = this.gate(sum4.subarray(0, n));
    const f = this.gate(sum4.subarray(n, 2 * n));
    const candidate = this.activate(sum4.subarray(2 * n, 3 * n));
    const o = this.gate(sum4.subarray(3 * n));
    const c = state.c.map((old, k) => f[k] * old + i[k] * candidate[k]);
    const h = this.activate(c.slice());
    for (let k = 0; k < n; k++) h[k] *= o[k];
    state.c = c;
    return state.h = h;
  }
};
var GRU = class extends Recurrent {
  constructor(config, weights) {
    const width = 3 * config.units;
    super(config, weights, 3, config.reset_after ? [2, width] : [width]);
    this.gate = activation(config.recurrent_activation, "GRU");
    this.resetAfter = config.reset_after === true;
  }
  /** Keras' gate order: update z, which keeps the old state, reset r, candidate. */
  step(x, state) {
    const n = this.units;
    const h = state.h;
    const input2 = this.fromInput(x);
    const memory = new this.Float(this.width);
    if (this.resetAfter && this.bias) memory.set(this.bias.subarray(this.width));
    const known = this.resetAfter ? memory : memory.subarray(0, 2 * n);
    addProduct(known, h, this.recurrent, this.width);
    const gates = input2.slice(0, 2 * n);
    for (let k = 0; k < 2 * n; k++) gates[k] += memory[k];
    const z = this.gate(gates.subarray(0, n));
    const r = this.gate(gates.subarray(n));
    const candidate = input2.slice(2 * n);
    if (this.resetAfter) {
      for (let k = 0; k < n; k++) candidate[k] += r[k] * memory[2 * n + k];
    } else {
      addProduct(candidate, h.map((old, k) => r[k] * old), this.recurrent, this.width, 2 * n);
    }
    this.activate(candidate);
    return state.h = h.map((old, k) => z[k] * old + (1 - z[k]) * candidate[k]);
  }
};
var MERGE = {
  concat(a, b) {
    const out = new a.constructor(a.length + b.length);
    out.set(a);
    out.set(b, a.length);
    return out;
  },
  sum: (a, b) => a.map((x, k) => x + b[k]),
  mul: (a, b) => a.map((x, k) => x * b[k]),
  ave: (a, b) => a.map((x, k) => (x + b[k]) / 2)
};
var Bidirectional = class {
  constructor(config, weights) {
    this.forward = weights.layer(config.forward);
    this.backward = weights.layer(config.backward);
    if (!(this.forward instanceof Recurrent && this.backward instanceof Recurrent)) {
      throw new RnnError("Bidirectional: both directions have to be recurrent layers");
    }
    const { forward, backward } = this;
    if (forward.inputs !== backward.inputs || forward.units !== backward.units) {
      throw new RnnError(
        `Bidirectional: forward is (${forward.inputs} -> ${forward.units}), backward (${backward.inputs} -> ${backward.units}); they have to be alike`
      );
    }
    this.merge = pick(MERGE, config.merge_mode, "Bidirectional: unknown merge_mode");
    this.inputs = forward.inputs;
    this.units = forward.units * (config.merge_mode === "concat" ? 2 : 1);
    this.returnSequences = forward.returnSequences;
    this.returnState = forward.returnState;
  }
  /** A state of each direction: {forward: {h}, backward: {h}}, of LSTMs {h, c}. */
  start() {
    return { forward: this.forward.start(), backward: this.backward.start() };
  }
  run(sequence, state = this.start()) {
    const forward = this.forward.run(sequence, state.forward);
    const backward = this.backward.run(sequence, state.backward);
    if (!this.returnSequences) return this.merge(forward, backward);
    backward.reverse();
    return forward.map((h, t) => this.merge(h, backward[t]));
  }
  /** [h] or [h, c], each with that of the backward layer behind that of the forward one. */
  parts(state) {
    const backward = this.backward.parts(state.backward);
    return this.forward.parts(state.forward).map((part, k) => MERGE.concat(part, backward[k]));
  }
};
var LAYERS = { Embedding, SimpleRNN, LSTM, GRU, Dense, Bidirectional };
async function fetchDocument(url) {
  const response = await fetch(url);
  ensure(response.ok, `${url}: the server answered ${response.status}`);
  return response.json().catch((error) => {
    throw new RnnError(`${url}: not a whole JSON file: ${error.message}`);
  });
}
function checkFormat(document2, format) {
  const given = JSON.stringify(document2?.format);
  ensure(document2?.format === format, `format is ${given}, expected "${format}"`);
}
function within(part, build) {
  try {
    return build();
  } catch (error) {
    throw new RnnError(`${part}: ${error.message}`);
  }
}
function decode(packed, Float, where) {
  const text2 = within(where, () => atob(packed.data));
  const bytes = new Uint8Array(text2.length);
  for (let i = 0; i < text2.length; i++) bytes[i] = text2.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const size = { float16: 2, float32: 4 }[packed.dtype];
  ensure(size, `${where}: unknown dtype ${JSON.stringify(packed.dtype)}`);
  const out = new Float(bytes.length / size);
  for (let i = 0; i < out.length; i++) {
    out[i] = size === 2 ? half(view.getUint16(2 * i, true)) : view.getFloat32(4 * i, true);
  }
  return out;
}
function half(bits) {
  const sign = bits & 32768 ? -1 : 1;
  const exponent = bits >> 10 & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
var Weights = class {
  constructor(config, Float) {
    this.config = config;
    this.Float = Float;
  }
  takeIfThere(name, shape) {
    return this.config.weights?.[name] ? this.take(name, shape) : null;
  }
  /** shape: numbers, or null where any length will do. */
  take(name, shape) {
    const where = `${this.config.type}, ${name}`;
    const packed = this.config.weights?.[name];
    ensure(Array.isArray(packed?.shape), `${where}: not in the file`);
    const fits = packed.shape.length === shape.length && shape.every((length, axis) => length === null || length === packed.shape[axis]);
    const expected = shape.map((length) => length ?? "any").join(", ");
    ensure(fits, `${where}: shape is (${packed.shape.join(", ")}), expected (${expected})`);
    const array = decode(packed, this.Float, where);
    const count = packed.shape.reduce((a, b) => a * b, 1);
    const numbers = array.length;
    ensure(numbers === count, `${where}: ${numbers} numbers, but its shape needs ${count}`);
    return array;
  }
  layer(config) {
    return buildLayer(config, this.Float);
  }
};
function buildLayer(config, Float) {
  const Layer = pick(LAYERS, config?.type, "unknown layer");
  return new Layer(config, new Weights(config, Float));
}
var isSequence = (x) => Array.isArray(x) && typeof x[0] !== "number";
function checkVector(x, length, where, what = "features") {
  const given = x?.length ?? typeof x;
  ensure(given === length, `${where}: got ${given} ${what}, expected ${length}`);
  return x;
}
function fitted(given, fresh, where) {
  if (fresh === null) return null;
  if (ArrayBuffer.isView(fresh)) {
    return fresh.constructor.from(checkVector(given, fresh.length, where, "numbers"));
  }
  const fit = ([name, part]) => [name, fitted(given?.[name], part, `${where}, ${name}`)];
  return Object.fromEntries(Object.entries(fresh).map(fit));
}
var Network = class {
  /**
   * document: the parsed JSON. precision: "float64" (as NumPy) or "float32" (as Keras), for the
   * weights, the states and the outputs. Throws RnnError, naming the layer, where it cannot run.
   */
  constructor(document2, { precision = "float64" } = {}) {
    checkFormat(document2, FORMAT);
    const Float = { float64: Float64Array, float32: Float32Array }[precision];
    ensure(Float, `precision is "${precision}", expected "float64" or "float32"`);
    ensure(Array.isArray(document2.layers) && document2.layers.length, "the network has no layers");
    this.Float = Float;
    this.layers = document2.layers.map(
      (config, index) => within(`layer ${index + 1}`, () => buildLayer(config, Float))
    );
    this.meta = document2.meta ?? {};
    let sequence = true;
    this.layers.forEach((layer, index) => {
      const type = document2.layers[index].type;
      const where = `layer ${index + 1} (${type})`;
      const before = this.layers[index - 1];
      if (before && layer.inputs !== before.units) {
        throw new RnnError(
          layer.inputs === null ? `${where}: an Embedding can only be the first layer` : `${where}: takes ${layer.inputs} features, but gets ${before.units}`
        );
      }
      if (layer instanceof Recurrent || layer instanceof Bidirectional) {
        ensure(sequence, `${where}: the layer before it does not return sequences`);
        sequence = layer.returnSequences;
      }
    });
    this.inputs = this.layers[0].inputs;
    this.units = this.layers[this.layers.length - 1].units;
    this.returnsSequences = sequence;
  }
  /** Fetch and build. url: a string or URL. */
  static async load(url, options) {
    return new this(await fetchDocument(url), options);
  }
  /** sequence (time, features), or ids (time) -> (time, units), or (units) of the last step. */
  predict(sequence) {
    return this.run(sequence).output;
  }
  /** As `predict`, from given states on, with the states at the end: {output, states}. */
  run(sequence, states) {
    ensure(sequence?.length, "the sequence has no time steps");
    let values = Array.from(sequence);
    if (this.inputs !== null) {
      values.forEach((x, t) => checkVector(x, this.inputs, `time step ${t}`));
    }
    const after2 = this.start(states);
    this.layers.forEach((layer, index) => {
      values = layer.run(values, after2[index]);
    });
    return { output: values, states: after2 };
  }
  /** The state of each layer, null where it has none: zeros, or copies of those given. */
  start(states) {
    return this.layers.map((layer, index) => {
      const fresh = layer.start();
      return states ? fitted(states[index], fresh, `state of layer ${index + 1}`) : fresh;
    });
  }
  /** A reader that takes one time step after another and carries the state, from `states` on. */
  stream(states) {
    return new Stream(this, states);
  }
};
var Stream = class {
  constructor(network2, states) {
    network2.layers.forEach((layer, index) => {
      ensure(
        !(layer instanceof Bidirectional || layer.goBackwards),
        `layer ${index + 1} reads from the end: it cannot run before the sequence is complete`
      );
    });
    this.network = network2;
    this.first = network2.start(states);
    this.reset();
  }
  /** Forget everything that was read. */
  reset() {
    this.restore(this.first);
  }
  /** One time step, (features) or an id -> (units): what `predict` would say if it ended here. */
  step(x) {
    const { layers, inputs: inputs2 } = this.network;
    let value = inputs2 === null ? x : checkVector(x, inputs2, "time step");
    layers.forEach((layer, index) => {
      value = layer.step(value, this.states[index]);
    });
    return value.slice();
  }
  /** The state now, to go back to with `restore`: a list with {h} or {h, c} for each recurrent layer. */
  snapshot() {
    return this.states.map((state) => state && { ...state });
  }
  restore(snapshot) {
    this.states = this.network.start(snapshot);
  }
};

// book/assets/encoder-decoder.js
var ENCODER_DECODER = "networks-that-remember/encoder-decoder/1";
var dot = (a, b) => a.reduce((sum4, x, k) => sum4 + x * b[k], 0);
var SCORES = {
  dot,
  // q . k (Luong 2015)
  general: dot,
  // q W . k (Luong 2015)
  scaled_dot: (q, k) => dot(q, k) / Math.sqrt(k.length),
  // (Vaswani 2017)
  additive: (q, k, v) => dot(v, q.map((x, i) => Math.tanh(x + k[i])))
  // (Bahdanau 2015)
};
var Attention = class {
  /** queries, keys: the lengths of one query and one key. */
  constructor(config, weights, queries, keys) {
    const { type, units } = config;
    this.score = pick(SCORES, type, "unknown type");
    if (type === "additive") {
      this.W_q = weights.take("W_q", [queries, units]);
      this.W_k = weights.take("W_k", [keys, units]);
      this.v = weights.take("v", [units]);
    } else if (type === "general") this.W_q = weights.take("W", [queries, keys]);
    else ensure(queries === keys, `${type}: a query has ${queries} numbers and a key ${keys}`);
    this.units = units ?? keys;
  }
  project(x, W2) {
    return W2 ? addProduct(new W2.constructor(this.units), x, W2, this.units) : x;
  }
  /** The encoder's output at one place -> what stands there in the memory. */
  place(value) {
    return { value, key: this.project(value, this.W_k) };
  }
  /** The decoder's output -> (time): how much of each place in the memory, 0 where it is null. */
  weigh(output, memory) {
    const query = this.project(output, this.W_q);
    const score = (place) => place ? this.score(query, place.key, this.v) : -Infinity;
    return ACTIVATIONS.softmax(query.constructor.from(memory, score));
  }
};
function through({ inputs: inputs2, layers }, x, part) {
  ensure(layers.every((layer) => layer.start() === null), `${part}: has to be of Dense layers`);
  checkVector(x, inputs2, part, "numbers");
  return layers.reduce((values, layer) => layer.step(values), x);
}
var EncoderDecoder = class {
  /** document, options: as for a Network. Throws RnnError, naming the part, where it cannot run. */
  constructor(document2, options) {
    checkFormat(document2, ENCODER_DECODER);
    const chain = (part, layers) => within(part, () => new Network({ format: FORMAT, layers }, options));
    this.encoder = chain("encoder", document2.encoder);
    this.decoder = chain("decoder", document2.decoder);
    this.readout = chain("readout", document2.readout);
    this.bridges = within(
      "bridges",
      () => (document2.bridges ?? []).map((layer, k) => chain(`bridge ${k + 1}`, [layer]))
    );
    this.meta = document2.meta ?? {};
    const { encoder, decoder } = this;
    ensure(encoder.inputs === null, "encoder: layer 1 has to be an Embedding");
    ensure(decoder.inputs === null, "decoder: layer 1 has to be an Embedding");
    const backwards = encoder.layers.findIndex((layer) => layer.goBackwards) + 1;
    ensure(!backwards, `encoder: layer ${backwards} turns the order of its outputs around`);
    this.attention = within("attention", () => {
      const config = document2.attention;
      if (!config) return null;
      ensure(encoder.returnsSequences, "the encoder does not return sequences");
      const weights = new Weights(config, encoder.Float);
      return new Attention(config, weights, decoder.units, encoder.units);
    });
    within("a trial", () => this.step(1, this.start([1])));
  }
  /** Fetch and build. url: a string or URL. */
  static load = Network.load;
  /**
   * tokens (time) -> the state before anything is written: `decoder`, the state of each of its
   * layers, and `memory`, what attention looks at, null at padding. Both may be changed.
   */
  start(tokens) {
    const { layers } = this.encoder;
    const ids = Array.from(tokens);
    const isReal = (id) => !(id === 0 && layers[0].maskZero);
    const { output, states } = this.encoder.run(ids.filter(isReal));
    let parts3 = layers.flatMap((layer, k) => layer.returnState ? layer.parts(states[k]) : []);
    if (this.bridges.length) {
      checkVector(parts3, this.bridges.length, "encoder", "states");
      parts3 = parts3.map((part, k) => through(this.bridges[k], part, `bridge ${k + 1}`));
    }
    const decoder = this.decoder.start().map((fresh) => {
      return fresh && Object.fromEntries(Object.keys(fresh).map((name) => [name, parts3.shift()]));
    });
    ensure(!parts3.length, `decoder: has no use for the last ${parts3.length} states of the encoder`);
    let next = 0;
    const place = (id) => isReal(id) ? this.attention.place(output[next++]) : null;
    return { decoder, memory: this.attention && ids.map(place) };
  }
  /**
   * The token before it -> {probabilities (vocabulary), weights (time), state}, the weights being
   * those of attention, null without it. The state that was given stays as it was.
   * weights: in the place of attention's own; they need not sum to 1, and at padding none counts.
   */
  step(token, state, { weights = null } = {}) {
    const padding = token === 0 && this.decoder.layers[0].maskZero;
    ensure(!padding, "decoder: token 0 is padding, which is never written");
    const reader = within("decoder", () => this.decoder.stream(state.decoder));
    let output = reader.step(token);
    if (this.attention) {
      const { memory } = state;
      weights ??= this.attention.weigh(output, memory);
      checkVector(weights, memory.length, "weights", "numbers");
      const read3 = new output.constructor(output.length + this.encoder.units);
      read3.set(output);
      memory.forEach(
        (place, t) => place?.value.forEach((x, k) => read3[output.length + k] += weights[t] * x)
      );
      output = read3;
    } else ensure(!weights, "weights: this network has no attention");
    const probabilities2 = through(this.readout, output, "readout");
    return { probabilities: probabilities2, weights, state: { ...state, decoder: reader.snapshot() } };
  }
};

// book/assets/explorers/date-translator.js
var date_translator_exports = {};
__export(date_translator_exports, {
  compute: () => compute,
  datesField: () => datesField,
  draw: () => draw,
  instance: () => instance,
  prepare: () => prepare,
  summary: () => summary,
  typed: () => typed
});

// book/assets/explorers/words.js
function field(state, own, name, { label, hint, longest }) {
  const id = `${state.key}-own-${name}`;
  const quiet = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  const described = { "aria-describedby": `${id}-hint`, maxlength: longest };
  const input2 = make("input", { type: "text", id, ...quiet, ...described });
  input2.addEventListener("input", () => {
    own[name] = [...input2.value].slice(0, longest).join("");
    state.set({ [name]: "" });
  });
  const told = make("p", { id: `${id}-hint`, class: "explorer-hint" });
  state.watch(() => {
    if (input2.value !== own[name]) input2.value = own[name];
    const words3 = typeof hint === "string" ? hint : hint(own[name]);
    if (told.textContent !== words3) told.textContent = words3;
  });
  return make("div", { class: "explorer-control" }, make("label", { for: id }, label), input2, told);
}
var SPACE = "\\p{White_Space}\\x1c-\\x1f";
var WORD = "\\p{L}\\p{M}\\p{N}_";
var SPACES = new RegExp(`[${SPACE}]+`, "gu");
var TOKENS = new RegExp(`[${WORD}]+(?:['’\\p{Cf}][${WORD}]+)*|[${SPACE}]+|.`, "gsu");
var ONLY_SPACE = new RegExp(`^[${SPACE}]`, "u");
var normalise = (text2) => text2.toLowerCase().normalize("NFC").replace(SPACES, " ").replace(/^ | $/g, "");
var words2 = (text2) => (text2.match(TOKENS) ?? []).filter((token) => !ONLY_SPACE.test(token));
var wide = (text2, size) => [...text2].length * size * 0.61;
var cut = (text2, most) => {
  const characters2 = [...text2];
  return characters2.length > most ? `${characters2.slice(0, most - 1).join("")}…` : text2;
};
function flow(groups, across3, gap) {
  let [x, row3] = [0, 0];
  const corners = [];
  const breakFor = (width) => {
    if (x > 0 && x + width > across3) [x, row3] = [0, row3 + 1];
  };
  for (const group2 of groups) {
    const whole = group2.reduce((sum4, width) => sum4 + width, 0);
    if (whole <= across3) breakFor(whole);
    for (const width of group2) {
      breakFor(width);
      corners.push([x, row3]);
      x += width;
    }
    x += gap;
  }
  return { corners, rows: corners.length ? row3 + 1 : 0 };
}

// book/assets/explorers/date-translator.js
var LONGEST = 80;
var MOST = 44;
var BEST = 5;
var OWN = "";
var TYPED = { "‘": "'", "’": "'", "–": "-", "—": "-" };
var MONTHS = [
  "January February March April May June July August September October November December",
  "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
  "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
  "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
].map((names) => names.toLowerCase().split(" "));
function prepare(files) {
  const network2 = new EncoderDecoder(files.dates);
  const { read: read3, write } = network2.meta;
  let last = {};
  function remembered(words3) {
    if (last.words !== words3) {
      const ids = [...words3].map((c) => read3.indexOf(c) + 1);
      last = { words: words3, state: network2.start(ids), answers: /* @__PURE__ */ new Map() };
    }
    return last;
  }
  return { network: network2, read: read3, write, remembered };
}
var shrunk = (state, share) => ({
  ...state,
  decoder: state.decoder.map(
    (layer) => layer && Object.fromEntries(Object.entries(layer).map(([name, part]) => [name, part.map((x) => share * x)]))
  )
});
function translate(words3, shares, moved2, { network: network2, write, remembered }) {
  if (!words3) return [];
  const { state: read3, answers } = remembered(words3);
  const name = [shares, moved2].join();
  if (answers.has(name)) return answers.get(name);
  const end = write.length + 2;
  const [share, most] = shares;
  let [token, state] = [write.length + 1, shrunk(read3, share)];
  const steps2 = [];
  while (steps2.length < MOST && token !== end) {
    let found = network2.step(token, state);
    const isMoved = moved2?.[0] === steps2.length;
    if (isMoved || most < 1) {
      const weights = found.weights.map((w, j) => most * (isMoved ? Number(j === moved2[1]) : w));
      found = network2.step(token, state, { weights });
    }
    ({ state } = found);
    token = found.probabilities.reduce((best2, p, k, all) => p > all[best2] ? k : best2, 0);
    steps2.push({ ...found, token });
  }
  if (!moved2) answers.set(name, steps2);
  return steps2;
}
var characters = (steps2, write) => steps2.map(({ token }) => write[token - 1] ?? "").join("");
function typed(words3, read3) {
  const all = [...words3].slice(0, LONGEST).map((c) => TYPED[c] ?? c);
  const known = (c) => read3.includes(c);
  return { text: all.filter(known).join(""), unknown: [...new Set(all.filter((c) => !known(c)))] };
}
function datesField(state, own, label, hint, read3) {
  const told = (words3) => {
    const { unknown } = typed(words3, read3);
    return unknown.length ? `Left out, since no date that it learned from has them: ${unknown.join(" ")}` : hint;
  };
  return field(state, own, "text", { label, hint: told, longest: LONGEST });
}
function date(words3) {
  const long = (words3.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => word.length > 2);
  const isNamed = (names, month2) => long.some((word) => names[month2].startsWith(word));
  const named = [...MONTHS[0].keys()].filter((month2) => MONTHS.some((names) => isNamed(names, month2)));
  const numbers = words3.match(/[0-9]+/g) ?? [];
  if (numbers.length + named.length !== 3 || named.length > 1) return "";
  if (numbers[0].length === 4) numbers.reverse();
  const last = numbers.at(-1);
  const [day, month] = [Number(numbers[0]), named.length ? named[0] : Number(numbers[1]) - 1];
  const year = Number(last) + (last.length !== 2 ? 0 : last >= "50" ? 1900 : 2e3);
  if (year < 1e3 || year > 9999) return "";
  const found = new Date(Date.UTC(year, month, day));
  const isReal = found.getUTCMonth() === month && found.getUTCDate() === day;
  return isReal ? found.toISOString().slice(0, 10) : "";
}
function meaning(words3) {
  const found = words3.split(";").map(date);
  return found.every(Boolean) ? found.join(" ") : "";
}
function compute({ text: words3, at: step, look, state, attention }, data) {
  const { write } = data;
  const shares = [state / 100, attention / 100];
  const base = translate(words3, shares, null, data);
  const place = Math.min(step, base.length) - 1;
  const to = place >= 0 ? Math.min(look, words3.length) - 1 : -1;
  const answer2 = to >= 0 ? translate(words3, shares, [place, to], data) : base;
  const written = characters(answer2, write);
  const chosen = (name, size) => [base, answer2].map((steps2) => Array.from(steps2[place]?.[name] ?? new Float64Array(size)));
  return {
    text: words3,
    meant: meaning(words3),
    untouched: characters(translate(words3, [1, 1], null, data), write),
    written,
    ended: written.length < answer2.length,
    place,
    look: to,
    weights: answer2.map(({ weights }) => Array.from(weights)),
    given: answer2.map(({ probabilities: probabilities2, token }) => probabilities2[token]),
    looked: chosen("weights", words3.length),
    probabilities: chosen("probabilities", write.length + 3),
    characters: write
  };
}
var END = "■";
var shown = (c) => ({ " ": "␣" })[c] ?? c;
var said = (c) => ({ " ": "a space", [END]: "the end" })[c] ?? `“${c}”`;
var quoted = (words3) => `“${words3.replaceAll("-", "‑")}”`;
var percent = (p) => p >= 0.995 ? ">99 %" : p >= 5e-3 ? `${fixed(100 * p)} %` : "<1 %";
var spoken = (p) => percent(p).replace(">", "over ").replace("<", "under ");
var largest = (numbers, count) => [...numbers.keys()].sort((i, j) => numbers[j] - numbers[i]).slice(0, count);
var character = (token, { characters: write }) => write[token - 1] ?? END;
var writtenAt = (i, { written }) => written[i] ?? END;
function summary({ state, attention }, traces) {
  const { text: words3, meant, untouched, written, ended, place, look, weights, probabilities: probabilities2 } = traces;
  if (!words3) return "There is nothing to translate yet: type a date.";
  const narrowed = [[state, "the state"], [attention, "attention"]].filter(([share]) => share < 100).map(([share, what]) => `${share ? `${fixed(share)} %` : "nothing"} of ${what}`).join(" and ");
  const isChanged = narrowed || look >= 0;
  const sentences = [
    `${narrowed ? `With ${narrowed} it` : "It"} writes ${quoted(written)}` + (ended ? "" : `, and after ${MOST} characters has not ended`) + (written === meant ? ", which is what was meant." : meant ? `, but ${quoted(meant)} was meant${isChanged && meant === untouched ? ", and is written when it is left alone" : ""}.` : ". Which dates are meant is not plain enough to judge it here.")
  ];
  if (isChanged && meant !== untouched)
    sentences.push(written === untouched ? "Left alone, it writes the same." : `Left alone, it writes ${quoted(untouched)}.`);
  if (place >= 0) {
    const it = said(writtenAt(place, traces));
    if (look >= 0) {
      const [[alone], [now]] = probabilities2.map((shares2) => largest(shares2, 1));
      const before = said(character(alone, traces));
      const other = before === it ? `it writes ${it} all the same` : `it writes ${it} instead of ${before}`;
      const shares = `${spoken(probabilities2[1][now])}, left alone ${spoken(probabilities2[0][now])}`;
      sentences.push(
        `Character ${place + 1} gives all its attention to typed character ${look + 1}, ${said(words3[look])}: ${other} (${shares}).`
      );
    } else {
      const [most] = largest(weights[place], 1);
      sentences.push(
        `Character ${place + 1}, ${it}, looked most at typed character ${most + 1}, ${said(words3[most])} (${spoken(weights[place][most])}).`
      );
    }
  }
  return sentences.join(" ");
}
var MONO = "font-family:var(--nr-mono,ui-monospace,monospace)";
var MIDDLE = "text-anchor:middle";
var HIGH = 30;
var TALL = 28;
var SEEN = 0.02;
var COLOURS = [ACCENT, ACCENT2, ACCENT3];
function rowsOf(words3, across3) {
  let [column, row3] = [0, 0];
  return [...words3].map((_, j) => {
    const { length } = words3.slice(j).split(";", 1)[0];
    const begins = words3.slice(0, j).endsWith("; ") && column + length > across3;
    if (begins || column === across3) [column, row3] = [0, row3 + 1];
    return [column++, row3];
  });
}
function laid(places, top, pitch, most, width) {
  const across3 = 1 + Math.max(...places.map(([column]) => column));
  const size = Math.min(most, width / across3);
  const left = (width - size * across3) / 2;
  const corners = places.map(([column, row3]) => [left + column * size, top + row3 * pitch]);
  return { corners, size, bottom: top + (1 + places.at(-1)[1]) * pitch };
}
var font = (size) => `font-size:${at(Math.min(18, Math.max(14, 1.4 * size)))}px;${MIDDLE};${MONO}`;
var boxed = (x, y, size) => rect(x + 0.5, y + 1, size - 1, TALL - 3, 4, `fill:${SURFACE};stroke:${ACCENT4};stroke-width:2`);
var letter = (x, y, size, c, style = "") => text(x + size / 2, y + 19, shown(c), `paint-order:stroke;stroke:${SURFACE};stroke-width:3px;${style}`);
function typedCell(c, j, share, isChosen, colour, [x, y], size) {
  const bar = Math.max(3, size - 3);
  const [left, base] = [x + (size - bar) / 2, y + HIGH];
  return `<g data-typed="${j + 1}">` + rect(x, y, size, HIGH + TALL, 0, "fill:transparent") + rect(left, base - 1, bar, 1, 0, `fill:${LINE}`) + rect(left, base - HIGH * share, bar, HIGH * share, 0, `fill:${colour}`) + (isChosen ? boxed(x, base + 1, size) : "") + letter(x, base, size, c, c === " " ? `fill:${MUTED};font-size:14px` : "") + "</g>";
}
function writtenCell(c, i, p, isChosen, colour, other, [x, y], size) {
  const style = other !== null && other !== c ? `fill:${ACCENT4};font-weight:700` : c === " " ? `fill:${MUTED}` : "";
  return `<g data-written="${i + 1}">` + rect(x, y, size, TALL + 6, 0, "fill:transparent") + (isChosen ? boxed(x, y, size) : "") + letter(x, y, size, c, style) + rect(x + 2, y + TALL, size - 4, 4, 1, `fill:${LINE}`) + rect(x + 2, y + TALL, (size - 4) * p, 4, 1, `fill:${colour}`) + (other ? text(x + size / 2, y + TALL + 20, shown(other), `fill:${MUTED}`) : "") + "</g>";
}
function threads(weights, above, [x, y], size, colour, isAlone) {
  const to = x + size / 2;
  return above.corners.flatMap(([left, top], j) => {
    if (weights[j] < SEEN) return [];
    const [from, start] = [left + above.size / 2, top + HIGH + TALL - 4];
    const half2 = (start + y) / 2;
    const wide2 = isAlone ? 1 + 6 * weights[j] : 0.4 + 2.2 * weights[j];
    const style = `stroke:${colour};stroke-width:${at(wide2)};stroke-opacity:${fixed(0.2 + 0.6 * weights[j], 2)}`;
    return [`<path d="M${at(from)} ${at(start)}C${at(from)} ${at(half2)} ${at(to)} ${at(half2)} ${at(to)} ${at(y)}" style="${style}"/>`];
  });
}
function list(heading, [alone, now], names, isMoved, colour, [x, y], width) {
  const rows = [...now.keys()].sort((i, j) => now[j] - now[i] || alone[j] - alone[i]).slice(0, BEST);
  const [first] = largest(alone, 1);
  if (!rows.includes(first)) rows[rows.length - 1] = first;
  const bar = x + (names(0)[1] ? 66 : 24);
  const room = x + width - 56 - bar;
  const parts3 = [text(x, y + 14, heading, "font-weight:700")];
  rows.forEach((k, row3) => {
    const top = y + 24 + 24 * row3;
    const [c, note] = names(k);
    parts3.push(
      text(x + 8, top + 15, shown(c), `${MIDDLE};${MONO}`),
      note ? text(x + 20, top + 15, note, `fill:${MUTED}`) : "",
      rect(bar, top + 3, room, 14, 2, `fill:${LINE};fill-opacity:0.45`),
      rect(bar, top + 3, room * now[k], isMoved ? 9 : 14, 2, `fill:${colour}`),
      isMoved ? rect(bar, top + 13, room * alone[k], 4, 1, `fill:${MUTED}`) : "",
      text(x + width, top + 15, percent(now[k]), "text-anchor:end")
    );
  });
  return parts3.join("");
}
function details(traces, [x, y], width, isWide) {
  const { text: words3, place, look, looked: attention, probabilities: probabilities2 } = traces;
  const isMoved = look >= 0;
  const gap = 36;
  const column = isWide ? (width - gap) / 2 : width;
  const second = isWide ? [x + column + gap, y] : [x, y + 34 + 24 * BEST];
  const [looked, wrote] = isMoved ? ["Where it looks (grey: left alone)", "What it writes (grey: left alone)"] : [`Where character ${place + 1} looked`, "What it might have written"];
  return list(looked, attention, (j) => [words3[j], `at ${j + 1}`], isMoved, ACCENT2, [x, y], column) + list(wrote, probabilities2, (k) => [character(k, traces), ""], isMoved, ACCENT, second, column);
}
function draw(values, traces, width) {
  const isWide = width >= 600;
  const style = `font-size:14px;fill:${INK}`;
  const { text: words3, meant, untouched, written, place, look, weights, given, looked } = traces;
  if (!words3) return drawing(width, 80, group(style, text(width / 2, 44, "Type a date above.", MIDDLE)));
  const above = laid(rowsOf(words3, isWide ? LONGEST : 27), 4, HIGH + TALL + 6, 22, width);
  const isChanged = values.state < 100 || values.attention < 100 || look >= 0;
  const pitch = TALL + (isChanged ? 32 : 14);
  const across3 = isWide ? MOST : 11;
  const count = Math.max(given.length, isChanged ? untouched.length : 0);
  const grid2 = Array.from({ length: count }, (_, i) => [i % across3, Math.floor(i / across3)]);
  const below = laid(grid2, above.bottom + (isWide ? 110 : 80), pitch, 24, width);
  const colours = given.map((_, i) => COLOURS[(written.slice(0, i).split(" ").length - 1) % COLOURS.length]);
  const sums = [...words3].map((_, j) => weights.reduce((sum4, row3) => sum4 + row3[j], 0));
  const most = Math.max(...sums, 1e-9);
  const bars2 = place >= 0 ? weights[place] : sums.map((sum4) => sum4 / most);
  const lines2 = weights.flatMap(
    (row3, i) => place < 0 || i === place ? threads(row3, above, below.corners[i], below.size, colours[i], i === place) : []
  );
  if (look >= 0) lines2.unshift(...threads(looked[0], above, below.corners[place], below.size, MUTED, true));
  const body = [
    group("fill:none", ...lines2),
    group(font(above.size), ...[...words3].map(
      (c, j) => typedCell(c, j, bars2[j], j === look, place >= 0 ? colours[place] : MUTED, above.corners[j], above.size)
    )),
    group(font(below.size), ...grid2.map((_, i) => {
      const other = isChanged ? untouched[i] ?? (i === untouched.length ? END : "") : null;
      return i < given.length ? writtenCell(writtenAt(i, traces), i, given[i], i === place, colours[i], other, below.corners[i], below.size) : text(below.corners[i][0] + below.size / 2, below.corners[i][1] + TALL + 20, shown(other), `fill:${MUTED}`);
    }))
  ];
  let y = below.bottom + 16;
  const tell = (line2, more = "") => {
    body.push(text(width / 2, y, line2, `${MIDDLE};${more}`));
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
function instance(data) {
  const own = { text: "" };
  const read3 = () => typed(own.text, data.read).text;
  const steps2 = ({ state, attention }) => translate(read3(), [state / 100, attention / 100], null, data);
  const looker = (typedAt, values) => 1 + largest(steps2(values).map(({ weights }) => weights[Math.min(typedAt, read3().length) - 1]), 1)[0];
  function controls4(box, state) {
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
      if (read3() && now.look > 0 && now.at < 1) now.at = looker(now.look, now);
      next.at = Math.min(now.at, steps2(now).length);
      next.look = next.at ? Math.min(now.look, read3().length) : 0;
      set(next);
    };
    const hint = "Change it as you like: up to three dates, semicolons between them.";
    const dates = datesField(state, own, "These dates, or your own", hint, data.read);
    const [step, look] = [named("at"), named("look")];
    const back = button("Give it back", () => state.set({ look: 0 }));
    const all = button("Show all lines", () => state.set({ at: 0, look: 0 }));
    look.append(make("div", { class: "explorer-buttons" }, back, all));
    const following = [...step.querySelectorAll("button")].at(-1);
    function follow(row3, end, value, c) {
      const slider2 = row3.querySelector("input");
      slider2.setAttribute("max", Math.max(1, end));
      if (!value) return;
      row3.querySelector(".explorer-value").textContent = `${value}: ${shown(c)}`;
      slider2.setAttribute("aria-valuetext", `${value}: ${said(c)}`);
    }
    state.watch(() => {
      const { traces } = state;
      follow(step, traces.given.length, values.at, writtenAt(values.at - 1, traces));
      follow(look, read3().length, values.look, read3()[values.look - 1]);
      following.setAttribute("aria-disabled", values.at >= traces.given.length);
      back.setAttribute("aria-disabled", !values.look);
      all.setAttribute("aria-disabled", !values.at);
    });
    const tap = (event) => {
      const hit = event.composedPath()[0].closest?.("[data-typed], [data-written]");
      if (!hit || !box.parentNode.contains(hit)) return;
      const [typedAt, step2] = [Number(hit.dataset.typed), Number(hit.dataset.written)];
      if (step2) state.set({ at: step2 === values.at ? 0 : step2, look: 0 });
      else if (values.at) state.set({ look: typedAt === values.look ? 0 : typedAt });
      else state.set({ at: looker(typedAt, values) });
    };
    document.addEventListener("click", tap, { signal: state.gone });
    const help = "Tap or click a written character to see where it looked, then a typed one to give all of its attention to that; the sliders do the same. Bars: over a typed character its share of attention, under a written one its probability.";
    const helped = make("div", { class: "explorer-control" }, make("p", { class: "explorer-hint" }, help));
    box.append(named("text"), dates, step, look, named("state"), named("attention"), helped);
  }
  return {
    compute: (values) => compute({ ...values, text: read3() }, data),
    summary,
    draw,
    controls: controls4
  };
}

// book/assets/explorers/beam-tree.js
var MOST2 = 33;
var SHOWN = 8;
var OWN2 = "";
var END2 = "■";
function prepare2(files) {
  const network2 = new EncoderDecoder(files.dates);
  return { network: network2, read: network2.meta.read, write: network2.meta.write, searches: /* @__PURE__ */ new Map() };
}
function search(words3, width, { network: network2, read: read3, write, searches }) {
  const name = `${width} ${words3}`;
  if (searches.has(name)) return searches.get(name);
  const end = write.length + 2;
  const ids = [...words3].map((c) => read3.indexOf(c) + 1);
  let open = [{ tokens: [write.length + 1], logP: 0, place: -1, state: network2.start(ids) }];
  const ended = [];
  const [tree, beams] = [[], []];
  while (open.length && tree.length < MOST2) {
    const candidates = [];
    for (const path of open) {
      const { probabilities: probabilities2, state } = network2.step(path.tokens.at(-1), path.state);
      probabilities2.forEach((p, token) => {
        if (p > 0)
          candidates.push({ token, parent: path.place, logP: path.logP + Math.log(p), path, state });
      });
    }
    candidates.sort((a, b) => b.logP - a.logP);
    const kept2 = width - ended.length;
    candidates.forEach((candidate, place) => candidate.kept = place < kept2);
    open = [];
    candidates.slice(0, kept2).forEach(({ token, logP, path, state }, place) => {
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
function compute2({ text: words3, width, step }, data) {
  const { write } = data;
  const { tree, beams } = words3 ? search(words3, width, data) : { tree: [], beams: [] };
  const [best2] = words3 ? search(words3, 1, data).beams.at(-1) : [{ tokens: [], logP: 0 }];
  const shown5 = Math.min(step, tree.length);
  const found = shown5 ? beams[shown5 - 1] : [];
  const said4 = (tokens) => tokens.map((token) => write[token - 1] ?? "").join("");
  const column = (value) => tree.slice(0, shown5).map(
    (candidates) => Array.from({ length: SHOWN }, (_, k) => candidates[k] ? Number(value(candidates[k])) : -1)
  );
  return {
    text: words3,
    characters: write,
    steps: tree.length,
    step: shown5,
    tokens: column(({ token }) => token),
    parents: column(({ parent }) => parent),
    log_p: column(({ logP }) => logP),
    kept: column(({ kept: kept2 }) => kept2),
    found: found.map(({ tokens }) => said4(tokens)),
    found_log_p: found.map(({ logP }) => logP),
    found_length: found.map(({ tokens }) => tokens.length),
    ended: found.map(({ tokens }) => Number(tokens.at(-1) === write.length + 2)),
    greedy: said4(best2.tokens),
    greedy_log_p: best2.logP
  };
}
var quoted2 = (words3) => `“${words3.replaceAll("-", "‑")}”`;
var percent2 = (logP) => Math.exp(logP) >= 0.995 ? "over 99 %" : `${fixed(100 * Math.exp(logP))} %`;
var shown2 = (c) => ({ " ": "␣" })[c] ?? c;
var argmax = (numbers) => numbers.reduce((best2, x, i) => x > numbers[best2] ? i : best2, 0);
var means = ({ found_log_p: sums, found_length: lengths }) => sums.map((sum4, i) => sum4 / lengths[i]);
function summary2({ width }, traces) {
  const { text: words3, step, steps: steps2, found, found_log_p: logP, greedy, greedy_log_p: greedyLogP } = traces;
  if (!words3) return "There is nothing to translate yet: type a date.";
  if (!step) return `Nothing is written yet. The search for ${quoted2(words3)} takes ${steps2} steps.`;
  const which = width === 1 ? "Greedy decoding, a beam of one" : `A beam of ${width}`;
  const done = step === steps2;
  const sentences = [
    `${which}, step ${step} of ${steps2}: ${done ? "the most probable is" : "so far the most probable is"} ${quoted2(found[0])}, log p ${fixed(logP[0], 2)} (${percent2(logP[0])}).`
  ];
  if (done && width > 1)
    sentences.push(
      found[0] === greedy ? "Greedy decoding writes the same." : `Greedy decoding writes ${quoted2(greedy)}, log p ${fixed(greedyLogP, 2)}: the wider beam found something more probable.`
    );
  if (done && argmax(means(traces)) !== 0)
    sentences.push(`For each character ${quoted2(found[argmax(means(traces))])} has the larger log p.`);
  return sentences.join(" ");
}
var MONO2 = "font-family:var(--nr-mono,ui-monospace,monospace)";
var MIDDLE2 = "text-anchor:middle";
var HIGH2 = 34;
var TOP = 30;
function draw2({ width: beam }, traces, width) {
  const isWide = width >= 600;
  const style = `font-size:14px;fill:${INK}`;
  const { text: words3, characters: characters2, step, tokens, parents, log_p: logP, kept: kept2, found } = traces;
  if (!words3) return drawing(width, 80, group(style, text(width / 2, 44, "Type a date above.", MIDDLE2)));
  const columns = isWide ? 8 : 4;
  const first = Math.max(0, step - columns);
  const pitch = width / columns;
  const box = { wide: Math.min(66, pitch - 16), high: 26 };
  const x = (column) => (column - first) * pitch + 12;
  const y = (place) => TOP + place * HIGH2;
  const rows = Math.min(SHOWN, beam + 3);
  const [edges, nodes] = [[], []];
  for (let column = first; column < step; column += 1) {
    nodes.push(text(x(column) + box.wide / 2, 16, `step ${column + 1}`, `${MIDDLE2};fill:${MUTED};font-size:13px`));
    for (let place = 0; place < rows; place += 1) {
      const token = tokens[column][place];
      if (token < 0) continue;
      const isKept = kept2[column][place] === 1;
      const character2 = shown2(characters2[token - 1] ?? END2);
      const [left, top] = [x(column), y(place)];
      const colour = isKept ? INK : MUTED;
      if (column > first) {
        const [fromX, fromY] = [x(column - 1) + box.wide, y(parents[column][place]) + box.high / 2];
        const middle = (fromX + left) / 2;
        const toY = top + box.high / 2;
        const line2 = isKept ? `stroke:${ACCENT};stroke-width:2` : `stroke:${LINE};stroke-width:1.5`;
        edges.push(
          `<path d="M${at(fromX)} ${at(fromY)}C${at(middle)} ${at(fromY)} ${at(middle)} ${at(toY)} ${at(left)} ${at(toY)}" style="${line2}"/>`
        );
      }
      nodes.push(
        `<g data-candidate="${column + 1}-${place + 1}">` + rect(left, top, box.wide, box.high, 5, `fill:${SURFACE};stroke:${isKept ? ACCENT : LINE};stroke-width:${isKept ? 2 : 1}`) + text(left + 13, top + 18, character2, `${MIDDLE2};${MONO2};font-size:15px;fill:${colour}${isKept ? ";font-weight:700" : ""}`) + text(left + box.wide - 5, top + 18, fixed(logP[column][place], 1), `text-anchor:end;font-size:13px;fill:${colour}`) + "</g>"
      );
    }
  }
  const before = first ? `… ${first} step${first > 1 ? "s" : ""} before` : "";
  let bottom = TOP + (step ? rows : 1) * HIGH2 + 4;
  const notes = [
    step ? text(0, bottom + 10, before, `fill:${MUTED}`) : text(width / 2, TOP + 10, "Press Next: the first characters.", MIDDLE2)
  ];
  bottom += 34;
  const mean2 = means(traces);
  const best2 = argmax(mean2);
  const [sumAt, meanAt] = [width - (isWide ? 130 : 62), width];
  if (step) {
    notes.push(
      text(0, bottom, isWide ? "In the beam (■ has ended)" : "In the beam", "font-weight:700"),
      text(sumAt, bottom, "log p", "text-anchor:end;font-weight:700"),
      text(meanAt, bottom, isWide ? "a character" : "a char.", "text-anchor:end;font-weight:700")
    );
  }
  found.forEach((one, k) => {
    bottom += 24;
    const lead = (isBest) => isBest ? `font-weight:700;fill:${ACCENT2}` : "";
    const most = isWide ? 40 : 21;
    const whole = [...one, ...traces.ended[k] ? [END2] : []].map(shown2).join("");
    const cut3 = whole.length > most ? `…${whole.slice(1 - most)}` : whole;
    notes.push(
      text(0, bottom, cut3, `${MONO2};font-size:14px`),
      text(sumAt, bottom, fixed(traces.found_log_p[k], 2), `text-anchor:end;${lead(k === 0)}`),
      text(meanAt, bottom, fixed(mean2[k], 3), `text-anchor:end;${lead(k === best2)}`)
    );
  });
  return drawing(width, bottom + 12, group(style, group("fill:none", ...edges), ...nodes, ...notes));
}
function instance2(data) {
  const own = { text: "" };
  const read3 = () => typed(own.text, data.read).text;
  function controls4(box, state) {
    const { set, values } = state;
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    own.text = values.text;
    state.set = (changes) => {
      const next = { ...changes };
      if ("text" in next && next.text !== OWN2) own.text = next.text;
      if ("step" in next && read3())
        next.step = Math.min(next.step, search(read3(), next.width ?? values.width, data).tree.length);
      set(next);
    };
    const hint = "Leave something out, a year or a day, and there is more than one answer.";
    const dates = datesField(state, own, "This, or your own", hint, data.read);
    const steps2 = named("step");
    const following = [...steps2.querySelectorAll("button")].at(-1);
    state.watch(() => {
      const { traces } = state;
      steps2.querySelector("input").setAttribute("max", Math.max(1, traces.steps));
      following.setAttribute("aria-disabled", traces.step >= traces.steps);
    });
    box.append(named("text"), dates, named("width"), steps2);
  }
  return { compute: (values) => compute2({ ...values, text: read3() }, data), summary: summary2, draw: draw2, controls: controls4 };
}

// book/assets/explorers/byte-pairs.js
var byte_pairs_exports = {};
__export(byte_pairs_exports, {
  compute: () => compute3,
  draw: () => draw3,
  instance: () => instance3,
  summary: () => summary3
});
var END3 = "</w>";
var SHOWN2 = 6;
var TEXT = { label: "The text, or your own", hint: "Up to 200 characters.", longest: 200 };
var WORD2 = {
  label: "Another word, cut by the same merges",
  hint: "Any word, up to 24 characters: none is unknown.",
  longest: 24
};
function mergePair(symbols, [left, right]) {
  const merged = [];
  for (let i = 0; i < symbols.length; i++) {
    const both = symbols[i] === left && symbols[i + 1] === right;
    merged.push(both ? left + right : symbols[i]);
    if (both) i++;
  }
  return merged;
}
function pairCounts(pieces, often) {
  const counts = /* @__PURE__ */ new Map();
  for (const [word, symbols] of pieces) {
    for (let i = 1; i < symbols.length; i++) {
      const pair = [symbols[i - 1], symbols[i]];
      const key = pair.join(" ");
      const before = counts.get(key)?.[1] ?? 0;
      counts.set(key, [pair, before + often.get(word)]);
    }
  }
  return [...counts.values()];
}
function compute3({ text: typed3, merges: asked, word }) {
  const tokens = words2(normalise(typed3));
  const often = /* @__PURE__ */ new Map();
  for (const token of tokens) often.set(token, (often.get(token) ?? 0) + 1);
  let pieces = new Map([...often.keys()].map((token) => [token, [...token, END3]]));
  const symbols = new Set([...pieces.values()].flat());
  const characters2 = tokens.reduce((sum4, token) => sum4 + pieces.get(token).length, 0);
  const learned = [];
  const ranked = () => pairCounts(pieces, often).sort(([, a], [, b]) => b - a);
  let best2 = ranked();
  while (learned.length < asked && best2.length) {
    const [pair] = best2[0];
    learned.push(pair);
    pieces = new Map([...pieces].map(([token, parts3]) => [token, mergePair(parts3, pair)]));
    best2 = ranked();
  }
  best2 = best2.slice(0, SHOWN2);
  const cutUp = (token) => learned.reduce(mergePair, [...token, END3]);
  return {
    pieces: tokens.flatMap((token) => pieces.get(token)),
    left: best2.map(([[left]]) => left),
    right: best2.map(([[, right]]) => right),
    counts: best2.map(([, count]) => count),
    merges: learned.map(([left, right]) => left + right),
    symbols: symbols.size + learned.length,
    characters: characters2,
    cut: words2(normalise(word)).flatMap(cutUp)
  };
}
var DOT = "·";
var shown3 = (symbol) => symbol.replace(END3, DOT);
var counted = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
var parted = (pieces) => pieces.map(shown3).join(" ");
function summary3(values, { pieces, left, right, counts, merges, symbols, characters: characters2, cut: cut3 }) {
  if (!characters2) return "There is nothing to merge yet: type a text.";
  const said4 = (i) => `“${cut(shown3(left[i]), 20)}” + “${cut(shown3(right[i]), 20)}”`;
  const next = !left.length ? "Nothing is left to merge: every word is one piece." : counts[0] > 1 ? `Next: ${said4(0)}, which meet ${counts[0]} times.` : `Next: ${said4(0)}, which meet only once, as all pairs do now: more merges learn words by heart.`;
  const other = !cut3.length ? "" : cut3.length === 1 ? ` The other word is one piece: ${parted(cut3)}.` : ` The other word has ${cut3.length} pieces: ${parted(cut3)}.`;
  return `After ${counted(merges.length, "merge")} the text has ${counted(pieces.length, "piece")}; it had ${characters2} characters, word ends (${DOT}) included. The vocabulary has ${symbols} symbols. ${next}${other}`;
}
var MONO3 = "font-family:var(--nr-mono,ui-monospace,monospace)";
var SIZE = 15;
var HIGH3 = 26;
var ROW = 34;
var BOLD = "font-weight:700";
function boxes(groups, [left, top], across3, look) {
  const most = Math.floor((across3 - 10) / (SIZE * 0.61));
  const widthOf = (piece) => wide(cut(shown3(piece), most), SIZE) + 9;
  const { corners, rows } = flow(groups.map((pieces) => pieces.map(widthOf)), across3, 8);
  const parts3 = groups.flat().map((piece, i) => {
    const [x, y] = [left + corners[i][0], top + ROW * corners[i][1]];
    const width = widthOf(piece);
    const words3 = text(x + width / 2, y + 18, cut(shown3(piece), most));
    return rect(x + 1, y, width - 2, HIGH3, 4, look(i, piece)) + words3;
  });
  return { body: group(`font-size:${SIZE}px;text-anchor:middle;${MONO3}`, ...parts3), height: ROW * rows };
}
function byWord(pieces) {
  const groups = [[]];
  for (const piece of pieces) {
    groups.at(-1).push(piece);
    if (piece.endsWith(END3)) groups.push([]);
  }
  return groups.slice(0, -1);
}
var PLAIN = `fill:none;stroke:${MUTED}`;
var LATEST = `fill:${ACCENT};fill-opacity:0.3;stroke:${ACCENT}`;
var NEXT = `fill:none;stroke:${ACCENT2};stroke-width:2;stroke-dasharray:4 2`;
function waiting(pieces, left, right) {
  const found = /* @__PURE__ */ new Set();
  for (let i = 1; i < pieces.length; i++) {
    const meets = pieces[i - 1] === left && pieces[i] === right;
    if (meets && !left.endsWith(END3) && !found.has(i - 1)) found.add(i - 1).add(i);
  }
  return found;
}
function table({ left, right, counts }, [x, y], width) {
  const parts3 = [text(x, y + 14, "Most frequent pairs", BOLD)];
  if (!left.length) parts3.push(text(x, y + 40, "None: every word is one piece.", `fill:${MUTED}`));
  const column = Math.min(150, 0.44 * width);
  const room = width - column - 92;
  left.forEach((_, i) => {
    const top = y + 24 + 25 * i;
    const pair = `${shown3(left[i])} + ${shown3(right[i])}`;
    const words3 = cut(pair, Math.floor(column / (14 * 0.61)));
    const share = counts[i] / counts[0];
    const colour = i ? MUTED : ACCENT2;
    parts3.push(
      text(x, top + 16, words3, `font-size:14px;${MONO3}${i ? "" : `;${BOLD}`}`),
      rect(x + column, top + 4, room * share, 15, 2, `fill:${colour}`),
      text(x + column + room * share + 6, top + 16, `${counts[i]}${i ? "" : " ← next"}`)
    );
  });
  return { body: parts3.join(""), height: 24 + 25 * Math.max(1, left.length) };
}
function draw3(values, traces, width) {
  const { pieces, left, right, merges, symbols, characters: characters2, cut: cut3 } = traces;
  const style = `font-size:14px;fill:${INK}`;
  if (!characters2)
    return drawing(width, 80, group(style, text(width / 2, 44, "Type a text above.", "text-anchor:middle")));
  const latest = merges.at(-1);
  const next = left.length ? waiting(pieces, left[0], right[0]) : /* @__PURE__ */ new Set();
  const plain = (i, piece) => piece === latest ? LATEST : PLAIN;
  const look = (i, piece) => next.has(i) ? NEXT : plain(i, piece);
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
    text(204, y + 38, `${DOT} word end`)
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
  const other = boxes(byWord(cut3), [x, top + 24], column, plain);
  body.push(cut3.length ? other.body : text(x, top + 40, "none", `fill:${MUTED}`));
  const below = top + 24 + Math.max(ROW, other.height) + 8;
  y = Math.max(below, y + pairs.height + 12);
  const made2 = `Merges so far, in order: ${merges.length}`;
  body.push(text(0, y + 14, merges.length < values.merges ? `${made2}, the last` : made2, BOLD));
  y += 24;
  block(boxes(merges.map((symbol) => [symbol]), [0, y], width, plain));
  return drawing(width, y + 4, group(style, ...body));
}
function instance3() {
  const own = { text: "", word: "" };
  function controls4(box, state) {
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
      field(state, own, "word", WORD2)
    );
  }
  return {
    compute: ({ merges }) => compute3({ ...own, merges }),
    summary: summary3,
    draw: draw3,
    controls: controls4
  };
}

// book/assets/explorers/cliff.js
var cliff_exports = {};
__export(cliff_exports, {
  compute: () => compute4,
  draw: () => draw4,
  summary: () => summary4
});
var [TIME, START, GOAL] = [20, 0.5, -0.5];
var [LEFT, RIGHT, LOW, HIGH4] = [-0.5, 2.5, -1.25, 0.5];
var [COLUMNS, ROWS, LEVELS, HIGHEST] = [60, 42, 8, 2.25];
var FAR = 1e3;
var STARTS = { below: [1.9, -0.6], above: [2.2, 0.1] };
var times = (count, make2) => Array.from({ length: count }, (_, i) => make2(i));
function lossAndGradient(u, b) {
  let [h, byU, byB] = [START, 0, 0];
  for (let t = 0; t < TIME; t++) {
    const now = Math.tanh(u * h + b);
    const slope = 1 - now * now;
    [byU, byB] = [slope * (h + u * byU), slope * (1 + u * byB)];
    h = now;
  }
  return [(h - GOAL) ** 2, 2 * (h - GOAL) * byU, 2 * (h - GOAL) * byB];
}
function kept(weight) {
  const near = Math.min(FAR, Math.max(-FAR, weight));
  return Math.floor(near * 1e6 + 0.5) / 1e6;
}
function compute4({ rate, rule, limit, start, steps: steps2 }) {
  let [u, b] = STARTS[start];
  const path = { u: [], b: [], loss: [], norm: [] };
  for (let t = 0; t <= steps2; t++) {
    let [loss, byU, byB] = lossAndGradient(u, b);
    const norm = Math.sqrt(byU * byU + byB * byB);
    path.u.push(u);
    path.b.push(b);
    path.loss.push(loss);
    path.norm.push(norm);
    if (rule === "value") {
      byU = Math.min(limit, Math.max(-limit, byU));
      byB = Math.min(limit, Math.max(-limit, byB));
    } else if (rule === "norm" && norm > limit) {
      [byU, byB] = [byU * limit / norm, byB * limit / norm];
    }
    [u, b] = [kept(u - rate * byU), kept(b - rate * byB)];
  }
  return path;
}
var outside = (u, b) => !(LEFT <= u && u <= RIGHT && LOW <= b && b <= HIGH4);
function summary4({ steps: steps2, limit, rule }, { u, b, loss, norm }) {
  const most = norm.indexOf(Math.max(...norm));
  let words3 = `The largest gradient, of norm ${fixed(norm[most], 2)}, is met after step ${most}.`;
  if (rule === "norm" && norm[most] > limit)
    words3 += ` It is shortened to ${fixed(limit, 1)} and keeps its direction.`;
  if (rule === "value" && norm[most] > limit)
    words3 += ` No part of it may pass ${fixed(limit, 1)}, so its direction can change.`;
  const gone = u.findIndex((value, t) => outside(value, b[t]));
  if (gone >= 0) {
    words3 += ` Step ${gone} throws the weights off the map, to u = ${fixed(u[gone], 2)} and`;
    words3 += ` b = ${fixed(b[gone], 2)}.`;
  }
  return `${words3} After step ${steps2} the loss is ${fixed(loss[steps2], 3)} and the gradient has norm ${fixed(norm[steps2], 3)}.`;
}
var SHADING = times(ROWS, (row3) => {
  const b = HIGH4 - (HIGH4 - LOW) * (row3 + 0.5) / ROWS;
  return times(COLUMNS, (column) => {
    const u = LEFT + (RIGHT - LEFT) * (column + 0.5) / COLUMNS;
    let h = START;
    for (let t = 0; t < TIME; t++) h = Math.tanh(u * h + b);
    return Math.min(LEVELS - 1, Math.floor(LEVELS * (h - GOAL) ** 2 / HIGHEST));
  });
});
function shaded(left, top, width, height) {
  const across3 = width / COLUMNS;
  const down = height / ROWS;
  const parts3 = [];
  for (let level = 1; level < LEVELS; level++) {
    let runs = "";
    SHADING.forEach((levels2, row3) => {
      let column = 0;
      while (column < COLUMNS) {
        let end = column;
        while (end < COLUMNS && levels2[end] === level) end += 1;
        if (end > column) {
          const length = at((end - column) * across3);
          const place = `${at(left + column * across3)} ${at(top + row3 * down)}`;
          runs += `M${place}h${length}v${at(down + 0.3)}h-${length}z`;
        }
        column = Math.max(end, column + 1);
      }
    });
    parts3.push(`<path d="${runs}" style="fill-opacity:${fixed(0.08 * level, 2)}"/>`);
  }
  return group(`fill:${ACCENT2};stroke:none`, ...parts3);
}
function cut2(a, b) {
  let [first, last] = [0, 1];
  for (const [start, change, low3, high] of [
    [a[0], b[0] - a[0], LEFT, RIGHT],
    [a[1], b[1] - a[1], LOW, HIGH4]
  ]) {
    if (change === 0) {
      if (start < low3 || start > high) return null;
      continue;
    }
    const ends = [(low3 - start) / change, (high - start) / change];
    first = Math.max(first, Math.min(...ends));
    last = Math.min(last, Math.max(...ends));
  }
  if (first >= last) return null;
  const along = (part) => [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])];
  return [along(first), along(last)];
}
function draw4(values, traces, width) {
  const wide2 = width >= 600;
  const [left, top] = [40, 30];
  const mapWidth = wide2 ? width * 0.56 - left : width - left - 12;
  const mapHeight = wide2 ? 270 : mapWidth * 0.72;
  const second = wide2 ? [width * 0.56 + 52, top] : [left, top + mapHeight + 84];
  const size = [width - second[0] - 12, wide2 ? mapHeight : 130];
  const body = [
    mapPanel(traces, [left, top], [mapWidth, mapHeight]),
    normPanel(values, traces, second, size)
  ];
  return drawing(width, second[1] + size[1] + 46, group(`font-size:13px;fill:${INK}`, ...body));
}
function mapPanel(traces, [left, top], [width, height]) {
  const place = (u, b) => [
    left + width * (u - LEFT) / (RIGHT - LEFT),
    top + height * (HIGH4 - b) / (HIGH4 - LOW)
  ];
  const points = traces.u.map((u, t) => [u, traces.b[t]]);
  const legs = points.slice(1).map((after2, t) => {
    const part = cut2(points[t], after2);
    return part ? line(...place(...part[0]), ...place(...part[1])) : "";
  });
  const dots = points.map((p) => outside(...p) ? "" : circle(...place(...p), 2.6));
  const [x, y] = place(...points[0]);
  const ticksU = [0, 1, 2].map((u) => text(place(u, 0)[0], top + height + 18, fixed(u)));
  const ticksB = [-1, -0.5, 0, 0.5].map((b) => text(left - 6, place(0, b)[1] + 4, fixed(b, 1)));
  return [
    text(left - 32, 16, "loss over the weights u and b (shaded: high)"),
    shaded(left, top, width, height),
    rect(left, top, width, height, 0, `fill:none;stroke:${LINE}`),
    group(`stroke:${ACCENT};stroke-width:1.6;fill:none`, ...legs),
    group(`fill:${ACCENT}`, ...dots),
    circle(x, y, 5, `fill:none;stroke:${ACCENT};stroke-width:2`),
    group(`fill:${MUTED};text-anchor:middle`, ...ticksU),
    group(`fill:${MUTED};text-anchor:end`, ...ticksB),
    text(left + width / 2, top + height + 36, "u", `fill:${MUTED};text-anchor:middle`)
  ].join("");
}
function normPanel({ steps: steps2, limit, rule }, { norm }, [left, top], [width, height]) {
  const [low3, high] = [-4, 3];
  const up = (value) => {
    const log = Math.min(high, Math.max(low3, Math.log10(Math.max(value, 1e-9))));
    return top + height * (high - log) / (high - low3);
  };
  const path = norm.map((value, t) => [left + width * t / Math.max(steps2, 1), up(value)]);
  const frame = [-4, -2, 0, 2].map((p) => line(left, up(10 ** p), left + width, up(10 ** p)));
  const ticks = [[-4, "10⁻⁴"], [-2, "10⁻²"], [0, "1"], [2, "100"]].map(
    ([p, label]) => text(left - 6, up(10 ** p) + 4, label)
  );
  const clip = up(limit);
  const threshold = line(left, clip, left + width, clip, `stroke:${ACCENT2};stroke-dasharray:7 4`);
  return [
    text(left - 40, top - 14, "gradient norm at each step"),
    group(`stroke:${LINE};fill:none`, ...frame),
    group(`fill:${MUTED};text-anchor:end`, ...ticks),
    rule === "none" ? "" : threshold,
    polyline(path, `stroke:${ACCENT};stroke-width:1.6;fill:none`),
    group(`fill:${ACCENT}`, ...path.map(([x, y]) => circle(x, y, 2.2))),
    text(left, top + height + 18, "0", `fill:${MUTED};text-anchor:middle`),
    text(left + width, top + height + 18, String(steps2), `fill:${MUTED};text-anchor:end`)
  ].join("");
}

// book/assets/explorers/cone-of-sight.js
var cone_of_sight_exports = {};
__export(cone_of_sight_exports, {
  compute: () => compute5,
  controls: () => controls,
  draw: () => draw5,
  summary: () => summary5
});
var STEPS = 12;
var TIMES = Array.from({ length: STEPS }, (_, i) => i + 1);
var convolves = (kind) => kind === "causal" || kind === "centred";
var sized = (kind) => convolves(kind) || kind === "windows";
function reads(kind, size) {
  if (kind === "causal") return [size - 1, 0];
  if (kind === "centred") return [Math.floor((size - 1) / 2), Math.floor(size / 2)];
  return [0, 0];
}
function carries(kind, size, t) {
  if (kind === "stacked") return [1, t];
  if (kind === "bidirectional") return [1, STEPS];
  if (kind === "windows") return [t - (t - 1) % size, t];
  return [t, t];
}
function compute5({ kind, layers, size, step }) {
  const [back, on] = reads(kind, size);
  let [first, last] = carries(kind, size, step);
  const row3 = () => TIMES.map((t) => first <= t && t <= last);
  const reach = [row3()];
  for (let layer = 0; layer < layers; layer++) {
    first = Math.max(1, first - back);
    last = Math.min(STEPS, last + on);
    reach.unshift(row3());
  }
  return {
    reach,
    inputs: last - first + 1,
    past: Math.max(0, step - first),
    future: Math.max(0, last - step),
    lost: Math.min(step, first) - 1,
    ahead: kind === "bidirectional" ? STEPS - 1 : Math.min(STEPS - 1, layers * on)
  };
}
var steps = (count) => `${count} step${count === 1 ? "" : "s"}`;
function summary5({ kind, layers, size, step }, { reach, inputs: inputs2, future, lost, ahead }) {
  const first = reach[0].indexOf(true) + 1;
  const last = first + inputs2 - 1;
  const seen = inputs2 === STEPS ? `all ${STEPS} inputs` : inputs2 === 1 ? `only input ${first}` : inputs2 === 2 ? `inputs ${first} and ${last}, 2 of ${STEPS}` : `inputs ${first} to ${last}, ${inputs2} of ${STEPS}`;
  const coming = future ? `${future} of them in its future` : ahead ? "none in its future, as nothing comes after it" : "none in its future";
  const past = !lost ? "" : kind === "windows" ? ` The state began anew at step ${first}; more layers bring nothing back.` : lost === 1 ? " The first one is out of sight: a window reaches only so far." : ` The first ${lost} are out of sight: a window reaches only so far.`;
  const delay = layers * reads(kind, size)[1];
  const even = kind === "centred" && size % 2 === 0 ? " An even kernel reaches one step more ahead than back." : "";
  const use = kind === "bidirectional" ? " So this network has to wait for the end. It may tag a finished sequence; it cannot answer while the input still comes, and in next-token prediction it would see the answer." : ahead ? ` So this network answers ${steps(delay)} late. It may tag a finished sequence, or stream with that delay; in next-token prediction it would see the answer.` : " So this network may stream, answer by answer, and may predict the next token.";
  return `Output ${step} sees ${seen}, ${coming}.${past}${even}${use}`;
}
function controls(box, state) {
  for (const parameter of state.parameters) {
    const row3 = control(parameter, state);
    box.append(row3);
    if (parameter.name !== "size") continue;
    state.watch(() => {
      const off = !sized(state.values.kind);
      row3.querySelector("input").disabled = off;
      if (off) row3.querySelector(".explorer-value").textContent = "not used";
    });
  }
}
function arrow(x1, x2, y) {
  const tail = x2 > x1 ? -4 : 4;
  return line(x1, y, x2, y) + polyline([[x2 + tail, y - 3], [x2, y], [x2 + tail, y + 3]]);
}
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
      const forward = reach[layer][t] && (!top || t < step) ? used : pale;
      const backward = here && (!top || t >= step) ? used : pale;
      if (kind !== "windows" || t % size) forward.push(arrow(from, to, y(layer) - apart));
      if (both) backward.push(arrow(to, from, y(layer) + apart));
    }
  }
  return [used, pale];
}
function input(x, y, radius, seen, later) {
  if (!seen) return circle(x, y, radius - 1, `fill:${SURFACE};stroke:${MUTED}`);
  if (!later) return circle(x, y, radius, `fill:${ACCENT}`);
  return rect(x - radius, y - radius, 2 * radius, 2 * radius, 2, `fill:${ACCENT4}`);
}
function legend(y, wide2, left) {
  const marks = [
    ["seen, up to step t", true, false, 0],
    ["seen, in the future", true, true, wide2 ? 180 : 156],
    ["out of sight", false, false, wide2 ? 360 : 0]
  ];
  return marks.map(([words3, seen, later, x], i) => {
    const [px, py] = [left + x, wide2 || i < 2 ? y : y + 24];
    return input(px, py - 4, 7, seen, later) + text(px + 13, py, words3);
  });
}
function draw5(params, { reach, inputs: inputs2 }, width) {
  const { kind, layers, size, step } = params;
  const wide2 = width >= 560;
  const radius = wide2 ? 9 : 7;
  const left = wide2 ? 92 : 64;
  const gap = (width - left - radius - 6) / (STEPS - 1);
  const [high, bottom] = [54, 274];
  const x = (t) => left + gap * (t - 1);
  const y = (layer) => bottom - Math.min(110, (bottom - high) / layers) * layer;
  const parts3 = [];
  if (step < STEPS) {
    const edge = x(step) + gap / 2;
    const shade = `fill:${ACCENT4};fill-opacity:.09`;
    parts3.push(rect(edge, 1, width - edge - 1, bottom + 29, 6, shade));
    const style2 = `fill:${ACCENT4};text-anchor:end;font-weight:600`;
    if (width - edge > 56) parts3.push(text(width - 7, 17, "future", style2));
  }
  if (kind === "windows")
    for (let t = size; t < STEPS; t += size)
      parts3.push(line(
        x(t) + gap / 2,
        y(layers) - 14,
        x(t) + gap / 2,
        bottom + 14,
        `stroke:${MUTED};stroke-dasharray:3 4`
      ));
  const [used, pale] = lines(params, reach, x, y, radius);
  parts3.push(group(`stroke:${MUTED};stroke-opacity:.4;fill:none`, ...pale));
  parts3.push(group(`stroke:${ACCENT};stroke-width:1.6;fill:none`, ...used));
  for (let layer = 0; layer <= layers; layer++) {
    const name = layer ? `layer ${layer}` : "inputs";
    parts3.push(text(2, y(layer) + 5, name, `fill:${MUTED}`));
    for (const t of TIMES) {
      const here = reach[layer][t - 1];
      if (!layer) parts3.push(input(x(t), y(0), radius, here, t > step));
      else if (layer === layers && t === step)
        parts3.push(circle(x(t), y(layer), radius + 2, `fill:${ACCENT2}`));
      else {
        const edge = here ? `${ACCENT};stroke-width:2` : `${MUTED};stroke-opacity:.6`;
        parts3.push(circle(x(t), y(layer), radius - 1, `fill:${SURFACE};stroke:${edge}`));
      }
    }
  }
  const middle = (at2, half2) => Math.min(width - half2 - 2, Math.max(half2 + 2, at2));
  parts3.push(
    text(
      middle(x(step), 40),
      y(layers) - 18,
      `output ${step}`,
      `fill:${ACCENT2};text-anchor:middle;font-weight:700`
    )
  );
  const numbers = TIMES.map((t) => {
    const seen = reach[0][t - 1];
    const colour = !seen ? MUTED : t > step ? ACCENT4 : ACCENT;
    return text(x(t), bottom + 25, String(t), `fill:${colour};font-weight:${seen ? 700 : 400}`);
  });
  parts3.push(group("text-anchor:middle;font-variant-numeric:tabular-nums", ...numbers));
  const first = reach[0].indexOf(true) + 1;
  const [from, to] = [x(first) - radius, x(first + inputs2 - 1) + radius];
  parts3.push(
    polyline(
      [[from, bottom + 34], [from, bottom + 40], [to, bottom + 40], [to, bottom + 34]],
      `stroke:${INK};fill:none`
    ),
    text(
      middle((from + to) / 2, 54),
      bottom + 58,
      `${inputs2} of ${STEPS} seen`,
      "text-anchor:middle;font-weight:600"
    )
  );
  parts3.push(group(`fill:${INK}`, ...legend(bottom + 90, wide2, wide2 ? left : 12)));
  const style = `font-size:14px;fill:${INK}`;
  return drawing(width, bottom + (wide2 ? 104 : 126), group(style, ...parts3));
}

// book/assets/explorers/digit-reader.js
var digit_reader_exports = {};
__export(digit_reader_exports, {
  compute: () => compute6,
  draw: () => draw6,
  instance: () => instance4,
  prepare: () => prepare3,
  preprocess: () => preprocess,
  summary: () => summary6
});
var ROWS2 = 28;
var BOX = 20;
var HALF_PEN = 1.25;
var SOFT = 0.7;
var CENTRE = 14.5;
var SMALLEST = 4;
var prepare3 = (files) => ({
  network: new Network(files["digit-reader"]),
  examples: files["digit-strokes"]
});
var segments = (strokes2) => strokes2.flatMap((s) => (s.length > 1 ? s.slice(1) : s).map((b, i) => [...s[i], ...b]));
function ink(parts3, scale, right, down) {
  const picture = Array.from({ length: ROWS2 }, () => new Array(ROWS2).fill(0));
  const reach = HALF_PEN + SOFT;
  const clamp = (v) => Math.min(ROWS2, Math.max(0, v));
  for (const [x1, y1, x2, y2] of parts3) {
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
function preprocess(strokes2) {
  const parts3 = segments(strokes2);
  if (!parts3.length) return { picture: ink([]), place: [1, 0, 0] };
  let [left, top, width, height] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [ax, ay, bx, by] of parts3) {
    left = Math.min(left, ax, bx), width = Math.max(width, ax, bx);
    top = Math.min(top, ay, by), height = Math.max(height, ay, by);
  }
  const scale = (BOX - 2 * HALF_PEN) / Math.max(width - left, height - top, SMALLEST);
  let right = ROWS2 / 2 - scale * (left + width) / 2;
  let down = ROWS2 / 2 - scale * (top + height) / 2;
  let mass = 0, across3 = 0, below = 0;
  ink(parts3, scale, right, down).forEach(
    (row3, r) => row3.forEach((value, c) => {
      mass += value, across3 += value * (c + 0.5), below += value * (r + 0.5);
    })
  );
  right += CENTRE - across3 / mass;
  down += CENTRE - below / mass;
  return { picture: ink(parts3, scale, right, down), place: [scale, right, down] };
}
function read(strokes2, network2) {
  const { picture, place } = preprocess(strokes2);
  const reader = network2.stream();
  const probabilities2 = [], memories = [];
  for (const row3 of picture) {
    probabilities2.push(Array.from(reader.step(row3)));
    memories.push(Array.from(reader.snapshot()[0].h));
  }
  const leaders = probabilities2.map((p) => p.indexOf(Math.max(...p)));
  const settled = leaders.findLastIndex((leader) => leader !== leaders[ROWS2 - 1]) + 2;
  return { picture, place, probabilities: probabilities2, memories, settled };
}
var after = ({ memories, ...reading }, rows) => ({
  ...reading,
  memory: rows ? memories[rows - 1] : memories[0].map(() => 0)
});
var compute6 = ({ digit, hand, rows }, { network: network2, examples }) => after(read(examples[digit][hand], network2), rows);
function percent3(p) {
  if (p >= 0.995) return "over 99 %";
  return p >= 5e-3 ? `${fixed(100 * p)} %` : "under 1 %";
}
var short = (p) => p >= 0.995 ? ">99 %" : `${fixed(100 * p)} %`;
function summary6({ digit, rows }, traces, what = `example ${digit}`) {
  if (rows === 0) {
    return `No row of ${what} has been read yet: all ${traces.memory.length} numbers in memory are 0.`;
  }
  const now = traces.probabilities[rows - 1];
  const [first, second, third] = now.map((_, i) => i).sort((i, j) => now[j] - now[i]);
  const likely = `${first} (${percent3(now[first])})`;
  if (rows === ROWS2) {
    return `After all 28 rows of ${what} the network reads ${likely}; ${first} has led since row ${traces.settled}.`;
  }
  return `After ${rows} of 28 rows of ${what} the network leans to ${likely}, then ${second} (${percent3(now[second])}) and ${third} (${percent3(now[third])}).`;
}
function levels(cells, width, height, steps2, colour) {
  const paths = Array.from({ length: steps2 + 1 }, () => "");
  for (const [x, y, strength] of cells) {
    paths[Math.floor(strength * steps2 + 0.5)] += `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h-${at(width)}z`;
  }
  return paths.map(
    (path, level) => level && path ? `<path d="${path}" style="fill:${colour};fill-opacity:${fixed(level / steps2, 2)}"/>` : ""
  ).join("");
}
function draw6({ rows }, traces, width) {
  const wide2 = width >= 600;
  const pixel = wide2 ? 9 : Math.floor((width - 24) / 28) / 2;
  const side = ROWS2 * pixel;
  const column = wide2 ? 17 : Math.floor((width - 24 - side) / 10);
  const top = 40, heat = side + 24;
  const body = [
    pictureOf(traces.picture, rows, pixel, top),
    heatOf(traces.probabilities, rows, heat, top, column, pixel)
  ];
  const y = top + rows * pixel;
  const end = heat + 10 * column;
  if (rows) {
    body.push(line(0, y, end, y, `stroke:${ACCENT2};stroke-width:2`));
    body.push(text(side + 12, rows > 1 ? y - 4 : y + 10, String(rows), MIDDLE3));
  }
  const now = rows ? traces.probabilities[rows - 1] : new Array(10).fill(0);
  let below;
  if (wide2) {
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
var MIDDLE3 = `text-anchor:middle;fill:${MUTED}`;
function pictureOf(picture, rows, pixel, top) {
  const read3 = [], unread2 = [];
  picture.forEach(
    (row3, r) => row3.forEach((value, c) => {
      if (value > 1 / 16) (r < rows ? read3 : unread2).push([c * pixel, top + r * pixel, value]);
    })
  );
  const side = ROWS2 * pixel;
  return [
    text(0, 14, "The 28 rows it gets"),
    rect(0, top, side, side, 0, `fill:none;stroke:${LINE}`),
    levels(read3, pixel, pixel, 8, INK),
    group("opacity:0.3", levels(unread2, pixel, pixel, 8, INK))
  ].join("");
}
function heatOf(probabilities2, rows, left, top, column, pixel) {
  const cells = probabilities2.slice(0, rows).flatMap((p, r) => p.map((value, digit) => [left + digit * column, top + r * pixel, value]));
  const heads = probabilities2[0].map(
    (_, digit) => text(left + (digit + 0.5) * column, top - 6, String(digit))
  );
  return [
    text(left, 14, "Its guess, row by row"),
    group(MIDDLE3, ...heads),
    rect(left, top, 10 * column, ROWS2 * pixel, 0, `fill:none;stroke:${LINE}`),
    levels(cells, column, pixel, 20, ACCENT)
  ].join("");
}
function barsOf(now, rows, [left, top], width, step) {
  const room = width - 20 - 54;
  const leader = rows ? now.indexOf(Math.max(...now)) : -1;
  const parts3 = [text(left, step > 20 ? top - 26 : top - 8, `After row ${rows}`)];
  now.forEach((p, digit) => {
    const y = top + digit * step;
    const middle = y + step / 2 + 4.5;
    const bold = digit === leader ? "font-weight:700" : "";
    const colour = digit === leader ? ACCENT : ACCENT2;
    parts3.push(text(left, middle, String(digit), bold));
    parts3.push(rect(left + 18, y + 3, room, step - 6, 2, `fill:${LINE};fill-opacity:0.35`));
    parts3.push(rect(left + 18, y + 3, room * p, step - 6, 2, `fill:${colour}`));
    parts3.push(text(left + 26 + room, middle, rows ? short(p) : "–", bold));
  });
  return parts3.join("");
}
function memoryOf(memory, top, width) {
  const across3 = width >= 600 ? 64 : 32;
  const step = width / across3;
  const above = [], below = [];
  memory.forEach((h, i) => {
    const cell2 = [i % across3 * step, top + Math.floor(i / across3) * step, Math.abs(h)];
    (h > 0 ? above : below).push(cell2);
  });
  const height = Math.ceil(memory.length / across3) * step;
  const parts3 = [
    text(0, top - 8, `What it carries to the next row: ${memory.length} numbers`),
    rect(0, top, width, height, 0, `fill:none;stroke:${LINE}`),
    levels(above, step - 1, step - 1, 10, ACCENT),
    levels(below, step - 1, step - 1, 10, ACCENT2)
  ];
  return [parts3.join(""), height];
}
var CELL = 2;
var FRAME = 120;
var HELP = "Draw with mouse or pen; with a finger, tap the pad first, and tap outside the figure to scroll again. With the keyboard: arrow keys move the pen, Shift and an arrow draws a line, Space makes a dot, Backspace undoes the last step.";
function curve(points) {
  const [first, ...others] = points.map((p) => p.map(at).join(" "));
  if (!others.length) return `M${first}h0`;
  const middles = points.slice(1).map(([x, y], i) => {
    return `${at((points[i][0] + x) / 2)} ${at((points[i][1] + y) / 2)}`;
  });
  const bends = middles.slice(1).map((middle, i) => `Q${others[i]} ${middle}`);
  return `M${first}L${middles[0]}${bends.join("")}L${others.at(-1)}`;
}
var still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
var Pad = class {
  constructor(key, signal, changed) {
    this.changed = changed;
    this.strokes = [];
    this.pen = [13, 7];
    this.status = make("p", { role: "status", class: "digit-pad-status" });
    this.element = make("div", {
      class: "digit-pad",
      tabindex: "0",
      role: "application",
      "aria-roledescription": "drawing pad",
      "aria-label": "Your drawing",
      "aria-describedby": `${key}-help`
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
  show(strokes2) {
    this.strokes = structuredClone(strokes2);
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
    const y = this.strokes.length ? Math.min(ROWS2, Math.max(0, (rows - down) / scale)) : ROWS2;
    const [px, py] = this.pen;
    this.element.innerHTML = `<svg viewBox="0 0 28 28" aria-hidden="true"><path class="ink" d="${this.strokes.map(curve).join("")}"/>` + (y < ROWS2 ? `<rect class="veil" y="${at(y)}" width="28" height="${at(ROWS2 - y)}"/>` : "") + (y < ROWS2 && rows && rows < ROWS2 ? `<path class="scan" d="M0 ${at(y)}h28"/>` : "") + `<text class="tap" x="14" y="27">Tap to draw</text><rect class="pen" x="${px - 1}" y="${py - 1}" width="2" height="2"/></svg>`;
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
      this.tapped = [event.clientX, event.clientY];
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
    for (const each2 of all.length ? all : [event]) {
      const [x, y] = this.point(each2);
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
    const [column, row3] = this.pen.map((v) => (v + 1) / CELL);
    this.status.textContent = `Pen at column ${column}, row ${row3} of 14.`;
  }
  /** Ink from `from` to the pen; it goes on with the keyboard's last line where they touch. */
  mark(from) {
    this.begin();
    const near = ([x2, y2], [u, v]) => Math.abs(x2 - u) <= CELL && Math.abs(y2 - v) <= CELL;
    if (!this.line || !near(this.line.at(-1), from)) {
      this.line = [[...from]];
      this.strokes.push(this.line);
    }
    const [x, y] = this.line.at(-1);
    if (x !== this.pen[0] || y !== this.pen[1]) this.line.push([...this.pen]);
    this.changed();
  }
};
function instance4(data) {
  let own = false;
  let reading;
  let pad;
  function controls4(box, state) {
    const { set, values } = state;
    let timer = null;
    let waiting2 = 0;
    const example = ({ digit, hand }) => data.examples[digit][hand];
    let cost = 0;
    pad = new Pad(state.key, state.gone, (inked = true) => {
      if (!inked) return pad.paint(values.rows, reading.place);
      pause();
      own = true;
      pad.paint(ROWS2, reading.place);
      waiting2 ||= setTimeout(() => {
        const begun = performance.now();
        waiting2 = 0;
        reading = read(pad.strokes, data.network);
        set({ rows: pad.strokes.length ? ROWS2 : 0 });
        cost = performance.now() - begun;
      }, 2 * cost);
    });
    const show = (chosen) => {
      own = false;
      clearTimeout(waiting2);
      waiting2 = 0;
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
      clearTimeout(waiting2);
    });
    const play = button("Play", () => timer ? pause() : run());
    function pause() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    }
    function run() {
      if (!pad.strokes.length) return;
      if (still()) {
        set({ rows: ROWS2 });
        return;
      }
      if (values.rows >= ROWS2) set({ rows: 0 });
      play.textContent = "Pause";
      timer = setInterval(() => {
        set({ rows: values.rows + 1 });
        if (values.rows >= ROWS2) pause();
      }, FRAME);
    }
    const digits = state.parameters.find((p) => p.name === "digit").options.map(([digit]) => {
      const pick2 = button(digit, () => {
        state.set({ digit, rows: 0 });
        run();
      });
      pick2.setAttribute("aria-label", `Example ${digit}`);
      state.watch(() => pick2.setAttribute("aria-pressed", !own && values.digit === digit));
      return pick2;
    });
    const verdict2 = make("p", { class: "digit-verdict", "aria-hidden": "true" });
    state.watch(() => {
      const now = values.rows && pad.strokes.length ? reading.probabilities[values.rows - 1] : null;
      const top = now ? Math.max(...now) : 0;
      verdict2.replaceChildren(
        now ? "reads " : "",
        make("strong", {}, now ? String(now.indexOf(top)) : ""),
        now ? ` ${short(top)}` : ""
      );
    });
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    const heading = make("p", { id: `${state.key}-digits` }, "Draw a digit, or take one of these:");
    const group2 = { role: "group", "aria-labelledby": `${state.key}-digits` };
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
        make("div", { class: "explorer-buttons" }, ...erase, verdict2)
      ),
      make(
        "div",
        {},
        heading,
        make("div", { class: "digit-examples", ...group2 }, ...digits),
        named("hand"),
        rows
      ),
      make("p", { id: `${state.key}-help`, class: "digit-help" }, HELP)
    );
  }
  return {
    compute: ({ rows }) => after(reading, rows),
    draw: draw6,
    controls: controls4,
    summary: (values, traces) => own && !pad.strokes.length ? "The pad is empty: draw a digit, or take an example." : summary6(values, traces, own ? "your drawing" : void 0)
  };
}

// book/assets/explorers/fill-the-blank.js
var fill_the_blank_exports = {};
__export(fill_the_blank_exports, {
  compute: () => compute7,
  draw: () => draw7,
  instance: () => instance5,
  prepare: () => prepare4,
  summary: () => summary7,
  typed: () => typed2
});
var NETWORKS = [
  { name: "left", label: "From the left", sees: "sees what comes before", colour: ACCENT },
  { name: "both", label: "From both sides", sees: "sees before and after", colour: ACCENT3 },
  { name: "right", label: "From the right", sees: "sees what comes after", colour: ACCENT2 }
];
var LONGEST2 = 60;
var BEST2 = 5;
var OWN3 = "";
var TYPED2 = { "‘": "'", "’": "'", "“": "'", "”": "'", "–": "-", "—": "-" };
function prepare4(files) {
  const chain = (name) => new Network(files[`blank-${name}`]);
  const [forward, backward] = [chain("both-before"), chain("both-after")];
  return {
    vocabulary: files["blank-left"].meta.vocabulary,
    left: chain("left"),
    right: chain("right"),
    both(before, after2) {
      const fromAfter = backward.predict(after2).reverse();
      return forward.predict(before).map((scores2, t) => ACTIVATIONS.softmax(scores2.map((s, k) => s + fromAfter[t][k])));
    }
  };
}
function typed2(words3, vocabulary) {
  const characters2 = [...words3].slice(0, LONGEST2).map((c) => TYPED2[c] ?? c);
  const known = (c) => vocabulary.includes(c);
  return {
    text: characters2.filter(known).join(""),
    unknown: [...new Set(characters2.filter((c) => !known(c)))]
  };
}
function read2(sentence, { vocabulary, left, both, right }) {
  if (!sentence) return NETWORKS.map(() => []);
  const ids = [...`
${sentence}
`].map((c) => vocabulary.indexOf(c));
  const before = ids.slice(0, -2);
  const after2 = ids.slice(2).reverse();
  return [left.predict(before), both(before, after2), right.predict(after2).reverse()];
}
function blank(sentence, at2, expected, { vocabulary }) {
  const place = Math.min(at2, sentence.length) - 1;
  return {
    characters: vocabulary,
    text: sentence,
    place,
    probabilities: expected.map((rows) => Array.from(rows[place] ?? new Float64Array(vocabulary.length))),
    given: expected.map((rows) => rows.map((row3, t) => row3[vocabulary.indexOf(sentence[t])]))
  };
}
var compute7 = ({ sentence, at: at2 }, data) => blank(sentence, at2, read2(sentence, data), data);
var shown4 = (c) => ({ " ": "␣", "\n": "↵" })[c] ?? c;
var said2 = (c) => ({ " ": "a space", "\n": "a line end" })[c] ?? `“${c}”`;
var percent4 = (p) => p >= 0.995 ? ">99 %" : p >= 5e-3 ? `${fixed(100 * p)} %` : "<1 %";
var spoken2 = (p) => percent4(p).replace(">", "over ").replace("<", "under ");
var best = (probabilities2, characters2) => [...probabilities2.keys()].sort((i, j) => probabilities2[j] - probabilities2[i]).slice(0, BEST2).map((id) => [characters2[id], probabilities2[id]]);
function summary7(values, { characters: characters2, text: sentence, place, probabilities: probabilities2, given }) {
  if (place < 0) return "There is nothing to strike out yet: type a sentence.";
  const truth = sentence[place];
  const guesses = NETWORKS.map(({ label }, i) => {
    const [[first, p]] = best(probabilities2[i], characters2);
    const rest = first === truth ? ", correct" : `; ${said2(truth)} gets ${spoken2(given[i][place])}`;
    return `${said2(first)} ${label.toLowerCase()} (${spoken2(p)}${rest})`;
  });
  const [left, both, right] = given.map((row3) => row3[place]);
  const [high, low3] = [Math.max(left, right), Math.min(left, right)];
  const knew = high < 0.1 ? "Neither direction knew." : high < 1.5 * low3 ? "Both directions knew about equally well." : left > right ? "What comes before gave it away more than what comes after." : "What comes after gave it away more than what comes before.";
  const surer = both > high + 0.1 ? " From both sides it is surer." : "";
  return `Character ${place + 1} is struck out: ${said2(truth)}. Best guesses: ${guesses.join(", ")}. ${knew}${surer}`;
}
var MONO4 = "font-family:var(--nr-mono,ui-monospace,monospace)";
var HIGH5 = 40;
var MIDDLE4 = "text-anchor:middle";
function rowsOf2(sentence, across3) {
  let [column, row3] = [0, 0];
  return [...sentence].map((character2, t) => {
    const { length } = sentence.slice(t).split(" ", 1)[0];
    const begins = t > 0 && sentence[t - 1] === " " && column + length > across3;
    if (begins || column === across3) [column, row3] = [0, row3 + 1];
    return [column++, row3];
  });
}
function cell(character2, t, struck, given, [x, y], width) {
  const bar = Math.min(6, (width - 4) / 3);
  const start = x + (width - 3 * bar) / 2;
  const base = y + 30 + HIGH5;
  const parts3 = [
    rect(x, y, width, 34 + HIGH5, 0, "fill:transparent"),
    struck ? rect(x + 1, y, width - 2, 26, 4, `fill:${SURFACE};stroke:${ACCENT4};stroke-width:2`) : "",
    character2 === " " ? text(x + width / 2, y + 16, shown4(character2), struck ? "" : `fill:${MUTED}`) : text(x + width / 2, y + 19, character2),
    struck ? line(x + 3, y + 23, x + width - 3, y + 3, `stroke:${ACCENT4};stroke-width:2`) : "",
    rect(start, base - HIGH5, 3 * bar, HIGH5, 0, `fill:${LINE};fill-opacity:0.45`),
    ...NETWORKS.map(({ colour }, i) => {
      const height = HIGH5 * given[i][t];
      return rect(start + i * bar + 0.5, base - height, bar - 1, height, 0, `fill:${colour}`);
    })
  ];
  return `<g data-place="${t + 1}">${parts3.join("")}</g>`;
}
function panel({ label, sees, colour }, i, traces, [x, y], width) {
  const { characters: characters2, text: sentence, place, probabilities: probabilities2, given } = traces;
  const truth = sentence[place];
  const room = width - 31 - 56;
  const parts3 = [
    rect(x, y + 2, 12, 12, 2, `fill:${colour}`),
    text(x + 18, y + 13, label, "font-weight:700"),
    text(x, y + 33, sees, `fill:${MUTED}`)
  ];
  best(probabilities2[i], characters2).forEach(([character2, p], rank2) => {
    const top = y + 42 + 24 * rank2;
    const bold = character2 === truth ? ";font-weight:700" : "";
    if (bold) parts3.push(rect(x + 1, top, 21, 20, 4, `fill:none;stroke:${ACCENT4};stroke-width:2`));
    parts3.push(
      text(x + 11.5, top + (character2 === " " ? 12 : 15), shown4(character2), `font-size:15px;${MIDDLE4};${MONO4}${bold}`),
      rect(x + 31, top + 3, room, 14, 2, `fill:${LINE};fill-opacity:0.45`),
      rect(x + 31, top + 3, room * p, 14, 2, `fill:${colour}`),
      text(x + width, top + 15, percent4(p), `text-anchor:end${bold}`)
    );
  });
  parts3.push(text(x, y + 180, `The true ${shown4(truth)} gets ${percent4(given[i][place])}`));
  return parts3.join("");
}
function draw7(values, traces, width) {
  const wide2 = width >= 600;
  const { text: sentence, place, given } = traces;
  const style = `font-size:14px;fill:${INK}`;
  if (place < 0) {
    const words3 = "Type a sentence above.";
    return drawing(width, 80, group(style, text(width / 2, 44, words3, MIDDLE4)));
  }
  const across3 = wide2 ? 30 : 15;
  const size = width / across3;
  const step = HIGH5 + 44;
  const places = rowsOf2(sentence, across3);
  const cells = [...sentence].map((character2, t) => {
    const [column2, row3] = places[t];
    return cell(character2, t, t === place, given, [column2 * size, 6 + row3 * step], size);
  });
  let y = 6 + (places.at(-1)[1] + 1) * step + 12;
  const key = wide2 ? ["Bars: what each network gave the true character (left, both, right), from 0 to 100 %."] : ["Bars: what each network gave the true", "character (left, both, right), 0 to 100 %."];
  const body = [group(`font-size:18px;${MIDDLE4};${MONO4}`, ...cells)];
  for (const words3 of key) {
    body.push(text(0, y, words3, `fill:${MUTED}`));
    y += 19;
  }
  y += 8;
  const gap = 26;
  const column = wide2 ? (width - 2 * gap) / 3 : width;
  NETWORKS.forEach((network2, i) => {
    const corner = wide2 ? [i * (column + gap), y] : [0, y + 206 * i];
    body.push(panel(network2, i, traces, corner, column));
  });
  return drawing(width, y + (wide2 ? 0 : 412) + 188, group(style, ...body));
}
function instance5(data) {
  let words3 = "";
  let sentence = "";
  let expected = read2(sentence, data);
  function take(now) {
    words3 = now;
    const { text: known, unknown } = typed2(words3, data.vocabulary);
    if (known !== sentence) {
      sentence = known;
      expected = read2(sentence, data);
    }
    return unknown;
  }
  function controls4(box, state) {
    const { key, set, values } = state;
    const named = (name) => control(state.parameters.find((p) => p.name === name), state);
    take(values.sentence);
    const quiet = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
    const described = { "aria-describedby": `${key}-told`, maxlength: LONGEST2 };
    const input2 = make("input", { type: "text", id: `${key}-own`, ...quiet, ...described });
    const told = make("p", { id: `${key}-told`, class: "explorer-hint" });
    function tell(unknown) {
      const left = unknown.join(" ");
      told.textContent = unknown.length ? `Left out, since Shakespeare has none: ${left}` : `Change it as you like: up to ${LONGEST2} characters.`;
    }
    tell([]);
    state.set = (changes) => {
      const chosen = "sentence" in changes && changes.sentence !== OWN3;
      if (chosen) tell(take(changes.sentence));
      const end = Math.max(1, sentence.length);
      set({ ...changes, at: Math.min(changes.at ?? values.at, end) });
    };
    input2.addEventListener("input", () => {
      tell(take(input2.value));
      state.set({ sentence: OWN3 });
    });
    const own = make("div", { class: "explorer-control" });
    own.append(make("label", { for: `${key}-own` }, "The sentence, or your own"), input2, told);
    const at2 = named("at");
    const slider2 = at2.querySelector("input");
    const next = [...at2.querySelectorAll("button")].at(-1);
    state.watch(() => {
      const end = Math.max(1, sentence.length);
      slider2.setAttribute("max", end);
      next.setAttribute("aria-disabled", values.at >= end);
      if (input2.value !== words3) input2.value = words3;
    });
    const strike = (event) => {
      const clicked = event.composedPath()[0].closest?.("[data-place]");
      if (clicked && box.parentNode.contains(clicked))
        state.set({ at: Number(clicked.dataset.place) });
    };
    document.addEventListener("click", strike, { signal: state.gone });
    const help = "Tap or click a character in the picture to strike it out, or use the slider.";
    const helped = make("div", { class: "explorer-control" }, make("p", { class: "explorer-hint" }, help));
    box.append(named("sentence"), own, at2, helped);
  }
  return {
    compute: ({ at: at2 }) => blank(sentence, at2, expected, data),
    summary: summary7,
    draw: draw7,
    controls: controls4
  };
}

// book/assets/explorers/find-the-leak.js
var find_the_leak_exports = {};
__export(find_the_leak_exports, {
  compute: () => compute8,
  controls: () => controls2,
  draw: () => draw8,
  summary: () => summary8
});
var [STEPS2, DEALT, SHORTEST] = [160, 120, 10];
var [RHYTHM, MEMORY, SEED, SHUFFLE] = [12, 40, 3911, 7038];
var [NEAREST, PENALTY] = [3, 1];
var [TRAINING, VALIDATION, USE, LEFT_OUT] = [0, 1, 2, 3];
var times2 = (count, make2) => Array.from({ length: count }, (_, i) => make2(i));
var sum = (row3) => row3.reduce((total2, value) => total2 + value, 0);
var mean = (row3) => sum(row3) / row3.length;
function uniforms(seed) {
  return () => {
    seed = Math.imul(1664525, seed) + 1013904223 >>> 0;
    return seed / 2 ** 32;
  };
}
var made;
function load() {
  if (made) return made;
  const uniform = uniforms(SEED);
  const normal = () => sum(times2(12, uniform)) - 6;
  const stays = Math.exp(-1 / MEMORY);
  let [wander, level] = [0, 0];
  const levels2 = times2(100 + STEPS2, () => {
    wander = stays * wander + Math.sqrt(1 - stays * stays) * normal();
    level += 0.3 * (wander - level);
    return level;
  });
  made = times2(STEPS2, (t) => {
    const turn = 2 * Math.PI * t / RHYTHM;
    return 80 + 14 * levels2[100 + t] + 10 * Math.sin(turn) + 0.8 * normal();
  });
  return made;
}
function shuffled(count) {
  const uniform = uniforms(SHUFFLE);
  const order = times2(count, (i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
function parts(deal, border, gap, width) {
  if (deal === "time")
    return times2(STEPS2 - width, (i) => {
      const target = i + width + 1;
      if (target > border) return target > DEALT ? USE : VALIDATION;
      return target > border - gap ? LEFT_OUT : TRAINING;
    });
  const part = Array(STEPS2 - width).fill(USE);
  shuffled(DEALT - width).forEach((window, rank2) => {
    part[window] = rank2 < border - width ? TRAINING : VALIDATION;
  });
  return part;
}
function touching(part, width) {
  return part.map((own, i) => {
    if (own !== TRAINING && own !== VALIDATION) return false;
    return part.slice(Math.max(0, i - width), i + width + 1).includes(TRAINING + VALIDATION - own);
  });
}
function solve(A, b) {
  const size = b.length;
  const L = A.map((row3) => [...row3]);
  const x = [...b];
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let rest = A[i][j];
      for (let k = 0; k < j; k++) rest -= L[i][k] * L[j][k];
      L[i][j] = i === j ? Math.sqrt(rest) : rest / L[j][j];
    }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= L[i][k] * x[k];
    x[i] /= L[i][i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= L[k][i] * x[k];
    x[i] /= L[i][i];
  }
  return x;
}
var FORECASTERS = {
  /** The mean target of the nearest training windows. */
  neighbours: (x, y, trained) => x.map((window) => {
    const apart = trained.map((i) => [sum(x[i].map((value, k) => (value - window[k]) ** 2)), i]);
    apart.sort(([a], [b]) => a - b);
    return mean(apart.slice(0, NEAREST).map(([, i]) => y[i]));
  }),
  /** Least squares with a penalty on the squared weights, not on the intercept. */
  linear: (x, y, trained) => {
    const middle = x[0].map((_, k) => mean(trained.map((i) => x[i][k])));
    const centre = mean(trained.map((i) => y[i]));
    const moved2 = x.map((window) => window.map((value, k) => value - middle[k]));
    const along = (of) => middle.map((_, k) => sum(trained.map((i) => moved2[i][k] * of(i))));
    const A = middle.map((_, j) => along((i) => moved2[i][j]));
    A.forEach((row3, j) => row3[j] += PENALTY);
    const weights = solve(A, along((i) => y[i] - centre));
    return moved2.map((window) => sum(window.map((value, k) => value * weights[k])) + centre);
  }
};
function compute8({ deal, border, gap, width, start, end, forecaster }) {
  const series = load();
  const x = times2(STEPS2 - width, (i) => series.slice(i, i + width));
  const y = series.slice(width);
  const part = parts(deal, border, gap, width);
  const touches = touching(part, width);
  const [trained, validated, used] = [TRAINING, VALIDATION, USE].map(
    (which) => part.flatMap((own2, i) => own2 === which ? [i] : [])
  );
  const first = Math.min(start, end);
  const last = Math.max(start, end, first + SHORTEST - 1);
  const seen = (windows) => windows.filter((i) => first <= i + width + 1 && i + width + 1 <= last);
  const scaledBy = (stretch) => {
    const middle2 = mean(stretch);
    const sd2 = Math.sqrt(mean(stretch.map((value) => (value - middle2) ** 2)));
    const scale = (value) => (value - middle2) / sd2;
    const inputs2 = x.map((window) => window.map(scale));
    const scaled = FORECASTERS[forecaster](inputs2, y.map(scale), trained);
    return [middle2, sd2, scaled.map((value) => value * sd2 + middle2)];
  };
  const error = (forecasts2, windows) => mean(windows.map((i) => Math.abs(forecasts2[i] - y[i])));
  const [middle, sd, forecasts] = scaledBy(series.slice(first - 1, last));
  const held = series.filter((_, t) => trained.some((i) => i <= t && t <= i + width));
  const [, ownSd, ownForecasts] = scaledBy(held);
  const validation = error(forecasts, validated);
  const own = error(ownForecasts, validated);
  return {
    series,
    part,
    touches,
    forecasts,
    trained: trained.length,
    validated: validated.length,
    touched: validated.filter((i) => touches[i]).length,
    first,
    last,
    mean: middle,
    sd,
    seen_validation: seen(validated).length,
    seen_use: seen(used).length,
    validation,
    use: error(forecasts, used),
    repeat: error(x.map((window) => window[width - 1]), used),
    scaled: validation / sd,
    own,
    own_scaled: own / ownSd
  };
}
var kW = (value) => `${fixed(value, 2)} kW`;
function summary8({ deal, gap }, traces) {
  const { validated, touched, seen_validation, seen_use } = traces;
  const { validation, use, scaled, own, own_scaled } = traces;
  const some = touched === validated ? "all" : `${touched} of`;
  const windows = `${some} ${validated} validation windows`;
  const shared = deal === "shuffled" ? `Shuffled: ${windows} share steps with training windows.` : touched ? `In time: ${windows}, those next to the border, share steps with training.` : `In time, ${gap} windows left out: no validation window shares a step with training.`;
  const ratio = use / validation;
  const why = deal === "shuffled" ? "the score flatters" : "what comes later is harder";
  const promise = ratio > 1.15 ? `${fixed(ratio, 1)} times as much: ${why}` : ratio < 0.87 ? "less than in validation" : `about as much${deal === "shuffled" ? ": sharing steps alone does not flatter" : ""}`;
  const seen = [
    seen_validation ? `${seen_validation} steps of validation` : "",
    seen_use ? `${seen_use} of use` : ""
  ].filter(Boolean).join(" and ");
  const moved2 = Math.abs(validation - own);
  const effect = moved2 < 5e-3 ? "less than 0.01 kW" : `${validation > own ? "+" : "−"}${kW(moved2)}`;
  const scaler = seen ? `The scaler saw ${seen}. Against one fitted on training windows alone, that changes the validation error by ${effect}; in the scaler's units it is ${fixed(scaled, 2)} instead of ${fixed(own_scaled, 2)}.` : "The scaler saw neither validation nor use.";
  return `${shared} The forecaster is off by ${kW(validation)} in validation and by ${kW(use)} in use, ${promise}. ${scaler}`;
}
function controls2(box, state) {
  for (const parameter of state.parameters) {
    const row3 = control(parameter, state);
    box.append(row3);
    if (parameter.name !== "gap") continue;
    state.watch(() => {
      const off = state.values.deal === "shuffled";
      if (off) row3.querySelector("input").setAttribute("disabled", "disabled");
      else row3.querySelector("input").removeAttribute("disabled");
      if (off) row3.querySelector(".explorer-value").textContent = "not used";
    });
  }
}
var COLOURS2 = [ACCENT, ACCENT2, ACCENT3, MUTED];
var NAMES = ["training", "validation", "in use", "of no part"];
var LANES = 21;
function strokes(ends, style) {
  if (!ends.length) return "";
  const path = ends.map(([x1, y1, x2, y2]) => `M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}`);
  return `<path d="${path.join("")}" style="fill:none;${style}"/>`;
}
function seriesOf({ width }, { series, part, first, last, mean: middle, sd }, x, up) {
  const edges = [x(first) - (x(2) - x(1)) / 2, x(last) + (x(2) - x(1)) / 2];
  const [top, bottom] = [up(middle + sd), up(middle - sd)];
  const ends = COLOURS2.map(() => []);
  for (let t = 1; t < STEPS2; t++)
    ends[part[t - width] ?? LEFT_OUT].push([x(t), up(series[t - 1]), x(t + 1), up(series[t])]);
  const dots = part.flatMap(
    (own, i) => own === VALIDATION ? [circle(x(i + width + 1), up(series[i + width]), 2)] : []
  );
  return [
    rect(edges[0], top, edges[1] - edges[0], bottom - top, 0, `fill:${ACCENT4};fill-opacity:.13`),
    line(edges[0], up(middle), edges[1], up(middle), `stroke:${ACCENT4};stroke-dasharray:5 4`),
    ...ends.map(
      (of, own) => strokes(of, `stroke:${COLOURS2[own]};stroke-width:1.8;stroke-linecap:round`)
    ),
    group(`fill:${ACCENT2}`, ...dots)
  ];
}
function windowsOf({ width }, { part, touches }, x, top, pitch) {
  const inset = (x(2) - x(1)) / 2 - 0.5;
  const bars2 = part.map((_, i) => {
    const y = top + pitch * (i % LANES);
    return [x(i + 1) - inset, y, x(i + width + 1) + inset, y];
  });
  return COLOURS2.flatMap(
    (colour, own) => [false, true].map((thick) => {
      const ends = bars2.filter((_, i) => part[i] === own && touches[i] === thick);
      return strokes(ends, `stroke:${colour};stroke-width:${thick ? 3.8 : 1.4}`);
    })
  );
}
function legend2(wide2, y) {
  const places = wide2 ? [[0, 0], [108, 0], [228, 0], [324, 0]] : [[0, 0], [120, 0], [0, 22], [120, 22]];
  return [TRAINING, VALIDATION, USE, LEFT_OUT].map((own, i) => {
    const [px, py] = [places[i][0] + 2, y + places[i][1]];
    const dot3 = own === VALIDATION ? circle(px + 11, py - 5, 3.2, `fill:${ACCENT2}`) : "";
    const dash = line(px, py - 5, px + 22, py - 5, `stroke:${COLOURS2[own]};stroke-width:2.5`);
    return dash + dot3 + text(px + 28, py, NAMES[own]);
  });
}
var borderAt = (x, top, bottom, lanesTop, foot) => text(x, top - 12, "border", "text-anchor:middle") + strokes(
  [[x, top - 8, x, bottom], [x, lanesTop - 6, x, foot]],
  `stroke:${INK};stroke-dasharray:2 4`
);
function scores({ validation, use, repeat }, width, top) {
  const wide2 = width >= 560;
  const rows = [
    ["validation says", validation, ACCENT2],
    ["in use", use, ACCENT3],
    [wide2 ? "repeating the last value, in use" : "repeat, in use", repeat, MUTED]
  ];
  const left = wide2 ? 244 : 122;
  const space = width - left - 74;
  const longest = Math.max(8, ...rows.map(([, value]) => value));
  return rows.flatMap(([name, value, colour], i) => {
    const y = top + 28 * i;
    const long = space * value / longest;
    return [
      text(left - 10, y + 14, name, "text-anchor:end"),
      rect(left, y + 1, long, 18, 3, `fill:${colour}`),
      text(left + long + 7, y + 15, kW(value), "font-weight:600;font-variant-numeric:tabular-nums")
    ];
  });
}
function draw8(params, traces, width) {
  const { deal, border } = params;
  const { first, last, mean: middle, sd } = traces;
  const wide2 = width >= 560;
  const [left, right] = [34, width - 6];
  const x = (t) => left + (right - left) * (t - 0.5) / STEPS2;
  const top = wide2 ? 56 : 78;
  const bottom = top + 140;
  const up = (value) => bottom - (bottom - top) * (value - 60) / 55;
  const lanesTop = bottom + 78;
  const pitch = 5.4;
  const foot = lanesTop + pitch * LANES;
  const bars2 = foot + 62;
  const half2 = (x(2) - x(1)) / 2;
  const edge = x(DEALT) + half2;
  const [from, to] = [x(first) - half2, x(last) + half2];
  const words3 = `scaler: mean ${fixed(middle, 1)}, sd ${fixed(sd, 1)} kW`;
  const clamp = (place, reach) => Math.min(width - reach - 2, Math.max(reach + 2, place));
  const numbers = [60, 80, 100];
  const shares = wide2 ? "shares steps with the other part" : "shares steps";
  const body = [
    ...legend2(wide2, 15),
    rect(edge, top - 14, right - edge, foot - top + 16, 4, `fill:${ACCENT3};fill-opacity:.1`),
    text(2, top - 2, "load, kW", `fill:${MUTED}`),
    group(`stroke:${LINE}`, ...numbers.map((v) => line(left, up(v), right, up(v)))),
    group(
      `fill:${MUTED};text-anchor:end`,
      ...numbers.map((v) => text(left - 6, up(v) + 4, String(v)))
    ),
    ...seriesOf(params, traces, x, up),
    polyline(
      [[from, bottom + 8], [from, bottom + 15], [to, bottom + 15], [to, bottom + 8]],
      `stroke:${ACCENT4};stroke-width:2;fill:none`
    ),
    text(
      clamp((from + to) / 2, 130),
      bottom + 33,
      words3,
      `fill:${ACCENT4};text-anchor:middle;font-weight:600`
    ),
    text(2, lanesTop - 14, `windows; thick: ${shares}`, `fill:${MUTED}`),
    ...windowsOf(params, traces, x, lanesTop, pitch),
    deal === "time" ? borderAt(x(border) + half2, top, bottom, lanesTop, foot) : "",
    group(
      `fill:${MUTED};text-anchor:middle`,
      ...[1, 40, 80, 120, 160].map((t) => text(clamp(x(t), 13), foot + 14, String(t)))
    ),
    text(2, bars2 - 14, "mean absolute error", `fill:${MUTED}`),
    ...scores(traces, width, bars2)
  ];
  return drawing(width, bars2 + 82, group(`font-size:14px;fill:${INK}`, ...body));
}

// book/assets/explorers/gradient-norms.js
var gradient_norms_exports = {};
__export(gradient_norms_exports, {
  compute: () => compute9,
  draw: () => draw9,
  summary: () => summary9
});
var UNITS = 24;
var LONGEST3 = 100;
var SEED2 = 45;
var RADIUS = 5.177746087865416;
var LARGEST = 9.5758684331798;
var ACTIVATIONS2 = { linear: "linear", tanh: "tanh", sigmoid: "sigmoid", relu: "ReLU" };
var times3 = (count, make2) => Array.from({ length: count }, (_, i) => make2(i));
var dot2 = (a, b) => a.reduce((sum4, value, i) => sum4 + value * b[i], 0);
var drawn;
function network() {
  if (drawn) return drawn;
  let seed = SEED2;
  const uniform = () => {
    seed = Math.imul(1664525, seed) + 1013904223 >>> 0;
    return seed / 2 ** 32;
  };
  const normal = () => times3(12, uniform).reduce((sum4, u) => sum4 + u, 0) - 6;
  const matrix2 = times3(UNITS, () => times3(UNITS, normal));
  const orthogonal = [];
  for (let row3 of matrix2) {
    for (const above of orthogonal) {
      const along = dot2(row3, above);
      row3 = row3.map((value, i) => value - along * above[i]);
    }
    const norm2 = Math.sqrt(dot2(row3, row3));
    orthogonal.push(row3.map((value) => value / norm2));
  }
  const v = times3(UNITS, normal);
  const norm = Math.sqrt(dot2(v, v));
  const noise = times3(LONGEST3 + 1, () => times3(UNITS, () => Math.sqrt(12) * (uniform() - 0.5)));
  drawn = {
    orthogonal,
    gaussian: matrix2.map((row3) => row3.map((value) => value / RADIUS)),
    v: v.map((value) => value / norm),
    noise
  };
  return drawn;
}
var STEP = {
  linear: (a) => [a, 1],
  tanh: (a) => {
    const h = Math.tanh(a);
    return [h, 1 - h * h];
  },
  sigmoid: (a) => {
    const h = 1 / (1 + Math.exp(-a));
    return [h, h * (1 - h)];
  },
  relu: (a) => [Math.max(a, 0), a > 0 ? 1 : 0]
};
function compute9({ radius, activation: activation2, kind, size, length }) {
  const made2 = network();
  const U2 = made2[kind].map((row3) => row3.map((value) => radius * value));
  const largest2 = kind === "orthogonal" ? radius : radius * LARGEST / RADIUS;
  let h = made2.noise[LONGEST3].map((value) => value * 0.5);
  const slopes = [];
  for (let t = 0; t < length; t++) {
    const a = times3(UNITS, (j) => {
      let sum4 = 0;
      for (let i = 0; i < UNITS; i++) sum4 += h[i] * U2[i][j];
      return sum4 + size * made2.noise[t][j];
    });
    const pairs = a.map(STEP[activation2]);
    h = pairs.map(([value]) => value);
    slopes.push(pairs.map(([, slope]) => slope));
  }
  const measured = [0];
  const bound = [0];
  let back = made2.v;
  for (let k = 0; k < length; k++) {
    const slope = slopes[length - 1 - k];
    const scaled = back.map((value, j) => value * slope[j]);
    back = U2.map((row3) => dot2(row3, scaled));
    const norm = Math.max(Math.sqrt(dot2(back, back)), 1e-30);
    back = back.map((value) => value / norm);
    measured.push(measured[k] + Math.log10(norm));
    bound.push(bound[k] + Math.log10(Math.max(largest2 * Math.max(...slope), 1e-30)));
  }
  const all = slopes.flat();
  const squared = dot2(all, all) / all.length;
  const rate = Math.log10(radius) + 0.5 * Math.log10(Math.max(squared, 1e-30));
  return { measured, predicted: times3(length + 1, (k) => rate * k), bound, squared };
}
var power = (log) => `10 to the power of ${fixed(log, 1)}`;
function summary9({ radius, activation: activation2, kind, length }, { measured, predicted, bound }) {
  const end = measured[length];
  const factor = 10 ** (end / length);
  const expected = 10 ** (predicted[length] / length);
  const verdict2 = factor < 0.97 ? "vanishes" : factor > 1.03 ? "explodes" : "nearly holds";
  const article = kind === "orthogonal" ? "An orthogonal" : "A Gaussian";
  return `${article} U, ${ACTIVATIONS2[activation2]}, spectral radius ${fixed(radius, 2)}: the gradient ${verdict2}. Each step multiplies it by ${fixed(factor, 3)} on average, predicted ${fixed(expected, 3)}; after ${length} steps ${power(end)} of it is left. The bound allows ${power(bound[length])}.`;
}
function draw9({ length }, traces, width) {
  const left = 46;
  const right = width - 14;
  const top = 50;
  const bottom = 300;
  const every = [...traces.measured, ...traces.predicted, ...traces.bound];
  let low3 = Math.min(-1, ...every);
  let high = Math.max(1, ...every);
  const unit = [1, 2, 5, 10, 20, 50, 100].find((u) => (high - low3) / u <= 7);
  low3 = Math.floor(low3 / unit) * unit;
  high = Math.ceil(high / unit) * unit;
  const across3 = (k) => left + (right - left) * k / length;
  const up = (log) => bottom - (bottom - top) * (log - low3) / (high - low3);
  const marks = times3(Math.round((high - low3) / unit) + 1, (i) => low3 + i * unit);
  const spacing = length <= 60 ? 10 : 20;
  const tens = times3(Math.floor(length / spacing) + 1, (i) => i * spacing);
  const styles = {
    bound: `stroke:${ACCENT3};stroke-width:1.5;fill:none;stroke-dasharray:1.5 4`,
    predicted: `stroke:${ACCENT2};stroke-width:2;fill:none;stroke-dasharray:7 4`,
    measured: `stroke:${ACCENT};stroke-width:2;fill:none;stroke-linejoin:round`
  };
  const paths = Object.entries(styles).map(
    ([name, style]) => polyline(traces[name].map((log, k) => [across3(k), up(log)]), style)
  );
  const dots = times3(
    Math.floor(length / 5) + 1,
    (i) => circle(across3(5 * i), up(traces.measured[5 * i]), 2.2)
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
      ...tens.map((k) => text(across3(k), bottom + 18, String(k)))
    ),
    text(left, bottom + 38, "distance k: steps back from the end", `fill:${MUTED}`),
    ...paths,
    group(`fill:${ACCENT}`, ...dots)
  ];
  return drawing(width, bottom + 48, group(`font-size:13px;fill:${INK}`, ...body));
}

// book/assets/explorers/gradient-walk.js
var gradient_walk_exports = {};
__export(gradient_walk_exports, {
  compute: () => compute10,
  draw: () => draw10,
  summary: () => summary10
});
var STEPS3 = 6;
var X = [1, 0, -0.5, 0, 0.5, 0];
var TARGET = 1;
var total = (values) => values.reduce((sum4, value) => sum4 + value, 0);
function compute10({ back, u, w, losses }) {
  const h = [0];
  for (let t = 0; t < STEPS3; t++) h.push(Math.tanh(w * X[t] + u * h[t]));
  const after2 = h.slice(1);
  const has_loss = X.map((_, t) => Number(losses === "every" || t === STEPS3 - 1));
  const own = after2.map((state, t) => has_loss[t] * (state - TARGET));
  const slope = after2.map((state) => 1 - state ** 2);
  const [later, dh, da] = [0, 1, 2].map(() => new Array(STEPS3).fill(0));
  for (let t = STEPS3 - 1; t >= 0; t--) {
    later[t] = t + 1 < STEPS3 ? da[t + 1] * u : 0;
    dh[t] = own[t] + later[t];
    da[t] = dh[t] * slope[t];
  }
  const to_w = X.map((x, t) => x * da[t]);
  const to_u = da.map((delta, t) => h[t] * delta);
  const to_b = da;
  const parts3 = [to_w, to_u, to_b];
  return {
    h,
    loss: total(after2.map((state, t) => has_loss[t] * (state - TARGET) ** 2)) / 2,
    has_loss,
    own,
    later,
    dh,
    slope,
    da,
    to_w,
    to_u,
    to_b,
    so_far: parts3.map((part) => total(part.slice(STEPS3 - back))),
    total: parts3.map(total)
  };
}
var low = (t) => "₀₁₂₃₄₅₆"[t];
function summary10({ back }, traces) {
  if (back === 0)
    return `The forward pass is done, and the loss is ${fixed(traces.loss, 3)}. Nothing has been walked back yet.`;
  const t = STEPS3 + 1 - back;
  const i = t - 1;
  const own = traces.has_loss[i] ? fixed(traces.own[i], 3) : "nothing";
  const later = back > 1 ? `${fixed(traces.later[i], 3)} from step ${t + 1}` : "nothing from later";
  const parts3 = ["w", "u", "b"].map((k) => `${fixed(traces[`to_${k}`][i], 3)} to ${k}`).join(", ");
  const sums = traces.so_far.map((value) => fixed(value, 3)).join(", ");
  const whole = back === STEPS3 ? ` That is the whole gradient; step 6 alone would have given u ${fixed(traces.to_u[STEPS3 - 1], 3)}.` : "";
  return `h${low(t)} gets ${own} from its own loss and ${later}: ${fixed(traces.dh[i], 3)} in all. Times the slope ${fixed(traces.slope[i], 3)} that is δ${low(t)} = ${fixed(traces.da[i], 3)}, which gives ${parts3}. Sums so far, for w, u and b: ${sums}.` + whole;
}
function arrow2(x1, y1, x2, y2, colour, width) {
  const style = `stroke:${colour};stroke-width:${fixed(width, 1)};fill:none;stroke-linecap:round`;
  const level = y1 === y2;
  const back = (level ? x1 < x2 : y1 < y2) ? 5 : -5;
  const head = level ? [[x2 - back, y2 - 4], [x2, y2], [x2 - back, y2 + 4]] : [[x2 - 4, y2 - back], [x2, y2], [x2 + 4, y2 - back]];
  return group(style, line(x1, y1, x2, y2), polyline(head));
}
function node(x, y, name, colour, now) {
  const [fill, ink2] = now ? [colour, SURFACE] : ["none", INK];
  return rect(x - 14, y - 13, 28, 26, 7, `fill:${fill};stroke:${colour};stroke-width:1.5`) + text(x, y + 5, name, `fill:${ink2};text-anchor:middle;font-weight:600`);
}
var across = (t, width) => 24 + (width - 52) * t / STEPS3;
function graph(back, { has_loss }, width) {
  const first = STEPS3 + 1 - back;
  const [up, middle, down] = [20, 82, 140];
  const parts3 = [node(across(0, width), middle, "h₀", MUTED, false)];
  for (let t = 1; t <= STEPS3; t++) {
    const [x, before, walked] = [across(t, width), across(t - 1, width), t >= first];
    parts3.push(arrow2(before + 16, middle - 5, x - 17, middle - 5, MUTED, 1.2));
    parts3.push(arrow2(x - 5, down - 12, x - 5, middle + 15, MUTED, 1.2));
    if (walked) {
      parts3.push(arrow2(x - 16, middle + 6, before + 17, middle + 6, ACCENT, 2.5));
      parts3.push(arrow2(x + 5, middle + 15, x + 5, down - 12, ACCENT2, 2.5));
    }
    if (has_loss[t - 1]) {
      parts3.push(arrow2(x - 5, middle - 15, x - 5, up + 15, MUTED, 1.2));
      if (walked) parts3.push(arrow2(x + 5, up + 15, x + 5, middle - 15, ACCENT, 2.5));
      parts3.push(node(x, up, `L${low(t)}`, ACCENT4, false));
    }
    parts3.push(node(x, middle, `h${low(t)}`, walked ? ACCENT : MUTED, t === first));
    parts3.push(text(x, down + 4, `x${low(t)}`, `fill:${INK};text-anchor:middle`));
  }
  return parts3.join("");
}
function bars(top, title, heights, back, colour, width) {
  const zero = top + 54;
  const scale = 34 / Math.max(1e-12, ...heights.map(Math.abs));
  const parts3 = [text(8, top + 8, title), line(8, zero, width - 4, zero, `stroke:${LINE}`)];
  for (let t = STEPS3 + 1 - back; t <= STEPS3; t++) {
    const [x, height] = [across(t, width), heights[t - 1]];
    const end = zero - scale * height;
    parts3.push(line(x, zero, x, end, `stroke:${colour};stroke-width:14`));
    const where = height >= 0 ? end - 5 : end + 14;
    parts3.push(text(x, where, fixed(height, 3), "text-anchor:middle;font-size:12px"));
  }
  return parts3.join("");
}
var row = (y, label, value, left, right, style = "") => text(left, y, label, style) + text(right, y, value, `text-anchor:end;${style}`);
function sum2(back, { loss, has_loss, own, later, dh, slope, da }, left, top, right) {
  if (back === 0) return text(left, top, `loss L = ${fixed(loss, 3)}`, "font-weight:600");
  const t = STEPS3 + 1 - back;
  const i = t - 1;
  const n = low(t);
  const mine = has_loss[i] ? fixed(own[i], 3) : "no loss here";
  const after2 = back > 1 ? `from step ${t + 1}: δ${low(t + 1)} u` : "from later steps";
  const theirs = back > 1 ? fixed(later[i], 3) : "nothing";
  const bold = "font-weight:700";
  return [
    row(top, `own loss: h${n} − 1`, mine, left, right, `fill:${ACCENT4}`),
    row(top + 22, after2, theirs, left, right, `fill:${ACCENT}`),
    line(left, top + 30, right, top + 30, `stroke:${MUTED}`),
    row(top + 48, `∂L/∂h${n}`, fixed(dh[i], 3), left, right, bold),
    row(top + 70, `slope 1 − h${n}²`, fixed(slope[i], 3), left, right),
    row(top + 92, `δ${n}, their product`, fixed(da[i], 3), left, right, bold)
  ].join("");
}
function parts2(back, traces, left, top, right) {
  const columns = [right - 124, right - 62, right];
  const end = "text-anchor:end";
  const t = STEPS3 + 1 - back;
  const [n, before] = [low(Math.min(t, STEPS3)), low(t - 1)];
  const factors = back ? [`x${n}δ${n}`, `h${before}δ${n}`, `δ${n}`] : ["", "", ""];
  const words3 = ["w", "u", "b"].map((name, k) => {
    const x = columns[k];
    const part = back ? fixed(traces[`to_${name}`][t - 1], 3) : "";
    return [
      text(x, top, name, `${end};font-weight:700`),
      text(x, top + 22, factors[k], `${end};fill:${MUTED}`),
      text(x, top + 44, part, `${end};fill:${ACCENT2}`),
      text(x, top + 74, fixed(traces.so_far[k], 3), `${end};font-weight:700`)
    ].join("");
  });
  return [
    text(left, top, "part for"),
    text(left, top + 44, "this step", `fill:${ACCENT2}`),
    line(left, top + 54, right, top + 54, `stroke:${MUTED}`),
    text(left, top + 74, "sum so far", "font-weight:700"),
    ...words3
  ].join("");
}
function draw10({ back }, traces, width) {
  const wide2 = width >= 560;
  const half2 = width / 2;
  const body = [
    graph(back, traces, width),
    bars(160, "∂L/∂hₜ: what arrives at each state", traces.dh, back, ACCENT, width),
    bars(268, "hₜ₋₁ δₜ: what each step gives to u", traces.to_u, back, ACCENT2, width),
    line(0, 376, width, 376, `stroke:${LINE}`),
    sum2(back, traces, 8, 402, wide2 ? half2 - 30 : width - 8),
    parts2(back, traces, wide2 ? half2 + 10 : 8, wide2 ? 402 : 528, width - 8)
  ];
  const style = `font-size:14px;fill:${INK};font-variant-numeric:tabular-nums`;
  return drawing(width, wide2 ? 508 : 618, group(style, ...body));
}

// book/assets/explorers/gru-gates.js
var gru_gates_exports = {};
__export(gru_gates_exports, {
  compute: () => compute11,
  draw: () => draw11,
  summary: () => summary11
});

// book/assets/explorers/lanes.js
var HIGH6 = 28;
var PULSE = 16;
var ENDS = [1, 2, 5, 10, 25];
function endOfAxis(...rows) {
  const most = Math.max(...rows.flat().map(Math.abs));
  return ENDS.find((end) => end >= most) ?? ENDS.at(-1);
}
function lanes(steps2, left, right) {
  const across3 = (t) => left + (right - left) * (t - 0.5) / steps2;
  const ticks = (...marks) => group(`stroke:${LINE};fill:none`, ...marks.map(([y]) => line(left, y, right, y))) + group(`fill:${MUTED};text-anchor:end`, ...marks.map(([y, label]) => text(left - 7, y + 4, label)));
  return {
    /** Bars up and down, (steps,); 48 pixels high with the name. */
    pulses(name, row3, top) {
      const middle = top + 32;
      const bars2 = row3.map(
        (value, t) => value === 0 ? "" : line(across3(t + 1), middle, across3(t + 1), middle - PULSE * value)
      );
      return [
        text(left, top + 10, name),
        line(left, middle, right, middle, `stroke:${LINE}`),
        group(`stroke:${INK};stroke-width:4;fill:none`, ...bars2)
      ].join("");
    },
    /** Bars from 0 to 1, (steps,), with the signs of a signal, (steps,), above them. */
    gate(name, gate, signal, colour, top) {
      const wide2 = 0.7 * (right - left) / steps2;
      const bars2 = gate.map(
        (open, t) => rect(across3(t + 1) - wide2 / 2, top + HIGH6 - HIGH6 * open, wide2, HIGH6 * open)
      );
      const signs = signal.map((s, t) => s ? text(across3(t + 1), top - 1, s > 0 ? "+" : "−") : "");
      return [
        text(left, top - 15, name),
        ticks([top, "1"], [top + HIGH6, "0"]),
        group(`fill:${colour}`, ...bars2),
        group("text-anchor:middle;font-weight:700", ...signs)
      ].join("");
    },
    /** A line through values, (steps,), on an axis from −end to end of `high` pixels. */
    curve(name, row3, end, colour, top, high) {
      const up = (value) => top + high / 2 * (1 - value / end);
      const path = row3.map((value, t) => [across3(t + 1), up(value)]);
      return [
        text(left, top - 9, name),
        ticks(...[-end, 0, end].map((value) => [up(value), fixed(value)])),
        polyline(path, `stroke:${colour};stroke-width:2;fill:none;stroke-linejoin:round`),
        group(`fill:${colour}`, ...path.map(([x, y]) => circle(x, y, 2.6)))
      ].join("");
    },
    /** Numbers of steps: the first, and every quarter. */
    times(y) {
      const shown5 = [1, ...[1, 2, 3, 4].map((quarter) => Math.floor(quarter * steps2 / 4))];
      return group(
        `fill:${MUTED};text-anchor:middle`,
        ...shown5.map((t) => text(across3(t), y, String(t)))
      );
    }
  };
}

// book/assets/explorers/gru-gates.js
var STEPS4 = 24;
var CANDIDATE = 3;
var SIGNAL = 8;
var HIGH7 = 400;
var sigma = (a) => 1 / (1 + Math.exp(-a));
function compute11({ x: tx, s: ts, q: tq, b_w, b_f, b_o, u }) {
  const [x, s, q] = [tx, ts, tq].map((row3) => pulses(row3, STEPS4));
  const traces = { x, s, q, i: [], f: [], o: [], c: [], h_lstm: [], z: [], r: [], h: [] };
  let c = 0;
  let h_lstm = 0;
  let h = 0;
  for (let t = 0; t < STEPS4; t++) {
    const came = CANDIDATE * x[t];
    const i = sigma(b_w + SIGNAL * s[t]);
    const f = sigma(b_f);
    const o = sigma(b_o + SIGNAL * q[t]);
    c = f * c + i * Math.tanh(came + u * h_lstm);
    h_lstm = o * Math.tanh(c);
    const z = 1 - i;
    const r = o;
    h = z * h + (1 - z) * Math.tanh(came + u * r * h);
    for (const [name, value] of Object.entries({ i, f, o, c, h_lstm, z, r, h })) traces[name].push(value);
  }
  return traces;
}
function summary11(_values, { c, h }) {
  const last = STEPS4 - 1;
  const end = `At step ${STEPS4} the LSTM's cell holds ${fixed(c[last], 2)} and the GRU's state is ${fixed(h[last], 2)}.`;
  const most = Math.max(...c.map(Math.abs));
  if (most > 1.005)
    return `${end} The cell has added up to ${fixed(most, 2)}; the GRU's state is a weighted mean of candidates and cannot leave the space between −1 and 1.`;
  const apart = c.map((value, t) => Math.abs(value - h[t]));
  const largest2 = Math.max(...apart);
  if (largest2 < 0.05) return `${end} With these settings the two can hardly be told apart.`;
  const where = apart.findIndex((value) => value > largest2 - 1e-9);
  return `${end} They were furthest apart at step ${where + 1}: ${fixed(c[where], 2)} in the cell against ${fixed(h[where], 2)} in the GRU.`;
}
function draw11(_values, t, width) {
  const wide2 = width >= 600;
  const half2 = wide2 ? width / 2 : width;
  const below = wide2 ? 0 : HIGH7;
  const edge = wide2 ? half2 + 30 : 30;
  const lstm = lanes(STEPS4, 30, half2 - 10);
  const gru = lanes(STEPS4, edge, width - 10);
  const end = endOfAxis(t.c, t.h);
  const none = t.s.map(() => 0);
  const turned = t.s.map((s) => -s);
  const writes = t.z.map((z) => 1 - z);
  const body = [
    text(30, 16, "LSTM", "font-weight:700"),
    lstm.pulses("input xₜ", t.x, 28),
    lstm.gate("input gate iₜ: write", t.i, t.s, ACCENT3, 104),
    lstm.gate("forget gate fₜ: keep", t.f, none, ACCENT4, 166),
    lstm.gate("output gate oₜ: show", t.o, t.q, ACCENT2, 228),
    lstm.curve("cell state cₜ", t.c, end, ACCENT, 284, 80),
    lstm.times(388),
    text(edge, below + 16, "GRU", "font-weight:700"),
    gru.pulses("input xₜ", t.x, below + 28),
    gru.gate("1 − zₜ: write", writes, t.s, ACCENT3, below + 104),
    gru.gate("update gate zₜ: keep", t.z, turned, ACCENT4, below + 166),
    gru.gate("reset gate rₜ: show", t.r, t.q, ACCENT2, below + 228),
    gru.curve("state hₜ", t.h, end, ACCENT, below + 284, 80),
    gru.times(below + 388)
  ];
  return drawing(width, below + HIGH7, group(`font-size:13px;fill:${INK}`, ...body));
}

// book/assets/explorers/half-life.js
var half_life_exports = {};
__export(half_life_exports, {
  compute: () => compute12,
  draw: () => draw12,
  summary: () => summary12
});
var POINTS = 61;
var [LOWEST, HIGHEST2] = [-2, 8];
var HORIZONS = [10, 30, 100, 300, 1e3, 3e3, 1e4];
var MARKS = [1, 3, 5];
var HIGH8 = 190;
var logSigma = (a) => -Math.log1p(Math.exp(-a));
var predict = (bias) => -Math.log(2) / logSigma(bias);
var BIASES = Array.from({ length: POINTS }, (_, k) => LOWEST + (HIGHEST2 - LOWEST) * k / (POINTS - 1));
function compute12({ bias, shake }) {
  const rest = predict(bias);
  const [up, down] = [logSigma(bias + shake), logSigma(bias - shake)];
  const half2 = -Math.log(2);
  const horizon = HORIZONS.find((h) => h >= 3 * rest) ?? HORIZONS[HORIZONS.length - 1];
  const every = [0];
  let [log, measured] = [0, 0];
  for (let t = 0; t < horizon || log > half2; ) {
    const before = log;
    log += t % 2 === 0 ? down : up;
    t++;
    if (before > half2 && half2 >= log) measured = t - 1 + (before - half2) / (before - log);
    if (t <= horizon) every.push(log);
  }
  const steps2 = BIASES.map((_, k) => Math.floor(horizon * k / (POINTS - 1)));
  return {
    curve: BIASES.map(predict),
    steps: steps2,
    cell: steps2.map((k) => Math.exp(every[k])),
    gate: Math.exp(logSigma(bias)),
    predicted: rest,
    measured
  };
}
var number = (steps2) => fixed(steps2, steps2 < 1 ? 2 : steps2 < 10 ? 1 : 0);
function summary12({ bias, shake }, { gate, predicted, measured }) {
  const first = `With a forget bias of ${fixed(bias, 1)} the gate at rest keeps ${fixed(100 * gate, gate < 0.99 ? 1 : 2)} % at each step, so half is gone in ${number(predicted)} steps.`;
  if (shake === 0) return `${first} The simulated unit needs ${number(measured)}.`;
  return `${first} Shaken by ${fixed(shake, 1)} either way, the simulated unit needs ${number(measured)}: a closing gate loses more than an opening one saves.`;
}
function biasPanel({ bias }, traces, left, right, top) {
  const to = (b, steps2) => [
    left + (right - left) * (b - LOWEST) / (HIGHEST2 - LOWEST),
    top + HIGH8 * (3.5 - Math.log10(steps2)) / 4.5
  ];
  const ticks = [1, 10, 100, 1e3];
  const level = (n) => line(left, to(0, n)[1], right, to(0, n)[1]);
  return [
    text(left, top - 12, "half-life, in steps"),
    group(`stroke:${LINE};fill:none`, ...ticks.map(level), line(left, top + HIGH8, right, top + HIGH8)),
    group(`fill:${MUTED};text-anchor:end`, ...ticks.map((n) => text(left - 8, to(0, n)[1] + 4, String(n)))),
    group(
      `fill:${MUTED};text-anchor:middle`,
      ...[-2, 0, 2, 4, 6, 8].map((b) => text(to(b, 1)[0], top + HIGH8 + 16, fixed(b))),
      text((left + right) / 2, top + HIGH8 + 36, "forget bias")
    ),
    polyline(BIASES.map((b, k) => to(b, traces.curve[k])), `stroke:${ACCENT};stroke-width:2;fill:none`),
    group(
      `fill:none;stroke:${MUTED};stroke-width:1.5`,
      ...MARKS.map((b) => circle(...to(b, predict(b)), 4))
    ),
    circle(...to(bias, traces.predicted), 6, `fill:${ACCENT}`),
    circle(...to(bias, Math.max(traces.measured, 0.1)), 4, `fill:${ACCENT2}`)
  ].join("");
}
function decayPanel({ steps: steps2, cell: cell2, predicted, measured }, left, right, top) {
  const horizon = steps2[steps2.length - 1];
  const to = (step, c) => [left + (right - left) * step / horizon, top + HIGH8 * (1 - c)];
  const ticks = [[0, "0"], [0.5, "½"], [1, "1"]];
  const rest = Math.min(predicted, horizon);
  return [
    text(left, top - 12, "cell state cₜ, from 1"),
    group(`stroke:${LINE};fill:none`, ...ticks.map(([c]) => line(left, to(0, c)[1], right, to(0, c)[1]))),
    group(`fill:${MUTED};text-anchor:end`, ...ticks.map(([c, words3]) => text(left - 8, to(0, c)[1] + 4, words3))),
    group(
      `fill:${MUTED};text-anchor:middle`,
      ...[0, 1, 2].map((k) => text(to(horizon * k / 2, 0)[0], top + HIGH8 + 16, fixed(horizon * k / 2))),
      text((left + right) / 2, top + HIGH8 + 36, "steps")
    ),
    line(...to(rest, 0), ...to(rest, 1), `stroke:${ACCENT};stroke-dasharray:4 4`),
    polyline(steps2.map((s, k) => to(s, cell2[k])), `stroke:${ACCENT2};stroke-width:2;fill:none;stroke-linejoin:round`),
    circle(...to(Math.min(measured, horizon), 0.5), 4, `fill:${ACCENT2}`)
  ].join("");
}
function draw12(values, traces, width) {
  const wide2 = width >= 600;
  const left = 48;
  const body = [biasPanel(values, traces, left, wide2 ? width / 2 - 12 : width - 12, 30)];
  if (wide2) body.push(decayPanel(traces, width / 2 + 36, width - 22, 30));
  else body.push(decayPanel(traces, left, width - 22, 296));
  return drawing(width, wide2 ? 270 : 536, group(`font-size:13px;fill:${INK}`, ...body));
}

// book/assets/explorers/lstm-gates.js
var lstm_gates_exports = {};
__export(lstm_gates_exports, {
  compute: () => compute13,
  draw: () => draw13,
  summary: () => summary13
});
var STEPS5 = 24;
var CANDIDATE2 = 3;
var sigma2 = (a) => 1 / (1 + Math.exp(-a));
function compute13({ x: typed3, i: ti, f: tf, o: to, b_i, b_f, b_o, w }) {
  const x = pulses(typed3, STEPS5);
  const [s_i, s_f, s_o] = [ti, tf, to].map((row3) => pulses(row3, STEPS5));
  const gate = (bias, signal) => signal.map((s) => sigma2(bias + w * s));
  const [i, f, o] = [gate(b_i, s_i), gate(b_f, s_f), gate(b_o, s_o)];
  let cell2 = 0;
  const c = x.map((now, t) => cell2 = f[t] * cell2 + i[t] * Math.tanh(CANDIDATE2 * now));
  const h = c.map((value, t) => o[t] * Math.tanh(value));
  const half_life = -Math.log(2) / Math.log(sigma2(b_f));
  return { x, s_i, s_f, s_o, i, f, o, c, h, half_life };
}
function summary13(_values, { x, i, o, c, h, half_life: half2 }) {
  const came = x.filter((now) => now !== 0).length;
  const written = x.filter((now, t) => now !== 0 && i[t] > 0.5).length;
  const first = came ? `Of ${came} pulse${came === 1 ? "" : "s"} the input gate lets in ${written}.` : "Nothing comes in, so the cell stays empty.";
  const last = STEPS5 - 1;
  return `${first} While the forget gate rests, half of what is held is gone in ${fixed(half2, half2 < 10 ? 1 : 0)} steps. At step ${STEPS5} the cell state is ${fixed(c[last], 2)}, the output gate is ${fixed(100 * o[last])} % open, and the state shows ${fixed(h[last], 2)}.`;
}
function draw13(_values, t, width) {
  const { pulses: row3, gate, curve: curve2, times: times6 } = lanes(STEPS5, 34, width - 10);
  const body = [
    row3("input xₜ", t.x, 4),
    gate("input gate iₜ: write", t.i, t.s_i, ACCENT3, 86),
    gate("forget gate fₜ: keep", t.f, t.s_f, ACCENT4, 150),
    curve2("cell state cₜ", t.c, endOfAxis(t.c), ACCENT, 208, 90),
    gate("output gate oₜ: show", t.o, t.s_o, ACCENT2, 336),
    curve2("state hₜ", t.h, 1, INK, 394, 80),
    times6(496)
  ];
  return drawing(width, 503, group(`font-size:13px;fill:${INK}`, ...body));
}

// book/assets/explorers/scalar-rnn.js
var scalar_rnn_exports = {};
__export(scalar_rnn_exports, {
  compute: () => compute14,
  draw: () => draw14,
  summary: () => summary14
});
var STEPS6 = 40;
function inputs(shape, height, start) {
  return Array.from({ length: STEPS6 }, (_, i) => {
    const t = i + 1;
    if (shape === "step") return t >= start ? height : 0;
    if (shape === "alternating") return t < start ? 0 : (t - start) % 2 ? -height : height;
    const second = { pulse: 0, pulses: height, opposite: -height }[shape];
    return t === start ? height : t === start + 15 ? second : 0;
  });
}
function crossing(u, b, low3, high) {
  const excess = (h) => Math.tanh(u * h + b) - h;
  const rising = excess(low3) < 0;
  if (excess(high) < 0 === rising) return null;
  for (let i = 0; i < 60; i++) {
    const middle = (low3 + high) / 2;
    const value = excess(middle);
    if (value === 0) return middle;
    if (value < 0 === rising) low3 = middle;
    else high = middle;
  }
  return (low3 + high) / 2;
}
function fixedPoints(u, b) {
  let ends = [-1, 1];
  if (u > 1) {
    const bend = Math.acosh(Math.sqrt(u));
    const places = [(-bend - b) / u, (bend - b) / u];
    ends = [-1, ...places.map((place) => Math.min(1, Math.max(-1, place))), 1];
  }
  const found = [];
  for (let i = 0; i < ends.length - 1; i++) {
    const h = crossing(u, b, ends[i], ends[i + 1]);
    if (h !== null) found.push(h);
  }
  return found;
}
function compute14({ w, u, b, input: input2, height, start }) {
  const x = inputs(input2, height, start);
  let state = 0;
  const h = x.map((now) => state = Math.tanh(w * now + u * state + b));
  const fixed_points = fixedPoints(u, b);
  const slopes = fixed_points.map((point) => u * (1 - point * point));
  return { x, h, fixed_points, slopes };
}
function regime(u, points, slopes) {
  if (points.length === 3)
    return `A switch: without input the state rests at ${fixed(points[0], 2)} or at ${fixed(points[2], 2)}, and ${fixed(points[1], 2)} between them is the tipping point.`;
  const where = `rests at ${fixed(points[0], 2)}`;
  const slope = slopes[0];
  if (u === 0) return "No memory: u is 0, so each state depends on its own input alone.";
  if (slope < -1)
    return `An oscillator: the state overshoots its resting point ${fixed(points[0], 2)} at every step, and never comes to rest.`;
  if (slope < 0)
    return `A damped oscillation: the state changes side at every step, and ${where}; each step keeps ${fixed(-100 * slope)} % of the distance.`;
  if (slope > 0.995) return `On the edge: the state ${where}, but ever more slowly.`;
  const half2 = slope > 0 ? Math.log(0.5) / Math.log(slope) : 0;
  return `A leaky integrator: without input the state ${where}; near it each step keeps ${fixed(100 * slope)} % of the distance, so half is forgotten in ${fixed(half2, 1)} steps.`;
}
function ending({ x, h, fixed_points: points }) {
  const last = h[STEPS6 - 1];
  const before = h[STEPS6 - 2];
  if (Math.abs(last - before) > 0.02)
    return `At the end it still moves between ${fixed(before, 2)} and ${fixed(last, 2)}.`;
  if (x[STEPS6 - 1] !== 0) return `Under the lasting input the state holds ${fixed(last, 2)}.`;
  const most = Math.max(...h.map(Math.abs));
  const peak = h.find((state) => Math.abs(state) > most - 1e-9);
  if (points.length === 3 && Math.min(Math.abs(last - points[0]), Math.abs(last - points[2])) < 0.02)
    return `After the input the state settles at ${fixed(last, 2)} and stays.`;
  if (most < 5e-3)
    return `Nothing pushes it: the state stays at ${fixed(last, 2)} throughout.`;
  return `Its largest state was ${fixed(peak, 2)}; at step ${STEPS6} it is ${fixed(last, 2)}.`;
}
var summary14 = (values, traces) => `${regime(values.u, traces.fixed_points, traces.slopes)} ${ending(traces)}`;
function draw14(values, traces, width) {
  const wide2 = width >= 600;
  const side = wide2 ? 210 : Math.min(width - 44, 260);
  const left = 34;
  const right = wide2 ? width - side - 86 : width - 52;
  const corner = wide2 ? [width - side - 8, 106] : [34, 372];
  const body = [
    inputPanel(traces.x, left, right),
    statePanel(traces, left, right),
    mapPanel2(values, traces, corner, side)
  ];
  const style = `font-size:13px;fill:${INK}`;
  return drawing(width, wide2 ? 350 : 372 + side + 34, group(style, ...body));
}
var across2 = (t, left, right) => left + (right - left) * t / STEPS6;
function inputPanel(x, left, right) {
  const up = (value) => 52 - 10 * value;
  const bars2 = x.map(
    (value, t) => value === 0 ? "" : line(across2(t + 1, left, right), up(0), across2(t + 1, left, right), up(value))
  );
  return [
    text(left, 14, "input xₜ"),
    line(left, up(0), right, up(0), `stroke:${LINE}`),
    group(`stroke:${ACCENT2};stroke-width:3;fill:none`, ...bars2)
  ].join("");
}
function statePanel({ h, fixed_points: points, slopes }, left, right) {
  const up = (value) => 211 - 105 * value;
  const frame = [-1, 0, 1].map((v) => line(left, up(v), right, up(v)));
  const ticks = [-1, 0, 1].map((v) => text(left - 8, up(v) + 4, fixed(v)));
  const times6 = [0, 10, 20, 30, 40].map((t) => text(across2(t, left, right), 338, String(t)));
  const rests = points.map((point, i) => {
    const dashes = Math.abs(slopes[i]) < 1 ? "7 4" : "1.5 4";
    return line(left, up(point), right, up(point), `stroke-dasharray:${dashes}`);
  });
  const marks = points.map((point) => text(right + 8, up(point) + 4, fixed(point, 2)));
  const path = h.map((state, t) => [across2(t + 1, left, right), up(state)]);
  path.unshift([across2(0, left, right), up(0)]);
  return [
    text(left, 100, "state hₜ"),
    group(`stroke:${LINE};fill:none`, ...frame),
    group(`fill:${MUTED};text-anchor:end`, ...ticks),
    group(`fill:${MUTED};text-anchor:middle`, ...times6),
    group(`stroke:${MUTED};stroke-width:1.5;fill:none`, ...rests),
    group(`fill:${MUTED}`, ...marks),
    polyline(path, `stroke:${ACCENT};stroke-width:2;fill:none;stroke-linejoin:round`),
    group(`fill:${ACCENT}`, ...path.map(([x, y]) => circle(x, y, 2.6)))
  ].join("");
}
function mapPanel2({ u, b }, { h, fixed_points: points, slopes }, [left, top], side) {
  const to = (before, after2) => [left + side * (before + 1) / 2, top + side * (1 - after2) / 2];
  const curve2 = Array.from({ length: 41 }, (_, i) => to(i / 20 - 1, Math.tanh(u * (i / 20 - 1) + b)));
  const [rest, tip] = [INK, SURFACE].map((fill) => `fill:${fill};stroke:${INK};stroke-width:1.5`);
  const below = top + side + 20;
  const crossings = points.map(
    (point, i) => circle(...to(point, point), 5, Math.abs(slopes[i]) < 1 ? rest : tip)
  );
  const steps2 = h.map((state, t) => circle(...to(t ? h[t - 1] : 0, state), 2.6));
  return [
    text(left, top - 6, "hₜ against hₜ₋₁"),
    rect(left, top, side, side, 0, `fill:none;stroke:${LINE}`),
    line(left, top + side, left + side, top, `stroke:${LINE}`),
    polyline(curve2, `stroke:${ACCENT};stroke-width:2;fill:none`),
    ...crossings,
    group(`fill:${ACCENT2}`, ...steps2),
    circle(left + 5, below - 4, 5, rest),
    circle(left + 64, below - 4, 5, tip),
    circle(left + 149, below - 4, 3, `fill:${ACCENT2}`),
    group(
      `fill:${MUTED}`,
      text(left + 15, below, "rests"),
      text(left + 74, below, "tips away"),
      text(left + 156, below, "a step")
    )
  ].join("");
}

// book/assets/explorers/text-to-batch.js
var text_to_batch_exports = {};
__export(text_to_batch_exports, {
  compute: () => compute15,
  draw: () => draw15,
  instance: () => instance6,
  prepare: () => prepare5,
  summary: () => summary15
});
var STEPS7 = 60;
var READINGS = ["Padded at the end, no mask", "Padded in front, no mask", "With the mask"];
var OWN4 = { label: "The sentence, or your own", hint: "Up to 160 characters.", longest: 160 };
function prepare5({ verdict: verdict2 }) {
  return {
    network: new Network(verdict2),
    ids: new Map(verdict2.meta.vocabulary.map((word, i) => [word, i + 2]))
    // 0 padding, 1 unknown
  };
}
function padded(ids, length, side) {
  const kept2 = side === "post" ? ids.slice(0, length) : ids.slice(-length);
  const row3 = new Array(length).fill(0);
  const first = side === "post" ? 0 : length - kept2.length;
  kept2.forEach((id, i) => row3[first + i] = id);
  const inside = (t) => t >= first && t < first + kept2.length;
  return { row: row3, mask: row3.map((_, t) => Number(inside(t))), kept: kept2 };
}
function compute15({ sentence, length, side }, { network: network2, ids: known }) {
  const tokens = words2(normalise(sentence.replaceAll("’", "'"))).slice(0, STEPS7);
  const ids = tokens.map((word) => known.get(word) ?? 1);
  const read3 = (row4) => row4.length ? network2.predict(row4).map(([chance]) => chance) : [];
  const [post, pre] = ["post", "pre"].map((where) => padded(ids, length, where));
  const alone = read3(post.kept);
  const last = alone.at(-1) ?? unread(network2);
  const curves = [read3(post.row), read3(pre.row), post.row.map((_, t) => alone[t] ?? last)];
  const { row: row3, mask } = side === "post" ? post : pre;
  return { words: tokens, ids, row: row3, mask, curves, verdicts: curves.map((curve2) => curve2.at(-1)) };
}
function unread({ layers }) {
  const answer2 = layers.at(-1);
  return answer2.step(new Float64Array(answer2.inputs))[0];
}
var counted2 = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
var verdict = (p) => p > 0.5 ? "positive" : "negative";
var sure = (p) => `${fixed(100 * Math.max(p, 1 - p))} %`;
var said3 = (p) => `${verdict(p)}, ${sure(p)}`;
function moved(reading, p, alone) {
  const points = Math.round(100 * Math.abs(p - alone));
  if (verdict(p) !== verdict(alone)) return `${reading}, the verdict has turned round: ${said3(p)}.`;
  if (points < 5) return `${reading}, it is about the same: ${said3(p)}.`;
  const fainter = Math.abs(p - 0.5) < Math.abs(alone - 0.5);
  return `${reading}, it has grown ${fainter ? "weaker" : "stronger"}: ${said3(p)}.`;
}
function summary15({ length }, { words: tokens, ids, verdicts }) {
  if (!tokens.length) return "There are no words to read yet: type a sentence.";
  const unknown = ids.filter((id) => id === 1).length;
  const missing = unknown ? `, ${unknown} of them unknown,` : "";
  const rest = length - tokens.length;
  const room = rest > 0 ? `${counted2(rest, "step")} of padding` : rest < 0 ? `no padding, and ${counted2(-rest, "token")} cut off` : "no padding";
  const [post, pre, alone] = verdicts;
  const first = `${counted2(tokens.length, "token")}${missing} in a row of ${counted2(length, "step")}: ${room}. With the mask the verdict is ${said3(alone)}.`;
  if (rest === 0) return first;
  if (rest < 0) return `${first} Cut in front instead, it is ${said3(pre)}.`;
  return `${first} ${moved("Padded at the end", post, alone)} ${moved("Padded in front", pre, alone)}`;
}
var MONO5 = "font-family:var(--nr-mono,ui-monospace,monospace)";
var MIDDLE5 = "text-anchor:middle";
var BOLD2 = "font-weight:700";
var FAINT = `fill:${MUTED}`;
var UNKNOWN = `fill:none;stroke:${ACCENT2};stroke-width:2;stroke-dasharray:4 2`;
function boxes2(tokens, ids, y, across3) {
  const most = Math.floor((across3 - 12) / (15 * 0.61));
  const written = tokens.map((token) => cut(token, most));
  const widths = written.map((word, i) => Math.max(wide(word, 15), wide(`${ids[i]}`, 14)) + 12);
  const { corners, rows } = flow(widths.map((width) => [width]), across3, 4);
  const parts3 = written.map((word, i) => {
    const [x, top] = [corners[i][0], y + 54 * corners[i][1]];
    const look = ids[i] === 1 ? UNKNOWN : `fill:${ACCENT};fill-opacity:0.2;stroke:${ACCENT}`;
    return rect(x + 1, top, widths[i] - 2, 26, 4, look) + text(x + widths[i] / 2, top + 18, word) + text(x + widths[i] / 2, top + 42, `${ids[i]}`, "font-size:14px");
  });
  return { body: group(`font-size:15px;${MIDDLE5};${MONO5}`, ...parts3), height: 54 * rows };
}
function grid(row3, mask, y, across3) {
  const columns = Math.floor(across3 / 37);
  const cell2 = across3 / columns;
  const parts3 = row3.map((id, t) => {
    const [x, top] = [t % columns * cell2, y + 52 * Math.floor(t / columns)];
    const look = !mask[t] ? `fill:none;stroke:${LINE}` : id === 1 ? UNKNOWN : `fill:${ACCENT};fill-opacity:0.2`;
    const tone = mask[t] ? "" : FAINT;
    return rect(x + 1, top, cell2 - 2, 22, 3, look) + text(x + cell2 / 2, top + 16, `${id}`, tone) + text(x + cell2 / 2, top + 38, `${mask[t]}`, tone);
  });
  const lines2 = Math.ceil(row3.length / columns);
  return { body: group(`font-size:14px;${MIDDLE5};${MONO5}`, ...parts3), height: 52 * lines2 };
}
function panel2(i, curve2, [from, to], [x, y], width) {
  const p = curve2.at(-1);
  const colour = p > 0.5 ? ACCENT : ACCENT2;
  const middle = x + width / 2;
  const end = x + width * p;
  const [high, top] = [64, y + 74];
  const step = width / curve2.length;
  const level = (chance) => top + high * (1 - chance);
  const points = curve2.map((chance, t) => [x + (t + 0.5) * step, level(chance)]);
  return [
    text(x, y + 14, READINGS[i], BOLD2),
    text(x, y + 33, said3(p)),
    rect(x, y + 42, width, 16, 3, `fill:${LINE};fill-opacity:0.45`),
    rect(Math.min(middle, end), y + 42, Math.abs(end - middle), 16, 0, `fill:${colour}`),
    line(middle, y + 39, middle, y + 61, `stroke:${INK};stroke-width:2`),
    rect(x + from * step, top, (to - from) * step, high, 0, `fill:${LINE};fill-opacity:0.45`),
    line(x, level(0.5), x + width, level(0.5), `stroke:${MUTED};stroke-dasharray:2 4`),
    line(x, top + high, x + width, top + high, `stroke:${MUTED}`),
    polyline(points, `fill:none;stroke:${INK};stroke-width:2;stroke-linejoin:round`),
    circle(...points.at(-1), 4, `fill:${colour}`)
  ].join("");
}
function draw15({ length, side }, { words: tokens, ids, row: row3, mask, curves }, width) {
  const style = `font-size:14px;fill:${INK}`;
  const body = [];
  let y = 0;
  const head = (title, ...rest) => {
    body.push(text(0, y + 15, title, BOLD2));
    for (const words3 of rest) body.push(text(0, (y += 19) + 15, words3, FAINT));
    y += 26;
  };
  const block = ({ body: part, height }) => {
    body.push(part);
    y += height + 4;
  };
  const two = width >= 600;
  head("1. Tokens and their ids", ...ids.includes(1) ? ["Dashed: not in the vocabulary, [UNK], id 1."] : []);
  if (tokens.length) block(boxes2(tokens, ids, y, width));
  else block({ body: text(0, y + 14, "Type a sentence above.", FAINT), height: 24 });
  const place = side === "post" ? "at the end" : "in front";
  const left = tokens.length - length;
  head(
    `2. Row, ${left > 0 ? "cut" : "padded"} ${place}: ${counted2(length, "step")}`,
    ...two ? ["Ids above, the mask below: 1 is to be read, 0 is padding and to be skipped."] : ["Ids above, the mask below:", "1 is to be read, 0 is padding, to be skipped."]
  );
  block(grid(row3, mask, y, width));
  head(
    "3. Verdicts: is it from a good review?",
    ...two ? ["The network learned with masks and has never read padding. Line: its verdict after every step."] : ["It learned with masks and has never read", "padding. Line: its verdict after every step."]
  );
  const gap = 26;
  const column = two ? (width - 2 * gap) / 3 : width;
  const kept2 = Math.min(tokens.length, length);
  const padding = [[kept2, length], [0, length - kept2], [kept2, length]];
  curves.forEach((curve2, i) => {
    const corner = two ? [i * (column + gap), y] : [0, y + 160 * i];
    body.push(panel2(i, curve2, padding[i], corner, column));
  });
  y += (two ? 0 : 320) + 146;
  const key = two ? ["Bars: left of the middle negative, right of it positive. Grey ground: steps of padding."] : ["Bars: left of the middle negative, right of it", "positive. Grey ground: steps of padding."];
  for (const words3 of key) body.push(text(0, y += 19, words3, FAINT));
  return drawing(width, y + 8, group(style, ...body));
}
function instance6(data) {
  const own = { sentence: "" };
  function controls4(box, state) {
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
    box.append(named("sentence"), field(state, own, "sentence", OWN4), named("length"), named("side"));
  }
  return { compute: (values) => compute15({ ...values, ...own }, data), summary: summary15, draw: draw15, controls: controls4 };
}

// book/assets/explorers/unfolded-graph.js
var unfolded_graph_exports = {};
__export(unfolded_graph_exports, {
  compute: () => compute16,
  draw: () => draw16,
  summary: () => summary16
});
var STEPS8 = 5;
var X2 = [[1, 0], [0, 1], [1, 1], [0, 0], [0, -1]];
var W = [[0.5, -1, 0], [1, 0.5, -0.5]];
var U = [[0.5, 0, 1], [0, 0.5, -0.5], [-1, 0, 0.5]];
var B = [0, 0.5, 0];
var V = [[2, -1], [0, 1], [-1, 1]];
var B_Y = [0, 0.5];
var times4 = (x, w) => w[0].map((_, j) => x.reduce((sum4, value, i) => sum4 + value * w[i][j], 0));
var plus = (a, b) => a.map((value, i) => value + b[i]);
function softmax(scores2) {
  const powers = scores2.map(Math.exp);
  const sum4 = powers.reduce((a, b) => a + b);
  return powers.map((power2) => power2 / sum4);
}
function compute16({ mode }) {
  const has_input = X2.map((_, i) => Number(mode !== "one-to-many" || i === 0));
  const has_output = X2.map((_, i) => Number(mode !== "many-to-one" || i === STEPS8 - 1));
  const x = X2.map((row3, i) => row3.map((value) => value * has_input[i]));
  const from_x = x.map((row3) => times4(row3, W));
  const h = [[0, 0, 0]];
  const [from_h, a, y] = [[], [], []];
  for (let t = 0; t < STEPS8; t++) {
    from_h.push(times4(h[t], U));
    a.push(plus(plus(from_x[t], from_h[t]), B));
    h.push(a[t].map(Math.tanh));
    y.push(softmax(plus(times4(h[t + 1], V), B_Y)));
  }
  return { x, from_x, from_h, a, h, y, has_input, has_output };
}
var vector = (values, digits = 2) => `[${values.map((value) => fixed(value, digits)).join(", ")}]`;
var low2 = (t) => "₀₁₂₃₄₅"[t];
function summary16({ step: t }, { x, a, h, y, has_input, has_output }) {
  const i = t - 1;
  const came = has_input[i] ? `x${low2(t)} = ${vector(x[i], 0)}` : "no input, x = [0, 0],";
  const left = has_output[i] ? `Output y${low2(t)} = ${vector(y[i])}.` : "No output is read here.";
  return `Step ${t} of ${STEPS8}: ${came} and h${low2(i)} = ${vector(h[i])} come in; a${low2(t)} = ${vector(a[i])}, so h${low2(t)} = ${vector(h[t])}. ${left} W, U and b are the same at every step.`;
}
function arrow3(x1, y1, x2, y2, colour, width) {
  const style = `stroke:${colour};stroke-width:${fixed(width, 1)};fill:none;stroke-linecap:round`;
  const head = y1 === y2 ? [[x2 - 6, y2 - 4], [x2, y2], [x2 - 6, y2 + 4]] : [[x2 - 4, y2 + 6], [x2, y2], [x2 + 4, y2 + 6]];
  return group(style, line(x1, y1, x2, y2), polyline(head));
}
function node2(x, y, name, colour, now) {
  const [fill, ink2] = now ? [colour, SURFACE] : ["none", INK];
  return rect(x - 19, y - 15, 38, 30, 8, `fill:${fill};stroke:${colour};stroke-width:1.5`) + text(x, y + 5, name, `fill:${ink2};text-anchor:middle;font-weight:600`);
}
function graph2(step, { has_input, has_output }, width) {
  const gap = (width - (width > 510 ? 112 : 60)) / STEPS8;
  const [up, middle, down] = [30, 112, 194];
  const parts3 = [node2(27, middle, "h₀", step === 1 ? ACCENT2 : MUTED, false)];
  for (let t = 1; t <= STEPS8; t++) {
    const x = 27 + gap * t;
    const now = t === step;
    const thick = now ? 2.5 : 1.2;
    parts3.push(arrow3(x - gap + 21, middle, x - 21, middle, now ? ACCENT2 : MUTED, thick));
    if (has_input[t - 1]) {
      const colour = now ? ACCENT : MUTED;
      parts3.push(arrow3(x, down - 17, x, middle + 17, colour, thick));
      parts3.push(node2(x, down, `x${low2(t)}`, colour, now));
    }
    if (has_output[t - 1]) {
      const colour = now ? ACCENT4 : MUTED;
      parts3.push(arrow3(x, middle - 17, x, up + 17, colour, thick));
      parts3.push(node2(x, up, `y${low2(t)}`, colour, now));
    }
    parts3.push(node2(x, middle, `h${low2(t)}`, t <= step ? INK : MUTED, now));
    const weight = now ? "font-weight:700" : "opacity:.75";
    const name = (letter2, shape) => now && gap > 90 ? `${letter2} (${shape})` : letter2;
    const style = `fill:${ACCENT2};text-anchor:middle;${weight}`;
    parts3.push(text(x - gap / 2 - 1, middle - 8, name("U", "3, 3"), style));
    if (has_input[t - 1])
      parts3.push(text(x + 6, 159, name("W", "2, 3"), `fill:${ACCENT};${weight}`));
    if (has_output[t - 1])
      parts3.push(text(x + 6, 75, name("V", "3, 2"), `fill:${ACCENT4};${weight}`));
  }
  return parts3.join("");
}
function row2(y, label, values, colour, columns) {
  const numbers = values.map((value, k) => text(columns[k], y, fixed(value, 2)));
  return text(12, y, label, `fill:${colour}`) + group("text-anchor:end", ...numbers);
}
function sum3(step, { x, from_x, from_h, a, h, y, has_input, has_output }, width) {
  const i = step - 1;
  const first = width < 560 ? 150 : 190;
  const columns = [0, 1, 2].map((k) => first + (width < 560 ? 62 : 90) * k);
  const [t, before] = [low2(step), low2(i)];
  return [
    text(12, 246, has_input[i] ? `x${t} = ${vector(x[i], 0)}` : "no input", `fill:${ACCENT}`),
    row2(272, `x${t} W`, from_x[i], ACCENT, columns),
    row2(294, `h${before} U`, from_h[i], ACCENT2, columns),
    row2(316, "b", B, ACCENT3, columns),
    line(12, 324, columns[2], 324, `stroke:${MUTED}`),
    row2(344, `a${t}, their sum`, a[i], INK, columns),
    group("font-weight:700", row2(370, `h${t} = tanh a${t}`, h[step], INK, columns)),
    has_output[i] ? row2(396, `y${t} = softmax`, y[i], ACCENT4, columns) : text(12, 396, "no output is read at this step", `fill:${MUTED}`)
  ].join("");
}
function matrix(x, y, name, rows, colour, shape) {
  const numbers = rows.flatMap(
    (values, i) => values.map((value, k) => text(x + 38 * k + 34, y + 26 + 18 * i, fixed(value, 1)))
  );
  const style = `fill:none;stroke:${colour}`;
  return text(x, y, `${name} (${shape})`, `fill:${colour};font-weight:600`) + rect(x, y + 9, 38 * rows[0].length + 6, 18 * rows.length + 8, 5, style) + group("text-anchor:end;font-size:12px", ...numbers);
}
function draw16({ step }, traces, width) {
  const wide2 = width >= 560;
  const [left, top] = wide2 ? [width - 268, 240] : [12, 432];
  const parts3 = [
    graph2(step, traces, width),
    line(0, 222, width, 222, `stroke:${LINE}`),
    sum3(step, traces, width),
    matrix(left, top + 6, "W", W, ACCENT, "2, 3"),
    matrix(left, top + 82, "U", U, ACCENT2, "3, 3"),
    matrix(left + 140, top + 6, "b", [B], ACCENT3, "3,"),
    matrix(left + 140, top + 82, "V", V, ACCENT4, "3, 2"),
    text(left + 140, top + 172, `b_y ${vector(B_Y, 1)}`, `fill:${ACCENT4}`),
    text(left, top + 196, "the same at every step", `fill:${MUTED}`)
  ];
  const style = `font-size:14px;fill:${INK};font-variant-numeric:tabular-nums`;
  return drawing(width, wide2 ? 446 : 640, group(style, ...parts3));
}

// book/assets/explorers/word-order.js
var word_order_exports = {};
__export(word_order_exports, {
  compute: () => compute17,
  controls: () => controls3,
  draw: () => draw17,
  prepare: () => prepare6,
  summary: () => summary17
});
var MODELS = {
  bag: "bag of words",
  mean: "mean of embeddings",
  dense: "dense over positions",
  convolution: "convolution"
};
var QUESTIONS = { bite: "Is it done to a person?", mood: "Is the verdict good?" };
var SIZES = [24, 6, 2, 1, 1];
var prepare6 = (files) => files["word-order"];
function permutation(order) {
  const left = [0, 1, 2, 3, 4];
  return SIZES.map((size) => {
    const [place] = left.splice(Math.floor(order / size), 1);
    order %= size;
    return place;
  });
}
function rank(places) {
  const left = [0, 1, 2, 3, 4];
  return places.reduce((order, place, i) => {
    const index = left.indexOf(place);
    left.splice(index, 1);
    return order + index * SIZES[i];
  }, 0);
}
var question = (words3) => words3.includes("the") ? "bite" : "mood";
function answer(words3, { people, animals, good, bad }) {
  if (question(words3) === "bite")
    return people.includes(words3.findLast((w) => people.includes(w) || animals.includes(w)));
  const places = [0, 1, 2, 3, 4].filter((i) => good.includes(words3[i]) || bad.includes(words3[i]));
  const not = words3.indexOf("not");
  const negated = places.at(-2) < not && not < places.at(-1);
  return good.includes(words3[places.at(-1)]) !== negated;
}
var times5 = (x, w) => w[0].map((_, j) => x.reduce((sum4, value, i) => sum4 + value * w[i][j], 0));
var plus2 = (a, b) => a.map((value, i) => value + b[i]);
var tanh = (x) => x.map(Math.tanh);
function probabilities(words3, data) {
  const models = data.questions[question(words3)];
  const ids = words3.map((word) => data.vocabulary.indexOf(word));
  const sorted = ids.toSorted((a, b) => a - b);
  const total2 = (rows) => rows.reduce(plus2);
  const logits = {
    bag([w1, b1, w2, b2]) {
      const hidden = tanh(plus2(total2(sorted.map((id) => w1[id])), b1));
      return plus2(times5(hidden, w2), b2);
    },
    mean([e, w1, b1, w2, b2]) {
      const middle = total2(sorted.map((id) => e[id])).map((sum4) => sum4 / 5);
      return plus2(times5(tanh(plus2(times5(middle, w1), b1)), w2), b2);
    },
    dense([e, w1, b1, w2, b2]) {
      const all = ids.flatMap((id) => e[id]);
      return plus2(times5(tanh(plus2(times5(all, w1), b1)), w2), b2);
    },
    convolution([e, kernel, b1, w2, b2]) {
      const windows = [0, 1, 2].map(
        (start) => plus2(total2(kernel.map((w, k) => times5(e[ids[start + k]], w))), b1)
      );
      const most = b1.map((_, j) => Math.max(0, ...windows.map((features) => features[j])));
      return plus2(times5(most, w2), b2);
    }
  };
  return Object.keys(MODELS).map((kind) => 1 / (1 + Math.exp(-logits[kind](models[kind].weights)[0])));
}
function compute17({ sentence, order }, data) {
  const written = sentence.split(" ");
  const words3 = permutation(order).map((place) => written[place]);
  return {
    words: words3,
    answer: Number(answer(words3, data)),
    probabilities: probabilities(words3, data),
    as_written: probabilities(written, data)
  };
}
var percent5 = (probability) => `${fixed(100 * probability)} %`;
var listed = (names) => names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join("");
function summary17(values, { words: words3, answer: yes, probabilities: now, as_written: before }) {
  const names = Object.values(MODELS);
  const said4 = names.map((name, i) => `${name} ${percent5(now[i])}`).join(", ");
  const first = `“${words3.join(" ")}”. ${QUESTIONS[question(words3)]} By the rule: ${yes ? "yes" : "no"}. The models' probability of yes: ${said4}.`;
  if (words3.join(" ") === values.sentence)
    return `${first} Now change the order, and see who notices.`;
  const moved2 = names.filter((_, i) => Math.abs(now[i] - before[i]) > 5e-3);
  if (!moved2.length) return `${first} Nobody moved.`;
  return `${first} Moved by the new order: ${listed(moved2)}. The first two models cannot move.`;
}
function draw17(values, { words: words3, answer: yes, probabilities: now, as_written: before }, width) {
  const left = 8;
  const right = width - 8;
  const parts3 = [
    text(left, 24, words3.join(" "), "font-size:19px;font-weight:600"),
    text(left, 48, `${QUESTIONS[question(words3)]} By the rule: ${yes ? "yes" : "no"}.`)
  ];
  const across3 = (probability) => left + (right - left) * probability;
  Object.values(MODELS).forEach((name, i) => {
    const top = 84 + 50 * i;
    const p = now[i];
    const says = p > 0.4 && p < 0.6 ? "cannot tell" : p > 0.5 ? "says yes" : "says no";
    const colour = i < 2 ? ACCENT2 : ACCENT;
    const mark = across3(before[i]);
    parts3.push(
      text(left, top, name),
      text(right, top, `${percent5(p)}, ${says}`, "text-anchor:end"),
      rect(left, top + 8, right - left, 14, 3, `fill:${LINE}`),
      rect(left, top + 8, across3(p) - left, 14, 3, `fill:${colour}`),
      line(mark, top + 4, mark, top + 26, `stroke:${INK};stroke-width:2`)
    );
  });
  const labels = [
    text(left, 286, "0 % (no)", "text-anchor:start"),
    text(across3(0.5), 286, "50 %", "text-anchor:middle"),
    text(right, 286, "100 % (yes)", "text-anchor:end"),
    text(left, 308, "The mark: the sentence as written.")
  ];
  const middle = line(across3(0.5), 62, across3(0.5), 270, `stroke:${MUTED};stroke-dasharray:2 4`);
  const body = group(`font-size:14px;fill:${INK}`, ...parts3, middle, group(`fill:${MUTED}`, ...labels));
  return drawing(width, 316, body);
}
function generator(seed) {
  return () => {
    seed = seed + 1831565813 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}
function controls3(box, state) {
  const { key, values } = state;
  const random = generator(1);
  let held = 1;
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
    do
      order = Math.floor(random() * 120);
    while (order === values.order);
    state.set({ order });
  }
  const row3 = make("div", { class: "explorer-buttons", role: "group", "aria-labelledby": `${key}-words` });
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
      if (row3.children[place] !== tiles[word]) row3.insertBefore(tiles[word], row3.children[place] ?? null);
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
      row3,
      make("div", { class: "explorer-buttons" }, left, right, button("Shuffle", shuffle), written)
    )
  );
  state.watch(show);
}

// <stdin>
var stdin_default = widget({ "beam-tree": beam_tree_exports, "byte-pairs": byte_pairs_exports, "cliff": cliff_exports, "cone-of-sight": cone_of_sight_exports, "date-translator": date_translator_exports, "digit-reader": digit_reader_exports, "fill-the-blank": fill_the_blank_exports, "find-the-leak": find_the_leak_exports, "gradient-norms": gradient_norms_exports, "gradient-walk": gradient_walk_exports, "gru-gates": gru_gates_exports, "half-life": half_life_exports, "lstm-gates": lstm_gates_exports, "scalar-rnn": scalar_rnn_exports, "text-to-batch": text_to_batch_exports, "unfolded-graph": unfolded_graph_exports, "word-order": word_order_exports });
export {
  stdin_default as default
};
