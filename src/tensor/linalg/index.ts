export { eigh, eigvalsh, matrixRank, qr, svd, svdvals } from './decompose.js';
export type { EighOptions, MatrixRankOptions, QrMode, QrOptions, SvdOptions, Uplo } from './decompose.js';
export { matrixNorm, norm, vectorNorm } from './norms.js';
export type { LinalgNormOptions, MatrixNormOptions, MatrixOrder, VectorNormOptions } from './norms.js';
export { cross, multiDot, vecdot } from './products.js';
export type { LinalgDimOptions } from './products.js';
export { cholesky, det, inv, lstsq, matrixExp, matrixPower, pinv, slogdet, solve, solveTriangular } from './solve.js';
export type { CholeskyOptions, LstsqOptions, PinvOptions, SolveOptions, SolveTriangularOptions } from './solve.js';
