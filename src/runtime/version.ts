/** The version of the package; the build checks that it equals package.json's. */
export const version: string = '0.1.0';
