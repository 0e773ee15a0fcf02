// @ts-check
// The two networks that the examples train and the demo pages use. Pictures [N, 1, 28, 28] in 0 … 1 → scores [N, 10].
import { nn } from 'wasmgrad';

/** A small convolutional network of two layers with batch norm: 18,474 parameters. */
export function digitCnn() {
  return new nn.Sequential(
    new nn.Conv2d(1, 16, 5),
    new nn.BatchNorm2d(16),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(16, 32, 5),
    new nn.BatchNorm2d(32),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(512, 10),
  );
}

/** A network of one hidden layer: 101,770 parameters. */
export function digitMlp() {
  return new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
}
