import { DTypeError, F, ShapeError, WasmgradError, ones, zeros } from '../../src/index.js';
import { bools, f, row, values, type Row } from './table.js';

const attend: typeof F.scaledDotProductAttention = (...args) => F.scaledDotProductAttention(...args);

export const rows: Row[] = [
  row('scaledDotProductAttention', {
    cases: [
      {
        in: { q: f([2, 3, 5, 4]), k: f([2, 3, 7, 4]), v: f([2, 3, 7, 6]) },
        run: ({ q, k, v }) => attend(q, k, v),
        torch: 'F.scaled_dot_product_attention(q, k, v)',
      },
      {
        in: { q: f([3, 2]), k: f([1, 2]), v: f([1, 3]) },
        run: ({ q, k, v }) => attend(q, k, v),
        torch: 'F.scaled_dot_product_attention(q, k, v)',
      },
      {
        in: { q: f([2, 6, 8]), k: f([2, 6, 8]), v: f([2, 6, 8]) },
        run: ({ q, k, v }) => attend(q, k, v, { isCausal: true }),
        torch: 'F.scaled_dot_product_attention(q, k, v, is_causal=True)',
      },
      {
        in: { q: f([3, 2]), k: f([5, 2]), v: f([5, 2]) },
        run: ({ q, k, v }) => attend(q, k, v, { isCausal: true, scale: 0.5 }),
        torch: 'F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=0.5)',
      },
      // Fewer heads of keys and values, each for a group of queries.
      {
        in: { q: f([2, 6, 3, 4]), k: f([2, 3, 5, 4]), v: f([2, 2, 5, 3]) },
        run: ({ q, k, v }) => attend(q, k, v, { enableGqa: true, scale: 0.3 }),
        torch: 'F.scaled_dot_product_attention(q, k.repeat_interleave(2, 1), v.repeat_interleave(3, 1), scale=0.3)',
      },
      // More than one block of queries and of keys, and odd ends.
      {
        in: { q: f([1, 2, 70, 5]), k: f([1, 2, 133, 5]), v: f([1, 2, 133, 3]) },
        run: ({ q, k, v }) => attend(q, k, v),
        torch: 'F.scaled_dot_product_attention(q, k, v)',
        gradcheck: 1,
      },
      {
        in: { q: f([2, 131, 9]), k: f([2, 131, 9]), v: f([2, 131, 9]) },
        run: ({ q, k, v }) => attend(q, k, v, { isCausal: true }),
        torch: 'F.scaled_dot_product_attention(q, k, v, is_causal=True)',
        gradcheck: 1,
      },
      {
        in: { q: f([66, 4]), k: f([200, 4]), v: f([200, 4]) },
        run: ({ q, k, v }) => attend(q, k, v, { isCausal: true }),
        torch: 'F.scaled_dot_product_attention(q, k, v, is_causal=True)',
        gradcheck: 1,
      },
      {
        in: { q: f([9, 70, 4]), k: f([9, 68, 4]), v: f([9, 68, 4]), mask: bools([9, 1, 68]) },
        run: ({ q, k, v, mask }) => attend(q, k, v, { attnMask: mask }),
        torch: 'F.scaled_dot_product_attention(q, k, v, mask)',
        gradcheck: 1,
      },
      {
        in: { q: f([4, 70, 4]), k: f([4, 70, 4]), v: f([4, 70, 4]), mask: f([4, 70, 70], { grad: false }) },
        run: ({ q, k, v, mask }) => attend(q, k, v, { attnMask: mask }),
        torch: 'F.scaled_dot_product_attention(q, k, v, mask)',
        gradcheck: 1,
      },
      // Leading dims that broadcast, and masks that do.
      {
        in: { q: f([2, 1, 3, 4]), k: f([3, 2, 4]), v: f([1, 2, 4]), mask: f([3, 2], { grad: false }) },
        run: ({ q, k, v, mask }) => attend(q, k, v, { attnMask: mask, scale: 1 }),
        torch: 'F.scaled_dot_product_attention(q, k, v, mask, scale=1)',
      },
      {
        in: { q: f([2, 2, 3, 4]), k: f([2, 2, 5, 4]), v: f([2, 2, 5, 4]), mask: f([2, 1, 1, 5]) },
        run: ({ q, k, v, mask }) => attend(q, k, v, { attnMask: mask }),
        torch: 'F.scaled_dot_product_attention(q, k, v, mask)',
      },
      {
        in: {
          q: f([2, 3, 4]),
          k: f([2, 3, 4]),
          v: f([2, 3, 4]),
          mask: values([[true], [true], [false]], 'bool'),
        },
        run: ({ q, k, v, mask }) => attend(q, k, v, { attnMask: mask }),
        torch: 'F.scaled_dot_product_attention(q, k, v, mask)',
        gradcheck: 0,
      },
      {
        in: { q: f([2, 3, 4]), k: f([2, 3, 4]), v: f([2, 3, 4]) },
        run: ({ q, k, v }) => attend(q, k, v, { dropoutP: 0.5, isCausal: true }),
        torch: 'F.scaled_dot_product_attention(q, k, v, dropout_p=0.5, is_causal=True)',
        seed: 7,
      },
      // Scores so large that exp would overflow without their largest, which comes in the second block.
      {
        in: {
          q: values([60, -60, 44].map((q, i) => [q, i - 1.5])),
          k: values(Array.from({ length: 130 }, (_, j) => [2, (j % 7) / 2 - 1.5 + (j === 100 ? 1 : 0)])),
          v: f([130, 2]),
        },
        run: ({ q, k, v }) => attend(q, k, v, { scale: 1 }),
        torch: 'F.scaled_dot_product_attention(q, k, v, scale=1)',
        gradcheck: 0,
      },
      {
        in: { q: f([2, 0, 4]), k: f([2, 3, 4]), v: f([2, 3, 4]) },
        run: ({ q, k, v }) => attend(q, k, v),
        torch: 'F.scaled_dot_product_attention(q, k, v)',
      },
      {
        in: { q: f([2, 3, 4]), k: f([2, 0, 4]), v: f([2, 0, 4]) },
        run: ({ q, k, v }) => attend(q, k, v),
        torch: 'F.scaled_dot_product_attention(q, k, v)',
      },
      {
        in: { q: f([2, 3, 4]), k: f([2, 3, 4]), v: f([2, 3, 0]) },
        run: ({ q, k, v }) => attend(q, k, v),
        torch: 'F.scaled_dot_product_attention(q, k, v)',
      },
      {
        in: { q: f([2, 1, 150, 32]), k: f([2, 1, 150, 32]), v: f([2, 1, 150, 32]) },
        run: ({ q, k, v }) => [attend(q, k, v), attend(q, k, v, { isCausal: true })],
        large: true,
      },
      {
        in: { q: f([150, 20]), k: f([210, 20]), v: f([210, 20]) },
        run: ({ q, k, v }) => [attend(q, k, v), attend(q, k, v, { isCausal: true })],
        large: true,
      },
      {
        in: { q: f([8, 4, 64, 32]), k: f([8, 4, 64, 32]), v: f([8, 4, 64, 32]), mask: bools([8, 1, 1, 64]) },
        run: ({ q, k, v, mask }) => attend(q, k, v, { attnMask: mask }),
        large: true,
      },
    ],
    errors: [
      {
        run: () => attend(zeros([2, 4]), zeros([2, 5]), zeros([2, 5])),
        type: ShapeError,
        message:
          'scaledDotProductAttention: query and key differ in their last dim, got query [2, 4], key [2, 5], value [2, 5]',
      },
      {
        run: () => attend(zeros([2, 4]), zeros([2, 4]), zeros([3, 4])),
        type: ShapeError,
        message:
          'scaledDotProductAttention: key and value differ in their number of rows, got query [2, 4], key [2, 4], value [3, 4]',
      },
      {
        run: () => attend(zeros([4]), zeros([2, 4]), zeros([2, 4])),
        type: ShapeError,
        message: 'scaledDotProductAttention: needs at least two dims, got query [4], key [2, 4], value [2, 4]',
      },
      {
        run: () => attend(zeros([2, 2, 4]), zeros([3, 2, 4]), zeros([2, 4])),
        type: ShapeError,
        message:
          'scaledDotProductAttention: leading dims do not broadcast, got query [2, 2, 4], key [3, 2, 4], value [2, 4]',
      },
      {
        run: () => attend(zeros([2, 4]), zeros([2, 4], { dtype: 'float64' }), zeros([2, 4])),
        type: DTypeError,
        message: 'scaledDotProductAttention: dtypes differ, got query float32, key float64, value float32',
      },
      {
        run: () => attend(zeros([2, 4]), zeros([2, 4]), zeros([2, 4]), { attnMask: ones([3, 2]) }),
        type: ShapeError,
        message: 'scaledDotProductAttention: attnMask does not broadcast to the scores [2, 2], got attnMask [3, 2]',
      },
      {
        run: () => attend(zeros([2, 4]), zeros([2, 4]), zeros([2, 4]), { attnMask: ones([2, 2], { dtype: 'int32' }) }),
        type: DTypeError,
        message:
          'scaledDotProductAttention: attnMask must be bool or have the dtype of query, got query float32, attnMask int32',
      },
      {
        run: () => attend(zeros([2, 4]), zeros([2, 4]), zeros([2, 4]), { attnMask: ones([2, 2]), isCausal: true }),
        type: WasmgradError,
        message: 'scaledDotProductAttention: attnMask and isCausal exclude each other (merge them in attnMask)',
      },
      {
        run: () => attend(zeros([2, 4]), zeros([2, 4]), zeros([2, 4]), { dropoutP: 2 }),
        type: WasmgradError,
        message: 'scaledDotProductAttention: dropoutP must be from 0 to 1, got 2',
      },
      {
        run: () => attend(zeros([4, 2, 4]), zeros([3, 2, 4]), zeros([3, 2, 4]), { enableGqa: true }),
        type: ShapeError,
        message:
          'scaledDotProductAttention: the heads of query must be a multiple of those of key (enableGqa), got query [4, 2, 4], key [3, 2, 4]',
      },
      {
        run: () => attend(zeros([2, 4]), zeros([2, 4]), zeros([2, 4]), { causal: true } as object),
        type: WasmgradError,
        message:
          "scaledDotProductAttention: unknown option 'causal' (known: attnMask, isCausal, scale, dropoutP, enableGqa)",
      },
    ],
  }),
];
