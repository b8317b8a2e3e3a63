import { number } from '@viewforge/core';

/** The option `temperature` of losses over cosines, above 0. */
export function temperatureOption(preset: number, doc: string) {
  return number({ default: preset, min: 0, open: 'min', unit: 'none', doc });
}
