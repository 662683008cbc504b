import {
  ArgoFacts,
  ArgoQuestion,
  ElasticsearchFacts,
  GitHubAccountFacts,
  GitHubRepositoryFacts,
  KubernetesFacts,
  noFact,
  PrometheusFacts,
} from './facts';

/*
 * Facts about something that was not looked at, or did not answer in time: each
 * of its findings is there and says so, so that nothing is taken for good.
 */

export type Silence = ReturnType<typeof noFact>;

export function silentArgo(
  instance: { name: string; url: string },
  questions: readonly ArgoQuestion[],
  why: Silence,
): ArgoFacts {
  return {
    instance: instance.name,
    url: instance.url,
    version: why,
    clock: why,
    session: why,
    answers: questions.map(question => ({ ...question, allowed: why })),
  };
}

export function silentCluster(
  cluster: string,
  namespaces: readonly string[],
  why: Silence,
): KubernetesFacts {
  return {
    cluster,
    clock: why,
    namespaces: namespaces.map(namespace => ({ namespace, review: why })),
  };
}

export function silentAccount(
  account: string,
  why: Silence,
): GitHubAccountFacts {
  return {
    account,
    credential: why,
    login: why,
    permissions: why,
    scopes: why,
    clock: why,
    budgets: why,
  };
}

export function silentRepository(
  repository: string,
  why: Silence,
): GitHubRepositoryFacts {
  return { repository, about: why, branches: [] };
}

export function silentElasticsearch(
  name: string,
  why: Silence,
): ElasticsearchFacts {
  return { name, version: why, rights: why, template: why, policy: why };
}

export function silentPrometheus(url: string, why: Silence): PrometheusFacts {
  return { url, ready: why, query: why, clock: why };
}
