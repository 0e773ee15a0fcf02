/** Ready-made data sets: `data.datasets`. */
export { CSV, CsvDataset, type Column, type CsvOptions, type Missing } from './csv.js';
export { CIFAR10 } from './cifar10.js';
export { digits, type DigitsOptions } from './digits.js';
export { ImageDataset, type TransformOptions } from './images.js';
export { FashionMNIST, MNIST, type SplitOptions } from './mnist.js';
export type { Location } from './files.js';
