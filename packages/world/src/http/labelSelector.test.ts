import { parseLabelSelector } from './labelSelector';

const labels = {
  app: 'ledger',
  tier: 'backend',
  'ai-operator.enabled': 'true',
};

it.each([
  ['', true],
  ['app=ledger', true],
  ['app==ledger', true],
  ['app = ledger , tier=backend', true],
  ['app=other', false],
  ['app!=other', true],
  ['missing!=anything', true],
  ['app', true],
  ['!app', false],
  ['!missing', true],
  ['app in (ledger, other)', true],
  ['app in (other)', false],
  ['app notin (other)', true],
  ['missing notin (a)', true],
  ['app in (a,b),tier=backend', false],
  ['ai-operator.enabled=true,tier in (backend)', true],
  ['empty=', false],
])('%s selects: %s', (selector, expected) => {
  expect(parseLabelSelector(selector)(labels)).toBe(expected);
});

it.each(['app=ledger,', '=x', 'app in ledger', 'app in (a', 'a b', 'a>1'])(
  'refuses %s',
  selector => {
    expect(() => parseLabelSelector(selector)).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  },
);

it('does not find what an object merely inherits', () => {
  expect(parseLabelSelector('constructor')(labels)).toBe(false);
});
