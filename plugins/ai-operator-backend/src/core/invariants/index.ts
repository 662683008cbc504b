import { InvariantId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Judge } from '../rule';
import * as branchProtection from './branchProtection';
import * as ciSuccess from './ciSuccess';
import * as environment from './environment';
import * as healthDegraded from './healthDegraded';
import * as noConflicts from './noConflicts';
import * as persistence from './persistence';
import * as replicaShortage from './replicaShortage';
import * as stablePrevious from './stablePrevious';

/** One safety rule of SPEC §6. A merge needs every one to hold. */
export interface Invariant {
  id: InvariantId;
  title: string;
  judge: Judge;
}

/** In the order I1..I8. */
export const INVARIANTS: readonly Invariant[] = [
  { id: 'I1_environment', ...environment },
  { id: 'I2_health_degraded', ...healthDegraded },
  { id: 'I3_replica_shortage', ...replicaShortage },
  { id: 'I4_persistence', ...persistence },
  { id: 'I5_stable_previous', ...stablePrevious },
  { id: 'I6_ci_success', ...ciSuccess },
  { id: 'I7_no_conflicts', ...noConflicts },
  { id: 'I8_branch_protection', ...branchProtection },
];
