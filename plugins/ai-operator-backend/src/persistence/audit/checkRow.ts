import { AuditStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChainPlace } from './chain';
import { ChainVerifierState } from './ChainVerifier';

/** The row of `audit_checks` that is about the chain. */
export const CHAIN_CHECK = 'chain';

/** A look at the whole chain that is under way. */
export interface UnfinishedCheck {
  /** Where to go on reading. */
  nextFrom: number;
  verifier: ChainVerifierState;
}

/** What a finished look showed. */
export interface FinishedCheck {
  chain: AuditStatus['chain'];
  /** The newest entry of the last chain that was whole: it must still be there. */
  known?: ChainPlace;
}
