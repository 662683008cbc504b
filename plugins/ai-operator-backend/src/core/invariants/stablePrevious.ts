import { Judge } from '../rule';
import { targetOf } from '../stateFacts';
import { isoTime, percent } from '../time';
import { broken, holds, undetermined } from '../verdict';

export const title = 'The target was stable when it was deployed';

/** I5: from the evidence stored when the candidate was resolved; without metrics its CI decides, and the verdict says so. */
export const judge: Judge = (rollback, _observation, _now, policy) => {
  const target = targetOf(rollback.state);
  if (target === undefined) {
    return undetermined('No target revision has been chosen yet');
  }
  const evidence = [
    { label: 'Target revision', value: target.sha, url: target.url },
    { label: 'CI of the target', value: target.ci },
    ...(target.deployedAt === undefined
      ? []
      : [{ label: 'Deployed at', value: isoTime(target.deployedAt) }]),
  ];
  if (!target.uptime.known) {
    return target.ci === 'success'
      ? holds(
          `Its CI passed; uptime is not measurable (${target.uptime.because}), so CI alone decides`,
          evidence,
        )
      : undetermined('Neither uptime nor CI of the target is known', evidence);
  }
  const uptime = target.uptime.value;
  const figures = [{ label: 'Uptime', value: percent(uptime) }, ...evidence];
  return uptime >= policy.candidates.minUptime
    ? holds(
        `${percent(uptime)} uptime over the 24 h after it was deployed`,
        figures,
      )
    : broken(
        `${percent(uptime)} uptime when it was deployed, ${percent(
          policy.candidates.minUptime,
        )} is needed`,
        figures,
      );
};
