import { count } from './inputs.mjs';

/**
 * What is timed. `kind` names the work that every contender knows how to set up (own.mjs, peers/), `flop` is the arithmetic and `bytes`
 * the memory traffic of one run, for the share of the peak. A target is a ratio in one run, { than, times }: so many times faster than
 * that contender (`best`: the best Wasm or JavaScript peer; `native1`: native on one thread; `copy`: a copy that reads and writes as many
 * bytes), or { microseconds }. `of` names whose time counts (by default the better of eager and captured), `threads` where it applies.
 */
const matmul = (m, k, n, tfjs = 1.2) => ({
  id: `matmul ${m}×${k}×${n}`,
  kind: 'matmul',
  a: [m, k],
  b: [k, n],
  flop: 2 * m * k * n,
  targets: [
    { than: 'tfjs', times: tfjs },
    ...(m === n && m !== 128 ? [{ than: 'single', times: m === 64 ? 1.5 : 1.9, threads: 2 }] : []),
  ],
});

const conv = (name, x, w, tfjs, options = {}) => {
  const { padding = 1, groups = 1 } = options;
  const [N, , H, W] = x;
  const [O, Cg, R, S] = w;
  const area = (H + 2 * padding - R + 1) * (W + 2 * padding - S + 1);
  return {
    id: `conv ${name}, batch ${N}`,
    kind: 'conv',
    x,
    w,
    padding,
    groups,
    flop: 2 * N * O * Cg * R * S * area,
    targets: [{ than: 'tfjs', times: tfjs }],
  };
};

const elementwise = (op, targets, { shape = [2048, 2048], reads = 1, writes = 1 } = {}) => ({
  id: `${op} ${shape.join('×')}`,
  kind: 'elementwise',
  op,
  shape,
  bytes: 4 * count(shape) * (reads + writes),
  targets,
});

const MLP = [['linear', 784, 512], ['relu'], ['linear', 512, 512], ['relu'], ['linear', 512, 10]];
const mlpFlop = (batch) => 2 * batch * (784 * 512 + 512 * 512 + 512 * 10);

const CNN = [
  ['conv', 1, 32, 3, { padding: 1 }],
  ['relu'],
  ['maxpool'],
  ['conv', 32, 64, 3, { padding: 1 }],
  ['relu'],
  ['maxpool'],
  ['flatten'],
  ['linear', 3136, 128],
  ['relu'],
  ['linear', 128, 10],
];
const cnnFlop = (batch) => 2 * batch * (32 * 9 * 28 * 28 + 64 * 32 * 9 * 14 * 14 + 3136 * 128 + 128 * 10);

const convNorm = (input, output, kernel, options) => [
  ['conv', input, output, kernel, { ...options, bias: false }],
  ['norm', output],
];

function basicBlock(input, output, stride) {
  const main = [
    ...convNorm(input, output, 3, { stride, padding: 1 }),
    ['relu'],
    ...convNorm(output, output, 3, { padding: 1 }),
  ];
  const short = stride === 1 && input === output ? [] : convNorm(input, output, 1, { stride });
  return [['residual', main, short], ['relu']];
}

/** ResNet-20 for 32 × 32 images (He et al. 2016), shortcuts by 1×1 convolutions. */
const RESNET = [
  ...convNorm(3, 16, 3, { padding: 1 }),
  ['relu'],
  ...[16, 32, 64].flatMap((width, stage) =>
    [0, 1, 2].flatMap((i) => {
      const first = i === 0 && stage > 0;
      return basicBlock(first ? width / 2 : width, width, first ? 2 : 1);
    }),
  ),
  ['mean'],
  ['linear', 64, 10],
];

const separable = (input, output, stride) => [
  ...convNorm(input, input, 3, { stride, padding: 1, groups: input }),
  ['relu'],
  ...convNorm(input, output, 1),
  ['relu'],
];

/** The first blocks of MobileNet (Howard et al. 2017) for 64 × 64 images. */
const MOBILENET = [
  ...convNorm(3, 32, 3, { stride: 2, padding: 1 }),
  ['relu'],
  ...separable(32, 64, 1),
  ...separable(64, 128, 2),
  ...separable(128, 128, 1),
  ...separable(128, 256, 2),
  ...separable(256, 256, 1),
  ['mean'],
  ['linear', 256, 10],
];

/** Multiply-adds of convolutions and dense layers on one image, times 2. */
function networkFlop(layers, [C, H, W]) {
  let flop = 0;
  let size = [H, W];
  let channels = C;
  for (const [type, ...sizes] of layers) {
    if (type === 'conv') {
      const [input, output, kernel, { stride = 1, padding = 0, groups = 1 } = {}] = sizes;
      size = size.map((n) => Math.floor((n + 2 * padding - kernel) / stride) + 1);
      flop += (2 * output * input * kernel * kernel * size[0] * size[1]) / groups;
      channels = output;
    } else if (type === 'linear') {
      flop += 2 * sizes[0] * sizes[1];
    } else if (type === 'residual') {
      const main = networkFlop(sizes[0], [channels, ...size]);
      flop += main.flop + networkFlop(sizes[1], [channels, ...size]).flop;
      ({ size, channels } = main);
    }
  }
  return { flop, size, channels };
}

const network = (name, layers, image, batch) => {
  const { flop } = networkFlop(layers, image);
  return [
    { id: `${name} inference, batch ${batch}`, kind: 'inference', layers, x: [batch, ...image], flop: batch * flop },
    {
      id: `${name} step, batch ${batch}, Adam`,
      kind: 'step',
      optimizer: 'Adam',
      layers,
      x: [batch, ...image],
      flop: 3 * batch * flop,
    },
  ];
};

const encoderFlop = (N, L, E, hidden) => N * (2 * L * E * (4 * E + 2 * hidden) + 4 * L * L * E);
const GPT = { kind: 'gpt', batch: 8, length: 64, width: 128, layers: 4, heads: 4, vocabulary: 65 };
const gptFlop = 4 * encoderFlop(8, 64, 128, 512) + 2 * 8 * 64 * 128 * 65;

export const rows = [
  matmul(64, 64, 64),
  matmul(128, 128, 128),
  matmul(256, 256, 256),
  matmul(512, 512, 512),
  matmul(1024, 1024, 1024),
  matmul(64, 784, 512),
  matmul(128, 256, 10, 1.8),
  conv('3×3 32→64 on 14²', [32, 32, 14, 14], [64, 32, 3, 3], 1.5),
  conv('3×3 64→64 on 32²', [32, 64, 32, 32], [64, 64, 3, 3], 1.5),
  conv('3×3 1→32 on 28²', [32, 1, 28, 28], [32, 1, 3, 3], 2),
  conv('3×3 depthwise 64 on 32²', [32, 64, 32, 32], [64, 1, 3, 3], 2, { groups: 64 }),
  {
    id: 'MLP step, batch 64, SGD',
    kind: 'step',
    optimizer: 'SGD',
    layers: MLP,
    x: [64, 784],
    flop: 3 * mlpFlop(64),
    targets: [
      { than: 'jax', times: 1 / 0.55 },
      { than: 'native1', times: 1, threads: 2 },
    ],
  },
  {
    id: 'MLP step, batch 64, Adam',
    kind: 'step',
    optimizer: 'Adam',
    layers: MLP,
    x: [64, 784],
    flop: 3 * mlpFlop(64),
    targets: [
      { than: 'jax', times: 2 },
      { than: 'native1', times: 1, threads: 2 },
    ],
  },
  {
    id: 'LeNet step, batch 64, Adam',
    kind: 'step',
    optimizer: 'Adam',
    layers: CNN,
    x: [64, 1, 28, 28],
    flop: 3 * cnnFlop(64),
    targets: [
      { than: 'native', times: 1 / 1.25, threads: 1 },
      { than: 'native', times: 1, threads: 2 },
      { than: 'best', times: 100 },
    ],
  },
  {
    id: 'transformer block step, 8×64×128, 4 heads',
    kind: 'encoderStep',
    x: [8, 64, 128],
    heads: 4,
    hidden: 512,
    flop: 3 * encoderFlop(8, 64, 128, 512),
    targets: [
      { than: 'jax', times: 1 / 0.45 },
      { than: 'native', times: 1, threads: 2 },
    ],
  },
  {
    id: 'CNN inference, batch 256',
    kind: 'inference',
    layers: CNN,
    x: [256, 1, 28, 28],
    flop: cnnFlop(256),
    targets: [{ than: 'tfjs', times: 2 }],
  },
  {
    id: 'CNN inference, one image',
    kind: 'inference',
    layers: CNN,
    x: [1, 1, 28, 28],
    flop: cnnFlop(1),
    targets: [{ than: 'best', times: 2 }],
  },
  {
    id: 'MLP inference, one image',
    kind: 'inference',
    layers: MLP,
    x: [1, 784],
    flop: mlpFlop(1),
    targets: [{ than: 'onnx', times: 1 / 0.8 }],
  },
  elementwise('exp', [{ than: 'best', times: 3 }]),
  elementwise('sigmoid', [{ than: 'best', times: 1.5 }]),
  elementwise('tanh', [{ than: 'best', times: 3 }]),
  elementwise('gelu', [{ than: 'best', times: 5 }]),
  elementwise('add', [{ than: 'copy', times: 0.9 }], { reads: 2 }),
  elementwise('relu', [{ than: 'copy', times: 0.9 }]),
  elementwise('sum', [{ than: 'best', times: 4 }], { writes: 0 }),
  elementwise('softmax', [{ than: 'best', times: 2 }]),
  elementwise('layerNorm', [{ than: 'best', times: 6 }]),
  {
    id: 'adder step (2-4-4-1, Adam)',
    kind: 'adder',
    targets: [
      { microseconds: 5, of: 'captured' },
      { microseconds: 60, of: 'wasmgrad' },
    ],
  },
  ...network('ResNet-20', RESNET, [3, 32, 32], 32),
  ...network('MobileNet-like', MOBILENET, [3, 64, 64], 16),
  { id: 'GPT-mini inference, 8×64 tokens', ...GPT, flop: gptFlop },
  { id: 'GPT-mini step, 8×64 tokens, AdamW', ...GPT, training: true, flop: 3 * gptFlop },
];

/** Rows that a smoke run takes: a small one of each kind. */
export const smokeRows = [
  'matmul 64×64×64',
  'conv 3×3 1→32 on 28², batch 32',
  'relu 2048×2048',
  'MLP step, batch 64, SGD',
  'LeNet step, batch 64, Adam',
  'CNN inference, one image',
  'adder step (2-4-4-1, Adam)',
];
