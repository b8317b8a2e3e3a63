import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Running } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { providerConfig } from './provider-config.ts';
import type { PassedOver, SessionTuning } from './session-messages.ts';

/** Where a model can run: the processor, an NVIDIA card, or any card with Vulkan, Metal or Direct3D 12. */
export const providerNames = ['cpu', 'cuda', 'webgpu'] as const;

/** Name of a provider. */
export type ProviderName = (typeof providerNames)[number];

/** Whether a provider works on this machine. */
export interface ProviderReport {
  readonly provider: ProviderName;
  /** A model of one node ran on it. */
  readonly works: boolean;
  /** ONNX Runtime was built with it and its files came with the npm package. */
  readonly bundled: boolean;
  /** ONNX Runtime's version, '' when it could not be loaded. */
  readonly version: string;
  /** Why it does not work, and what to do; '' when it works. */
  readonly reason: string;
}

/** What came of a list of providers. */
export interface ChosenProviders {
  readonly providers: readonly ProviderName[];
  readonly passedOver: readonly PassedOver[];
}

/** Longest time, in milliseconds, that a provider may take to run one node; loading a graphics driver takes seconds. */
const patience = 60_000;

/** How to get a provider that is not there. */
const advice: Readonly<Record<ProviderName, string>> = {
  cpu: 'the package onnxruntime-node holds it for Linux, macOS and Windows on x64 and arm64',
  cuda:
    'the npm package has no CUDA files; on Linux x64 `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12` ' +
    'downloads libonnxruntime_providers_cuda.so and libonnxruntime_providers_shared.so of its own version and puts them beside its library; ' +
    'CUDA 12 and cuDNN 9 must be installed',
  webgpu: 'it needs a graphics driver with Vulkan, Metal or Direct3D 12; on Linux that is libvulkan.so.1 and an ICD of the card',
};

/** Tries every provider; for a doctor. Never throws: what fails is in the report. */
export function listProviders(running: Running): Promise<readonly ProviderReport[]> {
  return Promise.all(providerNames.map((provider) => probeProvider(provider, running)));
}

/**
 * Tries one provider on a model of one node, in a process of its own, so that a driver that aborts or hangs harms nobody.
 * Rejects only with the signal's reason.
 */
export async function probeProvider(
  provider: ProviderName,
  running: Running,
  tuning: SessionTuning = {},
): Promise<ProviderReport> {
  const { out, errors, end } = await runProbe(provider, providerConfig(provider, tuning), running.signal);
  const { version = '', bundled = false, failure } = parseAnswer(out);
  if (failure === '') return { provider, works: true, bundled, version, reason: '' };
  const said = [failure ?? end, libraryComplaint(errors)].filter((text) => text !== '').join('; ');
  return { provider, works: false, bundled, version, reason: `${said}; ${advice[provider]}` };
}

/**
 * The providers of a list that work here with their settings, in its order, and those that do not. The CPU is taken as given and not probed.
 * Throws ViewforgeError (PROVIDER) when none is left: there is no fallback that was not asked for.
 */
export async function chooseProviders(
  asked: readonly ProviderName[],
  where: string,
  running: Running,
  tuning: SessionTuning = {},
): Promise<ChosenProviders> {
  const works = { works: true, reason: '' };
  const reports = await Promise.all(
    asked.map((provider) => (provider === 'cpu' ? works : probeProvider(provider, running, tuning))),
  );
  const providers = asked.filter((_, position) => reports[position]!.works);
  const passedOver = asked.map((provider, position) => ({ provider, ...reports[position]! })).filter((report) => !report.works);
  if (providers.length > 0) return { providers, passedOver: passedOver.map(({ provider, reason }) => ({ provider, reason })) };
  const reasons = passedOver.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
  throw new ViewforgeError(
    'PROVIDER',
    where,
    `expected one of ${asked.join(', ')}, got none (${reasons}); add "cpu" to the list to go on without`,
  );
}

function runProbe(
  provider: ProviderName,
  config: ReturnType<typeof providerConfig>,
  signal: AbortSignal,
): Promise<{ out: string; errors: string; end: string }> {
  signal.throwIfAborted();
  const entry = fileURLToPath(new URL('../dist/probe-entry.js', import.meta.url));
  const child = spawn(process.execPath, [entry, provider, JSON.stringify(config)], {
    signal,
    timeout: patience,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const collected = { out: '', errors: '' };
  child.stdout.on('data', (text) => {
    collected.out += String(text);
  });
  child.stderr.on('data', (text) => {
    collected.errors += String(text);
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => (signal.aborted ? reject(signal.reason) : resolve({ ...collected, end: error.message })));
    child.on('close', (code, killedBy) => {
      const end =
        killedBy === 'SIGKILL'
          ? `no answer within ${patience / 1000} seconds`
          : `the process that tried it ended with ${killedBy ?? `code ${code}`}`;
      resolve({ ...collected, end });
    });
  });
}

/** The probe's last line is its answer; a driver may have printed before it. */
function parseAnswer(out: string): { version?: string; bundled?: boolean; failure?: string } {
  const line = out.trim().split('\n').at(-1) ?? '';
  try {
    const answer: unknown = JSON.parse(line);
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return {}; // no answer at all: how the process ended says why
  }
}

/** ONNX Runtime tells only the terminal which library it could not load. */
function libraryComplaint(errors: string): string {
  const line =
    errors.split('\n').find((text) => /cannot open shared object|failed to load library|couldn't load/i.test(text)) ?? '';
  return /([^\s:]+: cannot open shared object file[^\n]*)/.exec(line)?.[1] ?? line.trim();
}
