import type { Tensor } from '../tensor/tensor.js';
import { cat } from './copy.js';
import type { BackwardContext, Gradients } from './op.js';
import { walk } from './recurrent-steps.js';
import type { CellKind, RecurrentParams } from './recurrent-steps.js';

/** What a cell makes of its gates and its state, and how gradients go back through it. */
interface Stepped {
  readonly h: Tensor;
  readonly c: Tensor | null;
  /** From the gradients of h and c those of the gates (of the input's share, of the state's), of the state past the gates, and of c. */
  back(
    dh: Tensor,
    dc: Tensor | null,
  ): { gx: readonly Tensor[]; gh: readonly Tensor[]; h: Tensor | null; c: Tensor | null };
}

/** x (1 − x). */
const slope = (x: Tensor): Tensor => x.mul(x.rsub(1));
/** 1 − x². */
const tanhSlope = (x: Tensor): Tensor => x.mul(x).rsub(1);

/** One step of a cell in tensor operations: assembly/rnn/. `gx` and `gh` are the shares of input and state in the gates. */
export function stepOf(kind: CellKind, gx: Tensor, gh: Tensor, past: Tensor, pastCell: Tensor | null): Stepped {
  if (kind === 'lstm') {
    const [a, b, e, d] = gx.add(gh).chunk(4, 1) as [Tensor, Tensor, Tensor, Tensor];
    const [i, f, g, o] = [a.sigmoid(), b.sigmoid(), e.tanh(), d.sigmoid()];
    const c = f.mul(pastCell!).add(i.mul(g));
    const t = c.tanh();
    return {
      h: o.mul(t),
      c,
      back(dh, dc) {
        const cell = dc!.add(dh.mul(o).mul(tanhSlope(t)));
        const gates = [
          cell.mul(g).mul(slope(i)),
          cell.mul(pastCell!).mul(slope(f)),
          cell.mul(i).mul(tanhSlope(g)),
          dh.mul(t).mul(slope(o)),
        ];
        return { gx: gates, gh: gates, h: null, c: cell.mul(f) };
      },
    };
  }
  if (kind === 'gru') {
    const [xr, xz, xn] = gx.chunk(3, 1) as [Tensor, Tensor, Tensor];
    const [hr, hz, hn] = gh.chunk(3, 1) as [Tensor, Tensor, Tensor];
    const r = xr.add(hr).sigmoid();
    const z = xz.add(hz).sigmoid();
    const n = xn.add(r.mul(hn)).tanh();
    return {
      h: n.add(z.mul(past.sub(n))),
      c: null,
      back(dh) {
        const kept = dh.mul(z);
        const dn = dh.sub(kept).mul(tanhSlope(n));
        const dr = dn.mul(hn).mul(slope(r));
        const dz = dh.mul(past.sub(n)).mul(slope(z));
        return { gx: [dr, dz, dn], gh: [dr, dz, dn.mul(r)], h: kept, c: null };
      },
    };
  }
  const sum = gx.add(gh);
  const h = kind === 'tanh' ? sum.tanh() : sum.relu();
  return {
    h,
    c: null,
    back(dh) {
      const gates = [kind === 'tanh' ? dh.mul(tanhSlope(h)) : dh.mul(h.gt(0).to(h.dtype))];
      return { gx: gates, gh: gates, h: null, c: null };
    },
  };
}

/**
 * The gradients of `recurrent` made of tensor operations, so that they have gradients themselves: the steps once more, and back through
 * them.
 */
export function recordedGradients(
  ctx: BackwardContext<RecurrentParams>,
  inputs: readonly (Tensor | null)[],
  dy: Tensor,
  dhn: Tensor,
  dcn: Tensor,
): Gradients {
  const [gx, weight, bias, h0, c0] = inputs as [Tensor, Tensor, Tensor | null, Tensor, Tensor | null];
  const { kind } = ctx.params;
  const join = (list: readonly Tensor[], dim: number): Tensor =>
    list.length === 1 ? list[0]! : ctx.apply(cat, list, dim);
  /** The first rows replaced. */
  const replace = (all: Tensor, first: Tensor): Tensor => {
    const [size, N] = [first.shape[0]!, all.shape[0]!];
    return size === N ? first : join([first, all.narrow(0, size, N - size)], 0);
  };
  const steps = walk(ctx.params);
  let h = h0;
  let c = c0;
  const trail = steps.map(({ start, size }) => {
    const before = h.narrow(0, 0, size);
    const product = before.matmul(weight.transpose(0, 1));
    const gh = bias ? product.add(bias) : product;
    const stepped = stepOf(kind, gx.narrow(0, start, size), gh, before, c && c.narrow(0, 0, size));
    h = replace(h, stepped.h);
    c = c && replace(c, stepped.c!);
    return { start, size, before, stepped };
  });
  let dh = dhn;
  let dc = c0 && dcn;
  const rows: { start: number; dgx: Tensor; dgh: Tensor; before: Tensor }[] = [];
  for (const { start, size, before, stepped } of trail.reverse()) {
    const above = dh.narrow(0, 0, size).add(dy.narrow(0, start, size));
    const grads = stepped.back(above, dc && dc.narrow(0, 0, size));
    const [dgx, dgh] = [join(grads.gx, 1), join(grads.gh, 1)];
    const through = dgh.matmul(weight);
    dh = replace(dh, grads.h ? through.add(grads.h) : through);
    dc = dc && replace(dc, grads.c!);
    rows.push({ start, dgx, dgh, before });
  }
  rows.sort((a, b) => a.start - b.start);
  const all = (part: 'dgx' | 'dgh' | 'before'): Tensor =>
    join(
      rows.map((row) => row[part]),
      0,
    );
  const dgates = all('dgh');
  return [
    all('dgx'),
    ctx.needs[1] ? dgates.transpose(0, 1).matmul(all('before')) : null,
    ctx.needs[2] ? dgates.sum(0) : null,
    dh,
    dc,
  ];
}
