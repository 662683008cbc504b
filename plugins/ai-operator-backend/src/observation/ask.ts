import { Known, known, unknown } from '../core/verdict';
import { PortError } from '../ports';

/** Thrown by a question whose answer cannot be had; `message` is the `because` people read. */
export class NoAnswer extends Error {}

/**
 * Turns an answer that may fail into a Known. Only what belongs to the question
 * becomes `unknown`: an error that is no PortError is a fault of ours, and is
 * handed to `onFault` so that it is not mistaken for bad weather.
 */
export async function ask<T>(
  question: () => Promise<T>,
  now: () => number,
  onFault: (error: unknown) => void,
): Promise<Known<T>> {
  try {
    return known(await question(), now());
  } catch (error) {
    if (error instanceof PortError || error instanceof NoAnswer) {
      return unknown(error.message, now());
    }
    onFault(error);
    return unknown(
      'AI Operator failed while asking; its log has the details',
      now(),
    );
  }
}
