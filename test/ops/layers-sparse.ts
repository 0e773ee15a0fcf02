import { IndexError, ShapeError, WasmgradError, nn, tensor, zeros } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { ints, values, type Row } from './table.js';

const row2 = [
  [1, 2],
  [3, 4],
  [5, 6],
];

export const rows: Row[] = [
  layer('Embedding', {
    cases: [
      { make: () => new nn.Embedding(10, 3), torch: 'nn.Embedding(10, 3)', in: { x: ints([2, 4], 0, 10) } },
      {
        make: () => new nn.Embedding(10, 3, { paddingIdx: -2 }),
        torch: 'nn.Embedding(10, 3, padding_idx=-2)',
        in: { x: values([1, 8, 8, 0], 'int32') },
      },
      {
        make: () => new nn.Embedding(5, 4, { scaleGradByFreq: true }),
        torch: 'nn.Embedding(5, 4, scale_grad_by_freq=True)',
        in: { x: values([1, 4, 1], 'int32') },
      },
      {
        make: () => new nn.Embedding(5, 4, { maxNorm: 1.5, normType: 1 }),
        torch: 'nn.Embedding(5, 4, max_norm=1.5, norm_type=1.0)',
        in: { x: values([1, 4, 1], 'int32') },
      },
      {
        make: () => nn.Embedding.fromPretrained(tensor(row2), { freeze: false, paddingIdx: 1 }),
        torch: `nn.Embedding.from_pretrained(torch.tensor(${JSON.stringify(row2)}).float(), freeze=False, padding_idx=1)`,
        in: { x: values([1, 2, 2], 'int32') },
      },
    ],
    errors: [
      {
        run: () => new nn.Embedding(2.5, 3),
        type: ShapeError,
        message: 'Embedding: numEmbeddings must be a whole number of at least 0, got 2.5',
      },
      {
        run: () => new nn.Embedding(3, 2, { paddingIdx: 3 }),
        type: WasmgradError,
        message: 'Embedding: paddingIdx 3 must lie within the 3 embeddings',
      },
      {
        run: () => new nn.Embedding(3, 2, { sparse: true } as object),
        type: WasmgradError,
        message: "Embedding: unknown option 'sparse' (known: paddingIdx, maxNorm, normType, scaleGradByFreq, dtype)",
      },
      {
        run: () => new nn.Embedding(3, 2).forward(tensor([3], { dtype: 'int32' })),
        type: IndexError,
        message: 'embedding: index 3 is out of range for dim 0 of size 3',
      },
      {
        run: () => nn.Embedding.fromPretrained(zeros([3])),
        type: ShapeError,
        message: 'Embedding.fromPretrained: needs two dims, got 1',
      },
    ],
  }),
];
