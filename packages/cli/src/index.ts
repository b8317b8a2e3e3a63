export { type ExitName, exitCodeOf, exitCodes } from './exit-codes.ts';
export { runCli } from './program.ts';
export { processTerminal, type Terminal } from './terminal.ts';
