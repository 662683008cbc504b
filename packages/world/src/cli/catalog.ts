import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { entitiesYaml, orgYaml } from '../cast/catalog';
import { COMPANY } from '../cast/company';

/** Words the command line of `catalog`. */
export const CATALOG_USAGE = 'npm run world -- catalog [--out examples]';

/** Writes the catalog of the company: `entities.yaml` and `org.yaml` in `folder`. */
export async function writeCatalog(folder: string): Promise<string> {
  const target = resolve(folder);
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'entities.yaml'), entitiesYaml(COMPANY));
  await writeFile(join(target, 'org.yaml'), orgYaml(COMPANY));
  return `Wrote entities.yaml and org.yaml to ${target}`;
}
