export * from './FakeArgoCd';
export * from './FakeGitHub';
export * from './FakeIssues';
export * from './FakeKubernetes';
export * from './FakeMetricsSource';
export * from './FakeNotifier';
export * from './FakePager';
export * from './FakePeople';
export { Mishaps } from './support';
