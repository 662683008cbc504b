import express from 'express';
import supertest from 'supertest';
import { ManualClock } from '../clock';
import { DEMO_ACCESS } from '../credentials';
import {
  createPagerControl,
  createPagerRouter,
  INCIDENT_LIMIT,
  PagerService,
} from '.';

const PAGE = {
  event: 'ai-operator.page',
  dedup_key: '6a8e7f2c-1111-4222-8333-444455556666',
  summary: 'Nobody has decided about the rollback of payment-service',
  severity: 'critical',
  application: 'payment-service',
  environment: 'production',
  link: 'http://localhost:3000/ai-operator',
  details: 'Waiting since 10:31 UTC',
  sent_at: '2026-02-27T11:31:00.000Z',
};

describe('the pager', () => {
  let clock: ManualClock;
  let pager: PagerService;
  let noted: string[];
  let app: express.Express;

  beforeEach(() => {
    clock = new ManualClock('2026-02-27T11:31:00Z');
    noted = [];
    pager = new PagerService({
      clock,
      note: (kind, message) => noted.push(`${kind} ${message}`),
    });
    app = express();
    app.use('/world/pager', createPagerControl(pager));
    app.use('/pager', createPagerRouter(pager));
  });

  function send(body: unknown, token: string = DEMO_ACCESS.pager.token) {
    return supertest(app)
      .post('/pager/webhook')
      .set('authorization', `Bearer ${token}`)
      .set('idempotency-key', 'the-key')
      .send(body as object);
  }

  it('wakes somebody once per incident', async () => {
    const first = await send(PAGE);
    expect(first.status).toBe(202);
    expect(first.body).toEqual({
      status: 'accepted',
      dedup_key: PAGE.dedup_key,
    });
    await clock.advance(1_000);
    expect((await send(PAGE)).body.status).toBe('known');
    await send({ ...PAGE, dedup_key: 'another', summary: 'Another' });
    const { body } = await supertest(app).get('/world/pager');
    expect(body.incidents).toMatchObject([
      {
        dedupKey: PAGE.dedup_key,
        environment: 'production',
        idempotencyKey: 'the-key',
        deliveries: 2,
        firstAt: clock.now() - 1_000,
        lastAt: clock.now(),
      },
      { dedupKey: 'another', deliveries: 1 },
    ]);
    expect(noted.map(line => line.split(' ')[0])).toEqual([
      'pager.paged',
      'pager.repeated',
      'pager.paged',
    ]);
  });

  it('refuses a wrong token before it reads anything', async () => {
    const answer = await send({}, 'wrong');
    expect(answer.status).toBe(401);
    expect(pager.incidents()).toEqual([]);
  });

  it.each([
    ['no key', { ...PAGE, dedup_key: '' }, 'dedup_key'],
    ['an odd severity', { ...PAGE, severity: 'very' }, 'severity'],
    ['a link that is none', { ...PAGE, link: '/ai-operator' }, 'link'],
    ['a time that is none', { ...PAGE, sent_at: 'now' }, 'sent_at'],
    ['a list', [PAGE], 'body'],
  ])('refuses %s, and says so', async (_name, body, word) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(word);
    expect(pager.incidents()).toEqual([]);
  });

  it('answers what is not JSON, and what it does not have', async () => {
    const broken = await supertest(app)
      .post('/pager/webhook')
      .set('authorization', `Bearer ${DEMO_ACCESS.pager.token}`)
      .set('content-type', 'application/json')
      .send('{"event":');
    expect(broken.status).toBe(400);
    expect((await supertest(app).get('/pager/webhook')).status).toBe(404);
  });

  it('forgets the oldest incidents', () => {
    const { dedup_key: _key, sent_at: sentAt, ...page } = PAGE;
    for (let number = 0; number <= INCIDENT_LIMIT; number += 1) {
      pager.receive({ ...page, sentAt, dedupKey: `${number}` }, undefined);
    }
    expect(pager.incidents()).toHaveLength(INCIDENT_LIMIT);
    expect(pager.incidents()[0].dedupKey).toBe('1');
  });
});
