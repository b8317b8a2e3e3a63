import { availableParallelism } from 'node:os';
import { decoderVersions } from '@viewforge/image';
import { wasmSimd } from '@viewforge/kernels';
import { listProviders } from '@viewforge/onnx';
import { versions } from '@viewforge/runtime';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { probeDecoder } from '../probes.ts';
import { styleFor } from '../print/style.ts';
import { pairsList } from '../print/table.ts';

/** `viewforge doctor`: whether this machine has what Viewforge needs. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = program
    .command('doctor')
    .description('check this machine: versions, providers, threads, WebAssembly SIMD, image decoder');
  addJsonFlag(command).action(async (flags: OutputFlags) => {
    const { signal } = context.watch();
    const report = await examine(signal);
    print(terminal, flags, report, () => asText(report, terminal.colors));
  });
}

async function examine(signal: AbortSignal) {
  const providers = await listProviders({ signal });
  return {
    versions: {
      ...versions(),
      ...(await decoderVersions()),
      onnxruntime: providers.find(({ version }) => version !== '')?.version ?? 'not loaded',
    },
    platform: `${process.platform} ${process.arch}`,
    threads: availableParallelism(),
    wasmSimd: wasmSimd(),
    decoder: await probeDecoder(),
    providers: providers.map(({ provider, works, reason }) => ({ provider, works, reason })),
  };
}

function asText(report: Awaited<ReturnType<typeof examine>>, colors: boolean): string {
  const { bold, dim, green } = styleFor(colors);
  const facts = pairsList([
    ...Object.entries(report.versions),
    ['platform', report.platform],
    ['threads', String(report.threads)],
    [
      'wasm SIMD',
      report.wasmSimd.available ? green('yes') : `no (${report.wasmSimd.reason}): kernels run as JavaScript, slower, same bytes`,
    ],
    ['image decoder', report.decoder === '' ? green('works') : report.decoder],
  ]);
  const providers = report.providers.map(({ provider, works, reason }) =>
    works ? `${provider}  ${green('works')}` : `${provider}  no\n  ${dim(reason)}`,
  );
  return `${bold('this machine')}\n${facts}\n\n${bold('providers')}\n${providers.join('\n')}`;
}
