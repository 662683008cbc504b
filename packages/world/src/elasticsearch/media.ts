import { badRequest, ElasticError } from './errors';

const PLAIN = ['application/json', 'application/x-ndjson'];
const VENDORED = [
  'application/vnd.elasticsearch+json',
  'application/vnd.elasticsearch+x-ndjson',
];

interface MediaType {
  name: string;
  /** Of the API, when the type names one. */
  version?: number;
}

/** What the headers of a request say about its format, and what the answer's will be. */
export interface Media {
  /** `Content-Type` of the answer. */
  answer: string;
}

/**
 * Holds `Content-Type` and `Accept` against what this version speaks: JSON, plain
 * or with a compatible version, which is its own major version or the one before.
 *
 * @throws ElasticError 406 for other types, 400 media_type_header_exception for versions that do not fit
 */
export function negotiate(
  headers: { contentType: string | undefined; accept: string | undefined },
  version: string,
  hasBody: boolean,
): Media {
  const major = Number(version.split('.')[0]);
  const content = hasBody ? parseContent(headers.contentType) : undefined;
  const accepted = (headers.accept ?? '*/*')
    .split(',')
    .map(parse)
    .find(
      ({ name }) => isKnown(name) || name === '*/*' || name === 'application/*',
    );
  if (!accepted) {
    throw badRequest(
      'media_type_header_exception',
      `Invalid media-type value on headers [Accept]`,
    );
  }
  for (const [header, type] of Object.entries({
    Accept: accepted,
    'Content-Type': content,
  })) {
    if (
      type?.version !== undefined &&
      ![major, major - 1].includes(type.version)
    ) {
      throw badRequest(
        'media_type_header_exception',
        `${header} version must be either version ${major} or ${
          major - 1
        }, but found ${type.version}. ${header}=${
          headers[header === 'Accept' ? 'accept' : 'contentType']
        }`,
      );
    }
  }
  if (
    content &&
    accepted.name !== '*/*' &&
    content.version !== accepted.version
  ) {
    throw badRequest(
      'media_type_header_exception',
      `A compatible version is required on both Content-Type and Accept headers if either one has requested a compatible version and the compatible versions must match. Accept=${headers.accept}, Content-Type=${headers.contentType}`,
    );
  }
  return {
    answer:
      accepted.version === undefined
        ? 'application/json'
        : `application/vnd.elasticsearch+json;compatible-with=${accepted.version}`,
  };
}

function parseContent(header: string | undefined): MediaType {
  const type = header === undefined ? undefined : parse(header);
  if (!type || !isKnown(type.name)) {
    throw new ElasticError(
      406,
      'media_type_header_exception',
      header === undefined
        ? 'Content-Type header is missing'
        : `Content-Type header [${header}] is not supported`,
    );
  }
  return type;
}

function parse(text: string): MediaType {
  const [name, ...parameters] = text
    .split(';')
    .map(part => part.trim().toLowerCase());
  const compatible = parameters
    .find(parameter => parameter.startsWith('compatible-with='))
    ?.split('=')[1];
  return {
    name,
    ...(compatible !== undefined && { version: Number(compatible) }),
  };
}

function isKnown(name: string): boolean {
  return PLAIN.includes(name) || VENDORED.includes(name);
}
