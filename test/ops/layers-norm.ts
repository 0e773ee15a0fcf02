import { ShapeError, WasmgradError, nn, ones } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

const shapes = { 1: [2, 3, 4], 2: [2, 3, 2, 2], 3: [2, 3, 2, 1, 2] } as const;
const dims = [1, 2, 3] as const;

export const rows: Row[] = [
  ...dims.map((n) =>
    layer(`BatchNorm${n}d`, {
      cases: [
        {
          make: () => new nn[`BatchNorm${n}d`](3),
          torch: `nn.BatchNorm${n}d(3)`,
          in: { x: f(shapes[n]) },
          eval: true,
        },
        {
          make: () => new nn[`BatchNorm${n}d`](3, { eps: 0.1, momentum: 0.5, affine: false }),
          torch: `nn.BatchNorm${n}d(3, eps=0.1, momentum=0.5, affine=False)`,
          in: { x: f(shapes[n]) },
          eval: true,
        },
        {
          make: () => new nn[`BatchNorm${n}d`](3, { momentum: null }),
          torch: `nn.BatchNorm${n}d(3, momentum=None)`,
          in: { x: f(shapes[n]) },
          call: (m, { x }) => [m.forward(x as never), m.forward(x.mul(2) as never)] as never,
          torchCall: '[m(x), m(x.mul(2))]',
          eval: true,
        },
        {
          make: () => new nn[`BatchNorm${n}d`](3, { trackRunningStats: false }),
          torch: `nn.BatchNorm${n}d(3, track_running_stats=False)`,
          in: { x: f(shapes[n]) },
          eval: true,
        },
      ],
      errors: [
        {
          run: () => new nn[`BatchNorm${n}d`](3, { track: false } as object),
          type: WasmgradError,
          message: `BatchNorm${n}d: unknown option 'track' (known: eps, momentum, affine, trackRunningStats, dtype)`,
        },
      ],
    }),
  ),
  layer('LayerNorm', {
    cases: [
      { make: () => new nn.LayerNorm(4), torch: 'nn.LayerNorm(4)', in: { x: f([3, 4]) } },
      {
        make: () => new nn.LayerNorm([3, 4], { eps: 0.1, elementwiseAffine: false }),
        torch: 'nn.LayerNorm([3, 4], eps=0.1, elementwise_affine=False)',
        in: { x: f([2, 3, 4]) },
      },
      {
        // PyTorch 1.13 has no bias=False.
        make: () => new nn.LayerNorm(4, { bias: false }),
        torch: 'm = nn.LayerNorm(4); m.register_parameter("bias", None); m',
        in: { x: f([3, 4]) },
      },
    ],
  }),
  layer('GroupNorm', {
    cases: [
      { make: () => new nn.GroupNorm(2, 4), torch: 'nn.GroupNorm(2, 4)', in: { x: f([2, 4, 3]) } },
      {
        make: () => new nn.GroupNorm(4, 4, { eps: 0.1, affine: false }),
        torch: 'nn.GroupNorm(4, 4, eps=0.1, affine=False)',
        in: { x: f([2, 4, 3, 2]) },
      },
    ],
    errors: [
      {
        run: () => new nn.GroupNorm(2, 5),
        type: WasmgradError,
        message: 'GroupNorm: 5 channels do not split into 2 groups',
      },
      {
        run: () => new nn.GroupNorm(2, 4).forward(ones([2, 6])),
        type: ShapeError,
        message: 'GroupNorm: expected 4 channels (dim 1), got input [2, 6]',
      },
    ],
  }),
  ...dims.map((n) =>
    layer(`InstanceNorm${n}d`, {
      cases: [
        {
          make: () => new nn[`InstanceNorm${n}d`](3),
          torch: `nn.InstanceNorm${n}d(3)`,
          in: { x: f(shapes[n]) },
          eval: true,
        },
        {
          make: () =>
            new nn[`InstanceNorm${n}d`](3, { eps: 0.1, momentum: 0.5, affine: true, trackRunningStats: true }),
          torch: `nn.InstanceNorm${n}d(3, eps=0.1, momentum=0.5, affine=True, track_running_stats=True)`,
          in: { x: f(shapes[n]) },
          eval: true,
        },
        {
          make: () => new nn[`InstanceNorm${n}d`](3, { affine: true }),
          torch: `nn.InstanceNorm${n}d(3, affine=True)`,
          in: { x: f(shapes[n].slice(1)) },
        },
      ],
      errors: [
        {
          run: () => new nn[`InstanceNorm${n}d`](3).forward(ones([3])),
          type: ShapeError,
          message: `InstanceNorm${n}d: input must have ${n + 1} or ${n + 2} dims, got input [3]`,
        },
      ],
    }),
  ),
  layer('RMSNorm', {
    cases: [
      { make: () => new nn.RMSNorm(4), torch: 'RMSNorm(4)', in: { x: f([3, 4]) } },
      {
        make: () => new nn.RMSNorm([3, 4], { eps: 1e-5 }),
        torch: 'RMSNorm((3, 4), eps=1e-5)',
        in: { x: f([2, 3, 4]) },
      },
      {
        make: () => new nn.RMSNorm(4, { eps: 0.5, elementwiseAffine: false }),
        torch: 'RMSNorm(4, eps=0.5, elementwise_affine=False)',
        in: { x: f([3, 4]) },
      },
    ],
    errors: [
      {
        run: () => new nn.RMSNorm(4, { bias: true } as object),
        type: WasmgradError,
        message: "RMSNorm: unknown option 'bias' (known: eps, elementwiseAffine, dtype)",
      },
    ],
  }),
  layer('LocalResponseNorm', {
    cases: [
      { make: () => new nn.LocalResponseNorm(2), torch: 'nn.LocalResponseNorm(2)', in: { x: f([2, 4, 3]) } },
      {
        make: () => new nn.LocalResponseNorm(3, { alpha: 0.5, beta: 1.5, k: 2 }),
        torch: 'nn.LocalResponseNorm(3, alpha=0.5, beta=1.5, k=2.0)',
        in: { x: f([2, 4, 2, 2]) },
      },
    ],
  }),
];
