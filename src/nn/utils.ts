import { ShapeError } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { cat } from '../tensor/index.js';
import type { Tensor } from '../tensor/tensor.js';

export { deepcopy } from './copy.js';
export * as rnn from './packing.js';
export * as stateless from './func.js';
export {
  adaptiveClipGrad_,
  clipGradNorm_,
  clipGradValue_,
  clipGradsWithNorm_,
  getTotalNorm,
  maxNorm_,
} from './clip.js';
export type { AdaptiveClipOptions, ClipGradNormOptions, MaxNormOptions, Tensors } from './clip.js';
export { elasticPenalty, l1Penalty, l2Penalty } from './penalty.js';
export type { ElasticPenaltyOptions } from './penalty.js';

/**
 * All parameters as one flat vector.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat([...parameters].map((p) => p.reshape([-1])));
}

/**
 * Copies a flat vector into parameters, in their order.
 *
 * @throws ShapeError where the sizes do not add up
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.vector_to_parameters.html
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const size = list.reduce((sum, p) => sum + p.numel, 0);
  if (vector.ndim !== 1 || vector.numel !== size) {
    throw new ShapeError(
      `vectorToParameters: the parameters have ${size} elements, got vector [${vector.shape.join(', ')}]`,
    );
  }
  noGrad(() => {
    let at = 0;
    for (const p of list) {
      p.copy_(vector.narrow(0, at, p.numel).view(p.shape));
      at += p.numel;
    }
  });
}

export * as parametrizations from './parametrizations.js';
export * as parametrize from './parametrize.js';
export * as prune from './prune.js';
export { removeSpectralNorm, removeWeightNorm, spectralNorm, weightNorm } from './weight-norm.js';
export type { SpectralNormOptions, WeightNormOptions } from './weight-norm.js';
