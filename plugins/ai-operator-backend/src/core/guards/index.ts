import { GuardId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Judge } from '../rule';
import * as holdLabel from './holdLabel';
import * as mode from './mode';
import * as ownCommitsOnly from './ownCommitsOnly';

/** A rule that can only hold a merge back (`broken` holds back), never push it forward. */
export interface Guard {
  id: GuardId;
  title: string;
  judge: Judge;
}

export const GUARDS: readonly Guard[] = [
  { id: 'mode', ...mode },
  { id: 'hold_label', ...holdLabel },
  { id: 'own_commits_only', ...ownCommitsOnly },
];
