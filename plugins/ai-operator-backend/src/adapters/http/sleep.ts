import { setTimeout as delay } from 'timers/promises';
import { Sleep } from '../types';

/** Real waiting; ends early, with the signal's reason, when cancelled. */
export const realSleep: Sleep = async (ms, signal) => {
  await delay(ms, undefined, { signal });
};
