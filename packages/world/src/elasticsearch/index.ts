export { type Principal, type Rights } from './access';
export { createElasticsearchControl } from './control';
export * from './elasticsearch';
export { elasticsearchError } from './errors';
export { type ElasticIndex, type StoredDocument } from './indices';
export { createElasticsearchPages } from './pages';
export { createElasticsearchRouter, productHeader } from './router';
