export { createSlackControl } from './control';
export { createSlackPages } from './pages';
export { createSlackRouter, slackErrorBody } from './router';
export { Slack, HISTORY_LIMIT, SLACK_BOT } from './slack';
export * from './types';
