import {
  RiAlarmWarningFill,
  RiAlertFill,
  RiCheckboxCircleFill,
  RiCircleLine,
  RiCloseCircleFill,
  RiLoopRightLine,
  RiPauseCircleFill,
  RiQuestionFill,
  RiTimeFill,
  type RemixiconComponentType,
} from '@remixicon/react';
import type { Look, StatusIconName, Tone } from '../../model';
import classes from './Status.module.css';
import { toneClass } from './tone';

const ICONS: Record<StatusIconName, RemixiconComponentType> = {
  ok: RiCheckboxCircleFill,
  attention: RiAlertFill,
  failed: RiCloseCircleFill,
  working: RiLoopRightLine,
  unknown: RiQuestionFill,
  paused: RiPauseCircleFill,
  person: RiAlarmWarningFill,
  waiting: RiTimeFill,
  none: RiCircleLine,
};

/** The picture of a status; always beside a word, so hidden from screen readers. */
export function StatusIcon(props: {
  icon: StatusIconName;
  tone: Tone;
  size?: number;
}) {
  const { icon, tone, size = 16 } = props;
  const Icon = ICONS[icon];
  const motion = icon === 'working' ? ` ${classes.working}` : '';
  return (
    <span
      className={`${toneClass(tone)} ${classes.icon}${motion}`}
      aria-hidden="true"
    >
      <Icon size={size} />
    </span>
  );
}

/** A status in picture, colour and word. */
export function Status({ look }: { look: Look }) {
  return (
    <span className={`${toneClass(look.tone)} ${classes.status}`}>
      <StatusIcon icon={look.icon} tone={look.tone} />
      {look.word}
    </span>
  );
}
