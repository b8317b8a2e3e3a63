import type { Trace, TraceHeader, TraceMix, TraceView } from '@viewforge/core';
import { logNames, readLog } from './journal.ts';

/** The trace of a job from its logs, in the order the work was done. */
export async function readTraceLogs(output: string, header: TraceHeader): Promise<Trace> {
  return {
    header,
    views: await readLog<TraceView>(output, logNames.views),
    mixes: await readLog<TraceMix>(output, logNames.mixes),
  };
}
