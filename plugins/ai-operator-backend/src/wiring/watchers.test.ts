import { Watchers } from './watchers';

describe('Watchers', () => {
  it('are who has asked within three minutes', () => {
    let now = 0;
    const watchers = new Watchers({ now: () => now });
    expect(watchers.present()).toEqual([]);
    watchers.looked('user:default/alice');
    now = 100_000;
    watchers.looked('user:default/bob');
    now = 180_000;
    expect(watchers.present()).toEqual([
      'user:default/alice',
      'user:default/bob',
    ]);
    now = 180_001;
    expect(watchers.present()).toEqual(['user:default/bob']);
    watchers.looked('user:default/bob');
    now = 300_000;
    expect(watchers.present()).toEqual(['user:default/bob']);
  });

  it('are a thousand at most, the latest', () => {
    const watchers = new Watchers({ now: () => 0 });
    for (let n = 0; n < 1_500; n += 1) {
      watchers.looked(`user:default/u${n}`);
    }
    const present = watchers.present();
    expect(present).toHaveLength(1_000);
    expect(present).toContain('user:default/u1499');
    expect(present).not.toContain('user:default/u499');
  });
});
