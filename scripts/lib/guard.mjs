import { spawn } from 'node:child_process';

/**
 * Waits for a word; when this process is gone instead, ends the process group
 * `$1` and removes the folder `$2`.
 */
const WATCH = `
  read -r word
  if [ "$word" != released ]; then
    kill -s KILL -- "-$1"
    if [ -n "$2" ]; then rm -rf -- "$2"; fi
  fi
`;

/**
 * Makes sure a process group does not outlive this process, even when this one
 * is killed without a chance to tidy up.
 *
 * @param {number} pid - the leader of the group
 * @param {string} [folder] - goes with it
 * @returns {() => void} to be called when the group has ended in good order
 */
export function guard(pid, folder = '') {
  const watcher = spawn('sh', ['-c', WATCH, 'guard', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // It is a safety net: without it everything still works.
  watcher.on('error', () => {});
  watcher.stdin?.on('error', () => {});
  watcher.unref();
  watcher.stdin?.unref?.();
  return () => watcher.stdin?.end('released\n');
}
