import { ManifestAtHead } from '../observation';
import { ChangePlan } from '../rollback';
import { parseManifest } from './manifest';
import { findRevision } from './findRevision';
import { replaceScalar } from './replaceScalar';

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

/** Manifests are a few kilobytes; whatever is larger than this is not one. */
const MAX_MANIFEST_CHARACTERS = 1_000_000;

/** The fewest digits by which a revision may be named in a manifest. */
const MIN_ABBREVIATION = 7;

function names(written: string, sha: string): boolean {
  return (
    written.length >= MIN_ABBREVIATION && sha.startsWith(written.toLowerCase())
  );
}

function refuse(code: ChangeRefusal, because: string): PlannedChange {
  return { result: 'refused', code, because };
}

/** Change `application-revision` (SPEC §8): the manifest with another `targetRevision`, every other byte kept. */
export function planChange(request: ChangeRequest): PlannedChange {
  const { manifest, current, target } = request;
  const { path, content, baseSha } = manifest;
  if (target === current) {
    return refuse(
      'TARGET_IS_CURRENT',
      `The target ${target.slice(0, 7)} is the revision that runs (RB-09)`,
    );
  }
  if (content.length > MAX_MANIFEST_CHARACTERS) {
    return refuse(
      'MANIFEST_INVALID',
      `${path} is ${content.length} characters long: that is no Application manifest`,
    );
  }
  const parsed = parseManifest(content);
  if (parsed.result === 'invalid') {
    return refuse('MANIFEST_INVALID', `${path} ${parsed.because}`);
  }
  const found = findRevision(parsed.documents, request);
  if (found.result === 'refused') {
    return found;
  }
  const { written } = found;
  if (names(written, target)) {
    return refuse(
      'TARGET_IS_CURRENT',
      `${path} already names ${target.slice(
        0,
        7,
      )} (RB-09): Argo CD has not taken it over yet`,
    );
  }
  if (!names(written, current)) {
    return refuse(
      'REVISION_NOT_RUNNING',
      `${path} names revision "${written.slice(0, 60)}", but ${current.slice(
        0,
        7,
      )} is running: the operator only replaces the revision that is proven degraded. ${
        /^[0-9a-f]{7,40}$/i.test(written)
          ? 'Wait for Argo CD to take the file over, or look why it does not.'
          : 'Pin targetRevision to a commit SHA to let the operator roll back this application.'
      }`,
    );
  }
  const replaced = replaceScalar(content, found.at, target);
  if (replaced.result === 'refused') {
    return refuse('INDIRECT_VALUE', `${path}: ${replaced.because}`);
  }
  return {
    result: 'planned',
    change: {
      baseSha,
      files: [{ path, before: content, after: replaced.content }],
    },
  };
}
