import { InputError } from '@backstage/errors';
import express, { Router } from 'express';
import { z } from 'zod';
import { post } from '../control/post';
import { reportError } from '../control/router';
import type { Elasticsearch } from './elasticsearch';
import { ElasticError } from './errors';
import { renderMapping } from './mapping';

const SCHEMAS = {
  reject: z.strictObject({
    every: z.number().int().min(1).max(1_000_000).optional(),
  }),
  disk: z.strictObject({ full: z.boolean() }),
  index: z.strictObject({
    name: z.string().max(255),
    mappings: z.record(z.string(), z.unknown()).optional(),
  }),
} as const;

/** What tests and people look at and steer, to be mounted at `/world/elasticsearch`. */
export function createElasticsearchControl(cluster: Elasticsearch): Router {
  const router = Router();
  router.use(express.json({ limit: '100kb' }));
  router.get('/', (_request, response) => {
    cluster.expire();
    response.json({
      version: cluster.version,
      rejectEvery: cluster.rejectEvery,
      diskFull: cluster.diskFull,
      indices: cluster.indices.list().map(index => ({
        name: index.name,
        createdAt: index.createdAt,
        documents: index.documents.size,
        lifecycle: index.settings['index.lifecycle.name'],
        mappings: renderMapping(index.mapping),
      })),
    });
  });
  post(router, 'reject', SCHEMAS.reject, ({ every }) => {
    cluster.rejectEvery = every;
  });
  post(router, 'disk', SCHEMAS.disk, ({ full }) => {
    cluster.diskFull = full;
  });
  post(router, 'index', SCHEMAS.index, ({ name, mappings }) => {
    try {
      cluster.createIndex(name, { mappings });
    } catch (error) {
      throw error instanceof ElasticError
        ? new InputError(error.message, error)
        : error;
    }
  });
  router.use(reportError);
  return router;
}
