import { Readable } from 'node:stream';
import type { SourceOptions } from './arguments';
import { databaseSource } from './databaseSource';
import { fileSource } from './fileSource';
import { OperatorClient } from './operatorClient';
import { TrailSource } from './source';
import { urlSource } from './urlSource';

/** The trail that the command line names; nothing is read yet. */
export function openSource(
  options: SourceOptions,
  { signal, stdin }: { signal: AbortSignal; stdin: Readable },
): TrailSource {
  switch (options.kind) {
    case 'url':
      return urlSource(
        new OperatorClient({
          url: options.url,
          token: options.token?.reveal(),
          signal,
        }),
      );
    case 'file':
      return fileSource(options.path, stdin, signal);
    default:
      return databaseSource({ ...options, signal });
  }
}
