/** Weights in files. */
export { loadSafetensors, safetensorsMetadata, saveSafetensors, type SaveOptions } from './safetensors.js';
