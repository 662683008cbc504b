import { Config } from '@backstage/config';
import { httpUrl, withoutTrailingSlash } from './formats';
import { Section } from './section';
import { ConfigProblem } from './types';

/** Backstage's own `app.baseUrl`: where links in pull requests, issues and messages lead. */
export function readPortalUrl(
  rootConfig: Config,
  problems: ConfigProblem[],
): string | undefined {
  const url = new Section(rootConfig, '', problems, 'degraded')
    .section('app')
    .string(
      'baseUrl',
      httpUrl,
      'Write the address people open, such as https://backstage.example.com',
    );
  return url === undefined ? undefined : withoutTrailingSlash(url);
}
