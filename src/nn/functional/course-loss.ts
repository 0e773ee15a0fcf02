import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { grad } from '../../autograd/backward.js';
import { arange, eye } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { checkOptions } from '../../tensor/options.js';
import { rand } from '../../tensor/random.js';
import type { Tensor } from '../../tensor/tensor.js';
import { normalize } from './distance.js';
import { binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy } from './loss.js';
import { checkSame, reduce, reductionOf } from './loss-reduction.js';
import type { LossOptions } from './loss-reduction.js';

/** Options of `focalLoss`. */
export interface FocalLossOptions extends LossOptions {
  /** The weight of positive targets, negative ones have 1 − alpha; a negative number weighs none. Default 0.25. */
  readonly alpha?: number;
  /** How much examples that are answered well count less. Default 2. */
  readonly gamma?: number;
}

/**
 * The focal loss of scores: αₜ (1 − pₜ)^γ · −log pₜ, where pₜ = σ(x) for a target t of 1 and 1 − σ(x) for 0 (between them
 * pₜ = t σ(x) + (1 − t)(1 − σ(x)), and the binary cross entropy is in the place of −log pₜ).
 *
 * Shapes: input and target of one shape.
 * @param options `alpha` (0.25), `gamma` (2), `reduction` ('mean'; torchvision's default is 'none')
 * @throws ShapeError where shapes differ
 * Source: Lin et al. 2017, https://arxiv.org/abs/1708.02002; https://pytorch.org/vision/stable/generated/torchvision.ops.sigmoid_focal_loss.html
 */
export function focalLoss(input: Tensor, target: Tensor, options: FocalLossOptions = {}): Tensor {
  const reduction = reductionOf('focalLoss', options, ['alpha', 'gamma']);
  const { alpha = 0.25, gamma = 2 } = options;
  checkSame('focalLoss', input, target);
  const t = target.to(input.dtype);
  const p = input.sigmoid();
  const entropy = binaryCrossEntropyWithLogits(input, t, { reduction: 'none' });
  // 1 − pₜ = p + t − 2 p t
  const missed = p.add(t).sub(p.mul(t).mul(2));
  const loss = entropy.mul(missed.pow(gamma));
  return reduce(alpha >= 0 ? loss.mul(t.mul(2 * alpha - 1).add(1 - alpha)) : loss, reduction);
}

/** Options of `diceLoss`. */
export interface DiceLossOptions extends LossOptions {
  /** Added above and below, so that empty targets have a loss. Default 1. */
  readonly smooth?: number;
  /** Sum squares below, as V-Net does. Default false. */
  readonly squared?: boolean;
}

/**
 * The Dice loss of probabilities: 1 − (2 Σ p t + smooth) / (Σ p + Σ t + smooth), the sums over all dims but the first; with `squared`
 * Σ p² + Σ t² below.
 *
 * Shapes: input and target of one shape [N, *] → [N]
 * @param options `smooth` (1), `squared` (false), `reduction` ('mean')
 * @throws ShapeError where shapes differ or there is no dim
 * Source: Milletari et al. 2016, V-Net, https://arxiv.org/abs/1606.04797
 */
export function diceLoss(input: Tensor, target: Tensor, options: DiceLossOptions = {}): Tensor {
  const reduction = reductionOf('diceLoss', options, ['smooth', 'squared']);
  const { smooth = 1, squared = false } = options;
  checkSame('diceLoss', input, target);
  if (input.ndim === 0) fail(ShapeError, 'diceLoss', 'input must be [N, *]', ['input'], [input]);
  const N = input.shape[0]!;
  const p = input.reshape([N, input.numel / Math.max(N, 1)]);
  const t = target.to(input.dtype).reshape(p.shape);
  const size = (x: Tensor): Tensor => (squared ? x.square() : x).sum(1);
  const common = p.mul(t).sum(1).mul(2).add(smooth);
  return reduce(common.div(size(p).add(size(t)).add(smooth)).rsub(1), reduction);
}

/** @throws ShapeError where pairs of vectors do not fit */
function checkPairs(op: string, names: readonly [string, string], a: Tensor, b: Tensor): void {
  if (a.ndim !== 2 || !sameShape(a.shape, b.shape)) fail(ShapeError, op, 'both must be [N, D]', names, [a, b]);
}

function checkTemperature(op: string, temperature: number): void {
  if (!(temperature > 0)) throw new WasmgradError(`${op}: temperature must be greater than 0, got ${temperature}`);
}

/** Options of `infoNceLoss`. */
export interface InfoNceLossOptions extends LossOptions {
  /** Vectors [M, D] that are negatives for each query, in the place of the other queries' positives. */
  readonly negatives?: Tensor | null;
  /** What cosines are divided by. Default 0.1. */
  readonly temperature?: number;
}

/**
 * InfoNCE: −log (exp(cos(q, k⁺)/τ) / Σ_k exp(cos(q, k)/τ)), the sum over the positives of all queries, or over k⁺ and `negatives`.
 *
 * Shapes: query and positive [N, D], row by row a pair; negatives [M, D] → [N]
 * @param options `negatives` (null), `temperature` (0.1), `reduction` ('mean')
 * @throws ShapeError where shapes do not fit; WasmgradError where the temperature is not positive
 * Source: van den Oord et al. 2018, https://arxiv.org/abs/1807.03748; He et al. 2020, https://arxiv.org/abs/1911.05722
 */
export function infoNceLoss(query: Tensor, positive: Tensor, options: InfoNceLossOptions = {}): Tensor {
  const reduction = reductionOf('infoNceLoss', options, ['negatives', 'temperature']);
  const { negatives = null, temperature = 0.1 } = options;
  checkPairs('infoNceLoss', ['query', 'positive'], query, positive);
  checkTemperature('infoNceLoss', temperature);
  const N = query.shape[0]!;
  const [q, k] = [normalize(query), normalize(positive)];
  if (!negatives) {
    const scores = q.matmul(k.mT).div(temperature);
    return crossEntropy(scores, arange(N, { dtype: 'int32' }), { reduction });
  }
  if (negatives.ndim !== 2 || negatives.shape[1] !== query.shape[1]) {
    fail(ShapeError, 'infoNceLoss', 'negatives must be [M, D]', ['query', 'negatives'], [query, negatives]);
  }
  const scores = cat([q.mul(k).sum(1, true), q.matmul(normalize(negatives).mT)], 1).div(temperature);
  return crossEntropy(scores, arange(N, { dtype: 'int32' }).mul(0), { reduction });
}

/** Options of `ntXentLoss`. */
export interface NtXentLossOptions extends LossOptions {
  /** What cosines are divided by. Default 0.5. */
  readonly temperature?: number;
}

/**
 * The normalised temperature-scaled cross entropy of SimCLR: each of the 2N views has to find its other view among the 2N − 1 others,
 * −log (exp(cos(zᵢ, zⱼ)/τ) / Σ_{k ≠ i} exp(cos(zᵢ, zₖ)/τ)).
 *
 * Shapes: z1 and z2 [N, D], row by row two views of one example → [2N], the losses of z1 first
 * @param options `temperature` (0.5), `reduction` ('mean')
 * @throws ShapeError where shapes do not fit; WasmgradError where the temperature is not positive
 * Source: Chen et al. 2020, https://arxiv.org/abs/2002.05709
 */
export function ntXentLoss(z1: Tensor, z2: Tensor, options: NtXentLossOptions = {}): Tensor {
  const reduction = reductionOf('ntXentLoss', options, ['temperature']);
  const { temperature = 0.5 } = options;
  checkPairs('ntXentLoss', ['z1', 'z2'], z1, z2);
  checkTemperature('ntXentLoss', temperature);
  const N = z1.shape[0]!;
  const z = normalize(cat([z1, z2], 0));
  const scores = z
    .matmul(z.mT)
    .div(temperature)
    .maskedFill(eye(2 * N, { dtype: 'bool' }), -Infinity);
  const other = arange(2 * N, { dtype: 'int32' })
    .add(N)
    .remainder(2 * N);
  return crossEntropy(scores, other, { reduction });
}

/** A critic: one score for each sample. */
export type Critic = (x: Tensor) => Tensor;

/** Options of `gradientPenalty`. */
export interface GradientPenaltyOptions {
  /** The weight λ. Default 10. */
  readonly lambda?: number;
  /** The length that gradients are to have. Default 1. */
  readonly target?: number;
  /** Only gradients that are longer cost something. Default false. */
  readonly oneSided?: boolean;
}

/**
 * The gradient penalty λ E (‖∇ critic(x̂)‖₂ − target)² at random places between pairs, x̂ = ε real + (1 − ε) fake, ε uniform in [0, 1)
 * for each sample. It can be differentiated by the critic's parameters, not by real and fake.
 *
 * Shapes: real and fake [N, *] → []
 * @param critic one score for each sample
 * @param options `lambda` (10), `target` (1), `oneSided` (false)
 * @throws ShapeError where shapes differ
 * Source: Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028
 */
export function gradientPenalty(
  critic: Critic,
  real: Tensor,
  fake: Tensor,
  options: GradientPenaltyOptions = {},
): Tensor {
  checkOptions('gradientPenalty', options, ['lambda', 'target', 'oneSided']);
  const { lambda = 10, target = 1, oneSided = false } = options;
  if (real.ndim === 0 || !sameShape(real.shape, fake.shape)) {
    fail(ShapeError, 'gradientPenalty', 'both must be [N, *]', ['real', 'fake'], [real, fake]);
  }
  const N = real.shape[0]!;
  const share = rand([N, ...real.shape.slice(1).map(() => 1)], { dtype: real.dtype });
  const far = fake.detach();
  const between = real.detach().sub(far).mul(share).add(far).requiresGrad_();
  const [slope] = grad([critic(between).sum()], [between], { createGraph: true });
  const excess = slope!
    .reshape([N, real.numel / Math.max(N, 1)])
    .norm(2, 1)
    .sub(target);
  return (oneSided ? excess.clampMin(0) : excess).square().mean().mul(lambda);
}

/**
 * The loss of a Wasserstein critic, E critic(fake) − E critic(real), and its gradient penalty. The generator's loss is
 * −critic(fake).mean().
 *
 * Shapes: real and fake [N, *] → []
 * @param critic one score for each sample
 * @param options those of `gradientPenalty`; `lambda` 0 leaves the penalty out
 * @throws ShapeError where shapes differ
 * Source: Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875; Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028
 */
export function wassersteinCriticLoss(
  critic: Critic,
  real: Tensor,
  fake: Tensor,
  options: GradientPenaltyOptions = {},
): Tensor {
  checkOptions('wassersteinCriticLoss', options, ['lambda', 'target', 'oneSided']);
  const { lambda = 10, target = 1, oneSided = false } = options;
  const loss = critic(fake).mean().sub(critic(real).mean());
  return lambda === 0 ? loss : loss.add(gradientPenalty(critic, real, fake, { lambda, target, oneSided }));
}

/** Options of `elboLoss`. */
export interface ElboLossOptions extends LossOptions {
  /** 'bce' of probabilities (default), 'bceWithLogits' of scores, or 'mse': squared errors. */
  readonly reconstruction?: 'bce' | 'bceWithLogits' | 'mse';
  /** The weight of the divergence. Default 1. */
  readonly beta?: number;
}

/**
 * The negative evidence lower bound of a variational autoencoder: Σ reconstruction + β KL(N(μ, σ²) ‖ N(0, 1)) for each sample, with
 * KL = −½ Σ (1 + log σ² − μ² − σ²).
 *
 * Shapes: output and x [N, *]; mu and logVar [N, L] → [N]; 'mean' is over samples
 * @param options `reconstruction` ('bce'), `beta` (1), `reduction` ('mean')
 * @throws ShapeError where shapes do not fit; WasmgradError for an unknown reconstruction
 * Source: Kingma and Welling 2014, https://arxiv.org/abs/1312.6114; Higgins et al. 2017 (β-VAE)
 */
export function elboLoss(output: Tensor, x: Tensor, mu: Tensor, logVar: Tensor, options: ElboLossOptions = {}): Tensor {
  const reduction = reductionOf('elboLoss', options, ['reconstruction', 'beta']);
  const { reconstruction = 'bce', beta = 1 } = options;
  const N = output.shape[0];
  if (N === undefined || !sameShape(output.shape, x.shape)) {
    fail(ShapeError, 'elboLoss', 'both must be [N, *]', ['output', 'x'], [output, x]);
  }
  if (mu.shape[0] !== N || !sameShape(mu.shape, logVar.shape)) {
    fail(ShapeError, 'elboLoss', 'both must be [N, L]', ['output', 'mu', 'logVar'], [output, mu, logVar]);
  }
  const rows = (y: Tensor): Tensor => y.reshape([N, y.numel / Math.max(N, 1)]).sum(1);
  const divergence = rows(logVar.exp().add(mu.square()).sub(logVar).sub(1)).mul(0.5 * beta);
  return reduce(rows(errors(output, x, reconstruction)).add(divergence), reduction);
}

function errors(output: Tensor, x: Tensor, reconstruction: string): Tensor {
  if (reconstruction === 'bce') return binaryCrossEntropy(output, x, { reduction: 'none' });
  if (reconstruction === 'bceWithLogits') return binaryCrossEntropyWithLogits(output, x, { reduction: 'none' });
  if (reconstruction === 'mse') return output.sub(x).square();
  throw new WasmgradError(`elboLoss: reconstruction must be 'bce', 'bceWithLogits' or 'mse', got '${reconstruction}'`);
}
