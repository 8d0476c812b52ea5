import { InvalidInputError } from '../../domain/errors.ts';
import { equalInConstantTime } from './root-keys.ts';

/** Positions in lists, opaque and signed: a cursor works for the list and the filter it was given out for. */
export interface Cursors {
  write(list: string, position: string): string;
  /** @throws InvalidInputError when it is not one of this list */
  read(list: string, cursor: string): string;
}

export function signedCursors(tag: (content: string) => string): Cursors {
  const signature = (list: string, position: string) => tag(JSON.stringify([list, position]));
  return {
    write: (list, position) => `${Buffer.from(position).toString('base64url')}.${signature(list, position)}`,
    read(list, cursor) {
      const [encoded = '', given = ''] = cursor.split('.');
      const position = Buffer.from(encoded, 'base64url').toString('utf8');
      if (equalInConstantTime(given, signature(list, position))) return position;
      throw new InvalidInputError([{ field: 'cursor', message: 'is not the next of a page of this list' }]);
    },
  };
}
