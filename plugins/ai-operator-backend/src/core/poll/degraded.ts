import { HealthReading } from '../application';

/**
 * Whether a reading is a degraded check: Argo CD says Degraded and fewer replicas
 * are available than desired (SPEC §1). A workload scaled to zero on purpose is
 * not degraded. Where replicas could not be read, Argo CD's word may continue a
 * streak but never start one (SPEC §4).
 */
export function judgeDegraded(
  reading: HealthReading,
): 'yes' | 'no' | 'only_continues' {
  if (reading.health !== 'Degraded') {
    return 'no';
  }
  if (!reading.replicas?.known) {
    return 'only_continues';
  }
  const { available, desired } = reading.replicas.value;
  return desired > 0 && available < desired ? 'yes' : 'no';
}
