import { GuardId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Judge } from '../rule';
import * as auditTrail from './auditTrail';
import * as freeze from './freeze';
import * as githubBudget from './githubBudget';
import * as holdLabel from './holdLabel';
import * as mergeQuota from './mergeQuota';
import * as mode from './mode';
import * as ownCommitsOnly from './ownCommitsOnly';
import * as pause from './pause';

/** A rule that can only hold a merge back (`broken` holds back), never push it forward. */
export interface Guard {
  id: GuardId;
  title: string;
  /** True when the APPROVE of the person who was asked about it lets the merge go on. */
  answerable: boolean;
  judge: Judge;
}

export const GUARDS: readonly Guard[] = [
  { id: 'mode', ...mode },
  { id: 'pause', ...pause },
  { id: 'freeze', ...freeze },
  { id: 'hold_label', ...holdLabel },
  { id: 'own_commits_only', ...ownCommitsOnly },
  { id: 'merge_quota', ...mergeQuota },
  { id: 'github_budget', ...githubBudget },
  { id: 'audit_trail', ...auditTrail },
];
