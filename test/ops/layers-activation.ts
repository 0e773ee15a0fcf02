import { WasmgradError, nn, tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

const x = f([2, 5], { min: -5, max: 5 });

/** Layers without options. */
const plain = ['Sigmoid', 'Tanh', 'LogSigmoid', 'Softsign', 'Tanhshrink'] as const;
/** Layers whose only option is to write over their input. */
const overwriting = ['ReLU', 'SiLU', 'SELU', 'Mish', 'ReLU6', 'Hardswish'] as const;

export const rows: Row[] = [
  ...plain.map((name) => layer(name, { cases: [{ make: () => new nn[name](), torch: `nn.${name}()`, in: { x } }] })),
  ...overwriting.map((name) =>
    layer(name, {
      cases: [
        { make: () => new nn[name](), torch: `nn.${name}()`, in: { x } },
        {
          make: () => new nn[name]({ inplace: true }),
          torch: `nn.${name}(inplace=True)`,
          in: { x },
          call: (module, inputs) => (module as nn.ReLU).forward(inputs.x.mul(1)),
          torchCall: 'm(x.mul(1))',
        },
      ],
      errors: [
        {
          run: () => new nn[name]({ slope: 1 } as object),
          type: WasmgradError,
          message: `${name}: unknown option 'slope' (known: inplace)`,
        },
      ],
    }),
  ),
  layer('Hardsigmoid', {
    // PyTorch 1.13 holds its 1/6 in float32.
    cases: [{ make: () => new nn.Hardsigmoid(), torch: 'nn.Hardsigmoid()', in: { x }, tolerance: { float64: 1e-7 } }],
  }),
  layer('LeakyReLU', {
    cases: [
      { make: () => new nn.LeakyReLU(), torch: 'nn.LeakyReLU()', in: { x } },
      { make: () => new nn.LeakyReLU(0.2), torch: 'nn.LeakyReLU(0.2)', in: { x } },
      {
        make: () => new nn.LeakyReLU({ negativeSlope: 0.00001, inplace: true }),
        torch: 'nn.LeakyReLU(0.00001, inplace=True)',
        in: { x },
        call: (module, inputs) => (module as nn.LeakyReLU).forward(inputs.x.mul(1)),
        torchCall: 'm(x.mul(1))',
      },
    ],
  }),
  layer('ELU', {
    cases: [
      { make: () => new nn.ELU(), torch: 'nn.ELU()', in: { x } },
      { make: () => new nn.ELU({ alpha: 0.5 }), torch: 'nn.ELU(alpha=0.5)', in: { x } },
    ],
  }),
  layer('CELU', {
    cases: [
      { make: () => new nn.CELU(), torch: 'nn.CELU()', in: { x } },
      { make: () => new nn.CELU({ alpha: 0.5 }), torch: 'nn.CELU(alpha=0.5)', in: { x } },
    ],
  }),
  layer('GELU', {
    cases: [
      { make: () => new nn.GELU(), torch: 'nn.GELU()', in: { x } },
      { make: () => new nn.GELU({ approximate: 'tanh' }), torch: "nn.GELU(approximate='tanh')", in: { x } },
    ],
    errors: [
      {
        run: () => new nn.GELU({ approximate: 'erf' } as never).forward(tensor([1])),
        type: WasmgradError,
        message: "gelu: approximate must be 'none' or 'tanh', got 'erf'",
      },
    ],
  }),
  layer('Softplus', {
    cases: [
      // PyTorch 2 prints these defaults as floats, 1.13 as whole numbers.
      { make: () => new nn.Softplus(), torch: 'nn.Softplus(1.0, 20.0)', in: { x } },
      { make: () => new nn.Softplus({ beta: 2.5, threshold: 3.5 }), torch: 'nn.Softplus(2.5, 3.5)', in: { x } },
    ],
  }),
  layer('Hardtanh', {
    cases: [
      { make: () => new nn.Hardtanh(), torch: 'nn.Hardtanh()', in: { x } },
      { make: () => new nn.Hardtanh({ minVal: -2.5, maxVal: 0.5 }), torch: 'nn.Hardtanh(-2.5, 0.5)', in: { x } },
    ],
  }),
  layer('PReLU', {
    cases: [
      { make: () => new nn.PReLU(), torch: 'nn.PReLU()', in: { x } },
      { make: () => new nn.PReLU({ numParameters: 5, init: 0.1 }), torch: 'nn.PReLU(5, init=0.1)', in: { x } },
      { make: () => new nn.PReLU(3), torch: 'nn.PReLU(3)', in: { x: f([2, 3, 4]) } },
    ],
  }),
  layer('GLU', {
    cases: [
      { make: () => new nn.GLU(), torch: 'nn.GLU()', in: { x: f([3, 4]) } },
      { make: () => new nn.GLU({ dim: 0 }), torch: 'nn.GLU(dim=0)', in: { x: f([4, 3]) } },
    ],
  }),
];
