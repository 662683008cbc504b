import { ENVIRONMENTS } from '@ai-operator/backstage-plugin-ai-operator-common';
import { FreezeWindow } from '../core/people';
import { instant, minuteOfWeek, oneLine, timeZone } from './formats';
import { Section } from './section';

const WEEK_MINUTES = 7 * 24 * 60;
const INSTANT = "Write a time with its zone, such as '2026-12-24T00:00:00Z'";
const WEEKDAY =
  "Write a day and a time, such as 'fri 16:00' (mon, tue, wed, thu, fri, sat, sun; 00:00 to 23:59)";

/** What a window of either kind says of itself. */
type Common = Pick<FreezeWindow, 'reason' | 'environments'>;

function complainOfMissing(section: Section, key: string, howToMend: string) {
  if (!section.has(key)) {
    section.report(key, `'${section.path}' has no '${key}'`, howToMend);
  }
}

function readOnce(section: Section, common: Common): FreezeWindow | undefined {
  complainOfMissing(section, 'from', INSTANT);
  complainOfMissing(section, 'until', INSTANT);
  const from = section.parsed('from', instant, INSTANT);
  const until = section.parsed('until', instant, INSTANT);
  if (from === undefined || until === undefined) {
    return undefined;
  }
  if (until <= from) {
    section.report(
      'until',
      `'${section.path}.until' is not after '${section.path}.from', so the freeze would never be in force`,
      'Write the later time as until',
    );
    return undefined;
  }
  return { ...common, kind: 'once', from, until };
}

function readWeekly(
  section: Section,
  common: Common,
): FreezeWindow | undefined {
  if (!section.present) {
    return undefined;
  }
  section.allow(['from', 'until', 'timeZone']);
  const zoneHelp =
    "Write an IANA time zone, such as 'Europe/Berlin' or 'UTC'; people change their clocks twice a year, so a fixed offset is refused";
  complainOfMissing(section, 'from', WEEKDAY);
  complainOfMissing(section, 'until', WEEKDAY);
  complainOfMissing(section, 'timeZone', zoneHelp);
  const from = section.parsed('from', minuteOfWeek, WEEKDAY);
  const until = section.parsed('until', minuteOfWeek, WEEKDAY);
  const zone = section.string('timeZone', timeZone, zoneHelp);
  if (from === undefined || until === undefined || zone === undefined) {
    return undefined;
  }
  if (from === until) {
    section.report(
      'until',
      `'${section.path}.until' is the same as '${section.path}.from'`,
      "To freeze the whole week, set the environment's mode to 'propose' or pause the operator",
    );
    return undefined;
  }
  return {
    ...common,
    kind: 'weekly',
    fromMinute: from,
    // Friday to Monday goes over the end of the week.
    untilMinute: until > from ? until : until + WEEK_MINUTES,
    timeZone: zone,
  };
}

function readFreeze(section: Section): FreezeWindow | undefined {
  section.allow(['reason', 'from', 'until', 'weekly', 'environments']);
  const reasonHelp =
    'Write why nothing is merged then; people read it when the operator waits';
  complainOfMissing(section, 'reason', reasonHelp);
  const reason = section.string('reason', oneLine, reasonHelp);
  const environments = section.has('environments')
    ? section.strings('environments', [], word =>
        ENVIRONMENTS.some(known => known === word)
          ? undefined
          : `'${word}' is none of ${ENVIRONMENTS.join(', ')}`,
      )
    : undefined;
  const common: Common = {
    reason: reason ?? '',
    ...(environments && {
      environments: ENVIRONMENTS.filter(known => environments.includes(known)),
    }),
  };
  const weekly = section.has('weekly');
  if (weekly && (section.has('from') || section.has('until'))) {
    section.report(
      'weekly',
      `'${section.path}' is both a freeze of once (from, until) and a weekly one`,
      'Make two entries of it',
    );
    return undefined;
  }
  const freeze = weekly
    ? readWeekly(section.section('weekly'), common)
    : readOnce(section, common);
  const isWhole =
    reason !== undefined &&
    (environments === undefined || environments.length > 0);
  return isWhole ? freeze : undefined;
}

/**
 * Section `freezes`. Mistakes are fatal: a window left out would let something
 * be merged in exactly the time when nothing may be.
 */
export function readFreezes(sections: Section[]): FreezeWindow[] {
  return sections.map(readFreeze).filter(freeze => freeze !== undefined);
}
