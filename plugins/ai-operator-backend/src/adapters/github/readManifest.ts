import { z } from 'zod';
import { ManifestAtHead } from '../../core/observation';
import { PortError } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { headOfBranch } from './refs';
import { RequestScope } from './scope';

const fileSchema = z.object({
  type: z.string(),
  encoding: z.string().optional(),
  content: z.string().optional(),
  size: z.number().optional(),
});

const contentSchema = z.union([z.array(z.unknown()), fileSchema]);

/** The file as bytes say it, including a byte order mark: what is written back must be the same. */
function decode(content: string, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(content, 'base64'),
    );
  } catch (cause) {
    throw new PortError('VALIDATION', `${where} is not UTF-8 text`, { cause });
  }
}

/** A file at the head of a branch, and that head: read at the commit, so that both belong together. */
export async function readManifest(
  client: GitHubClient,
  scope: RequestScope,
  branch: string,
  path: string,
): Promise<ManifestAtHead> {
  const { slug } = scope.repository;
  const baseSha = await headOfBranch(client, scope, branch);
  if (!baseSha) {
    throw new PortError(
      'NOT_FOUND',
      `${slug} has no branch '${branch}'; set annotation 'ai-operator/branch' or aiOperator.environments.<environment>.branch`,
    );
  }
  const where = `'${path}' in ${slug} on branch '${branch}'`;
  const answer = await client.find(
    scope,
    contentSchema,
    // Slashes in the path stay slashes.
    'GET /repos/{owner}/{repo}/contents/{+path}',
    { path: encodePath(path), ref: baseSha },
  );
  if (!answer) {
    throw new PortError(
      'NOT_FOUND',
      `There is no file ${where}; set annotation 'ai-operator/manifest-path' or aiOperator.manifestPath`,
    );
  }
  if (Array.isArray(answer) || answer.type !== 'file') {
    throw new PortError('VALIDATION', `${where} is not a file`);
  }
  if (answer.encoding !== 'base64' || answer.content === undefined) {
    throw new PortError(
      'VALIDATION',
      `${where} is too large to be a manifest (${answer.size ?? '?'} bytes)`,
    );
  }
  return { baseSha, path, content: decode(answer.content, where) };
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
