import { Router } from 'express';
import { html, Html, type Content } from '../github/html/html';
import type { Elasticsearch } from './elasticsearch';
import type { ElasticIndex, StoredDocument } from './indices';
import { valuesAt } from './values';

/** Rows of a page; who wants more asks the API. */
const MAX_ROWS = 500;

const STYLE = `
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --muted: #57606a; --link: #0550ae; --bad: #b00020; }
@media (prefers-color-scheme: dark) { :root { --line: #30363d; --soft: #161b22; --muted: #9198a1; --link: #79c0ff; --bad: #ff8a80; } }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1.5rem 4rem; font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; } a { color: var(--link); } .muted { color: var(--muted); } .ERROR { color: var(--bad); font-weight: 600; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; font: 13px/1.45 ui-monospace, monospace; } code { font: 13px/1.45 ui-monospace, monospace; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
`;

/** Kibana's own addresses say behind the `#` what is looked for, which no server sees. */
const FOLLOW_HASH = `<script>
const found = /correlationId : "((?:[^"\\\\]|\\\\.)+)"/.exec(decodeURIComponent(location.hash));
if (found && !location.search) location.replace('?correlationId=' + encodeURIComponent(found[1].replace(/\\\\(.)/g, '$1')));
</script>`;

/** Pages on which people read what is in Elasticsearch, in Kibana's stead, to be mounted at `/kibana`. */
export function createElasticsearchPages(
  cluster: Elasticsearch,
  baseUrl: string,
): Router {
  const router = Router();
  router.get(['/', '/app/*'], (request, response) => {
    cluster.expire();
    const { correlationId, index } = request.query;
    const documents = cluster.indices
      .list()
      .filter(each => index === undefined || each.name === index)
      .flatMap(each => [...each.documents.values()]);
    const content =
      typeof correlationId === 'string'
        ? story(correlationId, documents, baseUrl)
        : overview(cluster, documents);
    response.type('html').send(page(content).text);
  });
  return router;
}

function page(content: Content): Html {
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Simulated Elasticsearch</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        ${content} ${new Html(FOLLOW_HASH)}
      </body>
    </html>`;
}

function overview(
  cluster: Elasticsearch,
  documents: readonly StoredDocument[],
): Content {
  const indices = cluster.indices.list();
  return html`<h1>Simulated Elasticsearch ${cluster.version}</h1>
    <h2>Indices</h2>
    ${indices.length === 0
      ? html`<p>Nothing was written here yet.</p>`
      : html`<table>
          <thead>
            <tr>
              <th>Index</th>
              <th>Documents</th>
              <th>Made</th>
              <th>Lifecycle</th>
            </tr>
          </thead>
          <tbody>
            ${indices.map(indexRow)}
          </tbody>
        </table>`}
    <h2>By correlation id</h2>
    <ul>
      ${stories(documents).map(
        ([id, count]) =>
          html`<li>
            <a href="?correlationId=${encodeURIComponent(id)}"
              ><code>${id}</code></a
            >
            ${count} documents
          </li>`,
      )}
    </ul>`;
}

function indexRow(index: ElasticIndex): Content {
  return html`<tr>
    <td>
      <a href="?index=${encodeURIComponent(index.name)}">${index.name}</a>
    </td>
    <td>${index.documents.size}</td>
    <td>${instant(index.createdAt)}</td>
    <td>${index.settings['index.lifecycle.name'] ?? 'none'}</td>
  </tr>`;
}

/** Correlation ids and how many documents have them, the newest first. */
function stories(
  documents: readonly StoredDocument[],
): Array<[string, number]> {
  const found = new Map<string, number>();
  for (const { source } of documents) {
    const { correlationId } = source;
    if (typeof correlationId === 'string') {
      found.set(correlationId, (found.get(correlationId) ?? 0) + 1);
    }
  }
  return [...found].reverse().slice(0, MAX_ROWS);
}

function story(
  correlationId: string,
  documents: readonly StoredDocument[],
  baseUrl: string,
): Content {
  const found = documents
    .filter(({ source }) => source.correlationId === correlationId)
    .sort((a, b) => Number(a.source.seq) - Number(b.source.seq));
  const query = `curl -H 'Authorization: ApiKey …' -H 'Content-Type: application/json' \\
  '${baseUrl}/elasticsearch/ai-operator-audit-*/_search?sort=seq&size=1000' \\
  -d '{"query":{"match":{"correlationId":"${correlationId}"}}}'`;
  return html`<p><a href="?">All indices</a></p>
    <h1><code>${correlationId}</code></h1>
    <p class="muted">${found.length} documents</p>
    <table>
      <thead>
        <tr>
          <th>seq</th>
          <th>Time</th>
          <th>What</th>
          <th>Why</th>
        </tr>
      </thead>
      <tbody>
        ${found.slice(0, MAX_ROWS).map(storyRow)}
      </tbody>
    </table>
    <p>The same from a shell:</p>
    <pre>${query}</pre>`;
}

function storyRow({ source }: StoredDocument): Content {
  const text = (path: string) =>
    valuesAt(source, path.split('.')).map(String).join(' ');
  const moved = text('fsmState.after');
  const what =
    text('mcpCall.name') ||
    (moved && `${text('fsmState.before')} → ${moved}`) ||
    text('actionType');
  return html`<tr>
    <td>${text('seq')}</td>
    <td>${instant(Number(source.timestamp))}</td>
    <td class="${text('level')}">${what}</td>
    <td>${text('reasoning')}</td>
  </tr>`;
}

function instant(at: number): string {
  return Number.isFinite(at)
    ? new Date(at).toISOString().slice(0, 19).replace('T', ' ')
    : '';
}
