import { DTypeError, F, ShapeError, WasmgradError, nn, zeros, type Tensor } from '../../src/index.js';
import { f, row, values, type Row } from './table.js';

const angles = values([
  [0.25, -1],
  [2, 0.5],
  [-0.75, 3],
]);

/** The float64 formula of rotary positions, by complex numbers. */
const turned = (x: string, offset = 0, base = '10000.'): string =>
  `t = torch.arange(${offset}, ${offset} + ${x}.shape[-2]).double()\n` +
  `w = torch.outer(t, ${base} ** (-torch.arange(0, 4, 2).double() / 4))\n`;

const rotary = (module: nn.RotaryEmbedding, x: Tensor, offset?: number): Tensor => {
  // What a module keeps outlives the test's scope.
  const y = module.forward(x, offset === undefined ? {} : { offset });
  for (const buffer of module.buffers()) buffer.dispose();
  return y;
};

const encoded = (module: nn.SinusoidalPositionalEncoding, x: Tensor, offset?: number): Tensor => {
  const y = module.forward(x, offset === undefined ? {} : { offset });
  for (const buffer of module.buffers()) buffer.dispose();
  return y;
};

export const rows: Row[] = [
  row('applyRotary', {
    cases: [
      {
        in: { x: f([2, 3, 4]), w: angles },
        run: ({ x, w }) => F.applyRotary(x, w.cos(), w.sin()),
        torch:
          'torch.view_as_real(torch.view_as_complex(x.reshape(2, 3, 2, 2)) * torch.complex(w.cos(), w.sin())).flatten(-2)',
      },
      {
        in: { x: f([3, 5]), w: angles },
        run: ({ x, w }) => F.applyRotary(x, w.cos(), w.sin(), { interleaved: false }),
        torch:
          'a, b, c = x.split([2, 2, 1], -1)\ntorch.cat([a * w.cos() - b * w.sin(), b * w.cos() + a * w.sin(), c], -1)',
      },
    ],
    errors: [
      {
        run: () => F.applyRotary(zeros([3, 4]), zeros([2, 2]), zeros([2, 2])),
        type: ShapeError,
        message: 'applyRotary: cos and sin must have shape [L, pairs], got x [3, 4], cos [2, 2], sin [2, 2]',
      },
    ],
  }),
  row('RotaryEmbedding', {
    cases: [
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) => rotary(new nn.RotaryEmbedding(4, { dtype: x.dtype }), x),
        torch: `${turned('x')}torch.view_as_real(torch.view_as_complex(x.reshape(2, 3, 2, 2)) * torch.polar(torch.ones_like(w), w).to(torch.complex64 if x.dtype == torch.float32 else torch.complex128)).flatten(-2)`,
      },
      {
        in: { x: f([3, 4]) },
        run: ({ x }) =>
          rotary(new nn.RotaryEmbedding(4, { dtype: x.dtype, maxLen: 8, base: 50, interleaved: false }), x, 5),
        torch: `${turned('x', 5, '50.')}w = w.to(x.dtype)\na, b = x.chunk(2, -1)\ntorch.cat([a * w.cos() - b * w.sin(), b * w.cos() + a * w.sin()], -1)`,
      },
    ],
    errors: [
      {
        run: () => new nn.RotaryEmbedding(3),
        type: ShapeError,
        message: 'RotaryEmbedding: dim must be an even number of at least 2, got 3',
      },
      {
        run: () => new nn.RotaryEmbedding(4, { base: -1 }),
        type: WasmgradError,
        message: 'RotaryEmbedding: base must be above 0, got -1',
      },
      {
        run: () => rotary(new nn.RotaryEmbedding(4, { maxLen: 4 }), zeros([3, 4]), 2),
        type: ShapeError,
        message: 'RotaryEmbedding: 3 positions from 2 on exceed maxLen 4',
      },
      {
        run: () => rotary(new nn.RotaryEmbedding(4, { maxLen: 4 }), zeros([3, 2])),
        type: ShapeError,
        message: 'RotaryEmbedding: x must have 2 dims or more, the last of at least 4, got x [3, 2]',
      },
    ],
  }),
  row('SinusoidalPositionalEncoding', {
    cases: [
      {
        in: { x: f([3, 2, 5]) },
        run: ({ x }) => encoded(new nn.SinusoidalPositionalEncoding(5, { dtype: x.dtype }), x),
        torch:
          'a = torch.outer(torch.arange(3).double(), 10000. ** (-torch.arange(0, 6, 2).double() / 5))\n' +
          'x + torch.stack([a.sin(), a.cos()], -1).flatten(1)[:, :5].to(x.dtype).unsqueeze(1)',
      },
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) =>
          encoded(new nn.SinusoidalPositionalEncoding(4, { dtype: x.dtype, batchFirst: true, maxLen: 9 }), x, 6),
        torch:
          'a = torch.outer(torch.arange(6, 9).double(), 10000. ** (-torch.arange(0, 4, 2).double() / 4))\n' +
          'x + torch.stack([a.sin(), a.cos()], -1).flatten(1).to(x.dtype)',
      },
      {
        in: { x: f([3, 4]) },
        run({ x }) {
          const module = new nn.SinusoidalPositionalEncoding(4, { dropout: 0.5 });
          return [encoded(module, x)];
        },
        torch:
          'a = torch.outer(torch.arange(3).double(), 10000. ** (-torch.arange(0, 4, 2).double() / 4))\n' +
          'F.dropout(x + torch.stack([a.sin(), a.cos()], -1).flatten(1).to(x.dtype), 0.5)',
        seed: 2,
      },
    ],
    errors: [
      {
        run: () => new nn.SinusoidalPositionalEncoding(0),
        type: ShapeError,
        message: 'SinusoidalPositionalEncoding: dModel must be a whole number of at least 1, got 0',
      },
      {
        run: () => new nn.SinusoidalPositionalEncoding(4, { maxLen: 0 }),
        type: ShapeError,
        message: 'SinusoidalPositionalEncoding: maxLen must be a whole number of at least 1, got 0',
      },
      {
        run: () => encoded(new nn.SinusoidalPositionalEncoding(4, { maxLen: 2 }), zeros([3, 4])),
        type: ShapeError,
        message: 'SinusoidalPositionalEncoding: 3 positions from 0 on exceed maxLen 2',
      },
      {
        run: () => encoded(new nn.SinusoidalPositionalEncoding(4, { maxLen: 2 }), zeros([3, 5])),
        type: ShapeError,
        message: 'SinusoidalPositionalEncoding: x must have 3 dims (or 2 without a batch), the last of 4, got x [3, 5]',
      },
    ],
  }),
  row('LearnedPositionalEncoding', {
    cases: [
      {
        in: { x: f([3, 2, 4]) },
        run({ x }) {
          const module = new nn.LearnedPositionalEncoding(4, { maxLen: 6, std: 0.5 });
          const { weight } = module;
          const y = module.forward(x, { offset: 2 });
          const drawn = weight.detach().clone();
          weight.requiresGrad_(false).dispose();
          return [y, drawn];
        },
        torch: 'w = torch.nn.init.normal_(torch.empty(6, 4), 0, 0.5)\n[x + w[2:5].unsqueeze(1), w]',
        seed: 1,
      },
      {
        in: { x: f([2, 3, 4]) },
        run({ x }) {
          const module = new nn.LearnedPositionalEncoding(4, { maxLen: 6, batchFirst: true, dropout: 0.5 });
          const y = module.forward(x);
          module.weight.requiresGrad_(false).dispose();
          return [y];
        },
        torch: 'w = torch.nn.init.normal_(torch.empty(6, 4), 0, 0.02)\nF.dropout(x + w[:3], 0.5)',
        seed: 1,
      },
    ],
  }),
  row('alibiSlopes', {
    cases: [
      {
        run: () => F.alibiSlopes(8),
        torch: '2. ** -torch.arange(1, 9).float()',
        single: true,
      },
      {
        run: () => F.alibiSlopes(6, { dtype: 'float64' }),
        torch: 'torch.tensor([2 ** (-8 * i / 4) for i in (1, 2, 3, 4)] + [2 ** (-8 * i / 8) for i in (1, 3)]).double()',
        single: true,
      },
    ],
    errors: [
      {
        run: () => F.alibiSlopes(0),
        type: ShapeError,
        message: 'alibiSlopes: numHeads must be a whole number of at least 1, got 0',
      },
    ],
  }),
  row('alibiBias', {
    cases: [
      {
        run: () => F.alibiBias(4, 3),
        torch:
          'd = torch.arange(3).float()\n(-(2. ** -torch.arange(2, 9, 2)).reshape(4, 1, 1) * (d[:, None] - d).abs()).masked_fill(torch.ones(3, 3).triu(1).bool(), -math.inf) + 0.',
        single: true,
      },
      {
        run: () => F.alibiBias(2, 2, { S: 5, causal: false, dtype: 'float64' }),
        torch:
          'd = torch.arange(5).double()\n-torch.tensor([2. ** -4, 2. ** -8]).double().reshape(2, 1, 1) * (d[3:, None] - d).abs() + 0.',
        single: true,
      },
      {
        in: { q: f([2, 4, 3, 2]), k: f([2, 4, 3, 2]), v: f([2, 4, 3, 2]) },
        run: ({ q, k, v }) => F.scaledDotProductAttention(q, k, v, { attnMask: F.alibiBias(4, 3, { dtype: q.dtype }) }),
        torch:
          'd = torch.arange(3).to(q.dtype)\n' +
          'F.scaled_dot_product_attention(q, k, v, (-(2. ** -torch.arange(2, 9, 2)).reshape(4, 1, 1) * (d[:, None] - d).abs()).masked_fill(torch.ones(3, 3).triu(1).bool(), -math.inf))',
      },
    ],
    errors: [
      {
        run: () => F.alibiBias(2, 3, { S: 2 }),
        type: ShapeError,
        message: 'alibiBias: L and S must be whole numbers, S at least L, got 3 and 2',
      },
      {
        run: () => F.alibiBias(2, 3, { dtype: 'int32' }),
        type: DTypeError,
        message: 'alibiBias: dtype must be a float, got int32',
      },
    ],
  }),
];
