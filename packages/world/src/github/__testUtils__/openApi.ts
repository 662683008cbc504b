import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';

interface Schema {
  [key: string]: unknown;
}
interface Operation {
  responses: Record<string, Schema>;
}
interface Webhook {
  requestBody: { content: Record<string, { schema: Schema }> };
}

/** GitHub's own description of its REST API, to check answers against. */
export class OpenApi {
  readonly #document: {
    paths: Record<string, Record<string, Operation>>;
    components: Record<string, Record<string, Schema>>;
    'x-webhooks': Record<string, { post: Webhook }>;
  };
  readonly #paths: Array<{ template: string; pattern: RegExp }>;
  readonly #ajv: Ajv;
  readonly #components = new Set<string>();
  readonly #validators = new Map<string, ValidateFunction | undefined>();

  constructor() {
    const file = require.resolve(
      '@octokit/openapi/generated/api.github.com.json',
    );
    this.#document = JSON.parse(readFileSync(file, 'utf8'));
    this.#ajv = addFormats(
      new Ajv({
        strict: false,
        allErrors: true,
        logger: false,
        inlineRefs: false,
      }),
    );
    this.#paths = Object.keys(this.#document.paths)
      .map(template => ({ template, pattern: patternOf(template) }))
      // The more of a path is literal, the better it fits.
      .sort((a, b) => weight(b.template) - weight(a.template));
  }

  /** The path template a path belongs to. */
  template(method: string, path: string): string | undefined {
    return this.#paths.find(
      ({ template, pattern }) =>
        pattern.test(path) && this.#document.paths[template][method],
    )?.template;
  }

  /**
   * Checks an answer.
   *
   * @returns what is wrong with it, one line each
   */
  problems(
    method: string,
    path: string,
    status: number,
    body: unknown,
  ): string[] {
    const template = this.template(method, path);
    if (template === undefined) {
      return [`GitHub has no ${method} ${path}`];
    }
    const key = `${method} ${template} ${status}`;
    if (!this.#validators.has(key)) {
      this.#validators.set(key, this.#compile(method, template, status));
    }
    const validate = this.#validators.get(key);
    if (!validate) {
      const known = this.#response(method, template, status);
      if (!known) {
        return [`GitHub does not answer ${key}`];
      }
      // Errors without a schema in the description still have GitHub's usual body.
      return body === undefined || status >= 400
        ? []
        : [`${key} has no body in GitHub`];
    }
    validate(body);
    return (validate.errors ?? []).map(
      error =>
        `${key}: ${error.instancePath || '/'} ${error.message} ${JSON.stringify(
          error.params,
        )}`,
    );
  }

  /**
   * Checks the body of a webhook delivery.
   *
   * @param name - event and action, e.g. `pull-request-opened`
   * @returns what is wrong with it, one line each
   */
  webhookProblems(name: string, body: unknown): string[] {
    const webhook = this.#document['x-webhooks'][name];
    if (!webhook) {
      return [`GitHub has no webhook ${name}`];
    }
    const key = `webhook ${name}`;
    let validate = this.#validators.get(key);
    if (!validate) {
      const { schema } = webhook.post.requestBody.content['application/json'];
      validate = this.#ajv.compile(this.#translate(schema) as Schema);
      this.#validators.set(key, validate);
    }
    validate(body);
    return (validate.errors ?? []).map(
      error =>
        `${name}: ${error.instancePath || '/'} ${
          error.message
        } ${JSON.stringify(error.params)}`,
    );
  }

  #response(method: string, template: string, status: number) {
    const response =
      this.#document.paths[template][method].responses[String(status)];
    const reference = response?.$ref;
    return typeof reference === 'string'
      ? this.#document.components.responses[reference.split('/').pop() ?? '']
      : response;
  }

  #compile(method: string, template: string, status: number) {
    const content = this.#response(method, template, status)?.content as
      | Record<string, { schema: Schema }>
      | undefined;
    const schema = content?.['application/json']?.schema;
    return schema && this.#ajv.compile(this.#translate(schema) as Schema);
  }

  /** A schema in the dialect of JSON Schema; what it refers to is compiled once, for all who do. */
  #translate(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(item => this.#translate(item));
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const { nullable, example, examples, ...rest } = value as Schema;
    if (typeof rest.$ref === 'string') {
      return { $ref: this.#component(rest.$ref.split('/').pop() ?? '') };
    }
    const copy = Object.fromEntries(
      Object.entries(rest).map(([name, item]) => [
        // Alternatives of the description overlap, "exactly one" never holds.
        name === 'oneOf' && Array.isArray(item) ? 'anyOf' : name,
        this.#translate(item),
      ]),
    );
    return nullable === true ? { anyOf: [copy, { type: 'null' }] } : copy;
  }

  #component(name: string): string {
    const id = `https://github.test/${name}`;
    if (!this.#components.has(name)) {
      this.#components.add(name);
      const schema = this.#translate(this.#document.components.schemas[name]);
      this.#ajv.addSchema({ $id: id, allOf: [schema] });
    }
    return id;
  }
}

function patternOf(template: string): RegExp {
  const source = template
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{path\}/g, '.*')
    .replace(/\{(ref|branch|basehead)\}/g, '.+')
    .replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${source}$`);
}

function weight(template: string): number {
  const parts = template.split('/');
  return parts.filter(part => !part.startsWith('{')).length * 10 + parts.length;
}
