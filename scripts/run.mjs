import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program on this terminal and waits for it: its input and output are ours, and the signals we get are handed on.
 * Gives how it ended, as { code, signal }.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    // on Windows npx is a script, which only a shell starts
    const shell = process.platform === 'win32' && command === 'npx';
    const child = spawn(command, args, { stdio: 'inherit', shell, ...options });
    // a terminal sends its Ctrl+C to the child as well: then there is nothing to hand on, only to wait
    const handOn = (signal) => {
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, handOn);
    const done = (result) => {
      for (const signal of forwarded) process.off(signal, handOn);
      resolve(result);
    };
    child.on('error', (error) => {
      console.error(`viewforge: ${command} could not be started: ${error.message}`);
      done({ code: 127, signal: null });
    });
    child.on('exit', (code, signal) => done({ code, signal }));
  });
}

/** Ends this program the way the other one ended; 128 and the signal's number where a signal ended it, as shells do. */
export function exitWith({ code, signal }) {
  process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1));
}
