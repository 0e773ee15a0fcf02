import { noGrad, scope, tensor, type Tensor } from 'wasmgrad';
import type { Module } from 'wasmgrad/nn';
import { SIDE } from './pad/mnist.js';
import type { Recognition } from './pad/reading.js';

/** A network that takes pictures [N, 1, 28, 28] to scores [N, 10]. */
export interface DigitNetwork extends Module {
  forward(x: Tensor): Tensor;
}

/** Probabilities of the ten digits for one picture of 784 values, and how long the network took. */
export function recognise(network: DigitNetwork, image: Float32Array): Recognition {
  return scope(() =>
    noGrad(() => {
      const since = performance.now();
      const probabilities = network
        .forward(tensor(image, { shape: [1, 1, SIDE, SIDE] }))
        .softmax(1)
        .toTypedArray();
      return { probabilities: Float32Array.from(probabilities), milliseconds: performance.now() - since };
    }),
  );
}
