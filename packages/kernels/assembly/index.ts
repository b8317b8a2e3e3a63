export { blurPlanes } from './blur';
export { bytesToPlanes } from './bytes-to-planes';
export { colorRun } from './color';
export { flipPlanes, normalizePlane } from './planes';
export { resampleBytes, resamplePlanes } from './resample';
