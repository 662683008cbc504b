export * from './doctor';
export * from './ElasticsearchSink';
