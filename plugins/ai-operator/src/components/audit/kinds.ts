import {
  RiArrowRightLine,
  RiErrorWarningLine,
  RiLinksLine,
  RiListCheck3,
  RiNotification3Line,
  RiUserLine,
  type RemixiconComponentType,
} from '@remixicon/react';
import type { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';

/** What a record tells of: its picture, the word for one, and for several. */
export const KINDS: Record<
  AuditRecord['actionType'],
  { Icon: RemixiconComponentType; word: string; many: string }
> = {
  FSM_TRANSITION: { Icon: RiArrowRightLine, word: 'Step', many: 'Steps' },
  MCP_CALL: { Icon: RiLinksLine, word: 'Call', many: 'Calls' },
  INVARIANT_CHECK: { Icon: RiListCheck3, word: 'Check', many: 'Checks' },
  ESCALATION: {
    Icon: RiNotification3Line,
    word: 'Escalation',
    many: 'Escalations',
  },
  HUMAN_COMMAND: { Icon: RiUserLine, word: 'Person', many: 'People' },
  ERROR: { Icon: RiErrorWarningLine, word: 'Error', many: 'Errors' },
};
