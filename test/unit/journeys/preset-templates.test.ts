import { expect, test } from 'vitest';
import { liquidRenderer } from '../../../shared/adapters/rendering/liquid-renderer.ts';
import { namedIn } from '../../../shared/domain/journeys/journey-problems.ts';
import { journeyPresets } from '../../../shared/domain/journeys/presets.ts';
import { builtInTemplate } from '../../../shared/domain/messages/built-in-templates.ts';
import { templateProblems } from '../../../shared/usecases/messages/check-template.ts';

const renderer = liquidRenderer();

test.each(journeyPresets.map(({ definition }) => [definition.id, definition] as const))(
  'the templates of %s are there, and count on nothing that it does not bring',
  async (_id, definition) => {
    const templates = { template: async (...asked: Parameters<typeof builtInTemplate>) => builtInTemplate(...asked) };
    const problems = namedIn(definition).map(({ id: template, channel, situation }) => {
      if (!channel || !situation) throw new Error(`${template} is no template`);
      return templateProblems({ template, channel }, situation, { templates, renderer });
    });
    expect(problems.length).toBeGreaterThan(0);
    expect((await Promise.all(problems)).flat()).toEqual([]);
  },
);
