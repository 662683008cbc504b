import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { guard } from '../guard.mjs';

const GRACE_MS = 5_000;
/** The end of what a step printed is what explains a failure. */
const KEPT_CHARACTERS = 200_000;
const LONGEST_LINE = 10_000;

const running = new Set();
let stopped = false;

/**
 * Runs a program to its end, in its own process group.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd: string, env: NodeJS.ProcessEnv, timeoutMs: number, show?: RegExp}} options - `show`: which lines of its output to pass on while it runs
 * @returns {Promise<{ok: boolean, how: string, output: string}>} `how`: how it ended, in words
 */
export async function run(command, args, { cwd, env, timeoutMs, show }) {
  if (stopped) {
    return { ok: false, how: 'was not started', output: '' };
  }
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const release = child.pid === undefined ? undefined : guard(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', text => {
      output = (output + text).slice(-KEPT_CHARACTERS);
      if (show) {
        rest = passOn(rest + text, show);
      }
    });
  }
  const entry = { child };
  running.add(entry);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup(child);
  }, timeoutMs);
  const result = await new Promise(resolve => {
    child.once('error', error =>
      resolve({ ok: false, how: `could not be started: ${error.message}` }),
    );
    child.once('close', (code, signal) =>
      resolve({
        ok: code === 0,
        how: signal ? `was ended by ${signal}` : `ended with code ${code}`,
      }),
    );
  });
  clearTimeout(timer);
  running.delete(entry);
  // Whatever it started and left behind goes with it.
  signalGroup(child, 'SIGKILL');
  release?.();
  if (timedOut) {
    return {
      ok: false,
      how: `was ended: it took longer than ${Math.round(timeoutMs / 1000)} s`,
      output,
    };
  }
  return { ...result, output };
}

/** Prints the finished lines that match; answers the unfinished rest. */
function passOn(text, pattern) {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  for (const line of lines) {
    if (pattern.test(stripVTControlCharacters(line))) {
      console.log(line);
    }
  }
  return rest.slice(-LONGEST_LINE);
}

/** Ends every program under way, and starts no other one. */
export function stopAll() {
  stopped = true;
  for (const { child } of running) {
    endGroup(child);
  }
}

function endGroup(child) {
  signalGroup(child, 'SIGTERM');
  setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS).unref();
}

function signalGroup(child, signal) {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') {
      throw error;
    }
  }
}
