export * from './FakeArgoCd';
export * from './FakeGitHub';
export * from './FakeKubernetes';
export * from './FakeMetricsSource';
export { Mishaps } from './support';
