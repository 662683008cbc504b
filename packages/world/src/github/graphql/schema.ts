import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  Source,
  specifiedRules,
  validate,
} from 'graphql';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LruMap } from '../../git/lru';

let schema: Promise<GraphQLSchema> | undefined;
const MAX_DOCUMENTS = 200;
const MAX_TOKENS = 20_000;
const documents = new LruMap<string, Checked>(MAX_DOCUMENTS);

/** The package exports nothing that `require` may resolve, so its folder is looked for where `require` would look. */
function schemaFile(): string {
  const name = '@octokit/graphql-schema';
  const found = (require.resolve.paths(name) ?? [])
    .map(folder => join(folder, name, 'schema.graphql'))
    .find(file => existsSync(file));
  if (!found) {
    throw new Error(`${name} is not installed: run yarn install`);
  }
  return found;
}

/** GitHub's published schema; read once in the life of the process, when first needed. */
export async function githubSchema(): Promise<GraphQLSchema> {
  schema ??= readFile(schemaFile(), 'utf8').then(text =>
    buildASTSchema(
      parse(new Source(text, 'schema.graphql'), { noLocation: true }),
      {
        assumeValid: true,
        assumeValidSDL: true,
      },
    ),
  );
  return await schema;
}

/** A query that was parsed and checked against the schema, or what is wrong with it. */
export type Checked =
  | { kind: 'valid'; document: DocumentNode }
  | { kind: 'invalid'; errors: readonly GraphQLError[] };

/**
 * Parses and checks a query; answers are remembered, for clients ask the same again and again.
 *
 * @throws GraphQLError when it does not parse
 */
export async function checkQuery(query: string): Promise<Checked> {
  const known = documents.get(query);
  if (known) {
    return known;
  }
  const document = parse(query, { maxTokens: MAX_TOKENS });
  const errors = validate(await githubSchema(), document, specifiedRules, {
    maxErrors: 20,
  });
  const checked: Checked =
    errors.length > 0
      ? { kind: 'invalid', errors }
      : { kind: 'valid', document };
  documents.set(query, checked);
  return checked;
}
