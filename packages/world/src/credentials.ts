/**
 * What lets a client into the simulated systems. They guard nothing: they exist
 * so that clients have to authenticate as they would against the real ones.
 */
export const DEMO_ACCESS = {
  github: {
    /** The operator's own account: may open and merge pull requests. */
    operatorToken: 'world-github-operator',
    operatorLogin: 'ai-operator[bot]',
    /** May read only. */
    readerToken: 'world-github-reader',
  },
  argocd: {
    token: 'world-argocd-operator',
    username: 'operator',
    password: 'world-argocd-password',
  },
  kubernetes: {
    token: 'world-kubernetes-operator',
  },
  slack: {
    botToken: 'world-slack-bot',
    /** Id of the channel that whoever is on call reads. */
    oncallChannel: 'C04ONCALL',
  },
  pager: {
    token: 'world-pager-operator',
  },
  elasticsearch: {
    /** The operator's own, as `id:secret`: may add documents and set up, changes and deletes nothing. */
    apiKey: 'world-elasticsearch-operator:world-elasticsearch-key',
    /** May read only. */
    readerApiKey: 'world-elasticsearch-reader:world-elasticsearch-key',
    /** May do everything. */
    username: 'elastic',
    password: 'world-elasticsearch-password',
  },
} as const;
