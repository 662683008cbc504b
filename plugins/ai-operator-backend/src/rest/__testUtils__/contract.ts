import { ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../openapi';

type Content = Record<string, { schema: Record<string, unknown> }>;

interface Operation {
  responses: Record<string, { content: Content }>;
  requestBody?: { required: boolean; content: Content };
  parameters?: Array<{ name: string; in: string }>;
}

/** Checks what is sent and answered against what the document says; each answer is the list of complaints. */
export function contractOf(document: ReturnType<typeof openApiDocument>) {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats(ajv);
  // Words of OpenAPI's own that JSON Schema does not know.
  ajv.addVocabulary(['components', 'example']);
  ajv.addSchema(
    { $id: 'document', components: document.components },
    'document',
  );

  const validators = new Map<string, ValidateFunction>();

  function operation(method: string, path: string): Operation {
    return document.paths[path][method] as unknown as Operation;
  }

  function check(content: Content | undefined, what: string, value: unknown) {
    const schema = content?.['application/json']?.schema;
    if (!schema) {
      throw new Error(`The document does not say that ${what}`);
    }
    const text = JSON.stringify(schema).replaceAll('"#/', '"document#/');
    const validate = validators.get(text) ?? ajv.compile(JSON.parse(text));
    validators.set(text, validate);
    return validate(value) ? [] : validate.errors ?? [];
  }

  return {
    operation,
    answer: (path: string, status: number, body: unknown, method = 'get') =>
      check(
        operation(method, path).responses[status]?.content,
        `${method} ${path} answers ${status}`,
        body,
      ),
    request: (method: string, path: string, body: unknown) =>
      check(
        operation(method, path).requestBody?.content,
        `${method} ${path} takes a body`,
        body,
      ),
  };
}
