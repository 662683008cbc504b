import { Document, LineCounter, parseAllDocuments } from 'yaml';

export type ParsedManifest =
  | { result: 'parsed'; documents: Document.Parsed[] }
  | { result: 'invalid'; because: string };

/** All documents of a YAML file with the places of their nodes, or why and in which line it cannot be read. */
export function parseManifest(content: string): ParsedManifest {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(content, {
    lineCounter,
    prettyErrors: false,
  });
  // yaml answers an empty stream with an empty array that carries extra fields.
  const list = Array.isArray(documents) ? [...documents] : [];
  for (const document of list) {
    const [error] = document.errors;
    if (error) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      return {
        result: 'invalid',
        because: `does not parse as YAML: line ${line}, column ${col}: ${error.message}`,
      };
    }
  }
  return { result: 'parsed', documents: list };
}
