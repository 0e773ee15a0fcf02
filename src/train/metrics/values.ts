import { ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import { Tensor } from '../../tensor/index.js';

/** Numbers to be compared: a tensor of any shape, or a list. */
export type Values = Tensor | ArrayLike<number>;

/** The numbers of a tensor or a list. */
export function numbersOf(values: Values): ArrayLike<number> {
  return values instanceof Tensor ? values.toTypedArray() : values;
}

function shapeOf(values: Values): readonly number[] {
  return values instanceof Tensor ? values.shape : [values.length];
}

/**
 * The numbers of predictions and targets, as many of the one as of the other.
 *
 * @throws ShapeError when there are none or their shapes differ
 */
export function pairOf(metric: string, output: Values, target: Values): [ArrayLike<number>, ArrayLike<number>] {
  const [a, b] = [formatShape(shapeOf(output)), formatShape(shapeOf(target))];
  if (a !== b) throw new ShapeError(`${metric}: shapes differ, got output ${a}, target ${b}`);
  const pair: [ArrayLike<number>, ArrayLike<number>] = [numbersOf(output), numbersOf(target)];
  if (pair[0].length === 0) throw new ShapeError(`${metric}: no samples, got output ${a}, target ${b}`);
  return pair;
}

/**
 * The predicted classes: labels as they are [N], or the largest of the scores [N, C].
 *
 * @throws ShapeError for other shapes, WasmgradError where the targets are not as many
 */
export function classesOf(metric: string, output: Values, target: Values): [ArrayLike<number>, ArrayLike<number>] {
  const shape = shapeOf(output);
  if (shape.length > 2) {
    throw new ShapeError(`${metric}: expected labels [N] or scores [N, C], got output ${formatShape(shape)}`);
  }
  const labels = shape.length === 2 ? (output as Tensor).argmax(1) : output;
  const predicted = numbersOf(labels);
  if (shape.length === 2) (labels as Tensor).dispose();
  const classes = numbersOf(target);
  if (predicted.length !== classes.length || classes.length === 0) {
    throw new ShapeError(
      `${metric}: expected a target for each sample, got output ${formatShape(shape)}, target ${formatShape(shapeOf(target))}`,
    );
  }
  return [predicted, classes];
}

/**
 * A class as an index.
 * @throws WasmgradError where it is none
 */
export function checkClass(metric: string, label: number, classes: number): number {
  if (!Number.isInteger(label) || label < 0 || label >= classes) {
    throw new WasmgradError(`${metric}: class ${label} is out of range (expected 0 … ${classes - 1})`);
  }
  return label;
}
