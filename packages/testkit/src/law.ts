import { describe, test } from 'vitest';

/** One fact that must hold; `check` throws, or rejects, where it does not. */
export interface Law {
  /** A sentence about the behavior. */
  readonly name: string;
  check(): void | Promise<void>;
}

/** Registers every law as a test, under one title. */
export function registerLaws(title: string, laws: readonly Law[]): void {
  describe(title, () => {
    for (const law of laws) test(law.name, () => law.check());
  });
}

/** The names of the laws that do not hold, in order: how the laws themselves are tested. */
export async function brokenLaws(laws: readonly Law[]): Promise<string[]> {
  const broken: string[] = [];
  for (const law of laws) {
    try {
      await law.check();
    } catch {
      broken.push(law.name);
    }
  }
  return broken;
}
