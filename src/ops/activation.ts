import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import type { BackwardContext, Op } from './op.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';
import { TRANSCENDENTAL_GRAIN, checkKernel } from './unary.js';

type Launch<P> = (y: TensorData, x: TensorData, params: P, meta: readonly number[], grain: number) => void;
type LaunchBackward<P> = (
  dx: TensorData,
  dy: TensorData,
  saved: TensorData,
  params: P,
  meta: readonly number[],
  grain: number,
) => void;
type Slope<P> = (ctx: BackwardContext<P>, g: Tensor, dy: Tensor, saved: Tensor) => Tensor | null;

/** An activation and its gradient, as two ops that know each other. */
interface Activation<P> {
  readonly name: string;
  readonly long: boolean;
  /** What the gradient is computed from. */
  readonly from: 'input' | 'output';
  readonly forward: Launch<P>;
  readonly backward: LaunchBackward<P>;
  /** The second derivative's share: the gradient that `saved` gets from g, the gradient of dx. */
  readonly slope: Slope<P>;
  /** Dtypes beside the floats. */
  readonly others?: readonly DType[];
}

const floats = ['float32', 'float64'];

/* @__NO_SIDE_EFFECTS__ */
function activation<P>({ name, long, from, forward, backward, slope, others = [] }: Activation<P>): Op<P> {
  const grain = long ? TRANSCENDENTAL_GRAIN : ELEMENTWISE_GRAIN;
  const gradient: Op<P> = {
    name: `${name}Backward`,
    args: ['dy', from],
    strided: true,
    infer: ([dy]) => ({ shape: dy.shape, dtype: dy.dtype }),
    forward: ([dx], [dy, saved], params) => backward(dx, dy, saved, params, stridedMeta([dx, dy, saved]), grain),
    savesInputs: [0, 1],
    backward: (ctx, g) => {
      const saved = ctx.input(1);
      return [
        ctx.needs[0] ? ctx.apply(gradient, [g, saved], ctx.params) : null,
        ctx.needs[1] ? slope(ctx, g, ctx.input(0), saved) : null,
      ];
    },
  };
  const saves = from === 'input' ? { savesInputs: [0] } : { savesOutputs: [0] };
  return {
    name,
    args: ['input'],
    strided: true,
    infer: ([x]) => {
      checkKernel(name, x, [...floats, ...others]);
      return { shape: x.shape, dtype: x.dtype };
    },
    forward: ([y], [x], params) => forward(y, x, params, stridedMeta([y, x]), grain),
    ...saves,
    backward: (ctx, dy) => [ctx.apply(gradient, [dy, from === 'input' ? ctx.input(0) : ctx.output(0)], ctx.params)],
  };
}

type Unary = typeof kernels.relu;
type Gradient = typeof kernels.reluBackward;

/**
 * Launches without parameters.
 *
 * @__NO_SIDE_EFFECTS__
 */
function plain(kernel: Unary): Launch<undefined> {
  return (y, x, _, meta, grain) => launch(kernel, x.dtype, y.ptr, x.ptr, meta, y.numel, grain);
}

/* @__NO_SIDE_EFFECTS__ */
function plainBackward(kernel: Gradient): LaunchBackward<undefined> {
  return (dx, dy, saved, _, meta, grain) => launch(kernel, dx.dtype, dx.ptr, dy.ptr, saved.ptr, meta, dx.numel, grain);
}

/** A slope that does not change. */
function piecewise(): null {
  return null;
}

/** y = max(x, 0). */
export const relu: Op = activation<undefined>({
  name: 'relu',
  long: false,
  from: 'output',
  forward: (y, x, _, meta, grain) => {
    if (isFloat(x.dtype)) launch(kernels.relu, x.dtype, y.ptr, x.ptr, meta, y.numel, grain);
    else launch(kernels.clamp, x.dtype, y.ptr, x.ptr, 0, x.dtype === 'int32' ? 2 ** 31 - 1 : 255, meta, y.numel, grain);
  },
  backward: plainBackward(kernels.reluBackward),
  slope: piecewise,
  others: ['int32', 'uint8'],
});

/** y = x where positive, slope·x elsewhere. The parameter is the slope. */
export const leakyRelu: Op<number> = activation<number>({
  name: 'leakyRelu',
  long: false,
  from: 'input',
  forward: (y, x, slope, meta, grain) => {
    launch(kernels.leakyRelu, x.dtype, y.ptr, x.ptr, slope, meta, y.numel, grain);
  },
  backward: (dx, dy, x, slope, meta, grain) => {
    launch(kernels.leakyReluBackward, x.dtype, dx.ptr, dy.ptr, x.ptr, slope, meta, dx.numel, grain);
  },
  slope: piecewise,
});

/** y = 1 / (1 + e^-x); its gradient is dy·(1 - y)·y. */
export const sigmoid: Op = activation<undefined>({
  name: 'sigmoid',
  long: true,
  from: 'output',
  forward: plain(kernels.sigmoid),
  backward: plainBackward(kernels.sigmoidBackward),
  slope: (_, g, dy, y) => g.mul(dy).mul(y.mul(-2).add(1)),
});

/** y = tanh x; its gradient is dy·(1 - y²). */
export const tanh: Op = activation<undefined>({
  name: 'tanh',
  long: true,
  from: 'output',
  forward: plain(kernels.tanh),
  backward: plainBackward(kernels.tanhBackward),
  slope: (_, g, dy, y) => g.mul(dy).mul(y.mul(-2)),
});

/** y = x·σ(x). */
export const silu: Op = activation<undefined>({
  name: 'silu',
  long: true,
  from: 'input',
  forward: plain(kernels.silu),
  backward: plainBackward(kernels.siluBackward),
  slope: (_, g, dy, x) => {
    const s = x.sigmoid();
    const curve = x.mul(s.mul(-2).add(1)).add(2);
    return g.mul(dy).mul(s.mul(s.neg().add(1)).mul(curve));
  },
});

/** y = x/2·(1 + erf(x/√2)). */
export const gelu: Op = activation<undefined>({
  name: 'gelu',
  long: true,
  from: 'input',
  forward: plain(kernels.gelu),
  backward: plainBackward(kernels.geluBackward),
  slope: (_, g, dy, x) => {
    const z = x.square();
    const density = z
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return g.mul(dy).mul(density.mul(z.neg().add(2)));
  },
});

/** y = x/2·(1 + tanh u), u = √(2/π)·(x + 0.044715·x³). */
export const geluTanh: Op = activation<undefined>({
  name: 'gelu',
  long: true,
  from: 'input',
  forward: plain(kernels.geluTanh),
  backward: plainBackward(kernels.geluBackwardTanh),
  slope: (_, g, dy, x) => {
    const k = Math.sqrt(2 / Math.PI);
    const z = x.square();
    const t = x.mul(z).mul(0.044715).add(x).mul(k).tanh();
    const du = z.mul(3 * 0.044715 * k).add(k);
    // y'' = (1 - t²)·(u' + x/2·(u'' - 2·t·u'²)), u'' = 6·0.044715·k·x
    const inner = x.mul(6 * 0.044715 * k).sub(t.mul(du.square()).mul(2));
    const curve = t
      .square()
      .neg()
      .add(1)
      .mul(du.add(x.mul(inner).mul(0.5)));
    return g.mul(dy).mul(curve);
  },
});

/** The sharpness of a softplus, and where it becomes the identity. */
export interface SoftplusParams {
  readonly beta: number;
  readonly threshold: number;
}

/** y = log(1 + e^(beta·x)) / beta, and x where beta·x > threshold. */
export const softplus: Op<SoftplusParams> = activation<SoftplusParams>({
  name: 'softplus',
  long: true,
  from: 'input',
  forward: (y, x, { beta, threshold }, meta, grain) => {
    launch(kernels.softplus, x.dtype, y.ptr, x.ptr, beta, threshold, meta, y.numel, grain);
  },
  backward: (dx, dy, x, { beta, threshold }, meta, grain) => {
    launch(kernels.softplusBackward, x.dtype, dx.ptr, dy.ptr, x.ptr, beta, threshold, meta, dx.numel, grain);
  },
  slope: (ctx, g, dy, x) => {
    const s = x.mul(ctx.params.beta).sigmoid();
    const curve = s.mul(s.neg().add(1)).mul(ctx.params.beta);
    return g.mul(dy).mul(curve).maskedFill(x.mul(ctx.params.beta).ge(ctx.params.threshold), 0);
  },
});

/** y = x where positive, alpha·(e^x - 1) elsewhere. The parameter is alpha. */
export const elu: Op<number> = activation<number>({
  name: 'elu',
  long: true,
  from: 'input',
  forward: (y, x, alpha, meta, grain) => {
    launch(kernels.elu, x.dtype, y.ptr, x.ptr, alpha, meta, y.numel, grain);
  },
  backward: (dx, dy, x, alpha, meta, grain) => {
    launch(kernels.eluBackward, x.dtype, dx.ptr, dy.ptr, x.ptr, alpha, meta, dx.numel, grain);
  },
  slope: (ctx, g, dy, x) => g.mul(dy).mul(x.exp().mul(ctx.params)).maskedFill(x.ge(0), 0),
});
