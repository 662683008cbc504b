import { mockServices } from '@backstage/backend-test-utils';
import { startLocalServer } from '../__testUtils__/localServer';
import { startRecording } from '../__testUtils__/recording';
import { NotificationsDoctor } from './doctor';

/** What a backend answers for a plugin that shows notifications to people only. */
async function look(status: number) {
  const server = await startLocalServer((request, response) => {
    const isOurs = request
      .get('authorization')
      ?.startsWith('Bearer mock-service-token');
    response.status(isOurs ? status : 500).json({});
  });
  const recording = startRecording();
  const doctor = new NotificationsDoctor(
    {
      discovery: {
        getBaseUrl: async id => `${server.url}/api/${id}`,
        getExternalBaseUrl: async id => `${server.url}/api/${id}`,
      },
      auth: mockServices.auth(),
    },
    recording.environment,
  );
  try {
    const answer = await doctor.examine(recording.call);
    return { answer, requests: server.requests, records: recording.records };
  } finally {
    await server.close();
  }
}

describe('the doctor looks whether people can be told', () => {
  it.each([200, 401, 403])(
    'the plugin is there when it says %d',
    async status => {
      const { answer, requests, records } = await look(status);
      expect(answer).toEqual({ known: true, value: undefined });
      expect(requests).toEqual(['GET /api/notifications/status']);
      expect(records).toMatchObject([
        { name: 'doctor.notifications', result: 'success' },
      ]);
    },
  );

  it.each([
    [404, 'missing', 1],
    [503, 'unreachable', 4],
  ])('%d is %s', async (status, failure, requests) => {
    const looked = await look(status);
    expect(looked.answer).toMatchObject({ known: false, failure });
    expect(looked.requests).toHaveLength(requests);
  });
});
