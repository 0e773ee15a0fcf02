import { ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import { noGrad } from '../../autograd/mode.js';
import { conv2d } from '../../nn/functional/index.js';
import { scope, tensor, type Tensor } from '../../tensor/index.js';
import { gaussianWindow } from '../../data/transforms/gaussian.js';
import { checkOptions } from '../../tensor/options.js';
import { mse } from './regression.js';

/** Options of {@link psnr}. */
export interface PsnrOptions {
  /** The distance from the smallest to the largest possible value. Default 1. */
  readonly dataRange?: number;
}

function checkRange(metric: string, dataRange: number): void {
  if (!(dataRange > 0)) throw new WasmgradError(`${metric}: dataRange must be positive, got ${dataRange}`);
}

/**
 * The peak signal-to-noise ratio in decibels: 10 log₁₀(range² / MSE); infinity for equal images.
 *
 * Shapes: output and target alike → number
 *
 * @throws ShapeError when shapes differ
 *
 * Source: https://lightning.ai/docs/torchmetrics/stable/image/peak_signal_noise_ratio.html
 */
export function psnr(output: Tensor, target: Tensor, options: PsnrOptions = {}): number {
  checkOptions('psnr', options, ['dataRange']);
  const { dataRange = 1 } = options;
  checkRange('psnr', dataRange);
  return 10 * Math.log10(dataRange ** 2 / mse(output, target));
}

/** Options of {@link ssim}. */
export interface SsimOptions extends PsnrOptions {
  /** The standard deviation of the Gaussian window, in pixels. Default 1.5. */
  readonly sigma?: number;
  /** The odd width of the window. Default 11. */
  readonly kernelSize?: number;
  /** Default 0.01. */
  readonly k1?: number;
  /** Default 0.03. */
  readonly k2?: number;
}

/**
 * The structural similarity of images, 1 for equal ones: the mean over pixels, whose window lies inside of the image, of
 * (2μₓμᵧ + c₁)(2σₓᵧ + c₂) / ((μₓ² + μᵧ² + c₁)(σₓ² + σᵧ² + c₂)) with moments under a Gaussian window, cᵢ = (kᵢ range)².
 *
 * Shapes: output and target [C, H, W] or [N, C, H, W] → number
 *
 * @throws ShapeError when shapes differ or the window does not fit; WasmgradError for an even window
 *
 * Source: Wang, Bovik, Sheikh and Simoncelli 2004, "Image quality assessment: from error visibility to structural similarity"
 */
export function ssim(output: Tensor, target: Tensor, options: SsimOptions = {}): number {
  checkOptions('ssim', options, ['dataRange', 'sigma', 'kernelSize', 'k1', 'k2']);
  const { dataRange = 1, sigma = 1.5, kernelSize = 11, k1 = 0.01, k2 = 0.03 } = options;
  const [a, b] = [formatShape(output.shape), formatShape(target.shape)];
  if (a !== b || (output.ndim !== 3 && output.ndim !== 4)) {
    throw new ShapeError(`ssim: expected images [C, H, W] or [N, C, H, W], got output ${a}, target ${b}`);
  }
  if (!Number.isInteger(kernelSize) || kernelSize % 2 !== 1) {
    throw new WasmgradError(`ssim: kernelSize must be an odd whole number, got ${kernelSize}`);
  }
  checkRange('ssim', dataRange);
  if (!(sigma > 0)) throw new WasmgradError(`ssim: sigma must be positive, got ${sigma}`);
  const [H, W] = output.shape.slice(-2) as [number, number];
  if (Math.min(H, W) < kernelSize) throw new ShapeError(`ssim: a window of ${kernelSize} does not fit in images ${a}`);
  const [c1, c2] = [(k1 * dataRange) ** 2, (k2 * dataRange) ** 2];
  return noGrad(() =>
    scope(() => {
      // Squares of means cancel against means of squares: in double precision.
      const [x, y] = [output.to('float64').reshape([-1, 1, H, W]), target.to('float64').reshape([-1, 1, H, W])];
      const window = tensor(gaussianWindow(kernelSize, sigma), { dtype: 'float64' });
      const column = window.reshape([1, 1, -1, 1]);
      const row = window.reshape([1, 1, 1, -1]);
      const smooth = (z: Tensor): Tensor => conv2d(conv2d(z, column), row);
      const [mx, my] = [smooth(x), smooth(y)];
      const vx = smooth(x.square()).sub(mx.square());
      const vy = smooth(y.square()).sub(my.square());
      const vxy = smooth(x.mul(y)).sub(mx.mul(my));
      const above = mx.mul(my).mul(2).add(c1).mul(vxy.mul(2).add(c2));
      const below = mx.square().add(my.square()).add(c1).mul(vx.add(vy).add(c2));
      return above.div(below).mean().item();
    }),
  );
}
