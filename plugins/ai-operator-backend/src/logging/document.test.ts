import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AUDITOR_EVENTS } from '../audit';
import { TRANSITIONS } from '../core/decide/transitions';
import { ATTRIBUTES, SPANS } from '../tracing';
import { EFFECT_LEVELS, TRANSITION_LEVELS } from './levels';

const DOCUMENT = readFileSync(
  resolve(__dirname, '../../../../docs/logs-and-traces.md'),
  'utf8',
);

/** Cells of the table whose first column has this heading. */
function table(heading: string): string[][] {
  const lines = DOCUMENT.split('\n');
  const start = lines.findIndex(line =>
    line.replace(/\s+/g, ' ').startsWith(`| ${heading} |`),
  );
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex(line => !line.startsWith('|')),
    )
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    );
}

/** Everything in a text that is written as code. */
function words(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
}

function levels(heading: string): Record<string, string> {
  return Object.fromEntries(
    table(heading).flatMap(([names, level]) =>
      words(names).map(name => [name, words(level)[0]]),
    ),
  );
}

describe('docs/logs-and-traces.md', () => {
  it('has every move with its level', () => {
    expect(levels('Move')).toEqual(TRANSITION_LEVELS);
    expect(Object.keys(levels('Move')).sort()).toEqual(
      Object.keys(TRANSITIONS).sort(),
    );
  });

  it('has every end of an effect with its level', () => {
    expect(levels('End of an effect')).toEqual(EFFECT_LEVELS);
  });

  it('has every event of the auditor with its severity', () => {
    expect(
      Object.fromEntries(
        table('Event id').map(([id, severity]) => [words(id)[0], severity]),
      ),
    ).toEqual(AUDITOR_EVENTS);
  });

  it('has every span and every attribute, and no others', () => {
    const rows = table('Span');
    expect(
      rows.map(([name]) => words(name)[0]).slice(0, Object.keys(SPANS).length),
    ).toEqual(Object.values(SPANS));
    const told = rows.flatMap(([, , attributes]) =>
      words(attributes).filter(word => word.includes('.')),
    );
    expect([...new Set(told)].sort()).toEqual(Object.values(ATTRIBUTES).sort());
  });
});
