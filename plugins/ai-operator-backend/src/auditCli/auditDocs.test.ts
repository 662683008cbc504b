import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  auditRecordSchema,
  AUDIT_CHAIN_START,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { aChain, aLink } from '../persistence/__testUtils__/chains';
import { openApiDocument } from '../rest';
import { exportLine } from '../rest/view/exportLine';
import { USAGE } from './usage';

const DOCUMENT = readFileSync(
  join(__dirname, '..', '..', '..', '..', 'docs', 'audit.md'),
  'utf8',
);

function blocks(language: string): string[] {
  return [
    ...DOCUMENT.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms')),
  ].map(match => match[1]);
}

function only(language: string, part: string): string {
  const found = blocks(language).filter(block => block.includes(part));
  if (found.length !== 1) {
    throw new Error(`${found.length} blocks of ${language} have ${part}`);
  }
  return found[0];
}

/** An export with what makes texts difficult. */
function anExport(): { lines: string[]; head: string } {
  const chain = aChain(20);
  for (const odd of [
    'quotes " and \\ and $HOME `date` %s',
    'Zeilen\u2028wechsel, Ä, 𝄞, \u0007',
    '"hash":"nothing","record":{}}',
    "it's * over",
  ]) {
    chain.push(aLink(chain[chain.length - 1], odd, 'r-1'));
  }
  return {
    lines: chain.map(row => exportLine(row).trimEnd()),
    head: chain[chain.length - 1].hash,
  };
}

/** The same with the record at one place changed, removed, added or swapped with the next. */
const TAMPERED: Array<[string, (lines: string[]) => string[]]> = [
  [
    'changed',
    lines =>
      lines.map((line, n) => (n === 6 ? line.replace('entry', 'ently') : line)),
  ],
  ['removed', lines => lines.filter((_, n) => n !== 6)],
  ['added', lines => [...lines.slice(0, 7), lines[6], ...lines.slice(7)]],
  [
    'swapped',
    lines => [...lines.slice(0, 6), lines[7], lines[6], ...lines.slice(8)],
  ],
];

describe('docs/audit.md', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-docs-'));
    writeFileSync(
      join(folder, 'recompute.mjs'),
      only('js', "createHash('sha256')"),
    );
    writeFileSync(join(folder, 'recompute.sh'), only('sh', 'sha256sum'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs what the document says, with nothing of ours. */
  function recompute(by: 'js' | 'sh', lines: string[]) {
    const trail = `${lines.join('\n')}\n`;
    writeFileSync(join(folder, 'trail.jsonl'), trail);
    const { status, stdout, stderr } =
      by === 'js'
        ? spawnSync(process.execPath, ['recompute.mjs'], {
            cwd: folder,
            input: trail,
            encoding: 'utf8',
          })
        : spawnSync('sh', ['recompute.sh'], { cwd: folder, encoding: 'utf8' });
    return { status, told: `${stdout}${stderr}` };
  }

  it.each(['js', 'sh'] as const)(
    'has a recipe in %s that recomputes a trail',
    by => {
      const { head, lines } = anExport();
      expect(recompute(by, lines)).toEqual({ status: 0, told: `${head}\n` });
    },
  );

  describe.each(['js', 'sh'] as const)('its recipe in %s', by => {
    it.each(TAMPERED)('notices an entry that was %s', (_how, tamper) => {
      const { lines } = anExport();
      const { status, told } = recompute(by, tamper(lines));
      expect(status).toBe(1);
      expect(told).toMatch(/Entry [78] |"seq":[78],/);
    });
  });

  it('agrees with openssl about a single entry', () => {
    const [row] = aChain(1);
    const digest = execFileSync('openssl', ['dgst', '-sha256', '-hex'], {
      input: `${AUDIT_CHAIN_START}\n${row.text}`,
      encoding: 'utf8',
    });
    expect(digest).toContain(row.hash);
  });

  it('shows a record of every kind as it would be kept', () => {
    const records = blocks('json').map(text => JSON.parse(text));
    for (const record of records) {
      expect(auditRecordSchema.parse(record)).toEqual(record);
    }
    expect(records.map(({ actionType }) => actionType).sort()).toEqual(
      [...auditRecordSchema.shape.actionType.options].sort(),
    );
    for (const field of Object.keys(auditRecordSchema.shape)) {
      expect(DOCUMENT).toContain(`\`${field}\``);
    }
  });

  it('has an example of every route about the trail', () => {
    const { paths } = openApiDocument();
    const examples = blocks('sh').join('\n');
    for (const path of Object.keys(paths).filter(each =>
      each.startsWith('/v1/audit'),
    )) {
      expect(examples).toMatch(new RegExp(`/api/ai-operator${path}['?]`));
    }
  });

  it('tells of every option that says where the trail is or what to verify', () => {
    const options = [...USAGE.matchAll(/^ {2}(--[a-z-]+)/gm)].map(
      ([, option]) => option,
    );
    expect(options.length).toBeGreaterThan(10);
    expect(
      options.filter(
        option => !DOCUMENT.includes(option) && option !== '--index-prefix',
      ),
    ).toEqual([]);
  });
});
