/** Weights, arrays and images in files. */
export { decodePng, encodePng, imageFromPixels, type ImageMode, type ImageOptions, type Pixels } from './image.js';
export { loadNpy, loadNpz, saveNpy, saveNpz } from './npy.js';
export { loadSafetensors, safetensorsMetadata, saveSafetensors, type SaveOptions } from './safetensors.js';
