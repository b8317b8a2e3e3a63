export type {
  BadItem,
  BadItemPolicy,
  Checkpoint,
  Counts,
  RunOptions,
  RunStep,
  Threads,
  ViewStep,
  ViewsOptions,
  WatchedBatch,
} from './options.ts';
export { run } from './run.ts';
export { views } from './views.ts';
