import type { WorldStatus } from './control';
import type { PagedIncident } from './pager';

/** A page for people who open the world in a browser: what is here, and how it does. */
export function indexPage(
  status: WorldStatus,
  incidents: readonly PagedIncident[],
): string {
  const rows = status.applications
    .map(
      application => `<tr>
<td>${link(
        application.repository ? `/${application.repository}` : undefined,
        application.service,
      )}</td>
<td>${escape(application.environment)}</td>
<td class="${escape(application.health)}">${escape(application.health)}</td>
<td>${escape(application.sync)}</td>
<td>${escape(application.replicas)}</td>
<td><code>${escape(application.revision?.slice(0, 7) ?? '')}</code></td>
</tr>`,
    )
    .join('\n');
  const items = (open: WorldStatus['openIssues']) =>
    open
      .map(
        ({ url, repository, number, title }) =>
          `<li>${link(url, `${repository}#${number}`)} ${escape(title)}</li>`,
      )
      .join('\n');
  const pulls = items(status.openPullRequests);
  const issues = items(status.openIssues);
  const faults = status.faults
    .map(
      fault =>
        `<li>${escape(fault.id)}: ${escape(fault.system)} ${escape(
          fault.kind,
        )}, struck ${fault.hits} times</li>`,
    )
    .join('\n');
  const paged = incidents
    .map(
      ({ firstAt, summary, link: href }) =>
        `<li>${escape(new Date(firstAt).toISOString())}: ${link(
          href,
          summary,
        )}</li>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The simulated world</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; color: #1b1f24; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #d8dee4; }
.Degraded { color: #b00020; font-weight: 600; } .Healthy { color: #1a6b2f; }
.Progressing, .Suspended, .Missing, .Unknown { color: #7a5200; }
pre, code { background: #f3f5f7; padding: .1rem .3rem; }
@media (prefers-color-scheme: dark) {
body { color: #e6e6e6; background: #14171a; } a { color: #7ab7ff; } th, td { border-color: #3a4046; }
pre, code { background: #22272c; } .Degraded { color: #ff8a80; } .Healthy { color: #7fd491; }
.Progressing, .Suspended, .Missing, .Unknown { color: #e6b450; }
}
</style>
</head>
<body>
<h1>The simulated world</h1>
<p>Argo CD, Kubernetes, GitHub, Prometheus and Slack of a company that does not exist, in their
real wire formats over real git repositories. It is ${escape(
    new Date(status.now).toISOString(),
  )} here.</p>
<h2>What is where</h2>
<ul>
<li>GitHub: <code>/api/v3</code>, <code>/api/graphql</code>, <code>/login/oauth</code>, <code>git clone ${escape(
    status.baseUrl,
  )}/my-org/payment-service.git</code></li>
<li>Argo CD: ${instances(status)
    .map(name => `<code>/argocd/${escape(name)}/api/v1/applications</code>`)
    .join(', ')}</li>
<li>Kubernetes: <code>/kubernetes/&lt;cluster&gt;/apis/apps/v1/deployments</code></li>
<li>Prometheus: <code>/prometheus/api/v1/query</code></li>
<li>Slack: ${link(
    '/slack',
    'channels and messages',
  )}, <code>/slack/api</code></li>
<li>Pager: <code>POST /pager/webhook</code>, ${
    incidents.length === 0
      ? 'nobody was woken up'
      : link('/world/pager', `${incidents.length} woken up`)
  }</li>
<li>Elasticsearch: ${link(
    '/kibana',
    'indices and documents',
  )}, <code>/elasticsearch</code></li>
<li>Control: ${link('/world/status', '/world/status')}, ${link(
    '/world/log',
    '/world/log',
  )}; from a shell <code>npm run world -- help</code></li>
</ul>
${pulls ? `<h2>Open pull requests</h2>\n<ul>${pulls}</ul>` : ''}
${issues ? `<h2>Open issues</h2>\n<ul>${issues}</ul>` : ''}
${paged ? `<h2>Paged</h2>\n<ul>${paged}</ul>` : ''}
${faults ? `<h2>Faults in force</h2>\n<ul>${faults}</ul>` : ''}
<h2>Applications</h2>
<table>
<thead><tr><th>Service</th><th>Environment</th><th>Health</th><th>Sync</th><th>Replicas</th><th>Revision</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</body>
</html>
`;
}

function instances(status: WorldStatus): string[] {
  return [...new Set(status.applications.map(({ instance }) => instance))];
}

function link(href: string | undefined, text: string): string {
  return href ? `<a href="${escape(href)}">${escape(text)}</a>` : escape(text);
}

function escape(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
