import * as common from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { JSON_LINES, jsonLines } from './download';
import { MAX_BODY_BYTES } from './errors';
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
  Person: common.personSchema,
  HumanCommand: common.humanCommandSchema,
  AllowedAction: common.allowedActionSchema,
  CommandRequest: common.commandRequestSchema,
  CommandResult: common.commandResultSchema,
  Caller: common.callerSchema,
  Pause: common.pauseSchema,
  PauseList: common.pauseListSchema,
  PauseRequest: common.pauseRequestSchema,
  DoctorFinding: common.doctorFindingSchema,
  DoctorReport: common.doctorReportSchema,
  SystemStatus: common.systemStatusSchema,
  Overview: common.overviewSchema,
  AuditRecord: common.auditRecordSchema,
  AuditMark: common.auditMarkSchema,
  AuditEntry: common.auditEntrySchema,
  AuditList: common.auditListSchema,
  AuditProblem: common.auditProblemSchema,
  AuditVerification: common.auditVerificationSchema,
  AuditSink: common.auditSinkSchema,
  AuditStatus: common.auditStatusSchema,
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

function parameters(place: 'path' | 'query' | 'header', schema: z.ZodObject) {
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

const UNAUTHENTICATED = answer(
  'Nobody is signed in (UNAUTHENTICATED)',
  'Error',
);

function denied(permission?: string): JsonObject {
  const names = [common.aiOperatorReadPermission.name, permission]
    .filter(Boolean)
    .map(name => `\`${name}\``)
    .join(' or ');
  return {
    401: UNAUTHENTICATED,
    403: answer(`Permission ${names} is missing (NOT_ALLOWED)`, 'Error'),
  };
}

function nameOf(schema: z.ZodType): string | undefined {
  return Object.entries(NAMED_SCHEMAS).find(
    ([, named]) => named === schema,
  )?.[0];
}

function answerName({ answer: schema, operationId }: Route): string {
  const name = nameOf(schema);
  if (name === undefined) {
    throw new Error(`${operationId} answers with a schema without a name`);
  }
  return name;
}

function success(route: Route): JsonObject {
  if (route.answer === jsonLines) {
    return {
      description: 'A file with one JSON object a line',
      content: { [JSON_LINES]: { schema: { type: 'string' } } },
    };
  }
  return answer(
    route.status === 202
      ? 'It is recorded; the operator acts on it with its next look'
      : 'The answer',
    answerName(route),
  );
}

function requestBody(body: z.ZodObject): JsonObject {
  const name = nameOf(body);
  const { $schema: _dialect, ...inline } = z.toJSONSchema(body, {
    target: 'draft-2020-12',
    io: 'input',
  });
  return {
    required: !body.safeParse({}).success,
    content: {
      'application/json': {
        schema: name === undefined ? inline : { $ref: reference(name) },
      },
    },
  };
}

function errors(route: Route): JsonObject {
  const { atOnce, body, conflict, forbidden, notFound, unavailable } = route;
  const busy =
    atOnce === undefined
      ? undefined
      : `${atOnce} of these are under way already (BUSY)`;
  const unable = [unavailable, busy].filter(Boolean).join('; ');
  return {
    400: answer(
      body
        ? 'A parameter or the body is wrong; `field` names it (BAD_REQUEST)'
        : 'A parameter is wrong; `field` names it (BAD_REQUEST)',
      'Error',
    ),
    ...denied(route.permission?.name),
    ...(forbidden ? { 403: answer(forbidden, 'Error') } : {}),
    ...(notFound ? { 404: answer(notFound, 'Error') } : {}),
    ...(conflict ? { 409: answer(conflict, 'Error') } : {}),
    ...(body
      ? {
          413: answer(
            `The body is longer than ${MAX_BODY_BYTES} bytes (BODY_TOO_LARGE)`,
            'Error',
          ),
        }
      : {}),
    ...(unable ? { 503: answer(unable, 'Error') } : {}),
    default: answer('Something went wrong inside', 'Error'),
  };
}

function operation(route: Route): JsonObject {
  return {
    operationId: route.operationId,
    summary: route.summary,
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
      ...parameters('header', route.headers),
    ],
    ...(route.body ? { requestBody: requestBody(route.body) } : {}),
    responses: {
      [route.status]: success(route),
      ...errors(route),
    },
  };
}

/** Operations by path and method. */
function routePaths(): Record<string, Record<string, JsonObject>> {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of ROUTES) {
    const path = openApiPath(route.path);
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return paths;
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
        'What AI Operator sees, thinks and does, and what people tell it. Times are epoch milliseconds, durations milliseconds.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/ai-operator' }],
    security: [{ backstage: [] }] as JsonObject[],
    paths: {
      ...routePaths(),
      '/v1/openapi.json': {
        get: {
          operationId: 'getOpenApiDocument',
          summary: 'This document',
          responses: {
            200: {
              description: 'The answer',
              content: { 'application/json': { schema: { type: 'object' } } },
            },
            ...denied(),
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
            ...denied(),
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
    } as Record<string, Record<string, JsonObject>>,
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
