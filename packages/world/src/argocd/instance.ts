import type { ArgoApplication } from './application';
import type { FieldSelection } from './fields';
import { renderApplication } from './model';
import { ArgoRights } from './rights';

/** Rendered lists kept per instance, one per combination of fields. */
const CACHED_LISTS = 8;

interface CachedList {
  instanceVersion: number;
  /** The bytes are right until then (epoch ms), if the version still is. */
  validUntil: number;
  bytes: Buffer;
  /** By application: the version its text was rendered for, and until when it holds. */
  fragments: Map<
    ArgoApplication,
    { version: number; validUntil: number; text: string }
  >;
}

/** One Argo CD: its applications, and their list as ready-made bytes. */
export class ArgoInstance {
  readonly name: string;
  readonly environment: string;
  readonly cluster: string;
  /** What the operator's account may do here. */
  readonly rights = new ArgoRights();
  readonly #applications = new Map<string, ArgoApplication>();
  readonly #lists = new Map<string, CachedList>();
  #sorted: ArgoApplication[] | undefined;
  #version = 1;

  constructor(options: { name: string; environment: string; cluster: string }) {
    this.name = options.name;
    this.environment = options.environment;
    this.cluster = options.cluster;
  }

  add(application: ArgoApplication): void {
    this.#applications.set(application.name, application);
    this.#sorted = undefined;
    this.touch();
  }

  find(name: string): ArgoApplication | undefined {
    return this.#applications.get(name);
  }

  /** All applications by name. */
  applications(): readonly ArgoApplication[] {
    this.#sorted ??= [...this.#applications.values()].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    return this.#sorted;
  }

  /** Something about an application changed. */
  touch(): void {
    this.#version += 1;
  }

  /** The answer of an unfiltered list call, rendered again only where something changed. */
  listBytes(selection: FieldSelection | undefined, now: number): Buffer {
    const key = selection?.key ?? '*';
    const cached = this.#lists.get(key);
    if (
      cached &&
      cached.instanceVersion === this.#version &&
      now < cached.validUntil &&
      selection
    ) {
      return cached.bytes;
    }
    const fragments: CachedList['fragments'] = cached?.fragments ?? new Map();
    let validUntil = Infinity;
    const texts = this.applications().map(application => {
      const known = fragments.get(application);
      if (
        known &&
        known.version === application.version &&
        now < known.validUntil &&
        selection
      ) {
        validUntil = Math.min(validUntil, known.validUntil);
        return known.text;
      }
      const fresh = {
        version: application.version,
        validUntil: application.nextChangeAfter(now),
        text: renderItem(application, selection, now),
      };
      fragments.set(application, fresh);
      validUntil = Math.min(validUntil, fresh.validUntil);
      return fresh.text;
    });
    const bytes = Buffer.from(wrapList(texts, this.#version));
    this.#lists.delete(key);
    this.#lists.set(key, {
      instanceVersion: this.#version,
      validUntil,
      bytes,
      fragments,
    });
    if (this.#lists.size > CACHED_LISTS) {
      const [oldest] = this.#lists.keys();
      this.#lists.delete(oldest);
    }
    return bytes;
  }

  /** The answer of a list call for some applications only. */
  listSome(
    applications: readonly ArgoApplication[],
    selection: FieldSelection | undefined,
    now: number,
  ): Buffer {
    return Buffer.from(
      wrapList(
        applications.map(application =>
          renderItem(application, selection, now),
        ),
        this.#version,
      ),
    );
  }
}

function renderItem(
  application: ArgoApplication,
  selection: FieldSelection | undefined,
  now: number,
): string {
  return JSON.stringify(
    selection
      ? selection.render(application, now)
      : renderApplication(application, now),
  );
}

/** Go writes a list without items as null. */
function wrapList(items: string[], version: number): string {
  const list = items.length > 0 ? `[${items.join(',')}]` : 'null';
  return `{"metadata":{"resourceVersion":"${
    1_000_000 + version
  }"},"items":${list}}`;
}
