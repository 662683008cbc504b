import {
  ArgoCdPort,
  GitHubPort,
  KubernetesPort,
  MetricsSourcePort,
  PeoplePort,
} from '../ports';

/** The outside systems an observation may ask. */
export interface ObservationPorts {
  argocd: ArgoCdPort;
  kubernetes: KubernetesPort;
  github: GitHubPort;
  metrics: MetricsSourcePort;
  people: PeoplePort;
}
