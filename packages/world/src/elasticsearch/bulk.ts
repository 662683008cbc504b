import { badRequest, ElasticError } from './errors';
import { mayIndex, refuse, type Principal } from './access';
import type { Elasticsearch } from './elasticsearch';
import { isObject, type JsonObject } from './json';

const KINDS = ['create', 'index'] as const;

interface Order {
  kind: (typeof KINDS)[number];
  index: string;
  id?: string;
  source: JsonObject;
}

/**
 * Carries out a bulk request; what happens to one item leaves the others alone.
 *
 * @param text - NDJSON: an action and its document, line by line
 * @throws ElasticError where the request as a whole is not one
 */
export function bulk(
  cluster: Elasticsearch,
  principal: Principal,
  text: string,
  options: { index?: string; refresh: boolean },
): JsonObject {
  const orders = readOrders(text, options.index);
  const items = orders.map(order => ({
    [order.kind]: carryOut(cluster, principal, order, options.refresh),
  }));
  return {
    errors: items.some(item =>
      Object.values(item).some(result => 'error' in result),
    ),
    took: 1,
    items,
  };
}

function carryOut(
  cluster: Elasticsearch,
  principal: Principal,
  order: Order,
  refresh: boolean,
): JsonObject {
  const where = {
    _index: order.index,
    ...(order.id !== undefined && { _id: order.id }),
  };
  try {
    authorize(cluster, principal, order);
    const { document, created } = cluster.write({ ...order, refresh });
    return {
      _index: order.index,
      _id: document.id,
      _version: document.version,
      result: created ? 'created' : 'updated',
      ...(refresh && { forced_refresh: true }),
      _shards: { total: 2, successful: 1, failed: 0 },
      _seq_no: document.seqNo,
      _primary_term: 1,
      status: created ? 201 : 200,
    };
  } catch (error) {
    if (error instanceof ElasticError) {
      return { ...where, status: error.status, error: error.item() };
    }
    throw error;
  }
}

function authorize(
  cluster: Elasticsearch,
  principal: Principal,
  { index, kind }: Order,
): void {
  const needed = kind === 'create' ? 'create_doc' : 'index';
  if (!mayIndex(principal, index, needed)) {
    throw refuse(
      principal,
      'indices:data/write/bulk[s]',
      kind === 'create'
        ? 'create_doc,create,delete,index,write,all'
        : 'create,index,write,all',
      index,
    );
  }
  if (
    !cluster.indices.get(index) &&
    !mayIndex(principal, index, 'auto_configure')
  ) {
    throw refuse(
      principal,
      'indices:admin/auto_create',
      'auto_configure,create_index,manage,all',
      index,
    );
  }
}

function readOrders(text: string, defaultIndex: string | undefined): Order[] {
  if (text.trim() === '') {
    throw badRequest('parse_exception', 'request body is required');
  }
  if (!text.endsWith('\n')) {
    throw badRequest(
      'illegal_argument_exception',
      'The bulk request must be terminated by a newline [\\n]',
    );
  }
  const lines = text.slice(0, -1).split('\n');
  const orders: Order[] = [];
  for (let line = 0; line < lines.length; line += 2) {
    const action = parseLine(lines[line], line + 1);
    const [kind, ...others] = Object.keys(action);
    const known = KINDS.find(each => each === kind);
    const meta = action[kind];
    if (!known || others.length > 0 || !isObject(meta)) {
      throw badRequest(
        'illegal_argument_exception',
        `Malformed action/metadata line [${
          line + 1
        }], expected field [create] or [index] but found [${kind}]`,
      );
    }
    orders.push({
      kind: known,
      ...readMeta(meta, line + 1, defaultIndex),
      source: parseLine(lines[line + 1] ?? '', line + 2),
    });
  }
  return orders;
}

function readMeta(
  meta: JsonObject,
  line: number,
  defaultIndex: string | undefined,
): Pick<Order, 'index' | 'id'> {
  const unknown = Object.keys(meta).find(
    key =>
      !['_index', '_id', 'require_alias', 'dynamic_templates'].includes(key),
  );
  if (unknown !== undefined) {
    throw badRequest(
      'illegal_argument_exception',
      `Action/metadata line [${line}] contains an unknown parameter [${unknown}]`,
    );
  }
  const index = meta._index ?? defaultIndex;
  if (typeof index !== 'string' || index === '') {
    throw badRequest(
      'action_request_validation_exception',
      'Validation Failed: 1: index is missing;',
    );
  }
  return { index, ...(meta._id !== undefined && { id: String(meta._id) }) };
}

function parseLine(text: string, line: number): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ElasticError(
      400,
      'x_content_parse_exception',
      `[${line}:1] Unexpected end-of-input or character in line ${line}`,
      {},
      error,
    );
  }
  if (!isObject(value)) {
    throw badRequest(
      'illegal_argument_exception',
      `Malformed action/metadata line [${line}], expected START_OBJECT`,
    );
  }
  return value;
}
