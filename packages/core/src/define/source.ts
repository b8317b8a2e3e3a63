import type { z } from 'zod';
import type { Domain } from '../contracts/domains.ts';
import type { Collection, Running, Source } from '../contracts/source.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** Where items come from. */
export interface SourceRecipe<D extends Domain, S extends z.ZodObject> extends About<S> {
  /** What items decode to; 'pixels' when left out. */
  readonly gives?: D;
  /** Makes the collection ready: lists a folder, reads a manifest. Called once for each part. */
  ready(options: z.output<S>, running: Running): Promise<Collection<D>>;
}

/** Defines a source. */
export function defineSource<S extends z.ZodObject, D extends Domain = 'pixels'>(
  recipe: SourceRecipe<D, S>,
): Factory<'source', S, Source<D>> {
  const { ready, gives = 'pixels' as D, ...about } = recipe;
  return createFactory<'source', S, Source<D>>('source', about, (options) => {
    let collection: Promise<Collection<D>> | undefined;
    return {
      gives,
      ready(running) {
        // a failed attempt is not kept, so that the next call tries again
        collection ??= ready(options, running).catch((error: unknown) => {
          collection = undefined;
          throw error;
        });
        return collection;
      },
    };
  });
}
