import { WasmgradError, nn } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

export const rows: Row[] = (
  [
    ['Dropout', [3, 9]],
    ['Dropout1d', [3, 4, 2]],
    ['Dropout2d', [3, 4, 2, 2]],
    ['Dropout3d', [3, 4, 2, 1, 2]],
    ['AlphaDropout', [3, 9]],
    ['FeatureAlphaDropout', [3, 4, 2]],
  ] as const
).map(([name, shape]) =>
  layer(name, {
    cases: [
      { make: () => new nn[name](), torch: `nn.${name}()`, in: { x: f(shape) }, eval: true, layouts: false },
      { make: () => new nn[name](0.2), torch: `nn.${name}(0.2)`, in: { x: f(shape) }, eval: true, layouts: false },
      { make: () => new nn[name]({ p: 0.7 }), torch: `nn.${name}(p=0.7)`, in: { x: f(shape) }, layouts: false },
    ],
    errors: [
      { run: () => new nn[name](-1), type: WasmgradError, message: 'Dropout: p must be from 0 to 1, got -1' },
      {
        run: () => new nn[name]({ rate: 1 } as object),
        type: WasmgradError,
        message: "Dropout: unknown option 'rate' (known: p, inplace)",
      },
    ],
  }),
);
