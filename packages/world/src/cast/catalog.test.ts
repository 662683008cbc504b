import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entitiesYaml, orgYaml } from './catalog';
import { COMPANY } from './company';

const EXAMPLES = join(__dirname, '../../../../examples');

// `yarn world catalog` writes them again.
it.each([
  ['entities.yaml', entitiesYaml],
  ['org.yaml', orgYaml],
] as const)('examples/%s says what the cast says', async (file, render) => {
  expect(await readFile(join(EXAMPLES, file), 'utf8')).toBe(render(COMPANY));
});
