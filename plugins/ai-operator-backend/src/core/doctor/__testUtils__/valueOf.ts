import { Fact } from '../facts';

/** What a fact says; fails the test when there is none. */
export function valueOf<T>(fact: Fact<T>): T {
  if (!fact.known) {
    throw new Error(`There is no fact: ${fact.failure}, ${fact.because}`);
  }
  return fact.value;
}
