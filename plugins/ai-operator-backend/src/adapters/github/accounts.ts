import { z } from 'zod';

/** Who wrote or did something; absent when the account was deleted. */
export const accountSchema = z
  .object({ login: z.string(), type: z.string().optional() })
  .nullish();

type AccountOnWire = z.infer<typeof accountSchema>;

/** What GitHub shows in place of an account that was deleted. */
const GHOST = 'ghost';

export function loginOf(account: AccountOnWire): string {
  return account?.login ?? GHOST;
}

/** Apps are of type `Bot`. A machine user looks like a person, and is kept out by having no role. */
export function isBot(account: AccountOnWire): boolean {
  return account?.type === 'Bot' || loginOf(account).endsWith('[bot]');
}
