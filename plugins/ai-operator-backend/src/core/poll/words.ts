import { Replicas } from '../application';
import { Known } from '../verdict';

/** ` with 1/3 replicas available`, or nothing when they are not known. */
export function replicaWords(replicas: Known<Replicas> | undefined): string {
  return replicas?.known
    ? ` with ${replicas.value.available}/${replicas.value.desired} replicas available`
    : '';
}
