import {
  ApplicationKey,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationDetails, ArgoCdPort, CallContext, PortError } from '..';
import { ListedApplication } from '../../core/application';
import { answer, Mishaps } from './support';

/** Argo CD in memory: tests say what applications there are. */
export class FakeArgoCd implements ArgoCdPort {
  readonly mishaps = new Mishaps();
  readonly #instances: string[];
  readonly #now: () => number;
  readonly #listed = new Map<string, ListedApplication>();
  readonly #details = new Map<string, Partial<ApplicationDetails>>();

  constructor(options?: { instances?: string[]; now?: () => number }) {
    this.#instances = options?.instances ?? ['staging'];
    this.#now = options?.now ?? (() => 0);
  }

  /** Adds or replaces an application; `details` completes what the list says. */
  put(
    application: Pick<ListedApplication, 'key'> & Partial<ListedApplication>,
    details: Partial<ApplicationDetails> = {},
  ): void {
    const id = stringifyApplicationKey(application.key);
    this.#listed.set(id, {
      project: 'default',
      labels: {},
      annotations: {},
      health: 'Healthy',
      syncStatus: 'Synced',
      destination: {},
      ...application,
    });
    this.#details.set(id, details);
  }

  remove(key: ApplicationKey): void {
    this.#listed.delete(stringifyApplicationKey(key));
  }

  instances() {
    return this.#instances.map(name => ({ name, url: `https://${name}.test` }));
  }

  async listApplications(instance: string, call: CallContext) {
    return answer(
      {
        method: 'listApplications',
        name: 'argocd.listApplications',
        parameters: { instance },
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      () => {
        if (!this.#instances.includes(instance)) {
          throw new PortError('MISCONFIGURED', `No instance '${instance}'`);
        }
        return [...this.#listed.values()].filter(
          application => application.key.instance === instance,
        );
      },
    );
  }

  async getApplication(
    key: ApplicationKey,
    call: CallContext,
  ): Promise<ApplicationDetails> {
    return answer(
      {
        method: 'getApplication',
        name: 'argocd.getApplicationHealth',
        parameters: { ...key },
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      () => {
        const id = stringifyApplicationKey(key);
        const listed = this.#listed.get(id);
        if (!listed) {
          throw new PortError('NOT_FOUND', `${id} does not exist`);
        }
        const { health, healthMessage, syncStatus, revision, destination } =
          listed;
        return {
          key,
          health,
          healthMessage,
          syncStatus,
          revision,
          destination,
          workloads: [],
          history: [],
          historyLimit: 10,
          ...this.#details.get(id),
        };
      },
    );
  }

  applicationUrl(key: ApplicationKey): string {
    return `https://${key.instance}.test/applications/${key.namespace}/${key.name}`;
  }
}
