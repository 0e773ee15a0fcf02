import { count } from './inputs.mjs';

/**
 * What is timed. `kind` names the work that every contender knows how to set up (contenders in bench/peers and bench/own.mjs), `flop`
 * is the arithmetic and `bytes` the memory traffic of one run, for the share of the peak.
 */
const matmul = (m, k, n) => ({
  id: `matmul ${m}×${k}×${n}`,
  kind: 'matmul',
  a: [m, k],
  b: [k, n],
  flop: 2 * m * k * n,
});

const conv = (name, x, w, options = {}) => {
  const { padding = 0, groups = 1 } = options;
  const [N, , H, W] = x;
  const [O, Cg, R, S] = w;
  const area = (H + 2 * padding - R + 1) * (W + 2 * padding - S + 1);
  return { id: `conv ${name}`, kind: 'conv', x, w, padding, groups, flop: 2 * N * O * Cg * R * S * area };
};

const elementwise = (op, shape, reads = 1) => ({
  id: `${op} ${shape.join('×')}`,
  kind: 'elementwise',
  op,
  shape,
  bytes: 4 * count(shape) * (reads + (op === 'sum' ? 0 : 1)),
});

const MLP = [784, 512, 512, 10];
const mlpFlop = (batch) => 2 * batch * (784 * 512 + 512 * 512 + 512 * 10);
// 1→32 3×3, pool, 32→64 3×3, pool, dense 64·5·5→128→10 on 28×28.
const cnnFlop = (batch) => 2 * batch * (32 * 9 * 26 * 26 + 64 * 32 * 9 * 11 * 11 + 1600 * 128 + 128 * 10);

export const rows = [
  matmul(64, 64, 64),
  matmul(128, 128, 128),
  matmul(256, 256, 256),
  matmul(512, 512, 512),
  matmul(1024, 1024, 1024),
  matmul(64, 784, 512),
  matmul(128, 256, 10),
  conv('3×3 32→64 on 14², batch 32', [32, 32, 14, 14], [64, 32, 3, 3], { padding: 1 }),
  conv('3×3 64→64 on 32², batch 32', [32, 64, 32, 32], [64, 64, 3, 3], { padding: 1 }),
  conv('3×3 1→32 on 28², batch 32', [32, 1, 28, 28], [32, 1, 3, 3], { padding: 1 }),
  conv('3×3 depthwise 64 on 32², batch 32', [32, 64, 32, 32], [64, 1, 3, 3], { padding: 1, groups: 64 }),
  elementwise('add', [1024, 1024], 2),
  elementwise('relu', [1024, 1024]),
  elementwise('exp', [1024, 1024]),
  elementwise('sigmoid', [1024, 1024]),
  elementwise('tanh', [1024, 1024]),
  elementwise('sum', [1024, 1024]),
  elementwise('softmax', [1024, 1024]),
  { id: 'MLP step, batch 64, SGD', kind: 'mlpStep', sizes: MLP, batch: 64, flop: 3 * mlpFlop(64) },
  { id: 'CNN step, batch 64, Adam', kind: 'cnnStep', batch: 64, flop: 3 * cnnFlop(64) },
  { id: 'MLP inference, 1 image', kind: 'mlp', sizes: MLP, batch: 1, flop: mlpFlop(1) },
  { id: 'CNN inference, 1 image', kind: 'cnn', batch: 1, flop: cnnFlop(1) },
  { id: 'CNN inference, batch 256', kind: 'cnn', batch: 256, flop: cnnFlop(256) },
];

/** Rows that a smoke run takes: a small one of each kind. */
export const smokeRows = [
  'matmul 64×64×64',
  'conv 3×3 1→32 on 28², batch 32',
  'relu 1024×1024',
  'softmax 1024×1024',
  'MLP step, batch 64, SGD',
  'CNN step, batch 64, Adam',
  'CNN inference, 1 image',
];
