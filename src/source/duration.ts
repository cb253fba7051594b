export { durationMs } from '../model/duration.ts';
