export { createPrometheusRouter, prometheusError } from './router';
export { parseDuration } from './duration';
