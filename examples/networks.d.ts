import type { Sequential } from 'wasmgrad/nn';

/** A small convolutional network of two layers with batch norm. */
export function digitCnn(): Sequential;

/** A network of one hidden layer. */
export function digitMlp(): Sequential;
