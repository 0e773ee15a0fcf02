/** Transforms as functions: what is drawn by the classes is given here. */
export {
  adjustBrightness,
  adjustContrast,
  adjustGamma,
  adjustHue,
  adjustSaturation,
  adjustSharpness,
  autocontrast,
  equalize,
  gaussianBlur,
  invert,
  posterize,
  rgbToGrayscale,
  solarize,
} from './colour.js';
export { affine, centerCrop, crop, hflip, pad, resize, rotate, vflip } from './geometry.js';
