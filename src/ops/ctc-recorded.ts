import type { Tensor } from '../tensor/tensor.js';
import { cat } from './copy.js';
import type { CtcParams } from './ctc.js';
import { full } from './full.js';
import type { BackwardContext } from './op.js';
import { arange } from './range.js';

/** The logarithm of what cannot be: finite, so that differences of two such numbers have gradients. */
const NEVER = -1e30;

/**
 * The gradient of `ctcLoss` made of tensor operations, so that it has gradients itself: dy (eˣ − posterior), with the posterior from a walk
 * forwards and one backwards through the states of all samples at once. Logarithms are of float64, as in assembly/ctc.ts.
 */
export function recordedGradient(
  ctx: BackwardContext<CtcParams>,
  dy: Tensor,
  [x, targets, inputLengths, targetLengths]: readonly [Tensor, Tensor, Tensor, Tensor],
): Tensor {
  const { blank, zeroInfinity } = ctx.params;
  const [T, N] = x.shape as [number, number, number];
  if (T === 0) return x.mul(0);
  const filled = (shape: readonly number[], value: number, dtype: 'float64' | 'int32'): Tensor =>
    ctx.apply(full, [], { shape, value, dtype });
  const count = (n: number): Tensor => ctx.apply(arange, [], { start: 0, step: 1, n, dtype: 'int32' });
  const join = (list: readonly Tensor[], dim: number): Tensor => ctx.apply(cat, list, dim);

  // Labels of each sample [N, S], and the classes of its states: blank, label, blank, …, blank.
  let labels = targets;
  if (targets.ndim === 1) {
    const place = count(targets.numel).add(targetLengths.cumsum(0).sub(targetLengths).unsqueeze(1));
    labels = join([targets, filled([1], blank, 'int32')], 0).take(place.clampMax(targets.numel));
  }
  const [S, L] = [labels.shape[1]!, 2 * labels.shape[1]! + 1];
  const gap = filled([N, 1], blank, 'int32');
  const pairs = join([gap.expand([N, S]).unsqueeze(2), labels.unsqueeze(2)], 2).reshape([N, 2 * S]);
  const classes = join([pairs, gap], 1);

  const none = filled([N, 2], NEVER, 'float64');
  /** What is two states before (after) each state; two more of `edge` stand at the end. */
  const before = (row: Tensor, edge: Tensor, k: number): Tensor => join([edge, row], 1).narrow(1, 2 - k, L);
  const after = (row: Tensor, edge: Tensor, k: number): Tensor => join([row, edge], 1).narrow(1, k, L);
  const stays = classes.eq(before(classes, gap.expand([N, 2]), 2)).logicalOr(classes.eq(blank));
  const skip = filled([N, L], 0, 'float64').maskedFill(stays, NEVER);
  const sum = (list: readonly Tensor[]): Tensor =>
    join(
      list.map((y) => y.unsqueeze(2)),
      2,
    ).logsumexp(2);

  const everyTime = classes.unsqueeze(0).expand([T, N, L]);
  const emissions = x.double().clampMin(NEVER).gather(2, everyTime);
  const state = count(L);
  const last = targetLengths.mul(2).unsqueeze(1);
  const begins = filled([L], 0, 'float64').maskedFill(state.gt(1), NEVER);
  const ends = filled([N, L], NEVER, 'float64').maskedFill(state.le(last).logicalAnd(state.ge(last.sub(1))), 0);
  const forwards: Tensor[] = [];
  for (let t = 0; t < T; t++) {
    const past = forwards.at(-1);
    const reached = past ? sum([past, before(past, none, 1), before(past, none, 2).add(skip)]) : begins;
    forwards.push(emissions.select(0, t).add(reached));
  }
  const backwards: Tensor[] = [];
  for (let t = T - 1; t >= 0; t--) {
    const next = backwards[0]?.add(emissions.select(0, t + 1));
    const left = next ? sum([next, after(next, none, 1), after(next.add(skip), none, 2)]) : ends;
    backwards.unshift(ends.where(inputLengths.eq(t + 1).unsqueeze(1), left));
  }
  const both = join(
    forwards.map((y, t) => y.add(backwards[t]!).unsqueeze(0)),
    0,
  );
  const total = both.select(0, 0).logsumexp(1).unsqueeze(1);
  const aligned = total.gt(NEVER / 2);
  const ended = count(T).unsqueeze(1).ge(inputLengths).unsqueeze(2);
  const idle = ended.logicalOr(aligned.logicalNot());
  let shares = both.sub(total).maskedFill(idle, NEVER).exp();
  // With no alignment at all the gradient of the target's classes is NaN, as in PyTorch.
  if (!zeroInfinity) shares = shares.maskedFill(state.le(last).logicalAnd(aligned.logicalNot()), NaN);
  const posterior = filled(x.shape, 0, 'float64').scatterAdd(2, everyTime, shares);
  const dx = x.double().exp().sub(posterior);
  return dx
    .maskedFill(zeroInfinity ? idle : ended, 0)
    .to(x.dtype)
    .mul(dy.unsqueeze(1));
}
