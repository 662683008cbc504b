export const USAGE = `Usage:
  ai-operator-audit verify --url <address> [--token-env NAME]
  ai-operator-audit verify --file <trail.jsonl, or - for standard input>
  ai-operator-audit verify --database <postgresql://..., or an SQLite file>
  ai-operator-audit export --url <address> [--token-env NAME] > trail.jsonl

Recomputes the hash chain of AI Operator's audit trail, and says which record
was changed, is missing, was added, or stands at another place. It only reads.

Where the trail is:
  --url <address>        routes of the operator, such as
                         https://backstage.example.com/api/ai-operator
  --token-env NAME       environment variable with a token for them
                         (AI_OPERATOR_TOKEN by default)
  --file <path>          an export; - reads standard input
  --database <where>     the operator's own database, read only
  --database-env NAME    environment variable with its connection string
  --schema NAME          schema of its tables in PostgreSQL

What to verify:
  --from <seq> --hash <hash>   go on from an entry that was noted earlier
  --head <seq>:<hash>          the trail must reach this entry
  --correlation-id <id>        only one rollback: each record by itself

Besides, compare with the copy in Elasticsearch:
  --elasticsearch <address>    such as https://elasticsearch.example.com:9200
  --api-key-env NAME           environment variable with an API key that may read
  --ca <file>                  certificate of the authority, PEM
  --index-prefix NAME          ai-operator-audit by default
  --kept-days <days>           how long Elasticsearch keeps records; 90 by default

  --format json                for programs
  --help

Exit code: 0 the trail is intact, 1 it is broken, 2 it could not be judged.
`;
