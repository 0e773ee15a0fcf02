// @ts-check
import { noGrad } from 'wasmgrad';
import { beside, confusionMatrix, confusionTable, image } from 'wasmgrad/viz';

/** @typedef {import('wasmgrad').nn.Module & { forward(x: import('wasmgrad').Tensor): import('wasmgrad').Tensor }} Model */
/** @typedef {import('wasmgrad').data.datasets.ImageDataset} ImageDataset */

/**
 * The class that a model gives each digit.
 *
 * @param {Model} model
 * @param {Iterable<[import('wasmgrad').Tensor, import('wasmgrad').Tensor]>} batches
 * @returns {number[]}
 */
export function predict(model, batches) {
  model.eval();
  const predictions = [];
  for (const [x] of batches) predictions.push(...noGrad(() => model.forward(x).argmax(1).toTypedArray()));
  return predictions;
}

/** The digits' own margin of four pixels, but for one, is not drawn. */
const margin = 3;

/**
 * @param {ImageDataset} set
 * @param {number} index
 */
function draw(set, index) {
  const side = 28;
  const style = process.stdout.isTTY && !process.env.NO_COLOR ? 'ansi' : 'ascii';
  const rows = [];
  for (let h = margin; h < side - margin; h++) {
    const begin = (index * side + h) * side;
    rows.push(Array.from(set.data.subarray(begin + margin, begin + side - margin)));
  }
  return image(rows, { max: 255, style });
}

/**
 * Accuracy, confusion matrix, and a few digits with their predictions: the first ones, then mistakes.
 *
 * @param {ImageDataset} set
 * @param {number[]} predictions
 */
export function report(set, predictions) {
  const targets = Array.from(set.targets);
  const wrong = targets.flatMap((target, i) => (target === predictions[i] ? [] : [i]));
  const accuracy = (100 * (targets.length - wrong.length)) / targets.length;
  const count = targets.length.toLocaleString('en');
  console.log(`\nAccuracy on ${count} held-out digits: ${accuracy.toFixed(2)} %  (${wrong.length} mistakes)\n`);
  console.log('Rows: the digit, columns: what it was taken for');
  console.log(confusionTable(confusionMatrix(targets, predictions, 10)));
  const perRow = Math.max(1, Math.floor(((process.stdout.columns ?? 80) + 2) / (28 - 2 * margin + 2)));
  for (const shown of [[0, 1, 2].slice(0, perRow), wrong.slice(0, perRow)]) {
    if (shown.length === 0) continue;
    const blocks = shown.map((i) => {
      const verdict = targets[i] === predictions[i] ? '' : ` (it is a ${targets[i]})`;
      return `${draw(set, i)}\nlooks like a ${predictions[i]}${verdict}`;
    });
    console.log(`\n${beside(blocks)}`);
  }
  return accuracy;
}
