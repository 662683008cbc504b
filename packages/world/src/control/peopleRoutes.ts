import type { Router } from 'express';
import { z } from 'zod';
import type { PeopleControl } from './peopleTypes';
import { post } from './post';

const login = z.string().max(100);
const number = z.number().int().positive();
const text = z.string().min(1).max(65_536);

const pull = {
  service: z.string().optional(),
  number: number.optional(),
};
const by = login.optional();
const issue = {
  repository: z.string().max(200).optional(),
  number: number.optional(),
};

const SCHEMAS = {
  closePr: z.strictObject({ ...pull, service: z.string(), by }),
  review: z.strictObject({ ...pull, login }),
  refuse: z.strictObject({ ...pull, login, text: text.optional() }),
  dismiss: z.strictObject({ ...pull, login, by }),
  comment: z.strictObject({ ...issue, login, text }),
  editComment: z.strictObject({ id: number, text, by }),
  deleteComment: z.strictObject({ id: number, by }),
  label: z.strictObject({
    ...pull,
    label: z.string().min(1).max(50),
    issue: number.optional(),
    repository: issue.repository,
    by,
  }),
  team: z.strictObject({
    login,
    team: z.string().max(100),
    member: z.boolean(),
  }),
  mergeQueue: z.strictObject({
    service: z.string(),
    environment: z.enum(['staging', 'production']).optional(),
    on: z.boolean(),
  }),
  webhook: z.strictObject({
    url: z.string().max(2_000).optional(),
    secret: z.string().max(1_000).optional(),
    duplicate: z.boolean().optional(),
    reorder: z.boolean().optional(),
    drop: z.boolean().optional(),
  }),
} as const;

/** What people do in GitHub, and GitHub's webhooks. */
export function addPeopleRoutes(router: Router, control: PeopleControl): void {
  post(router, 'close-pr', SCHEMAS.closePr, body =>
    control.closePullRequest(body),
  );
  post(router, 'merge-pr', SCHEMAS.closePr, body =>
    control.mergePullRequest(body),
  );
  post(router, 'approve', SCHEMAS.review, body => control.approve(body));
  post(router, 'request-changes', SCHEMAS.refuse, body =>
    control.requestChanges(body),
  );
  post(router, 'dismiss', SCHEMAS.dismiss, body => control.dismiss(body));
  post(router, 'push', SCHEMAS.review, body => control.push(body));
  post(router, 'comment', SCHEMAS.comment, body => control.comment(body));
  post(router, 'edit-comment', SCHEMAS.editComment, body =>
    control.editComment(body),
  );
  post(router, 'delete-comment', SCHEMAS.deleteComment, body =>
    control.deleteComment(body),
  );
  post(router, 'label', SCHEMAS.label, body => control.label(body));
  post(router, 'unlabel', SCHEMAS.label, body => control.unlabel(body));
  post(router, 'team', SCHEMAS.team, body => control.team(body));
  post(router, 'merge-queue', SCHEMAS.mergeQueue, body =>
    control.mergeQueue(body),
  );
  post(router, 'webhook', SCHEMAS.webhook, body => control.webhook(body));
  router.delete('/webhook', (_request, response) => {
    control.webhookOff();
    response.json({ ok: true });
  });
  router.get('/webhooks', (_request, response) => {
    response.json(control.webhooks());
  });
}
