import { F, cat } from '../../src/index.js';
import { bools, f, ints, row, type Row } from './table.js';

/** Work that is large enough to be split among threads, where the elementwise rows' own long inputs do not show it. */
export const rows: Row[] = [
  row('large products', {
    cases: [
      { in: { a: f([131, 257]), b: f([257, 193]) }, run: ({ a, b }) => a.matmul(b), large: true },
      { in: { a: f([131, 257]), b: f([193, 257]) }, run: ({ a, b }) => a.matmul(b.T), large: true },
      { in: { a: f([1, 1500]), b: f([1500, 700]) }, run: ({ a, b }) => a.matmul(b), large: true },
      { in: { a: f([9, 40, 70]), b: f([9, 70, 50]) }, run: ({ a, b }) => a.matmul(b), large: true },
      {
        in: { x: f([67, 300]), w: f([129, 300]), b: f([129]) },
        run: ({ x, w, b }) => F.linear(x, w, b),
        large: true,
      },
    ],
  }),
  row('large convolutions', {
    cases: [
      {
        in: { x: f([5, 7, 33, 31]), w: f([18, 7, 3, 3]), b: f([18]) },
        run: ({ x, w, b }) => F.conv2d(x, w, b, { padding: 1 }),
        large: true,
      },
      {
        in: { x: f([3, 8, 40, 40]), w: f([12, 4, 5, 5]) },
        run: ({ x, w }) => F.conv2d(x, w, null, { stride: 2, groups: 2, dilation: 2 }),
        large: true,
      },
      {
        in: { x: f([4, 24, 40, 40]), w: f([24, 1, 3, 3]) },
        run: ({ x, w }) => F.conv2d(x, w, null, { groups: 24, padding: 1 }),
        large: true,
      },
      { in: { x: f([3, 16, 60, 60]), w: f([40, 16, 1, 1]) }, run: ({ x, w }) => F.conv2d(x, w), large: true },
      { in: { x: f([4, 30, 50, 50]) }, run: ({ x }) => F.maxPool2d(x, 3, { stride: 2 }), large: true },
      { in: { x: f([4, 30, 50, 50]) }, run: ({ x }) => F.avgPool2d(x, 2), large: true },
    ],
  }),
  row('large reductions', {
    cases: [
      { in: { x: f([300_000]) }, run: ({ x }) => x.sum(), large: true },
      { in: { x: f([70, 80, 60]) }, run: ({ x }) => x.sum(0), large: true },
      { in: { x: f([70, 80, 60]) }, run: ({ x }) => x.mean([0, 2]), large: true },
      { in: { x: f([700, 301]) }, run: ({ x }) => x.var(1), large: true },
      { in: { x: f([700, 301]) }, run: ({ x }) => x.prod(0), large: true },
      { in: { x: f([700, 301]) }, run: ({ x }) => x.max(0), large: true },
      { in: { x: f([200_001]) }, run: ({ x }) => [x.argmax(), x.norm(), x.logsumexp(0)], large: true },
      { in: { x: f([400, 301]) }, run: ({ x }) => [x.cumsum(0), x.cumsum(1)], large: true },
      { in: { x: f([200, 301]) }, run: ({ x }) => x.sort(0), large: true },
      { in: { x: f([200, 301]) }, run: ({ x }) => x.topk(5), large: true },
    ],
  }),
  row('large networks', {
    cases: [
      { in: { x: f([700, 301]) }, run: ({ x }) => [x.softmax(1), x.softmax(0), x.logSoftmax(1)], large: true },
      {
        in: { x: f([900, 130]), w: f([130]), b: f([130]) },
        run: ({ x, w, b }) => F.layerNorm(x, [130], { weight: w, bias: b }),
        large: true,
      },
      {
        in: { x: f([16, 12, 30, 30]), w: f([12]), b: f([12]) },
        run: ({ x, w, b }) => F.batchNorm(x, null, null, { weight: w, bias: b, training: true }),
        large: true,
      },
      {
        in: { x: f([5000, 10]), y: ints([5000], 0, 10) },
        run: ({ x, y }) => F.crossEntropy(x, y, { labelSmoothing: 0.1 }),
        large: true,
      },
      { in: { x: f([100_001]), y: f([100_001]) }, run: ({ x, y }) => F.mseLoss(x, y), large: true },
      { in: { x: f([200_000]) }, run: ({ x }) => F.dropout(x, { p: 0.3 }), seed: 1, large: true },
      { in: { w: f([1000, 64]), i: ints([3000], 0, 1000) }, run: ({ w, i }) => F.embedding(i, w), large: true },
    ],
  }),
  row('large copies', {
    cases: [
      { in: { x: f([300, 401]) }, run: ({ x }) => x.T.contiguous(), large: true },
      { in: { x: f([40, 50, 60]) }, run: ({ x }) => x.permute([2, 0, 1]).contiguous(), large: true },
      { in: { x: f([300, 401]), y: f([300, 99]) }, run: ({ x, y }) => cat([x, y], 1), large: true },
      { in: { x: f([1000, 65]), i: ints([4000], 0, 1000) }, run: ({ x, i }) => x.index(i), large: true },
      { in: { x: f([300, 401]), m: bools([300, 401]) }, run: ({ x, m }) => x.index(m), large: true },
      {
        in: { x: f([500, 65]), y: f([4000, 65]), i: ints([4000, 65], 0, 500) },
        run: ({ x, y, i }) => x.scatterAdd(0, i, y),
        large: true,
      },
      { in: { x: f([1, 401]) }, run: ({ x }) => x.expand([300, 401]).mul(2), large: true },
    ],
  }),
];
