/** Where the started demo listens; without trailing slashes. */
export interface Addresses {
  portal: string;
  backend: string;
  world: string;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: the browser tests' setup did not run`);
  }
  return value;
}

export function addresses(): Addresses {
  return {
    portal: required('E2E_PORTAL'),
    backend: required('E2E_BACKEND'),
    world: required('E2E_WORLD'),
  };
}

/** The folder of the running demo: logs, databases, git repositories. */
export function dataDir(): string {
  return required('E2E_DATA_DIR');
}
