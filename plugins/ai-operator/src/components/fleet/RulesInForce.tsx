import type { Overview } from '@ai-operator/backstage-plugin-ai-operator-common';
import { wordsOf } from '../../model';
import { formatSpan } from '../../time';
import { Facts, Section, Stack } from '../basics';

const MODES = {
  observe: 'observe (changes nothing)',
  propose: 'propose (people decide)',
  auto: 'auto (merges by itself)',
};

/** `persistenceChecks` is the one constant that is a number of checks, not a duration. */
function valueOf(key: string, value: number): string {
  return /checks$/i.test(key) ? String(value) : formatSpan(value);
}

/** The modes and timing constants the operator runs with (SPEC §2). */
export function RulesInForce(props: Pick<Overview, 'timing' | 'modes'>) {
  const { timing, modes } = props;
  return (
    <Section title="Rules in force">
      <Stack>
        <Facts
          facts={Object.entries(modes).map(([environment, mode]) => ({
            name: `mode in ${environment}`,
            value: MODES[mode],
          }))}
        />
        <Facts
          facts={Object.entries(timing).map(([key, value]) => ({
            name: wordsOf(key),
            value: valueOf(key, value),
          }))}
        />
      </Stack>
    </Section>
  );
}
