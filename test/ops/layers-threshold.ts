import { ShapeError, WasmgradError, nn, ones } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

const x = f([2, 5]);
/** A module of the name whose forward is an expression of x: what PyTorch has not. */
const composed = (name: string, repr: string, expression: string): string =>
  `type("${name}", (nn.Module,), {"forward": lambda self, x: ${expression}, "extra_repr": lambda self: "${repr}"})()`;

export const rows: Row[] = [
  ...(['Softshrink', 'Hardshrink'] as const).map((name) =>
    layer(name, {
      cases: [
        { make: () => new nn[name](), torch: `nn.${name}()`, in: { x } },
        { make: () => new nn[name](0.75), torch: `nn.${name}(0.75)`, in: { x } },
        { make: () => new nn[name]({ lambd: 0.25 }), torch: `nn.${name}(0.25)`, in: { x } },
      ],
      errors: [
        {
          run: () => new nn[name]({ lambda: 1 } as object),
          type: WasmgradError,
          message: `${name}: unknown option 'lambda' (known: lambd)`,
        },
      ],
    }),
  ),
  layer('Threshold', {
    cases: [
      { make: () => new nn.Threshold(0.1, 20), torch: 'nn.Threshold(0.1, 20)', in: { x } },
      {
        make: () => new nn.Threshold(-0.5, 2, { inplace: true }),
        torch: 'nn.Threshold(-0.5, 2, inplace=True)',
        in: { x },
        call: (module, inputs) => (module as nn.Threshold).forward(inputs.x.mul(1)),
        torchCall: 'm(x.mul(1))',
      },
    ],
  }),
  layer('RReLU', {
    cases: [
      { make: () => new nn.RReLU(), torch: 'nn.RReLU()', in: { x }, eval: true, tolerance: { float32: 1e-5 } },
      {
        make: () => new nn.RReLU({ lower: 0.25, upper: 0.5, inplace: true }),
        torch: 'nn.RReLU(0.25, 0.5, inplace=True)',
        in: { x },
        call: (module, inputs) => (module as nn.RReLU).forward(inputs.x.mul(1)),
        torchCall: 'm(x.mul(1))',
      },
    ],
    errors: [
      {
        run: () => new nn.RReLU({ slope: 1 } as object),
        type: WasmgradError,
        message: "RReLU: unknown option 'slope' (known: lower, upper, inplace)",
      },
    ],
  }),
  layer('Softmax2d', {
    cases: [
      { make: () => new nn.Softmax2d(), torch: 'nn.Softmax2d()', in: { x: f([2, 3, 2, 2]) } },
      { make: () => new nn.Softmax2d(), torch: 'nn.Softmax2d()', in: { x: f([3, 2, 2]) } },
    ],
    errors: [
      {
        run: () => new nn.Softmax2d().forward(ones([2, 3])),
        type: ShapeError,
        message: 'Softmax2d: needs 3 or 4 dims, got input [2, 3]',
      },
    ],
  }),
  layer('BinaryStep', {
    cases: [
      {
        make: () => new nn.BinaryStep(),
        torch: composed('BinaryStep', '', 'x.sign() * 0 + (x >= 0).to(x.dtype)'),
        in: { x },
      },
      {
        make: () => new nn.BinaryStep({ straightThrough: true }),
        torch: composed('BinaryStep', 'straight_through=True', 'x - x.detach() + (x >= 0).to(x.dtype)'),
        in: { x },
        gradcheck: 0,
      },
    ],
  }),
  layer('Arctan', { cases: [{ make: () => new nn.Arctan(), torch: composed('Arctan', '', 'x.atan()'), in: { x } }] }),
  layer('Maxout', {
    cases: [
      {
        make: () => new nn.Maxout(3),
        torch: composed('Maxout', 'pieces=3, dim=-1', 'x.reshape(2, 2, 3).amax(2)'),
        in: { x: f([2, 6]) },
      },
      {
        make: () => new nn.Maxout(2, { dim: 1 }),
        torch: composed('Maxout', 'pieces=2, dim=1', 'x.reshape(2, 2, 2, 3).amax(2)'),
        in: { x: f([2, 4, 3]) },
      },
    ],
  }),
  layer('CosineSimilarity', {
    cases: [
      { make: () => new nn.CosineSimilarity(), torch: 'nn.CosineSimilarity()', in: { a: f([3, 4]), b: f([3, 4]) } },
      {
        make: () => new nn.CosineSimilarity({ dim: 0, eps: 0.5 }),
        torch: 'nn.CosineSimilarity(dim=0, eps=0.5)',
        in: { a: f([4, 3]), b: f([4, 3]) },
      },
    ],
  }),
  layer('PairwiseDistance', {
    cases: [
      { make: () => new nn.PairwiseDistance(), torch: 'nn.PairwiseDistance()', in: { a: f([3, 4]), b: f([3, 4]) } },
      {
        make: () => new nn.PairwiseDistance({ p: 1, eps: 0.25, keepdim: true }),
        torch: 'nn.PairwiseDistance(p=1, eps=0.25, keepdim=True)',
        in: { a: f([3, 4]), b: f([3, 4]) },
      },
    ],
  }),
];
