import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithPrometheus } from '../../metrics/__testUtils__/describeWithPrometheus';
import { runProgram } from '../../metrics/__testUtils__/programs';
import {
  RealPrometheus,
  startPrometheus,
} from '../../metrics/__testUtils__/realPrometheus';
import { DEFAULTS } from '../../config/defaults';
import { startRecording } from '../__testUtils__/recording';
import { Prometheus } from './Prometheus';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The revision was deployed a day before. */
const END = Date.UTC(2026, 1, 25, 10, 30);
/** As Prometheus and its exporters say it: `up` is 1 for each scrape that was answered. */
const SAMPLES = 1_000;
const REVISION = 'abc123def456abc123def456abc123def456abc1';

/** `up` of a day, one sample in 86.4 s; `down` of them 0, spread over the day. */
function history(labels: Record<string, string>, down: number): string[] {
  const inside = Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join();
  return Array.from({ length: SAMPLES }, (_, index) => {
    const at = END - DAY + (index + 1) * (DAY / SAMPLES);
    const isDown = down > 0 && index % (SAMPLES / down) === 0;
    return `up{${inside}} ${isDown ? 0 : 1} ${at / 1_000}`;
  });
}

describeWithPrometheus(
  "uptime of a candidate, from a real Prometheus' history",
  ({ prometheus: program, promtool }) => {
    let prometheus: RealPrometheus;

    beforeAll(async () => {
      prometheus = await startPrometheus({
        program,
        config: () => ({ scrape_configs: [] }),
        async prepare(folder) {
          const app = { app: 'payment-service', revision: REVISION };
          const file = join(folder, 'history.txt');
          await writeFile(
            file,
            [
              '# TYPE up gauge',
              ...history({ ...app, environment: 'staging' }, 2),
              ...history({ ...app, environment: 'production' }, 100),
              '# EOF\n',
            ].join('\n'),
          );
          const { ok, output } = await runProgram(promtool, [
            'tsdb',
            'create-blocks-from',
            'openmetrics',
            file,
            join(folder, 'data'),
          ]);
          if (!ok) {
            throw new Error(output);
          }
        },
      });
    });

    afterAll(async () => {
      await prometheus?.stop();
    });

    function uptime(options: {
      environment: 'staging' | 'production';
      revision?: string;
      at?: number;
    }) {
      const { environment, call } = startRecording();
      const source = new Prometheus(
        {
          url: prometheus.url,
          query: DEFAULTS.prometheus.query,
          auth: { kind: 'none' },
          requestTimeout: 5_000,
        },
        environment,
      );
      return source.uptime(
        {
          application: 'payment-service',
          revision: REVISION,
          at: END,
          windowMs: DAY,
          ...options,
        },
        call,
      );
    }

    it('is 99.8 % over the day after it was deployed', async () => {
      expect(await uptime({ environment: 'staging' })).toBeCloseTo(0.998, 6);
    });

    it('is what it was in its own environment', async () => {
      expect(await uptime({ environment: 'production' })).toBeCloseTo(0.9, 6);
    });

    it('is not known of another revision, nor of another time', async () => {
      expect(
        await uptime({ environment: 'staging', revision: '0'.repeat(40) }),
      ).toBeUndefined();
      expect(
        await uptime({ environment: 'staging', at: END - 3 * DAY }),
      ).toBeUndefined();
    });
  },
);
