import { z } from 'zod';
import { PortError, ShipOutcome, SinkRecord } from '../../ports';
import { parseAnswer, quote } from '../http';
import { auditIndex } from '../../core/auditIndex';
import { documentOf } from './document';
import { ElasticClient } from './ElasticClient';
import { reasonSchema, wordReason } from './explainFailure';

const answerSchema = z.object({
  items: z.array(
    z.object({
      create: z.object({
        status: z.number(),
        error: reasonSchema.optional(),
      }),
    }),
  ),
});

type Item = z.output<typeof answerSchema>['items'][number]['create'];

/**
 * Answers of status 400 that tell of the index or the cluster, not of the
 * document: they pass when somebody has mended that.
 */
const NOT_OF_THE_DOCUMENT = [
  'validation_exception',
  'index_closed_exception',
  'invalid_index_name_exception',
  'cluster_block_exception',
];

/**
 * The same, where the type of the error is one that documents have as well: an
 * alias without an index to write to, an ingest pipeline that is not there, a
 * template whose settings make no index.
 */
const ARGUMENTS_OF_THE_INDEX =
  /no write index is defined for alias|pipeline with id \[.*\] does not exist|can't execute a single index op|unknown setting \[|for setting \[/;

/**
 * Adds records with `op_type=create`, each under its hash as id: a try that is
 * made again finds what an earlier one left, and adds nothing twice.
 *
 * @returns `too large` when it takes no request of that length
 * @throws PortError when nothing is known about any of them
 */
export async function addRecords(
  client: ElasticClient,
  records: readonly SinkRecord[],
  indexPrefix: string,
  signal: AbortSignal | undefined,
): Promise<ShipOutcome[] | 'too large'> {
  const asked = `Elasticsearch: adding ${records.length} audit records`;
  const operations = records.flatMap(record => [
    JSON.stringify({
      create: { _index: auditIndex(indexPrefix, record.at), _id: record.hash },
    }),
    documentOf(record),
  ]);
  const answer = await client.ask({
    asked,
    signal,
    run: async (elastic, options) => {
      const { body, statusCode } = await elastic.bulk<string>(
        { operations },
        { ...options, ignore: [413] },
      );
      return { body: statusCode === 413 ? 'too large' : body, statusCode };
    },
  });
  if (answer === 'too large') {
    return answer;
  }
  const { items } = parseAnswer(answerSchema, answer, asked);
  if (items.length !== records.length) {
    throw new PortError(
      'MALFORMED_ANSWER',
      `${asked} answered about ${items.length} of them`,
    );
  }
  return records.map(({ seq }, index) => ({
    seq,
    ...outcomeOf(items[index].create),
  }));
}

type Result =
  | { result: 'stored' }
  | { result: 'refused' | 'later'; because: string };

function outcomeOf({ status, error }: Item): Result {
  const isThere =
    status === 409 && error?.type === 'version_conflict_engine_exception';
  if (isThere || (status >= 200 && status < 300)) {
    return { result: 'stored' };
  }
  const because = quote(
    `Elasticsearch answered ${status}${error ? ` ${wordReason(error)}` : ''}`,
  );
  const isForGood =
    status === 400 && (error === undefined || !isOfTheIndex(error));
  return { result: isForGood ? 'refused' : 'later', because };
}

function isOfTheIndex(error: NonNullable<Item['error']>): boolean {
  const { caused_by: cause, reason, type } = error;
  return (
    NOT_OF_THE_DOCUMENT.includes(type) ||
    (type === 'illegal_argument_exception' &&
      [reason, cause?.reason].some(
        words => words && ARGUMENTS_OF_THE_INDEX.test(words),
      ))
  );
}
