/**
 * A recurrent network that runs in the page: no framework, no build step, nothing to download but
 * this file and the weights.
 *
 * The weights come as the JSON that `course_utils.exporting.export_model` writes: a chain of
 * Embedding, SimpleRNN, LSTM, GRU, Dense and Bidirectional layers, with Keras' weight layout and
 * gate order. One sequence at a time; shapes in the comments are those of one example.
 *
 *     const network = await Network.load("models/digit-reader.json");
 *     network.predict(rows);            // rows (time, features) -> (time, units) or (units)
 *
 *     const reader = network.stream();  // the same, one time step after another
 *     for (const row of rows) reader.step(row);   // (features) -> (units), state carried
 *
 * `predict` and `run` of `course_utils.exporting` are the same in NumPy. A network that answers a
 * sequence with another is in encoder-decoder.js.
 */

export const FORMAT = "networks-that-remember/1";

/** What is wrong with the model or with what was given to it, and what was expected. */
export class RnnError extends Error {
  constructor(message) {
    super(message);
    this.name = "RnnError";
  }
}

export function ensure(holds, message) {
  if (!holds) throw new RnnError(message);
}

/** What a table has under a name that stands in a file. */
export function pick(table, name, what) {
  const known = Object.keys(table).join(", ");
  ensure(Object.hasOwn(table, name), `${what} ${JSON.stringify(name)}; known are ${known}`);
  return table[name];
}

// Activations change the array they get, in place. -------------------------------------------------

export const ACTIVATIONS = {
  linear: (v) => v,
  relu: (v) => each(v, (x) => (x > 0 ? x : 0)),
  tanh: (v) => each(v, Math.tanh),
  sigmoid: (v) => each(v, (x) => 1 / (1 + Math.exp(-x))),
  softmax(v) {
    let top = -Infinity;
    for (const x of v) top = Math.max(top, x);
    let sum = 0;
    for (let i = 0; i < v.length; i++) sum += v[i] = Math.exp(v[i] - top);
    return each(v, (x) => x / sum);
  },
};

function each(v, f) {
  for (let i = 0; i < v.length; i++) v[i] = f(v[i]);
  return v;
}

function activation(name, layer) {
  return pick(ACTIVATIONS, name, `${layer}: unknown activation`);
}

/** out += v M, where M is (v.length, width) in row-major order, taken from column `first` on. */
export function addProduct(out, v, M, width, first = 0) {
  for (let i = 0; i < v.length; i++) {
    const x = v[i];
    if (x === 0) continue; // most of an image is paper
    const row = i * width + first;
    for (let j = 0; j < out.length; j++) out[j] += x * M[row + j];
  }
  return out;
}

// Layers -------------------------------------------------------------------------------------------
// Each has `inputs` and `units` (the lengths of one input and one output vector), `start()`, which
// gives a fresh state, and `step(x, state)`, which gives one output and writes the new state.
// What looks at a whole sequence is in `run(sequence, state)`, which leaves the last state there.

class Embedding {
  constructor(config, weights) {
    this.table = weights.take("embeddings", [config.input_dim, config.output_dim]);
    this.inputs = null; // a token, not a vector
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
}

class Dense {
  constructor(config, weights) {
    this.units = config.units;
    this.kernel = weights.take("kernel", [null, this.units]); // (inputs, units)
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
}

/** What SimpleRNN, LSTM and GRU share: a kernel for each gate side by side, and the loop over time. */
class Recurrent {
  constructor(config, weights, gates, biasShape) {
    this.name = config.type;
    this.units = config.units;
    this.width = gates * this.units;
    this.kernel = weights.take("kernel", [null, this.width]); // W (inputs, gates * units)
    this.inputs = this.kernel.length / this.width;
    this.recurrent = weights.take("recurrent_kernel", [this.units, this.width]); // U
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
    const steps = this.goBackwards ? Array.from(sequence).reverse() : sequence;
    const outputs = steps.map((x) => this.step(x, state));
    return this.returnSequences ? outputs : outputs[outputs.length - 1];
  }

  /** What a state consists of: [h], of an LSTM [h, c]. */
  parts(state) {
    return Object.values(state);
  }
}

class SimpleRNN extends Recurrent {
  constructor(config, weights) {
    super(config, weights, 1);
  }

  /** h_t = tanh(x_t W + h_{t-1} U + b) */
  step(x, state) {
    const sum = addProduct(this.fromInput(x), state.h, this.recurrent, this.width);
    return (state.h = this.activate(sum));
  }
}

class LSTM extends Recurrent {
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
    const sum = addProduct(this.fromInput(x), state.h, this.recurrent, this.width);
    const i = this.gate(sum.subarray(0, n));
    const f = this.gate(sum.subarray(n, 2 * n));
    const candidate = this.activate(sum.subarray(2 * n, 3 * n));
    const o = this.gate(sum.subarray(3 * n));
    const c = state.c.map((old, k) => f[k] * old + i[k] * candidate[k]);
    const h = this.activate(c.slice());
    for (let k = 0; k < n; k++) h[k] *= o[k];
    state.c = c;
    return (state.h = h);
  }
}

class GRU extends Recurrent {
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
    const input = this.fromInput(x);
    const memory = new this.Float(this.width);
    if (this.resetAfter && this.bias) memory.set(this.bias.subarray(this.width));
    // The candidate sees the old state after it was multiplied by U, or before: then only z and r yet.
    const known = this.resetAfter ? memory : memory.subarray(0, 2 * n);
    addProduct(known, h, this.recurrent, this.width);
    const gates = input.slice(0, 2 * n);
    for (let k = 0; k < 2 * n; k++) gates[k] += memory[k];
    const z = this.gate(gates.subarray(0, n));
    const r = this.gate(gates.subarray(n));
    const candidate = input.slice(2 * n);
    if (this.resetAfter) {
      for (let k = 0; k < n; k++) candidate[k] += r[k] * memory[2 * n + k];
    } else {
      addProduct(candidate, h.map((old, k) => r[k] * old), this.recurrent, this.width, 2 * n);
    }
    this.activate(candidate);
    return (state.h = h.map((old, k) => z[k] * old + (1 - z[k]) * candidate[k]));
  }
}

const MERGE = {
  concat(a, b) {
    const out = new a.constructor(a.length + b.length);
    out.set(a);
    out.set(b, a.length);
    return out;
  },
  sum: (a, b) => a.map((x, k) => x + b[k]),
  mul: (a, b) => a.map((x, k) => x * b[k]),
  ave: (a, b) => a.map((x, k) => (x + b[k]) / 2),
};

class Bidirectional {
  constructor(config, weights) {
    this.forward = weights.layer(config.forward);
    this.backward = weights.layer(config.backward);
    if (!(this.forward instanceof Recurrent && this.backward instanceof Recurrent)) {
      throw new RnnError("Bidirectional: both directions have to be recurrent layers");
    }
    const { forward, backward } = this;
    if (forward.inputs !== backward.inputs || forward.units !== backward.units) {
      throw new RnnError(
        `Bidirectional: forward is (${forward.inputs} -> ${forward.units}), ` +
          `backward (${backward.inputs} -> ${backward.units}); they have to be alike`,
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
    backward.reverse(); // back into the order of time
    return forward.map((h, t) => this.merge(h, backward[t]));
  }

  /** [h] or [h, c], each with that of the backward layer behind that of the forward one. */
  parts(state) {
    const backward = this.backward.parts(state.backward);
    return this.forward.parts(state.forward).map((part, k) => MERGE.concat(part, backward[k]));
  }
}

const LAYERS = { Embedding, SimpleRNN, LSTM, GRU, Dense, Bidirectional };

// Reading the file ---------------------------------------------------------------------------------

/** The JSON at an address. */
async function fetchDocument(url) {
  const response = await fetch(url);
  ensure(response.ok, `${url}: the server answered ${response.status}`);
  return response.json().catch((error) => {
    throw new RnnError(`${url}: not a whole JSON file: ${error.message}`);
  });
}

export function checkFormat(document, format) {
  const given = JSON.stringify(document?.format);
  ensure(document?.format === format, `format is ${given}, expected "${format}"`);
}

/** What `build` returns; an error says in which part of the file. */
export function within(part, build) {
  try {
    return build();
  } catch (error) {
    throw new RnnError(`${part}: ${error.message}`);
  }
}

/** base64 -> Float64Array or Float32Array; the bytes are little endian float16 or float32. */
function decode(packed, Float, where) {
  const text = within(where, () => atob(packed.data)); // fails unless it is base64
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const size = { float16: 2, float32: 4 }[packed.dtype];
  ensure(size, `${where}: unknown dtype ${JSON.stringify(packed.dtype)}`);
  const out = new Float(bytes.length / size);
  for (let i = 0; i < out.length; i++) {
    out[i] = size === 2 ? half(view.getUint16(2 * i, true)) : view.getFloat32(4 * i, true);
  }
  return out;
}

/** The number that sixteen bits stand for: 1 sign, 5 exponent, 10 fraction (IEEE 754). */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The weights of one layer: hands out arrays of the shape that is expected, or says what is off. */
export class Weights {
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
    const fits =
      packed.shape.length === shape.length &&
      shape.every((length, axis) => length === null || length === packed.shape[axis]);
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
}

function buildLayer(config, Float) {
  const Layer = pick(LAYERS, config?.type, "unknown layer");
  return new Layer(config, new Weights(config, Float));
}

const isSequence = (x) => Array.isArray(x) && typeof x[0] !== "number";

export function checkVector(x, length, where, what = "features") {
  const given = x?.length ?? typeof x;
  ensure(given === length, `${where}: got ${given} ${what}, expected ${length}`);
  return x;
}

/** A copy of a given state, when it has the parts of a fresh one. */
function fitted(given, fresh, where) {
  if (fresh === null) return null;
  if (ArrayBuffer.isView(fresh)) {
    return fresh.constructor.from(checkVector(given, fresh.length, where, "numbers"));
  }
  const fit = ([name, part]) => [name, fitted(given?.[name], part, `${where}, ${name}`)];
  return Object.fromEntries(Object.entries(fresh).map(fit));
}

/** A chain of layers with its weights. */
export class Network {
  /**
   * document: the parsed JSON. precision: "float64" (as NumPy) or "float32" (as Keras), for the
   * weights, the states and the outputs. Throws RnnError, naming the layer, where it cannot run.
   */
  constructor(document, { precision = "float64" } = {}) {
    checkFormat(document, FORMAT);
    const Float = { float64: Float64Array, float32: Float32Array }[precision];
    ensure(Float, `precision is "${precision}", expected "float64" or "float32"`);
    ensure(Array.isArray(document.layers) && document.layers.length, "the network has no layers");
    this.Float = Float;
    this.layers = document.layers.map((config, index) =>
      within(`layer ${index + 1}`, () => buildLayer(config, Float)),
    );
    this.meta = document.meta ?? {};
    let sequence = true; // whether what flows at this point is a sequence
    this.layers.forEach((layer, index) => {
      const type = document.layers[index].type;
      const where = `layer ${index + 1} (${type})`;
      const before = this.layers[index - 1];
      if (before && layer.inputs !== before.units) {
        throw new RnnError(
          layer.inputs === null
            ? `${where}: an Embedding can only be the first layer`
            : `${where}: takes ${layer.inputs} features, but gets ${before.units}`,
        );
      }
      if (layer instanceof Recurrent || layer instanceof Bidirectional) {
        ensure(sequence, `${where}: the layer before it does not return sequences`);
        sequence = layer.returnSequences;
      }
    });
    this.inputs = this.layers[0].inputs; // features of a time step; null for ids
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
    const after = this.start(states);
    this.layers.forEach((layer, index) => {
      values = layer.run(values, after[index]);
    });
    return { output: values, states: after };
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
}

class Stream {
  constructor(network, states) {
    network.layers.forEach((layer, index) => {
      ensure(
        !(layer instanceof Bidirectional || layer.goBackwards),
        `layer ${index + 1} reads from the end: it cannot run before the sequence is complete`,
      );
    });
    this.network = network;
    this.first = network.start(states);
    this.reset();
  }

  /** Forget everything that was read. */
  reset() {
    this.restore(this.first);
  }

  /** One time step, (features) or an id -> (units): what `predict` would say if it ended here. */
  step(x) {
    const { layers, inputs } = this.network;
    let value = inputs === null ? x : checkVector(x, inputs, "time step");
    layers.forEach((layer, index) => {
      value = layer.step(value, this.states[index]);
    });
    return value.slice();
  }

  /** The state now, to go back to with `restore`: a list with {h} or {h, c} for each recurrent layer. */
  snapshot() {
    return this.states.map((state) => state && { ...state }); // steps replace arrays, never write in them
  }

  restore(snapshot) {
    this.states = this.network.start(snapshot);
  }
}
