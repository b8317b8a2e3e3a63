// One mining in a process of its own, so that its memory can be told: node bench/mine-once.mjs FEATURES.npy FOLDER COUNT [INDEX]
import { mineCorpus, npyVectors } from '@viewforge/corpus';
import { usearchIndex } from '@viewforge/index-usearch';

const [path, folder, count, index] = process.argv.slice(2);
const vectors = await npyVectors(path);
const start = performance.now();
const chosen = index === 'usearch' ? { index: usearchIndex() } : {};
const report = await mineCorpus({ vectors, folder, count: Number(count), ...chosen }, { signal: new AbortController().signal });
const time = performance.now() - start;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
console.log(JSON.stringify({ time, peak: maxRSS * 1024, busy: (userCPUTime + systemCPUTime) / 1000, report }));
