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
 * `course_utils.exporting.predict` is the same in NumPy.
 */

export const FORMAT = "networks-that-remember/1";

/** What is wrong with the model or with what was given to it, and what was expected. */
export class RnnError extends Error {
  constructor(message) {
    super(message);
    this.name = "RnnError";
  }
}

// Activations change the array they get, in place. -------------------------------------------------

const ACTIVATIONS = {
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
  if (Object.hasOwn(ACTIVATIONS, name)) return ACTIVATIONS[name];
  throw new RnnError(
    `${layer}: unknown activation ${JSON.stringify(name)}; ` +
      `known are ${Object.keys(ACTIVATIONS).join(", ")}`,
  );
}

/** out += v M, where M is (v.length, width) in row-major order, taken from column `first` on. */
function addProduct(out, v, M, width, first = 0) {
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
// What looks at a whole sequence is in `run(sequence)`.

class Embedding {
  constructor(config, weights) {
    this.table = weights.take("embeddings", [config.input_dim, config.output_dim]);
    this.inputs = null; // a token, not a vector
    this.vocabulary = config.input_dim;
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
  run(sequence) {
    const state = this.start();
    const steps = this.goBackwards ? Array.from(sequence).reverse() : sequence;
    const outputs = steps.map((x) => this.step(x, state));
    return this.returnSequences ? outputs : outputs[outputs.length - 1];
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
    if (!Object.hasOwn(MERGE, config.merge_mode)) {
      throw new RnnError(
        `Bidirectional: unknown merge_mode ${JSON.stringify(config.merge_mode)}; ` +
          `known are ${Object.keys(MERGE).join(", ")}`,
      );
    }
    const { forward, backward } = this;
    if (forward.inputs !== backward.inputs || forward.units !== backward.units) {
      throw new RnnError(
        `Bidirectional: forward is (${forward.inputs} -> ${forward.units}), ` +
          `backward (${backward.inputs} -> ${backward.units}); they have to be alike`,
      );
    }
    this.merge = MERGE[config.merge_mode];
    this.inputs = forward.inputs;
    this.units = forward.units * (config.merge_mode === "concat" ? 2 : 1);
    this.returnSequences = forward.returnSequences;
  }

  run(sequence) {
    const forward = this.forward.run(sequence);
    const backward = this.backward.run(sequence);
    if (!this.returnSequences) return this.merge(forward, backward);
    backward.reverse(); // back into the order of time
    return forward.map((h, t) => this.merge(h, backward[t]));
  }
}

const LAYERS = { Embedding, SimpleRNN, LSTM, GRU, Dense, Bidirectional };

// Reading the file ---------------------------------------------------------------------------------

/** base64 -> Float64Array or Float32Array; the bytes are little endian float16 or float32. */
function decode(packed, Float, where) {
  const text = atob(packed.data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const size = { float16: 2, float32: 4 }[packed.dtype];
  if (!size) throw new RnnError(`${where}: unknown dtype ${JSON.stringify(packed.dtype)}`);
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
class Weights {
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
    if (!packed) throw new RnnError(`${where}: not in the file`);
    const fits =
      packed.shape.length === shape.length &&
      shape.every((length, axis) => length === null || length === packed.shape[axis]);
    const expected = shape.map((length) => length ?? "any").join(", ");
    if (!fits) {
      throw new RnnError(`${where}: shape is (${packed.shape.join(", ")}), expected (${expected})`);
    }
    const array = decode(packed, this.Float, where);
    const count = packed.shape.reduce((a, b) => a * b, 1);
    if (array.length !== count) {
      throw new RnnError(`${where}: ${array.length} numbers, but its shape needs ${count}`);
    }
    return array;
  }

  layer(config) {
    return buildLayer(config, this.Float);
  }
}

function buildLayer(config, Float) {
  if (!Object.hasOwn(LAYERS, config?.type)) {
    throw new RnnError(
      `unknown layer ${JSON.stringify(config?.type)}; known are ${Object.keys(LAYERS).join(", ")}`,
    );
  }
  return new LAYERS[config.type](config, new Weights(config, Float));
}

const isSequence = (x) => Array.isArray(x) && typeof x[0] !== "number";

function checkVector(x, length, where) {
  if (x?.length !== length) {
    throw new RnnError(`${where}: got ${x?.length ?? typeof x} features, expected ${length}`);
  }
  return x;
}

/** A chain of layers with its weights. */
export class Network {
  /**
   * document: the parsed JSON. precision: "float64" (as NumPy) or "float32" (as Keras), for the
   * weights, the states and the outputs. Throws RnnError, naming the layer, where it cannot run.
   */
  constructor(document, { precision = "float64" } = {}) {
    if (document?.format !== FORMAT) {
      throw new RnnError(`format is ${JSON.stringify(document?.format)}, expected "${FORMAT}"`);
    }
    const Float = { float64: Float64Array, float32: Float32Array }[precision];
    if (!Float) throw new RnnError(`precision is "${precision}", expected "float64" or "float32"`);
    if (!document.layers?.length) throw new RnnError("the network has no layers");
    this.layers = document.layers.map((config) => buildLayer(config, Float));
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
        if (!sequence) throw new RnnError(`${where}: the layer before it does not return sequences`);
        sequence = layer.returnSequences;
      }
    });
    this.inputs = this.layers[0].inputs; // features of a time step; null for ids
    this.units = this.layers[this.layers.length - 1].units;
    this.returnsSequences = sequence;
  }

  /** Fetch and build. url: a string or URL. */
  static async load(url, options) {
    const response = await fetch(url);
    if (!response.ok) throw new RnnError(`${url}: the server answered ${response.status}`);
    return new Network(await response.json(), options);
  }

  /** sequence (time, features), or ids (time) -> (time, units), or (units) of the last step. */
  predict(sequence) {
    if (!sequence?.length) throw new RnnError("the sequence has no time steps");
    let values = Array.from(sequence);
    if (this.inputs !== null) {
      values.forEach((x, t) => checkVector(x, this.inputs, `time step ${t}`));
    }
    for (const layer of this.layers) values = layer.run(values);
    return values;
  }

  /** A reader that takes one time step after another and carries the state. */
  stream() {
    return new Stream(this);
  }
}

class Stream {
  constructor(network) {
    network.layers.forEach((layer, index) => {
      if (layer instanceof Bidirectional || layer.goBackwards) {
        throw new RnnError(
          `layer ${index + 1} reads from the end: it cannot run before the sequence is complete`,
        );
      }
    });
    this.network = network;
    this.reset();
  }

  /** Forget everything. */
  reset() {
    this.states = this.network.layers.map((layer) => layer.start());
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
    this.states = snapshot.map((state) => state && { ...state });
  }
}
