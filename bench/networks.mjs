import { F, arange, nn, noGrad, tensor } from 'wasmgrad';

/** The sum of two ways; the second is the input itself where it has no layers. */
class Residual extends nn.Module {
  constructor(main, short) {
    super();
    this.main = sequence(main);
    this.short = sequence(short);
  }

  forward(x) {
    return this.main.forward(x).add(this.short.forward(x));
  }
}

/** The mean of each channel. */
class Mean extends nn.Module {
  forward(x) {
    return x.mean([2, 3]);
  }
}

const layerTypes = {
  linear: (input, output) => new nn.Linear(input, output),
  conv: (input, output, kernel, options = {}) => new nn.Conv2d(input, output, kernel, options),
  norm: (channels) => new nn.BatchNorm2d(channels),
  relu: () => new nn.ReLU(),
  maxpool: () => new nn.MaxPool2d(2),
  flatten: () => new nn.Flatten(),
  mean: () => new Mean(),
  residual: (main, short) => new Residual(main, short),
};

const sequence = (layers) => new nn.Sequential(...layers.map(([type, ...sizes]) => layerTypes[type](...sizes)));

/** Copies parameters into a module by their names. */
function load(model, parameters) {
  const own = new Map(model.namedParameters());
  noGrad(() => {
    for (const [name, { shape, values }] of Object.entries(parameters)) {
      const parameter = own.get(name);
      if (!parameter) throw new Error(`${name} is not a parameter (${[...own.keys()].join(', ')})`);
      parameter.copy_(tensor(values, { shape }));
    }
  });
  return model;
}

/** A network of layers as rows.mjs writes them. */
export const build = (layers, parameters) => load(sequence(layers), parameters);

const encoderLayer = (width, heads, hidden, options) =>
  new nn.TransformerEncoderLayer(width, heads, { dimFeedforward: hidden, dropout: 0, batchFirst: true, ...options });

/** A maker of encoder layers, or null where the library has none. */
export function encoder({ x, heads, hidden }, parameters) {
  if (!nn.TransformerEncoderLayer) return null;
  return () => load(encoderLayer(x[2], heads, hidden), parameters);
}

class Gpt extends nn.Module {
  constructor({ vocabulary, length, width, layers, heads }) {
    super();
    this.tokens = new nn.Embedding(vocabulary, width);
    this.positions = new nn.Embedding(length, width);
    const block = () => encoderLayer(width, heads, 4 * width, { activation: 'gelu', normFirst: true });
    this.blocks = new nn.ModuleList(Array.from({ length: layers }, block));
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, vocabulary);
    this.places = arange(length, { dtype: 'int32' }).keep();
    this.mask = tensor(
      Float32Array.from({ length: length * length }, (_, i) =>
        i % length > Math.floor(i / length) ? Number.NEGATIVE_INFINITY : 0,
      ),
      { shape: [length, length] },
    ).keep();
  }

  /** Scores [batch · length, vocabulary] of what comes next. */
  forward(tokens) {
    let x = this.tokens.forward(tokens).add(this.positions.forward(this.places));
    for (const block of this.blocks) x = block.forward(x, { srcMask: this.mask, isCausal: true });
    return F.linear(this.norm.forward(x), this.head.weight, this.head.bias).flatten(0, 1);
  }
}

/** A maker of small GPTs, or null where the library lacks a part. */
export function gpt(row, parameters) {
  if (!nn.TransformerEncoderLayer) return null;
  return () => load(new Gpt(row), parameters);
}

class Adder extends nn.Module {
  a = new nn.Linear(2, 4);
  b = new nn.Linear(4, 4);
  c = new nn.Linear(4, 1);

  forward(x) {
    return this.c.forward(this.b.forward(this.a.forward(x)));
  }
}

export const adder = (parameters) => load(new Adder(), parameters);
