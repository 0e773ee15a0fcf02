import { applyMany } from '../../autograd/apply.js';
import { recurrent } from '../../ops/recurrent.js';
import { stepOf } from '../../ops/recurrent-recorded.js';
import { walk } from '../../ops/recurrent-steps.js';
import type { RecurrentParams } from '../../ops/recurrent-steps.js';
import { cat } from '../../tensor/join.js';
import type { Tensor } from '../../tensor/tensor.js';
import { linear } from './linear.js';

/** The weights of a cell; `hr` projects the state of an LSTM. */
export interface CellWeights {
  readonly ih: Tensor;
  readonly hh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
  readonly hr: Tensor | null;
}

/** What a cell makes of sequences: a row of y for each row of x, and its last states. */
export interface Recurred {
  readonly y: Tensor;
  readonly h: Tensor;
  /** Of an LSTM. */
  readonly c: Tensor | null;
}

/** @internal A cell over sequences x [rows, inputSize], all steps below each other, whose share in the gates is one product. */
export function recur(
  x: Tensor,
  weights: CellWeights,
  h0: Tensor,
  c0: Tensor | null,
  params: RecurrentParams,
): Recurred {
  const gx = linear(x, weights.ih, weights.biasIh);
  if (weights.hr) return projected(gx, weights, weights.hr, h0, c0, params);
  const [y, h, c] = applyMany(recurrent, [gx, weights.hh, weights.biasHh, h0, c0], params) as [Tensor, Tensor, Tensor];
  return { y, h, c: c0 && c };
}

/** The cell whose state is projected before it goes on: h = hr·h, step by step. */
function projected(
  gx: Tensor,
  { hh, biasHh }: CellWeights,
  hr: Tensor,
  h0: Tensor,
  c0: Tensor | null,
  params: RecurrentParams,
): Recurred {
  const replace = (all: Tensor, first: Tensor): Tensor => {
    const [size, N] = [first.shape[0]!, all.shape[0]!];
    return size === N ? first : cat([first, all.narrow(0, size, N - size)]);
  };
  let [h, c] = [h0, c0];
  const rows = walk(params).map(({ start, size }) => {
    const before = h.narrow(0, 0, size);
    const stepped = stepOf(
      params.kind,
      gx.narrow(0, start, size),
      linear(before, hh, biasHh),
      before,
      c && c.narrow(0, 0, size),
    );
    const y = linear(stepped.h, hr);
    h = replace(h, y);
    c = c && replace(c, stepped.c!);
    return { start, y };
  });
  rows.sort((a, b) => a.start - b.start);
  return { y: cat(rows.map((row) => row.y)), h, c };
}
