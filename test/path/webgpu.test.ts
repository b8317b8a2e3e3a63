import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

// A software Vulkan device stands in for a card: slow, and with the same arithmetic. Each program runs in a process of its own, as drivers are
// chosen by the environment when they are loaded. It costs some ten seconds where there is a device.

const drivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
  '/usr/share/vulkan/icd.d/lvp_icd.json',
];
const driver = drivers.find((path) => existsSync(path));
const dist = new URL('../../packages/onnx/dist/index.js', import.meta.url).href;

function inProcess(program: string, environment: Record<string, string> = {}): unknown {
  const script = `import { ${names.join(', ')} } from '${dist}';
    import { tensor, values } from '${new URL('../../packages/tensor/dist/index.js', import.meta.url).href}';
    const running = { signal: new AbortController().signal };
    const image = tensor(Float32Array.from({ length: 5 * 3 * 256 }, (_, i) => ((i * 37) % 101) / 101), [5, 3, 16, 16]);
    const rowsOf = async (encoder, role = {}) => [...values((await encoder.encode({ image }, { ...running, ...role })).features)];
    const report = async () => { ${program} };
    console.log(JSON.stringify(await report()));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 90_000,
    env: { ...process.env, ...environment },
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}
const names = ['momentumEncoder', 'probeProvider', 'projectionHead', 'chainEncoders', 'randomNetwork', 'randomNetworkModel'];

test('without a driver the probe says what is missing, and ["webgpu", "cpu"] runs on the CPU', () => {
  const none = { VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' };
  const found = inProcess(
    `const { works, reason } = await probeProvider('webgpu', running);
     const encoder = randomNetwork({ width: 4, providers: ['webgpu', 'cpu'] });
     const { provider, passedOver } = await encoder.open(running);
     await encoder.close();
     return { works, reason, provider, passedOver };`,
    none,
  ) as { works: boolean; reason: string; provider: string };
  if (found.works) return; // a device that needs no such file
  expect(found.reason).toContain('needs a graphics driver');
  expect(found).toMatchObject({ provider: 'cpu', passedOver: [{ provider: 'webgpu', reason: found.reason }] });
});

describe.skipIf(driver === undefined)(
  `on a software device (${driver ?? `skipped: none of ${drivers.join(', ')} is here`})`,
  () => {
    const environment = { VK_DRIVER_FILES: driver ?? '' };

    test('the probe finds it', () => {
      expect(inProcess(`return probeProvider('webgpu', running);`, environment)).toMatchObject({ works: true, reason: '' });
    });

    test.each([
      ['as it is', {}],
      [
        'with checks, another layout and exact buffers',
        { webgpu: { validation: 'wgpuOnly', layout: 'NHWC', buffers: 'simple' } },
      ],
      ['warmed up, not rewritten', { warmUp: { runs: 2, items: 3, size: [16, 16] }, optimization: 'basic', arena: false }],
    ])('a network, %s, gives what the CPU gives', (_, options) => {
      const found = inProcess(
        `const options = ${JSON.stringify(options)};
       const [own, cpu] = [randomNetwork({ width: 8, providers: ['webgpu'], ...options }), randomNetwork({ width: 8 })];
       const facts = await own.open(running);
       const result = { provider: facts.provider, own: await rowsOf(own), cpu: await rowsOf(cpu) };
       await Promise.all([own.close(), cpu.close()]);
       return result;`,
        environment,
      ) as { provider: string; own: number[]; cpu: number[] };
      expect(found.provider).toBe('webgpu');
      expect(apart(found.own, found.cpu)).toBeLessThan(1e-4);
    });

    test('so do a head behind it, and both sets of weights of a momentum encoder', () => {
      const found = inProcess(
        `const weight = tensor(Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)), [3, 8]);
       const results = [];
       for (const providers of [['webgpu'], ['cpu']]) {
         const momentum = momentumEncoder({ model: randomNetworkModel({ seed: 1, width: 8 }), providers });
         const before = await momentum.weights('query');
         const [name] = Object.keys(before).slice(-1);
         await momentum.update({ [name]: tensor(values(before[name]).map((x) => 2 * x), before[name].shape) }, 0.5);
         const chain = chainEncoders([randomNetwork({ width: 8, providers }), projectionHead({ layers: [{ weight, activation: 'gelu' }], normalize: true, providers })]);
         results.push([...(await rowsOf(momentum, { index: 0 })), ...(await rowsOf(momentum, { index: 1 })), ...(await rowsOf(chain))]);
         await Promise.all([momentum.close(), chain.close()]);
       }
       return results;`,
        environment,
      ) as [number[], number[]];
      expect(found[0]).toHaveLength(5 * (8 + 8 + 3));
      expect(apart(...found)).toBeLessThan(1e-4);
    });
  },
);

/** The largest difference, of the largest value. */
function apart(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / Math.max(...b.map(Math.abs));
}
