import { Text } from '@backstage/ui';
import type {
  GuardVerdictView,
  InvariantVerdictView,
  VerdictResult,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { invariantNumber, VERDICT_LOOKS } from '../../model';
import { Evidence, Status } from '../basics';
import classes from './Checklist.module.css';

type Item = InvariantVerdictView | GuardVerdictView;

const RESULTS: VerdictResult[] = ['broken', 'unknown', 'holds'];

/** `1 broken, 1 unknown, 6 hold` - the bad news first. */
export function countVerdicts(items: Array<{ result: VerdictResult }>): string {
  return RESULTS.map(result => ({
    result,
    count: items.filter(item => item.result === result).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ result, count }) =>
      result === 'holds' ? `${count} hold` : `${count} ${result}`,
    )
    .join(', ');
}

/** Verdicts with their reasons and what they rest on. */
export function Checklist(props: {
  name: string;
  items: Item[];
  /** Use two columns where there is room. */
  wide?: boolean;
}) {
  if (props.items.length === 0) {
    return (
      <Text as="p" color="secondary">
        None apply.
      </Text>
    );
  }
  return (
    <ul
      className={props.wide ? classes.wide : classes.list}
      aria-label={props.name}
    >
      {props.items.map(item => (
        <li key={item.id} className={classes.item} data-result={item.result}>
          <div className={classes.result}>
            <Status look={VERDICT_LOOKS[item.result]} />
          </div>
          <div className={classes.words}>
            <div className={classes.title} title={item.id}>
              {item.id.startsWith('I') && (
                <span className={classes.number}>
                  {invariantNumber(item.id)}{' '}
                </span>
              )}
              {item.title}
            </div>
            <div className={classes.because}>{item.because}</div>
            <Evidence evidence={item.evidence} />
          </div>
        </li>
      ))}
    </ul>
  );
}
