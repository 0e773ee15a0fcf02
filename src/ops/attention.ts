import { dtypeBytes } from '../core/dtypes.js';
import { DTypeError, ShapeError, fail } from '../core/errors.js';
import { contiguousStrides, sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch, threadCount } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { tileRows } from '../runtime/tile.js';
import type { Tensor } from '../tensor/tensor.js';
import { cat } from './copy.js';
import { full } from './full.js';
import { copyElements } from './launches.js';
import type { Elements } from './launches.js';
import type { BackwardContext, Gradients, Op, Spec } from './op.js';
import { needFloat } from './reduce.js';

/** What scores become weights by. */
export interface AttentionParams {
  /** The factor of q·k. */
  readonly scale: number;
  /** Query i sees keys 0 … i only. */
  readonly causal: boolean;
  /**
   * Where queries, keys and values lie side by side in one tensor: the number of heads, and whether that is [N, L, 3·heads·E]
   * (or [L, N, 3·heads·E]).
   */
  readonly packed: { readonly heads: number; readonly batchFirst: boolean } | null;
}

/** Bits of the kernels' flags and the order of operands (assembly/attention/layout.ts). */
const CAUSAL = 1;
const BOOL_MASK = 2;
const FLOAT_MASK = 4;
const QUERIES = 8;
const KEYS = 16;
const OPERANDS = 9;
const BLOCK = 64;
/** Multiply-adds that make a slice worth a thread. */
const WORK = 32768;

/** The sizes of an attention: [...batch, L, E] · [...batch, S, E] → [...batch, L, S], · [...batch, S, Ev] → [...batch, L, Ev]. */
interface Sizes {
  readonly batch: readonly number[];
  readonly L: number;
  readonly S: number;
  readonly E: number;
  readonly Ev: number;
}

const args = ['query', 'key', 'value', 'attnMask'] as const;

function sizesOf(q: Spec, k: Spec | null, v: Spec | null, { packed }: AttentionParams): Sizes {
  if (packed) {
    const [a, b, width] = q.shape as [number, number, number];
    const [N, L] = packed.batchFirst ? [a, b] : [b, a];
    const E = width / (3 * packed.heads);
    return { batch: [N, packed.heads], L, S: L, E, Ev: E };
  }
  const [L, E] = q.shape.slice(-2) as [number, number];
  return { batch: q.shape.slice(0, -2), L, S: k!.shape.at(-2)!, E, Ev: v!.shape.at(-1)! };
}

/** The shape of the result: the results of the heads (the last batch dim) lie side by side for each query. */
function resultShape(q: Spec, { batch, L, Ev }: Sizes, { packed }: AttentionParams): readonly number[] {
  if (packed) return [q.shape[0]!, q.shape[1]!, packed.heads * Ev];
  return batch.length === 0 ? [L, Ev] : [...batch.slice(0, -1), L, batch.at(-1)!, Ev];
}

/** Heads that lie side by side in rows, as matrices [N, heads, L, E]; `first` is the first head of `width` in a row. */
function headsOf(x: Elements, first: number, { batch, L, E }: Sizes, batchFirst: boolean): Elements {
  const [N, heads] = batch as [number, number];
  const [outer, inner] = x.strides as [number, number];
  const strides = [batchFirst ? outer : inner, E, batchFirst ? inner : outer, 1];
  const ptr = x.ptr + first * E * dtypeBytes[x.dtype];
  return { ptr, dtype: x.dtype, shape: [N, heads, L, E], strides, numel: N * heads * L * E };
}

/** A result, or a gradient of its shape, as matrices [...batch, L, Ev]. */
function resultRows(y: Elements, sizes: Sizes, { packed }: AttentionParams): Elements {
  if (packed) return headsOf(y, 0, sizes, packed.batchFirst);
  const n = y.shape.length;
  if (n < 3) return y;
  const swap = (list: readonly number[]): number[] => [
    ...list.slice(0, n - 3),
    list[n - 2]!,
    list[n - 3]!,
    list[n - 1]!,
  ];
  return { ptr: y.ptr, dtype: y.dtype, numel: y.numel, shape: swap(y.shape), strides: swap(y.strides) };
}

/** Queries, keys and values (or gradients of their shapes) as matrices of rows. */
function operandRows(inputs: readonly Elements[], sizes: Sizes, { packed }: AttentionParams): Elements[] {
  if (!packed) return inputs.slice(0, 3);
  return [0, 1, 2].map((i) => headsOf(inputs[0]!, i * packed.heads, sizes, packed.batchFirst));
}

/** Calls `run` with matrices whose rows are contiguous: copies in the place of those whose rows are not. */
function withRows(operands: readonly Elements[], run: (operands: readonly Elements[]) => void): void {
  const at = operands.findIndex((x) => x.strides.at(-1) !== 1 && x.shape.at(-1) !== 1);
  if (at < 0) return run(operands);
  const { dtype, shape, numel } = operands[at]!;
  scratch(numel * dtypeBytes[dtype], (ptr) => {
    const copy = { ptr, dtype, shape, strides: contiguousStrides(shape), numel };
    copyElements(copy, operands[at]!);
    withRows(
      operands.map((x, i) => (i === at ? copy : x)),
      run,
    );
  });
}

interface Launch {
  readonly sizes: Sizes;
  readonly flags: number;
  readonly mask: Elements | null;
  readonly units: number;
  /** Multiply-adds of a unit. */
  readonly work: number;
  /** Bytes of scratch memory of a slice. */
  readonly slot: number;
  /** In the kernels' order; null where a kernel does not touch one. */
  readonly operands: readonly (Elements | null)[];
}

/** Calls `run` with the words that kernels read (assembly/attention/layout.ts) and a slot of scratch memory for every slice. */
function withScratch(what: Launch, run: (ptr: number, meta: number[], units: number, grain: number) => void): void {
  const { sizes, flags, mask, units, work, slot, operands } = what;
  const { batch, L, S, E, Ev } = sizes;
  const grain = Math.max(1, Math.ceil(WORK / work));
  const dims = batch.length;
  const meta = [L, S, E, Ev, flags, mask ? mask.strides[dims + 1]! : 0, grain, slot, dims];
  for (const d of [dims, ...batch.keys()]) {
    meta.push(d === dims ? L : batch[d]!);
    for (const x of operands) meta.push(x ? x.strides[d]! : 0);
    for (let i = operands.length; i < OPERANDS; i++) meta.push(0);
  }
  scratch(Math.ceil(units / grain) * slot, (ptr) => run(ptr, meta, units, grain));
}

function flagsOf({ causal }: AttentionParams, mask: Spec | null): number {
  return (causal ? CAUSAL : 0) | (mask ? (mask.dtype === 'bool' ? BOOL_MASK : FLOAT_MASK) : 0);
}

function checkPacked(q: Spec, { heads }: { readonly heads: number }): void {
  needFloat('attention', q);
  if (q.shape.length === 3 && q.shape[2]! % (3 * heads) === 0) return;
  fail(ShapeError, 'attention', `queries, keys and values of ${heads} heads do not fit`, args, [q]);
}

/** Checks that inputs which come apart fit. */
export function checkOperands(q: Spec, k: Spec, v: Spec): void {
  const op = 'scaledDotProductAttention';
  const operands = [q, k, v];
  needFloat(op, q);
  if (k.dtype !== q.dtype || v.dtype !== q.dtype) fail(DTypeError, op, 'dtypes differ', args, operands);
  if (operands.some((x) => x.shape.length < 2)) fail(ShapeError, op, 'needs at least two dims', args, operands);
  if (k.shape.at(-1) !== q.shape.at(-1)) {
    fail(ShapeError, op, 'query and key differ in their last dim', args, operands);
  }
  if (k.shape.at(-2) !== v.shape.at(-2)) {
    fail(ShapeError, op, 'key and value differ in their number of rows', args, operands);
  }
}

/**
 * y = softmax(scale q kᵀ + mask) v. Results: y, whose last batch dim comes after the queries, and log Σ exp of the scores of each query.
 * Inputs that come apart have equal batch dims, with which the mask has all dims of the scores.
 */
export const attention: Op<AttentionParams> = {
  name: 'attention',
  args,
  strided: true,
  infer: ([q, k, v], params) => {
    if (params.packed) checkPacked(q, params.packed);
    else checkOperands(q, k, v);
    const sizes = sizesOf(q, k, v, params);
    return [
      { shape: resultShape(q, sizes, params), dtype: q.dtype, zeroed: sizes.S === 0 },
      { shape: [...sizes.batch, sizes.L], dtype: q.dtype },
    ];
  },
  forward: ([y, lse], inputs, params) => {
    const mask = (inputs[3] as TensorData | null) ?? null;
    const [first] = inputs;
    const sizes = sizesOf(first, inputs[1], inputs[2], params);
    const { batch, L, S, E, Ev } = sizes;
    if (y.numel === 0 || S === 0) return;
    withRows(operandRows(inputs, sizes, params), (rows) => {
      const operands = [...rows, resultRows(y, sizes, params), mask];
      const units = sizeOf(batch) * Math.ceil(L / BLOCK);
      const work = Math.min(L, BLOCK) * S * (E + Ev);
      const slot = (E + BLOCK + 2) * BLOCK * dtypeBytes[y.dtype];
      withScratch({ sizes, flags: flagsOf(params, mask), mask, units, work, slot, operands }, (ptr, ...rest) => {
        const [q, k, v] = rows as [Elements, Elements, Elements];
        launch(
          kernels.attention,
          y.dtype,
          y.ptr,
          lse.ptr,
          q.ptr,
          k.ptr,
          v.ptr,
          mask?.ptr ?? 0,
          ptr,
          tileRows(),
          params.scale,
          ...rest,
        );
      });
    });
  },
  savesInputs: [0, 1, 2, 3],
  savesOutputs: [0, 1],
  backward: (ctx, dy) => {
    const { params } = ctx;
    const given = [0, 1, 2, 3].map((i) => (ctx.has(i) ? ctx.input(i) : null));
    return ctx
      .applyMany(attentionBackward, [...given, dy, ctx.output(0), ctx.output(1)], params)
      .map((dx, i) => (ctx.needs[i] ? dx : null));
  },
};

/** dq, dk and dv (or the gradient of the tensor in which they lie side by side). */
const attentionBackward: Op<AttentionParams> = {
  name: 'attentionBackward',
  args: [...args, 'dy', 'y', 'lse'],
  strided: true,
  infer: ([q, k, v], params) => {
    const { L, S } = sizesOf(q, k, v, params);
    // Nothing to see, or keys that no query sees.
    const zeroed = L === 0 || S === 0 || (params.causal && S > L);
    return [q, k, v].flatMap((x) => (x ? [{ shape: x.shape, dtype: x.dtype, zeroed }] : []));
  },
  forward: (outs, inputs, params) => {
    const [first, k, v, given, dy, y, lse] = inputs as unknown as readonly TensorData[];
    const mask = given ?? null;
    const sizes = sizesOf(first!, k!, v!, params);
    const { batch, L, S, E, Ev } = sizes;
    const matrices = sizeOf(batch);
    if (matrices * L * S === 0) return;
    const gradients = operandRows(outs, sizes, params) as [Elements, Elements, Elements];
    const results = resultRows(y!, sizes, params);
    withRows([...operandRows(inputs, sizes, params), resultRows(dy!, sizes, params)], (rows) => {
      const [q, keys, values, upstream] = rows as [Elements, Elements, Elements, Elements];
      const operands = [q, keys, values, results, mask, upstream, ...gradients];
      const run = (part: number, parts: number): void => {
        const flags = flagsOf(params, mask) | part;
        const slot = (E + Ev + 2 * BLOCK) * BLOCK * dtypeBytes[lse!.dtype];
        const work = (L * S * (3 * E + 2 * Ev)) / parts;
        withScratch({ sizes, flags, mask, units: matrices * parts, work, slot, operands }, (ptr, ...rest) => {
          const [dq, dk, dv] = gradients;
          const m = mask?.ptr ?? 0;
          launch(
            kernels.attentionBackward,
            lse!.dtype,
            dq.ptr,
            dk.ptr,
            dv.ptr,
            upstream.ptr,
            q.ptr,
            keys.ptr,
            values.ptr,
            m,
            y!.ptr,
            lse!.ptr,
            ptr,
            tileRows(),
            params.scale,
            ...rest,
          );
        });
      };
      // Cut into blocks it takes seven products instead of five, but blocks are shared out better than whole matrices. Same bits.
      const threads = threadCount();
      const whole = 5 * Math.ceil(matrices / threads) * threads <= 7 * matrices;
      if (whole || Math.max(L, S) <= BLOCK) return run(QUERIES | KEYS, 1);
      run(QUERIES, Math.ceil(L / BLOCK));
      run(KEYS, Math.ceil(S / BLOCK));
    });
  },
  savesInputs: [0, 1, 2, 3, 4],
  backward: (ctx, aq, ak, av) => secondGradients(ctx, [aq, ak, av]),
};

/** Queries, keys and values out of one tensor [N, L, 3·heads·E] or [L, N, 3·heads·E], as [N, heads, L, E]. */
function unpack(x: Tensor, parts: number, { heads, batchFirst }: NonNullable<AttentionParams['packed']>): Tensor[] {
  const [a, b, width] = x.shape as [number, number, number];
  const apart = x.reshape([a, b, parts, heads, width / (parts * heads)]);
  return Array.from({ length: parts }, (_, i) => apart.select(2, i).permute(batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]));
}

/** The inverse of `unpack`. */
function pack<P>(ctx: BackwardContext<P>, list: readonly Tensor[], { batchFirst }: { batchFirst: boolean }): Tensor {
  const rows = list.map((x) => {
    const y = x.permute(batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]);
    const [a, b, heads, E] = y.shape as [number, number, number, number];
    return y.reshape([a, b, heads * E]);
  });
  return ctx.apply(cat, rows, 2);
}

/**
 * The gradients of dq = scale dS k, dk = scale dSᵀ q, dv = Pᵀ dy by q, k, v and dy, with P = softmax(S), dP = dy vᵀ and
 * dS = P (dP − Σ P dP), from what comes from above for dq, dk and dv. They are made of whole matrices of scores.
 */
function secondGradients(ctx: BackwardContext<AttentionParams>, above: readonly Tensor[]): Gradients {
  const { scale, causal, packed } = ctx.params;
  const mask = ctx.has(3) ? ctx.input(3) : null;
  const apart = (x: Tensor): Tensor => (x.ndim < 3 ? x : x.transpose(-2, -3));
  const [q, k, v] = (packed ? unpack(ctx.input(0), 3, packed) : [0, 1, 2].map((i) => ctx.input(i))) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const dy = packed ? unpack(ctx.input(4), 1, packed)[0]! : apart(ctx.input(4));
  const [aq, ak, av] = (packed ? unpack(above[0]!, 3, packed) : above) as [Tensor, Tensor, Tensor];
  const turned = (x: Tensor): Tensor => x.transpose(-2, -1);
  const total = (x: Tensor): Tensor => x.sum(-1, true);
  let scores = q.matmul(turned(k)).mul(scale);
  if (mask) scores = mask.dtype === 'bool' ? scores.maskedFill(mask.logicalNot(), -Infinity) : scores.add(mask);
  if (causal) {
    const shape = [q.shape.at(-2)!, k.shape.at(-2)!];
    scores = scores.maskedFill(ctx.apply(full, [], { shape, dtype: 'bool', value: 1 }).triu(1), -Infinity);
  }
  const p = scores.softmax(-1);
  const centred = (x: Tensor): Tensor => p.mul(x.sub(total(p.mul(x))));
  const dp = dy.matmul(turned(v));
  const ds = centred(dp);
  // Of the gradients of dS, dP, P and S.
  const forDs = aq
    .matmul(turned(k))
    .add(q.matmul(turned(ak)))
    .mul(scale);
  const forDp = centred(forDs);
  const forP = forDs
    .mul(dp.sub(total(p.mul(dp))))
    .sub(dp.mul(total(forDs.mul(p))))
    .add(dy.matmul(turned(av)));
  const forS = centred(forP);
  const forQ = ds.matmul(ak).add(forS.matmul(k)).mul(scale);
  const forK = turned(ds).matmul(aq).add(turned(forS).matmul(q)).mul(scale);
  const forV = turned(forDp).matmul(dy);
  const forDy = p.matmul(av).add(forDp.matmul(v));
  if (packed) return [pack(ctx, [forQ, forK, forV], packed), null, null, null, pack(ctx, [forDy], packed)];
  return [forQ, forK, forV, null, apart(forDy)];
}
