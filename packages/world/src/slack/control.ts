import { Router } from 'express';
import { labelOf, type Slack } from './slack';

/** What tests look at, to be mounted at `/world/slack`. */
export function createSlackControl(slack: Slack): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    response.json({
      channels: slack
        .channels()
        .map(channel => ({ ...channel, label: labelOf(channel) })),
    });
  });
  return router;
}
