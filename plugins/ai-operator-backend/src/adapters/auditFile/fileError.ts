import { isError } from '@backstage/errors';
import { PortError, PortErrorCode } from '../../ports';

const CODES: Record<string, [PortErrorCode, string]> = {
  ENOENT: ['MISCONFIGURED', 'its folder does not exist'],
  ENOTDIR: ['MISCONFIGURED', 'its folder is no folder'],
  EISDIR: ['MISCONFIGURED', 'it is a folder'],
  ELOOP: ['MISCONFIGURED', 'its links lead in a circle'],
  ENAMETOOLONG: ['MISCONFIGURED', 'its name is too long'],
  EACCES: ['PERMISSION_DENIED', 'the backend may not write it'],
  EPERM: ['PERMISSION_DENIED', 'the backend may not write it'],
  EROFS: ['PERMISSION_DENIED', 'it is on a volume that cannot be written'],
  ENOSPC: ['UNAVAILABLE', 'there is no space left'],
  EDQUOT: ['UNAVAILABLE', 'there is no space left for this user'],
  EFBIG: ['UNAVAILABLE', 'it may not grow any more'],
  EMFILE: ['UNAVAILABLE', 'too many files are open'],
  EIO: ['UNAVAILABLE', 'its disk answers with an error'],
};

/** What the operating system says of a file, as a PortError; everything else passes. */
export function fileError(error: unknown, path: string): unknown {
  if (!isError(error) || error instanceof PortError) {
    return error;
  }
  const code = Reflect.get(error, 'code');
  if (typeof code !== 'string') {
    return error;
  }
  const [meaning, words] = CODES[code] ?? ['UNAVAILABLE', 'it failed'];
  return new PortError(
    meaning,
    `The audit file ${path} cannot be written: ${words} (${code})`,
    { cause: error },
  );
}
