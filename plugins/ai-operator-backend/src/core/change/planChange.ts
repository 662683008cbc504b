import { ManifestAtHead } from '../observation';
import { ChangePlan } from '../rollback';

export type ChangeRefusal =
  | 'MANIFEST_INVALID'
  | 'APPLICATION_NOT_FOUND'
  | 'AMBIGUOUS'
  | 'NO_TARGET_REVISION'
  | 'INDIRECT_VALUE'
  | 'TARGET_IS_CURRENT'
  | 'REVISION_NOT_RUNNING';

export type PlannedChange =
  | { result: 'planned'; change: ChangePlan }
  | { result: 'refused'; code: ChangeRefusal; because: string };

export interface ChangeRequest {
  manifest: ManifestAtHead;
  /** Name and namespace of the Application resource. */
  application: { name: string; namespace: string };
  /** GitHub `owner/repo` whose revision is to change; tells which entry of `sources`. */
  repository: string;
  /** Full SHA that runs now, and full SHA to go back to. */
  current: string;
  target: string;
}

/** Change `application-revision` (SPEC §8): the manifest with another `targetRevision`, every other byte kept. */
export function planChange(request: ChangeRequest): PlannedChange {
  throw new Error(`not implemented ${request}`);
}
