/** Drawing in a terminal: pure functions from numbers to strings. */
export { bars, sparkline, type BarsOptions, type SparklineOptions } from './charts.js';
export { confusionMatrix, confusionTable } from './confusion.js';
export { beside, image, type GreyImage, type ImageOptions } from './image.js';
