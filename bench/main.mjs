// Runs the benchmarks, prints what they found, and writes it to bench/results/latest.json.
//   node bench/main.mjs [--rounds 40] [--only views]
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { openPeer } from './peers/peer.mjs';

/** Every benchmark takes { rounds, peers } and gives { name, notes, times in ms, ratios: [{ name, value, goal?, atLeast? }] }. */
const benches = {
  memory: async () => (await import('./memory.mjs')).benchMemory(),
  views: async (options) => (await import('./views.mjs')).benchViews(options),
  throughput: async (options) => (await import('./throughput.mjs')).benchThroughput(options),
  multicrop: async (options) => (await import('./throughput.mjs')).benchMultiCrop(options),
  pool: async (options) => (await import('./pool.mjs')).benchPool(options),
  encoders: async (options) => (await import('./encoders.mjs')).benchEncoders(options),
  overlap: async (options) => (await import('./encoders.mjs')).benchOverlap(options),
  lossMemory: async () => (await import('./loss-memory.mjs')).benchLossMemory(),
  mining: async (options) => (await import('./mining.mjs')).benchMining(options),
  losses: async (options) => (await import('./losses.mjs')).benchLosses(options),
  latent: async (options) => (await import('./latent.mjs')).benchLatent(options),
  providers: async (options) => (await import('./providers.mjs')).benchProviders(options),
  digits: async () => (await import('./digits.mjs')).benchDigits(),
};

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '40' }, only: { type: 'string' } } });
const chosen = Object.entries(benches).filter(([name]) => options.only === undefined || options.only === name);
if (chosen.length === 0) {
  console.error(`bench: expected --only to be one of ${Object.keys(benches).join(', ')}, got "${options.only}"`);
  process.exit(2);
}

const peers = openPeer();
const results = {};
for (const [name, bench] of chosen) {
  results[name] = await bench({ rounds: Number(options.rounds), peers });
  print(results[name]);
}
const report = {
  machine: machine(),
  versions: { node: process.version, ...(await peers?.ask({ op: 'versions' })) },
  commit: commit(),
  results,
};
peers?.close();
const folder = new URL('./results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('latest.json', folder), `${JSON.stringify(report, undefined, 2)}\n`);
console.log('\nwritten to bench/results/latest.json');

function print({ name, notes, times, ratios, table = [] }) {
  console.log(`\n${name}`);
  for (const note of notes) console.log(`  (${note})`);
  for (const line of table) console.log(`  ${line}`);
  const width = Math.max(...[...Object.keys(times), ...ratios.map((ratio) => ratio.name)].map((text) => text.length)) + 2;
  for (const [label, time] of Object.entries(times)) console.log(`  ${label.padEnd(width)}${time.toFixed(3)} ms`);
  for (const { name: label, value, goal, atLeast } of ratios) {
    const reached = atLeast ? value >= goal : value <= goal;
    const verdict = goal === undefined ? '' : `   goal ${goal}: ${reached ? 'reached' : 'missed'}`;
    console.log(`  ${label.padEnd(width)}${value.toFixed(3)}${verdict}`);
  }
}

function machine() {
  const [first] = cpus();
  return {
    processor: first?.model ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
    system: `${process.platform} ${release()}`,
  };
}

function commit() {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
