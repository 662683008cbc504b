import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { OWN_PACKAGES, ROOMS, TEST_FILE } from './rooms.mjs';
import { scan } from './scan.mjs';

const BUILTIN = new Set(builtinModules);

/** The room that owns a file, or undefined. */
export function roomOf(path) {
  return ROOMS.find(({ files }) => files.test(path));
}

function allowsPackage(patterns, specifier) {
  return patterns.some(pattern =>
    pattern.endsWith('*')
      ? specifier.startsWith(pattern.slice(0, -1))
      : specifier === pattern,
  );
}

/** "core" and "core words" are both the core when only types are wanted. */
function allowsRoom(room, target, typesOnly) {
  return (
    room.rooms.includes('*') ||
    room.rooms.includes(target) ||
    (typesOnly && room.rooms.includes(`${target.replace(/ words$/, '')} types`))
  );
}

/** The package folder a file is in, for instance `plugins/ai-operator`. */
function packageFolder(path) {
  return /^((packages|plugins)\/[^/]+|e2e|scripts)\//.exec(path)?.[1];
}

function checkImport(path, room, { specifier, typesOnly }) {
  if (/\.(css|svg|png)$/.test(specifier)) {
    return undefined;
  }
  if (!specifier.startsWith('.')) {
    const own = OWN_PACKAGES[specifier];
    if (own) {
      const target = roomOf(own).name;
      return allowsRoom(room, target, typesOnly)
        ? undefined
        : `${room.name} may not import ${target} (${specifier})`;
    }
    if (specifier.startsWith('@ai-operator/')) {
      return room.internals
        ? undefined
        : `${specifier} reaches into a package of ours past its entry points`;
    }
    const name =
      BUILTIN.has(specifier) && !specifier.startsWith('node:')
        ? `node:${specifier}`
        : specifier;
    return allowsPackage(room.packages, name)
      ? undefined
      : `${room.name} may not import the package ${name}`;
  }

  const target = posix.join(posix.dirname(path), specifier);
  if (target.endsWith('.json')) {
    return undefined;
  }
  if (packageFolder(`${target}/`) !== packageFolder(path)) {
    // The browser tests start the demo the way `npm start` does.
    return packageFolder(path) === 'e2e' && target.startsWith('scripts/')
      ? undefined
      : `${specifier} leaves the package; import it by its name`;
  }
  const targetRoom =
    roomOf(`${target}.ts`) ?? roomOf(`${target}/index.ts`) ?? roomOf(target);
  if (!targetRoom) {
    return `${specifier} leads to a place that is no room`;
  }
  return allowsRoom(room, targetRoom.name, typesOnly)
    ? undefined
    : `${room.name} may not import ${targetRoom.name}${
        allowsRoom(room, targetRoom.name, true)
          ? ' except for its types (use "import type")'
          : ''
      } (${specifier})`;
}

/**
 * Holds one file against the table of rooms.
 *
 * @param {string} path - from the repository's root, with forward slashes
 * @param {string} text - its source
 * @returns {string[]} one sentence per violation, each beginning with `path:line`
 */
export function checkFile(path, text) {
  if (TEST_FILE.test(path)) {
    return [];
  }
  const room = roomOf(path);
  if (!room) {
    return [
      `${path}:1 belongs to no room; give its folder a row in scripts/architecture/rooms.mjs`,
    ];
  }
  const { imports, uses } = scan(path, text);
  const violations = [];
  for (const found of imports) {
    const problem = TEST_FILE.test(
      `${posix.join(posix.dirname(path), found.specifier)}.ts`,
    )
      ? `${found.specifier} is for tests only`
      : checkImport(path, room, found);
    if (problem) {
      violations.push(`${path}:${found.line} ${problem}`);
    }
  }
  for (const { what, text: written, line } of uses) {
    if (room.never.includes(what)) {
      violations.push(
        `${path}:${line} ${room.name} must not use ${what}: ${written}`,
      );
    } else if (what === 'computed import') {
      violations.push(
        `${path}:${line} cannot be checked: ${written}; write the import's name out`,
      );
    }
  }
  return violations;
}
