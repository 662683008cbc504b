/** An error as Elasticsearch words it: a type that clients act on, and a reason for people. */
export class ElasticError extends Error {
  readonly status: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    type: string,
    reason: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(reason, { cause });
    this.name = 'ElasticError';
    this.status = status;
    this.type = type;
    this.details = details;
  }

  /** As it stands in an item of a bulk answer. */
  item(): Record<string, unknown> {
    return { type: this.type, reason: this.message, ...this.details };
  }
}

/** The whole document of an error answer. */
export function envelope(error: ElasticError): Record<string, unknown> {
  const { caused_by: causedBy, ...rest } = error.details;
  const own = { type: error.type, reason: error.message, ...rest };
  return {
    error: {
      root_cause: [own],
      ...own,
      ...(causedBy !== undefined && { caused_by: causedBy }),
    },
    status: error.status,
  };
}

const FAULT_TYPES: Readonly<Record<number, string>> = {
  401: 'security_exception',
  403: 'security_exception',
  429: 'es_rejected_execution_exception',
  503: 'cluster_block_exception',
};

/** Words the faults that can be ordered for every system. */
export function elasticsearchError(
  status: number,
  message: string,
): Record<string, unknown> {
  return envelope(
    new ElasticError(
      status,
      FAULT_TYPES[status] ?? 'status_exception',
      message,
    ),
  );
}

export function badRequest(type: string, reason: string): ElasticError {
  return new ElasticError(400, type, reason);
}

export function noSuchIndex(index: string, why = ''): ElasticError {
  return new ElasticError(
    404,
    'index_not_found_exception',
    `no such index [${index}]${why}`,
    {
      'resource.type': 'index_or_alias',
      'resource.id': index,
      index_uuid: '_na_',
      index,
    },
  );
}
