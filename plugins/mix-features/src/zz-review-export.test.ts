import { writeFileSync } from 'node:fs';
import { type ContrastBatch, excludedRanges, sparseExclusion, sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { test } from 'vitest';
import { permutation } from '@viewforge/random';
import * as all from './index.ts';
import { openBlocks } from './interpolate.ts';
import { weightsOf } from './draw-weights.ts';
import { openHallucination } from './open-hallucination.ts';

const random = createRandom(77);
const normal = (n: number, d: number): Features => features(Float64Array.from({ length: n * d }, () => random.normal(0, 1)), n, d);
const rows = (f: Features | undefined) => f && { shape: [...f.shape], data: [...values(f)] };
const context = { epoch: 300, step: 40, fraction: 0.5 };
const dense = (w: any, n: number, d: number) => ({ by: w.by, data: [...weightsOf(w, n, d).data] });

test('export', () => {
  const out: any = { ft: [], halp: [], imix: [], metrix: [], kmeans: [], beta: [] };
  const [n, d] = [5, 7];
  for (const kind of ['queue', 'in-batch', 'together'] as const) {
    for (const sharing of ['batch', 'sample', 'element'] as const) {
      for (const renormalize of [false, true]) {
        for (const frozen of [true, false]) {
          const off = Array.from({ length: n }, (_, i) => [[0, i], [i + 1, n]] as [number, number][]);
          const batch: ContrastBatch = {
            queries: normal(n, d),
            keys: kind === 'in-batch' ? [normal(n, d)] : [normal(n, d), normal(9, d), normal(4, d)],
            targets: { kind: 'identity' },
            excluded: kind === 'queue' ? excludedRanges(off.map((r, i) => (i === 2 ? [...r, [6, 9]] : r))) : { kind: 'none' },
            ...(frozen && { frozen: kind === 'in-batch' ? [true] : [true, true, true] }),
          };
          const part = all.featureTransformation({ positiveSharing: sharing, negativeSharing: sharing, renormalize, positiveAlpha: 1.3, negativeAlpha: 0.8 });
          const drawn = part.draw(batch, createRandom(random.integer(0, 1e6)), context);
          const mixed = part.apply(batch, drawn);
          const loss = infoNce({ similarity: 'dot', temperature: 0.3 });
          const { value, gradients } = loss.differentiate(mixed);
          const back = part.pullback!(batch, drawn, gradients);
          const blocks = openBlocks(batch, drawn.negatives, 'x');
          out.ft.push({
            kind, sharing, renormalize, frozen, hidden: kind === 'queue' ? [[2, 6, 9]] : [],
            queries: rows(batch.queries), keys: batch.keys.map(rows),
            wp: dense(drawn.positives.weights, n, d), wn: dense(drawn.negatives.weights, blocks.rows, d), order: permutation(createRandom(drawn.negatives.seed), blocks.rows),
            value, gq: rows(back.queries), gk: back.keys?.map(rows) ?? [],
          });
        }
      }
    }
  }
  for (let c = 0; c < 6; c++) {
    const batch: ContrastBatch = { queries: normal(n, 4 + c), keys: [normal(n, 4 + c), normal(40, 4 + c)], targets: { kind: 'identity' }, excluded: { kind: 'none' }, ...(c % 2 === 1 && { queryWeights: Float64Array.from([1, 0.5, 2, 0, 3]) }) } as ContrastBatch;
    const part = all.hallucinatePositives({ count: 30, prototypes: 6, startEpoch: 0, window: 25, skip: c % 3 });
    const drawn = part.draw(batch, createRandom(c), context)!;
    const opened = openHallucination(batch, drawn);
    const mixed = part.apply(batch, drawn);
    const loss = all.withPositives({ weight: 1.7, temperature: 0.2, similarity: c < 3 ? 'cosine' : 'dot' });
    const { value, gradients } = loss.differentiate(mixed);
    const back = part.pullback!(batch, drawn, gradients);
    out.halp.push({ similarity: c < 3 ? 'cosine' : 'dot', end: drawn.end, qw: batch.queryWeights ? [...batch.queryWeights] : null, queries: rows(batch.queries), keys: batch.keys.map(rows), prototypes: rows(opened.prototypes), skip: c % 3,
      positives: [...values(mixed.positives!.values)], counts: [...mixed.positives!.counts], shape: [...mixed.positives!.values.shape], points: opened.points, value, gq: rows(back.queries), gk: back.keys?.map(rows) });
  }
  for (let c = 0; c < 6; c++) {
    const targets = c < 3 ? ({ kind: 'identity' } as const) : sparseWeights(Array.from({ length: n }, (_, i) => (i % 2 === 0 ? [[i, 0.5], [(i + 1) % n, 0.5]] : [[i, 1], [(i + 2) % n, 1], [(i + 3) % n, 1]]) as [number, number][]));
    const batch: ContrastBatch = { queries: normal(n, d), keys: [normal(n, d), normal(6, d)], targets, excluded: c % 2 ? { kind: 'none' } : sparseExclusion([[6], [7, 3], [], [1], []].map((x) => c < 3 ? x : [6])) };
    const part = all.iMixEmbeddings({ alpha: 0.7, fold: c % 2 === 0 });
    const drawn = part.draw(batch, createRandom(c + 9), context);
    const mixed = part.apply(batch, drawn);
    const { value, gradients } = infoNce({ temperature: 0.25 }).differentiate(mixed);
    const back = part.pullback!(batch, drawn, gradients);
    out.imix.push({ ...drawn, targets: Array.from({ length: n }, (_, i) => c < 3 ? [[i, 1]] : (i % 2 === 0 ? [[i, 0.5], [(i + 1) % n, 0.5]] : [[i, 1], [(i + 2) % n, 1], [(i + 3) % n, 1]])), hidden: c % 2 ? [[], [], [], [], []] : [[6], [7, 3], [], [1], []].map((x) => c < 3 ? x : [6]), queries: rows(batch.queries), keys: batch.keys.map(rows), value, gq: rows(back.queries), gk: back.keys?.map(rows) });
  }
  for (const form of ['contrastive', 'multi-similarity'] as const) for (const pairs of ['positive-negative', 'anchor-negative'] as const) for (const renormalize of [false, true]) for (const frozen of [false, true]) {
    const labels = [0, 1, 2, 0, 1];
    const own = [0, 0, 1, 1, 2, 2, 1, 0];
    const targets = sparseWeights(labels.map((l) => own.flatMap((o, j) => (o === l ? [[j, 0.5] as [number, number]] : []))));
    const batch: ContrastBatch = { queries: normal(n, d), keys: [normal(5, d), normal(3, d)], targets, excluded: sparseExclusion([[1, 4], [], [0], [], [7]]), frozen: [false, frozen], extras: { values: normal(n * 2, d) && { ...(normal(n * 2, d) as any) } as any, counts: Int32Array.of(2, 0, 1, 2, 1) } } as any;
    delete (batch as any).extras;
    const part = all.metrixEmbedding({ pairs, renormalize, count: 3 });
    const drawn = part.draw(batch, createRandom(random.integer(0, 1e6)), context);
    const mixed = part.apply(batch, drawn);
    const loss = all.metrix({ form, mixedWeight: 0.35, margin: 0.9 });
    const { value, gradients, parts } = loss.differentiate(mixed);
    const back = part.pullback!(batch, drawn, gradients);
    out.metrix.push({ form, pairs, renormalize, frozen, weight: drawn.weight, labels, own, hidden: [[1, 4], [], [0], [], [7]], queries: rows(batch.queries), keys: batch.keys.map(rows), v: rows(mixed.positives!.values), counts: [...mixed.positives!.counts], value, parts, gq: rows(back.queries), gk: back.keys?.map(rows), gv: rows(gradients.positives as any) });
  }
  for (let c = 0; c < 5; c++) {
    const x = normal(80, 5);
    const p = all.sphericalKMeans(x, { count: 4 + c, iterations: 200, tolerance: 0 }, createRandom(c));
    const start = all.sphericalKMeans(x, { count: 4 + c, iterations: 0 }, createRandom(c));
    out.kmeans.push({ x: rows(x), p: rows(p), start: rows(start) });
  }
  for (const a of [0.3, 0.5, 0.51, 0.6, 1, 1.6, 2, 10, 1000]) {
    const b = all.betaNoise(400000, a, 5 + a);
    writeFileSync(`/tmp/rev/beta-${a}.f32`, Buffer.from(b.buffer, b.byteOffset, b.byteLength));
  }
  writeFileSync('/tmp/rev/out.json', JSON.stringify(out));
}, 120000);
