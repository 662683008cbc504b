import type { Entity } from '@backstage/catalog-model';
import { githubAuthApiRef } from '@backstage/core-plugin-api';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import type { ReactElement } from 'react';
import { trailWell } from '../../dev/fixtures';
import { aiOperatorApiRef, type AiOperatorApi } from '../api';
import { rootRouteRef } from '../routes';

/** An API that refuses everything a test has not provided; nothing is paused, and the audit trail is well. */
export function fakeApi(
  parts: Partial<AiOperatorApi> = {},
): jest.Mocked<AiOperatorApi> {
  const refuse = (name: string) => async () => {
    throw new Error(`The test did not expect ${name}`);
  };
  return {
    getEntityApplications: jest.fn(
      parts.getEntityApplications ?? refuse('getEntityApplications'),
    ),
    listApplications: jest.fn(
      parts.listApplications ?? refuse('listApplications'),
    ),
    getRollback: jest.fn(parts.getRollback ?? refuse('getRollback')),
    getOverview: jest.fn(parts.getOverview ?? refuse('getOverview')),
    command: jest.fn(parts.command ?? refuse('command')),
    // Every view of an application asks for pauses.
    getPauses: jest.fn(
      parts.getPauses ?? (async () => ({ now: Date.now(), items: [] })),
    ),
    setPause: jest.fn(parts.setPause ?? refuse('setPause')),
    getDoctor: jest.fn(parts.getDoctor ?? refuse('getDoctor')),
    listAudit: jest.fn(
      parts.listAudit ?? (async () => ({ now: Date.now(), items: [] })),
    ),
    // Every page asks whether the trail holds merges back.
    getAuditStatus: jest.fn(
      parts.getAuditStatus ?? (async () => trailWell(Date.now())),
    ),
    verifyAudit: jest.fn(parts.verifyAudit ?? refuse('verifyAudit')),
    exportAudit: jest.fn(parts.exportAudit ?? refuse('exportAudit')),
  };
}

/** A component with the given annotations. */
export function component(annotations: Record<string, string>): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'payment-service', namespace: 'default', annotations },
    spec: { type: 'service', owner: 'payments', lifecycle: 'production' },
  };
}

/** A sign-in with GitHub that gives the token, or refuses with the error. */
export function fakeGithub(answer: string | Error) {
  return {
    getAccessToken: jest.fn(async (): Promise<string> => {
      if (answer instanceof Error) throw answer;
      return answer;
    }),
  };
}

/** Renders inside an app that knows the routes the portal links to. */
export function renderPortal(
  element: ReactElement,
  api: AiOperatorApi,
  initialAddress = '/',
  github = fakeGithub(new Error('The test did not expect GitHub to be asked')),
) {
  return renderInTestApp(
    <TestApiProvider
      apis={[
        [aiOperatorApiRef, api],
        [githubAuthApiRef, github],
      ]}
    >
      {element}
    </TestApiProvider>,
    {
      routeEntries: [initialAddress],
      mountedRoutes: {
        '/ai-operator': rootRouteRef,
        '/catalog/:namespace/:kind/:name': entityRouteRef,
      },
    },
  );
}
