import { expect, test } from 'vitest';
import { greetingName } from '../../../shared/domain/messages/greeting-name.ts';

test.each([
  ['李雷', '李雷'],
  ['  Zoë   Quill ', 'Zoë Quill'],
  ['Dr. Ann-Marie O’Neil', 'Dr. Ann-Marie O’Neil'],
  ['👨‍👩‍👧 Li', '👨‍👩‍👧 Li'],
  ['【中国银行】您的账户已冻结', ''],
  ['see http://evil.example', ''],
  ['www.evil.example', ''],
  ['evil.com', ''],
  ['call 13800138000', ''],
  ['a name of more than twenty letters', ''],
  ['two\u0007bells', ''],
  [undefined, ''],
])('%j greets as %j: a buyer does not write the shop’s message', (name, said) => {
  expect(greetingName(name)).toBe(said);
});
