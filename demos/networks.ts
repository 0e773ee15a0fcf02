/** The networks of the demo pages are those that the examples train. */
export { digitCnn, digitMlp } from '../examples/networks.js';
