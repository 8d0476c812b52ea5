export type TemplatePart = 'subject' | 'text' | 'html';

/** A template that cannot be parsed, asks for more than is given, or runs too long. Holds template text, never a value. */
export class TemplateError extends Error {
  override name = 'TemplateError';
  readonly part: TemplatePart;
  /** Path of the variable that is missing, such as "order.total". */
  readonly variable: string | undefined;

  constructor(part: TemplatePart, reason: string, variable?: string) {
    super(`${part}: ${reason}`);
    this.part = part;
    this.variable = variable;
  }
}
