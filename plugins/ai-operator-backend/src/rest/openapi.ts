import * as common from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { Route } from './route';
import { ROUTES } from './routes';

type JsonObject = Record<string, unknown>;

/** Schemas of the common package that get a name of their own in the document. */
const NAMED_SCHEMAS: Record<string, z.ZodType> = {
  ApplicationKey: common.applicationKeySchema,
  Replicas: common.replicasSchema,
  HealthCheck: common.healthCheckSchema,
  ComplianceFinding: common.complianceFindingSchema,
  ApplicationSummary: common.applicationSummarySchema,
  ApplicationDetail: common.applicationDetailSchema,
  ApplicationList: common.applicationListSchema,
  EntityApplications: common.entityApplicationsSchema,
  RollbackStep: common.rollbackStepSchema,
  Evidence: common.evidenceSchema,
  InvariantVerdict: common.invariantVerdictSchema,
  GuardVerdict: common.guardVerdictSchema,
  VerdictSet: common.verdictSetSchema,
  Candidate: common.candidateSchema,
  PullRequest: common.pullRequestSchema,
  CiCheck: common.ciCheckSchema,
  TimelineEntry: common.timelineEntrySchema,
  RollbackSummary: common.rollbackSummarySchema,
  RollbackDetail: common.rollbackDetailSchema,
  RollbackList: common.rollbackListSchema,
  SystemStatus: common.systemStatusSchema,
  Overview: common.overviewSchema,
  Error: common.errorBodySchema,
};

const reference = (name: string) => `#/components/schemas/${name}`;

function componentSchemas(): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED_SCHEMAS)) {
    registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, {
    uri: reference,
    target: 'draft-2020-12',
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _dialect, $id: _id, ...rest } = schema;
      return [name, rest];
    }),
  );
}

function parameters(place: 'path' | 'query', schema: z.ZodObject) {
  const { properties } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
  }) as { properties?: Record<string, JsonObject> };
  return Object.entries(properties ?? {}).map(([name, property]) => {
    const { description, ...shape } = property;
    return {
      name,
      in: place,
      required: place === 'path',
      ...(description ? { description } : {}),
      // Several values go into one parameter, with commas between them.
      ...(shape.type === 'array' ? { style: 'form', explode: false } : {}),
      schema: shape,
    };
  });
}

function answer(description: string, named: string) {
  return {
    description,
    content: {
      'application/json': { schema: { $ref: reference(named) } },
    },
  };
}

const DENIED = {
  401: answer('Nobody is signed in (UNAUTHENTICATED)', 'Error'),
  403: answer(
    'Permission `ai-operator.read` is missing (NOT_ALLOWED)',
    'Error',
  ),
};

function schemaName(route: Route): string {
  const found = Object.entries(NAMED_SCHEMAS).find(
    ([, schema]) => schema === route.answer,
  );
  if (!found) {
    throw new Error(
      `${route.operationId} answers with a schema without a name`,
    );
  }
  return found[0];
}

function operation(route: Route): JsonObject {
  return {
    operationId: route.operationId,
    summary: route.summary,
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
    ],
    responses: {
      200: answer('The answer', schemaName(route)),
      400: answer(
        'A parameter is wrong; `field` names it (BAD_REQUEST)',
        'Error',
      ),
      ...DENIED,
      ...(route.notFound ? { 404: answer(route.notFound, 'Error') } : {}),
      default: answer('Something went wrong inside', 'Error'),
    },
  };
}

/** `/v1/rollbacks/:correlationId` as OpenAPI writes it. */
export function openApiPath(path: string): string {
  return path.replace(/:([A-Za-z]+)/g, '{$1}');
}

function status(words: string[]): JsonObject {
  return {
    'application/json': {
      schema: {
        type: 'object',
        properties: { status: { type: 'string', enum: words } },
        required: ['status'],
        additionalProperties: false,
      },
    },
  };
}

/** The OpenAPI 3.1 document of all routes, made from the routes and schemas themselves. */
export function openApiDocument() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'AI Operator',
      version: 'v1',
      description:
        'What AI Operator sees, thinks and does. Times are epoch milliseconds, durations milliseconds.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/ai-operator' }],
    security: [{ backstage: [] }] as JsonObject[],
    paths: {
      ...Object.fromEntries(
        ROUTES.map(route => [
          openApiPath(route.path),
          { get: operation(route) },
        ]),
      ),
      '/v1/openapi.json': {
        get: {
          operationId: 'getOpenApiDocument',
          summary: 'This document',
          responses: {
            200: {
              description: 'The answer',
              content: { 'application/json': { schema: { type: 'object' } } },
            },
            ...DENIED,
          },
        },
      },
      '/metrics': {
        get: {
          operationId: 'getMetrics',
          summary: 'Figures for Prometheus; for services and static tokens',
          responses: {
            200: {
              description: 'The answer',
              content: { 'text/plain': { schema: { type: 'string' } } },
            },
            ...DENIED,
          },
        },
      },
      '/healthz': {
        get: {
          operationId: 'getHealth',
          summary: 'The process is alive',
          security: [],
          responses: {
            200: { description: 'It is', content: status(['ok']) },
          },
        },
      },
      '/readyz': {
        get: {
          operationId: 'getReadiness',
          summary: 'Requests can be answered',
          security: [],
          responses: {
            200: { description: 'They can', content: status(['ready']) },
            503: {
              description: 'The database does not answer',
              content: status(['not_ready']),
            },
          },
        },
      },
    } as Record<string, { get: JsonObject }>,
    components: {
      securitySchemes: {
        backstage: {
          type: 'http',
          scheme: 'bearer',
          description: 'A Backstage token of a person or a service',
        },
      },
      schemas: componentSchemas(),
    },
  };
}
