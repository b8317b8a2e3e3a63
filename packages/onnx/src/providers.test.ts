import { expect, test } from 'vitest';
import { chooseProviders, listProviders, providerNames } from './providers.ts';
import { scattering } from './scattering.ts';

const running = { signal: new AbortController().signal };
const reports = listProviders(running);

test('every provider is reported, and what fails says why', async () => {
  expect((await reports).map(({ provider }) => provider)).toEqual([...providerNames]);
  for (const { works, reason, version } of await reports) {
    expect(works).toBe(reason === '');
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
  }
});

test('the CPU always works and comes with the package', async () => {
  expect((await reports)[0]).toMatchObject({ provider: 'cpu', works: true, bundled: true });
});

test('an abort stops the probing with its reason', async () => {
  const stop = new AbortController();
  const probing = listProviders(stop);
  stop.abort('enough');
  await expect(probing).rejects.toBe('enough');
});

const gpus = ['cuda', 'webgpu'] as const;
test.each(gpus)('%s alone either runs or fails with PROVIDER and what to do; never something else instead', async (provider) => {
  const report = (await reports).find((one) => one.provider === provider)!;
  const chosen = chooseProviders([provider], 'test', running);
  if (report.works) return expect(await chosen).toEqual({ providers: [provider], passedOver: [] });
  await expect(chosen).rejects.toMatchObject({
    code: 'PROVIDER',
    message: expect.stringContaining(`expected one of ${provider}, got none`),
  });
  await expect(chosen).rejects.toThrow(provider === 'cuda' ? 'onnxruntime-node-install=cuda12' : 'needs a graphics driver');
});

test.each(gpus)('[%s, cpu] runs on the CPU where it must, and says why', async (provider) => {
  const report = (await reports).find((one) => one.provider === provider)!;
  const encoder = scattering({ size: 8, providers: [provider, 'cpu'] });
  const facts = await encoder.open(running);
  await encoder.close();
  if (report.works) return expect(facts).toMatchObject({ provider, passedOver: [] });
  expect(facts).toMatchObject({ provider: 'cpu', passedOver: [{ provider, reason: report.reason }] });
});
