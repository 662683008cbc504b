import { type Request } from 'express';
import { type GitAccess, type GitGrant } from '../git/httpBackend';
import { ApiError } from './domain/apiError';
import { directPush } from './domain/protection';
import { authenticate } from './rest/authenticate';
import { type Viewer, viewerPermission } from './rest/call';
import { permits } from './state/model';
import { type GitHubState } from './state/state';

/** Who may clone and push: the same tokens and rights as in the API. */
export function gitAccess(state: GitHubState): GitAccess {
  return async (
    request: Request,
    fullName: string,
    writing: boolean,
  ): Promise<GitGrant> => {
    await state.settled();
    let viewer: Viewer | undefined;
    try {
      viewer = authenticate(state, request);
    } catch (error) {
      if (error instanceof ApiError) {
        return { kind: 'unauthenticated' };
      }
      throw error;
    }
    const repository = state.find(fullName);
    const permission = repository
      ? viewerPermission(state, repository, viewer)
      : 'none';
    if (!repository || !permits(permission, 'pull')) {
      return viewer ? { kind: 'missing' } : { kind: 'unauthenticated' };
    }
    if (!writing) {
      return {
        kind: 'granted',
        repository: repository.git,
        actor: undefined,
        branch: undefined,
      };
    }
    if (!viewer) {
      return { kind: 'unauthenticated' };
    }
    if (!permits(permission, 'push')) {
      return {
        kind: 'forbidden',
        message: `Permission to ${fullName}.git denied to ${viewer.account.login}.`,
      };
    }
    const who = { login: viewer.account.login, permission };
    return {
      kind: 'granted',
      repository: repository.git,
      actor: viewer.account.login,
      branch: name => directPush(state, repository, name, who),
    };
  };
}
