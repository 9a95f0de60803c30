/**
 * A network that reads a sequence of tokens, and another that writes the answer, token after token,
 * with attention between them. The weights come as the JSON that
 * `course_utils.exporting.export_encoder_decoder` writes; the layers are those of rnn.js.
 *
 *     const translator = await EncoderDecoder.load("models/dates.json");
 *     const state = translator.start(tokens);
 *     translator.step(token, state); // -> {probabilities, weights, state}
 *
 * `start` and `step` of `course_utils.exporting` are the same in NumPy.
 */

import {
  ACTIVATIONS,
  addProduct,
  checkFormat,
  checkVector,
  ensure,
  FORMAT,
  Network,
  pick,
  Weights,
  within,
} from "./rnn.js";

export const ENCODER_DECODER = "networks-that-remember/encoder-decoder/1";

const dot = (a, b) => a.reduce((sum, x, k) => sum + x * b[k], 0);

/** How well a key answers a query, when Attention has projected both. */
const SCORES = {
  dot, // q . k (Luong 2015)
  general: dot, // q W . k (Luong 2015)
  scaled_dot: (q, k) => dot(q, k) / Math.sqrt(k.length), // (Vaswani 2017)
  additive: (q, k, v) => dot(v, q.map((x, i) => Math.tanh(x + k[i]))), // (Bahdanau 2015)
};

/** Compares a query, an output of the decoder, with keys, the outputs of the encoder. */
class Attention {
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
    this.units = units ?? keys; // numbers that are compared
  }

  project(x, W) {
    return W ? addProduct(new W.constructor(this.units), x, W, this.units) : x;
  }

  /** The encoder's output at one place -> what stands there in the memory. */
  place(value) {
    return { value, key: this.project(value, this.W_k) };
  }

  /** The decoder's output -> (time): how much of each place in the memory, 0 where it is null. */
  weigh(output, memory) {
    const query = this.project(output, this.W_q);
    const score = (place) => (place ? this.score(query, place.key, this.v) : -Infinity);
    return ACTIVATIONS.softmax(query.constructor.from(memory, score));
  }
}

/** What a chain of Dense layers makes of one vector. */
function through({ inputs, layers }, x, part) {
  ensure(layers.every((layer) => layer.start() === null), `${part}: has to be of Dense layers`);
  checkVector(x, inputs, part, "numbers");
  return layers.reduce((values, layer) => layer.step(values), x);
}

/**
 * The decoder begins with the states that the encoder returns, each led through its bridge where
 * there are bridges. Its output is the query of attention; the readout takes this output and,
 * behind it, what attention found.
 */
export class EncoderDecoder {
  /** document, options: as for a Network. Throws RnnError, naming the part, where it cannot run. */
  constructor(document, options) {
    checkFormat(document, ENCODER_DECODER);
    const chain = (part, layers) =>
      within(part, () => new Network({ format: FORMAT, layers }, options));
    this.encoder = chain("encoder", document.encoder);
    this.decoder = chain("decoder", document.decoder);
    this.readout = chain("readout", document.readout);
    this.bridges = within("bridges", () =>
      (document.bridges ?? []).map((layer, k) => chain(`bridge ${k + 1}`, [layer])),
    );
    this.meta = document.meta ?? {};
    const { encoder, decoder } = this;
    ensure(encoder.inputs === null, "encoder: layer 1 has to be an Embedding");
    ensure(decoder.inputs === null, "decoder: layer 1 has to be an Embedding");
    const backwards = encoder.layers.findIndex((layer) => layer.goBackwards) + 1;
    ensure(!backwards, `encoder: layer ${backwards} turns the order of its outputs around`);
    this.attention = within("attention", () => {
      const config = document.attention;
      if (!config) return null;
      ensure(encoder.returnsSequences, "the encoder does not return sequences");
      const weights = new Weights(config, encoder.Float);
      return new Attention(config, weights, decoder.units, encoder.units);
    });
    // Parts that do not fit together show at the first step.
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
    const { output, states } = this.encoder.run(ids.filter(isReal)); // a mask skips the others
    let parts = layers.flatMap((layer, k) => (layer.returnState ? layer.parts(states[k]) : []));
    if (this.bridges.length) {
      checkVector(parts, this.bridges.length, "encoder", "states");
      parts = parts.map((part, k) => through(this.bridges[k], part, `bridge ${k + 1}`));
    }
    const decoder = this.decoder.start().map((fresh) => {
      return fresh && Object.fromEntries(Object.keys(fresh).map((name) => [name, parts.shift()]));
    });
    ensure(!parts.length, `decoder: has no use for the last ${parts.length} states of the encoder`);
    let next = 0;
    const place = (id) => (isReal(id) ? this.attention.place(output[next++]) : null);
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
      const read = new output.constructor(output.length + this.encoder.units);
      read.set(output);
      memory.forEach((place, t) =>
        place?.value.forEach((x, k) => (read[output.length + k] += weights[t] * x)),
      );
      output = read;
    } else ensure(!weights, "weights: this network has no attention");
    const probabilities = through(this.readout, output, "readout");
    return { probabilities, weights, state: { ...state, decoder: reader.snapshot() } };
  }
}
