/** Reproducible numbers in -1 … 1 (xorshift32). */
export function numbers(count, seed = 1, scale = 1) {
  let state = (seed * 2654435761) >>> 0 || 1;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = ((state >>> 0) / 2 ** 31 - 1) * scale;
  }
  return values;
}

/** The number of elements of a shape. */
export const count = (shape) => shape.reduce((a, b) => a * b, 1);

const given = (shape, seed, scale) => ({ shape, values: numbers(count(shape), seed, scale) });

const classes = (shape, of) => ({ shape, values: Int32Array.from({ length: count(shape) }, (_, i) => (i * 7) % of) });

/** The shapes of a network's parameters by PyTorch's names, from its layers (see rows.mjs). */
export function shapesOf(layers, prefix = '') {
  return layers.flatMap(([type, ...sizes], i) => {
    const name = `${prefix}${i}.`;
    if (type === 'linear') return [[`${name}weight`, [sizes[1], sizes[0]]], [`${name}bias`, [sizes[1]]]]; // prettier-ignore
    if (type === 'conv') {
      const [input, output, kernel, { groups = 1, bias = true } = {}] = sizes;
      const weight = [`${name}weight`, [output, input / groups, kernel, kernel]];
      return bias ? [weight, [`${name}bias`, [output]]] : [weight];
    }
    if (type === 'norm')
      return [
        [`${name}weight`, sizes],
        [`${name}bias`, sizes],
      ];
    if (type === 'residual') return [...shapesOf(sizes[0], `${name}main.`), ...shapesOf(sizes[1], `${name}short.`)];
    return [];
  });
}

/** The parameters of one encoder layer, named and shaped as PyTorch does. */
function encoderShapes(E, hidden, prefix = '') {
  const shapes = {
    'self_attn.in_proj_weight': [3 * E, E],
    'self_attn.in_proj_bias': [3 * E],
    'self_attn.out_proj.weight': [E, E],
    'self_attn.out_proj.bias': [E],
    'linear1.weight': [hidden, E],
    'linear1.bias': [hidden],
    'linear2.weight': [E, hidden],
    'linear2.bias': [E],
    'norm1.weight': [E],
    'norm1.bias': [E],
    'norm2.weight': [E],
    'norm2.bias': [E],
  };
  return Object.entries(shapes).map(([name, shape]) => [prefix + name, shape]);
}

function gptShapes({ vocabulary, length, width, layers }) {
  return [
    ['tokens.weight', [vocabulary, width]],
    ['positions.weight', [length, width]],
    ...Array.from({ length: layers }, (_, i) => encoderShapes(width, 4 * width, `blocks.${i}.`)).flat(),
    ['norm.weight', [width]],
    ['norm.bias', [width]],
    ['head.weight', [vocabulary, width]],
    ['head.bias', [vocabulary]],
  ];
}

/** Weights that keep a signal's size: uniform, scales of norms around 1. */
function parameters(shapes) {
  return Object.fromEntries(
    shapes.map(([name, shape], i) => {
      const seed = 100 + i;
      if (shape.length > 1) return [name, given(shape, seed, Math.sqrt(3 / count(shape.slice(1))))];
      const x = given(shape, seed, 0.1);
      return [name, name.endsWith('weight') ? { shape, values: x.values.map((v) => 1 + v) } : x];
    }),
  );
}

const kinds = {
  matmul: ({ a, b }) => ({ x: given(a, 1), y: given(b, 2) }),
  conv: ({ x, w }) => ({ x: given(x, 1), w: given(w, 2, 0.2) }),
  elementwise: ({ shape }) => ({ x: given(shape, 1), y: given(shape, 2) }),
  inference: ({ x, layers }) => ({ x: given(x, 1), parameters: parameters(shapesOf(layers)) }),
  step: ({ x, layers }) => ({
    x: given(x, 1),
    target: classes([x[0]], 10),
    parameters: parameters(shapesOf(layers)),
  }),
  encoderStep: ({ x, hidden }) => ({
    x: given(x, 1),
    target: given(x, 2),
    parameters: parameters(encoderShapes(x[2], hidden)),
  }),
  gpt: (row) => ({
    x: classes([row.batch, row.length], row.vocabulary),
    target: classes([row.batch * row.length], row.vocabulary),
    parameters: parameters(gptShapes(row)),
  }),
  adder: () => ({
    x: { shape: [2], values: Float32Array.of(0.3, 0.7) },
    target: { shape: [1], values: Float32Array.of(1) },
    parameters: parameters([
      ['a.weight', [4, 2]],
      ['a.bias', [4]],
      ['b.weight', [4, 4]],
      ['b.bias', [4]],
      ['c.weight', [1, 4]],
      ['c.bias', [1]],
    ]),
  }),
};

/** What a row computes with, the same for every contender: inputs by name, each { shape, values }, and a network's `parameters`. */
export const inputsOf = (row) => kinds[row.kind](row);

/** At most 4096 of many numbers, evenly spaced: what contenders' results are compared by. */
export function sample(values) {
  const length = Math.min(values.length, 4096);
  return {
    length: values.length,
    values: Array.from({ length }, (_, i) => values[Math.floor((i * values.length) / length)]),
  };
}
